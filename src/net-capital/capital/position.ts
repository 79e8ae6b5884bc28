/**
 * What the tests of 15c3-1(d), (e) and Appendix D are made against: the figures of net capital, and the same after so much
 * was paid away. Each figure after a payment is the whole computation again, because less capital also lowers the thresholds
 * that depend on it.
 */
import { type Cents, subtract, sum, toCents, ZERO } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { addSpan, type Span } from "../../rulebook/terms.ts";
import { BASE_CURRENCY } from "../cash.ts";
import { figuresAfter } from "../computation.ts";
import { FIGURE } from "../figures.ts";
import { missingPrice } from "../holdings.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { debitItemsBase, dollarMinimum } from "../minimum.ts";
import type { NetCapitalMonitor } from "../monitor.ts";
import type { NetCapitalRules } from "../rules.ts";
import { measure } from "./minimums.ts";
import { agreementsOf, isEquity, type Standing, standingsOf } from "./subordination.ts";

/** What the tests compare, all in cents. */
export interface TestedFigures {
  readonly netCapital: Cents;
  /** Net capital less the requirement. */
  readonly excess: Cents;
  readonly indebtedness: Cents;
  /** By the reading taken. */
  readonly debitItems: Cents;
  readonly segregatedFunds: Cents;
  readonly dollarMinimum: Cents;
  /** Of (c)(2)(vi) and Appendix A; without commitments. */
  readonly haircuts: Cents;
}

/** Debt and equity as 15c3-1(d) counts them. */
export interface DebtEquity {
  /** Principal that counts as capital and is not equity. */
  readonly debt: Cents;
  /** Principal that is equity. */
  readonly subordinatedEquity: Cents;
  readonly ownersEquity: Cents;
}

export interface CapitalPosition {
  readonly asOf: Day;
  readonly rules: NetCapitalRules;
  readonly agreements: readonly Standing[];
  readonly now: TestedFigures;
  readonly debtEquity: DebtEquity;
  /** The figures once so much less capital is there. */
  readonly after: (paid: Cents) => TestedFigures;
  /** Net of what was contributed, over the window of (e)(1) and of FINRA 4110(c)(2). */
  readonly netWithdrawn: Cents;
  readonly netWithdrawnForApproval: Cents;
  /** Within the time for which it must stay, FINRA 4110(c)(1). */
  readonly contributed: Cents;
  /** Whether a notice under 17a-11 came up within the days that (c)(5)(i) of Appendix D looks back on. */
  readonly gaveNotice: boolean;
}

/** A notice that came up on a day. */
export interface PastNotice {
  readonly paragraph: string;
  readonly day: Day;
}

/**
 * The position now; undefined while net capital is unknown. `before` are the notices that came up before. Throws
 * `missing-input` where capital was moved in a currency without a price.
 */
export function capitalPosition(
  books: NetCapitalBooks,
  monitor: NetCapitalMonitor,
  before: readonly PastNotice[] = [],
): CapitalPosition | undefined {
  const answer = monitor.answer(0);
  const inputs = monitor.inputs();
  const { rules } = monitor;
  if (answer.kind === "unknown" || inputs === undefined || rules === undefined) return undefined;
  const { asOf } = inputs;
  const { subordination, withdrawals } = rules.capital;
  const agreements = standingsOf(agreementsOf(books.reports), subordination, asOf);
  const segregatedFunds = measure(inputs.items, "segregated-funds");
  const after = (paid: Cents): TestedFigures =>
    testedFigures(figuresAfter(inputs, rules, paid), segregatedFunds, rules);
  const moved = (window: Span, sumOf: "netWithdrawn" | "contributed"): Cents => movedWithin(books, asOf, window, sumOf);
  const notices = [...before, ...answer.notices.map(({ paragraph }) => ({ paragraph, day: asOf }))];
  return {
    asOf,
    rules,
    agreements,
    now: after(ZERO),
    debtEquity: debtEquityOf(agreements, figuresAfter(inputs, rules, ZERO), rules, asOf),
    after,
    netWithdrawn: moved(withdrawals.window, "netWithdrawn"),
    netWithdrawnForApproval: moved(withdrawals.approval.window, "netWithdrawn"),
    contributed: moved(withdrawals.contributed.within, "contributed"),
    gaveNotice: notices.some(
      ({ paragraph, day }) => paragraph.startsWith("17a-11") && addSpan(day, subordination.temporaryNoticeFree) >= asOf,
    ),
  };
}

/** Debt and equity by the running figures, without explaining them; undefined while net capital is unknown. */
export function debtEquityNow(books: NetCapitalBooks, monitor: NetCapitalMonitor): DebtEquity | undefined {
  const figures = monitor.allFigures();
  const { rules } = monitor;
  if (figures === undefined || rules === undefined) return undefined;
  const asOf = books.ledger.settlement.openedDay;
  return debtEquityOf(
    standingsOf(agreementsOf(books.reports), rules.capital.subordination, asOf),
    figures,
    rules,
    asOf,
  );
}

function testedFigures(figures: Float64Array, segregatedFunds: Cents, rules: NetCapitalRules): TestedFigures {
  return {
    netCapital: figures[FIGURE.netCapital] as Cents,
    excess: figures[FIGURE.excess] as Cents,
    indebtedness: figures[FIGURE.indebtedness] as Cents,
    debitItems: debitItemsBase(figures[FIGURE.debitItems] as Cents, rules),
    segregatedFunds,
    dollarMinimum: dollarMinimum(rules),
    haircuts: toCents(
      figures[FIGURE.positionHaircuts] +
        figures[FIGURE.reportedHaircuts] +
        figures[FIGURE.partHaircuts] +
        figures[FIGURE.concentration],
    ),
  };
}

/** From the figures, by their places in `FIGURE`. Loans that count without an agreement's word are debt. */
function debtEquityOf(
  agreements: readonly Standing[],
  figures: Float64Array,
  { capital }: NetCapitalRules,
  asOf: Day,
): DebtEquity {
  const subordinatedEquity = sum(
    agreements
      .filter(
        (standing) => standing.agreement.ledgerAccount !== undefined && isEquity(standing, capital.debtEquity, asOf),
      )
      .map(({ counts }) => counts),
  );
  return {
    debt: subtract(figures[FIGURE.subordinated] as Cents, subordinatedEquity),
    subordinatedEquity,
    ownersEquity: figures[FIGURE.equity] as Cents,
  };
}

/** Over the days of a window that ends today; other currencies at their price now. */
function movedWithin(
  { capitalMoves, instruments, market }: NetCapitalBooks,
  asOf: Day,
  { unit, count }: Span,
  sumOf: "netWithdrawn" | "contributed",
): Cents {
  const from = addSpan(asOf, { unit, count: -count });
  let amount = 0;
  for (const currency of capitalMoves.currencies(from)) {
    const { instrument } = instruments.attributes(currency);
    const moved = capitalMoves[sumOf](currency, from);
    const price = market.price(currency);
    if (instrument === BASE_CURRENCY) amount += moved;
    else if (Number.isNaN(price)) throw missingPrice(instrument);
    else amount += instruments.value(currency, moved, price);
  }
  return toCents(amount);
}
