/**
 * Accounts without their margin, 15c3-1(c)(2)(xii)(A), FINRA 4210(g)(10) and (d)(2), as whoever margins them says: a line for
 * an account and a layer. The cash that an account lacks includes what it owes beyond its securities, (c)(2)(iv)(B), so that a
 * deficit is not deducted besides.
 *
 * Where margin cannot say what accounts lack, net capital cannot be said: nothing charged would be a figure that is too high.
 *
 * One account is charged once. What is reported of it (an account deficit, an omnibus deficit, an under-margined account)
 * stands in place of what margin says of it, and that in place of what the books alone show of it (open-items/).
 */
import { Trouble } from "../base/errors.ts";
import { type Line, line } from "../base/line.ts";
import { type Cents, sum } from "../base/money.ts";
import { type Day, formatDay } from "../base/time.ts";
import type { NetCapitalBooks } from "./inputs.ts";
import { accountsWithItems } from "./open-items/covering.ts";
import { PLACE, type PartAnswer, type RunningPart } from "./part.ts";

/** What net capital is charged for what an account lacks of its margin. */
export interface MarginCharge {
  /** The row of the account, and of those margined together with it. */
  readonly account: number;
  readonly members: readonly number[];
  /** Which margin: maintenance, portfolio, intraday. */
  readonly layer: string;
  /** Cents; zero while fresh calls cover the deficiency. */
  readonly amount: Cents;
  /** The cash that brings the account to its margin. */
  readonly deficiency: Cents;
  /** What was called, and on which day; none yet where that is undefined. */
  readonly calls: Cents;
  readonly callsSince: Day | undefined;
  readonly paragraph: string;
  readonly label: string;
}

/** What margin says that net capital is charged, or why it cannot say: a `missing-input` or a `missing-rule`. */
export type SaidCharges = readonly MarginCharge[] | Trouble;

/** The charges of a firm that margins its customers' accounts, as they stand after every fact. */
export interface MarginCharges {
  /** Why they cannot be said; then there are none below. */
  readonly trouble: Trouble | undefined;
  /** Another number whenever a charge may be another. */
  readonly revision: number;
  /** Another number whenever other accounts are charged. */
  readonly membership: number;
  /** Cents: all of them. */
  readonly sum: number;
  /** Cents: what the account of this principal is charged. */
  amountOf(principal: number): number;
  /** The principal of the account that one of the ledger is margined in, or -1. */
  principalOf(account: number): number;
  /** By account and layer. */
  list(): readonly MarginCharge[];
  /** The same, with nothing taken from what is kept. */
  fromScratch(): SaidCharges;
}

/** Of a firm that margins nothing here. */
export const NO_MARGIN_CHARGES: MarginCharges = {
  trouble: undefined,
  revision: 0,
  membership: 0,
  sum: 0,
  amountOf: () => 0,
  principalOf: () => -1,
  list: () => [],
  fromScratch: () => [],
};

const CODE = "charges/under-margined";
/** How many charges are named; the largest. */
const CHARGES_NAMED = 50;

/** From scratch. */
export function marginChargesPart(books: NetCapitalBooks, charges: SaidCharges): PartAnswer {
  if (charges instanceof Trouble) return { lines: {}, troubles: [charges] };
  const reported = accountsWithItems(books, books.reports.list("open-item-reported"));
  return answerOf(
    books,
    charges.filter(({ members }) => !members.some((member) => reported.has(member))),
  );
}

function answerOf({ accounts }: NetCapitalBooks, charges: readonly MarginCharge[]): PartAnswer {
  if (charges.length === 0) return { lines: {}, troubles: [] };
  const named = charges
    .toSorted((a, b) => b.amount - a.amount || b.deficiency - a.deficiency || a.account - b.account)
    .slice(0, CHARGES_NAMED);
  const inputs = {
    charges: String(charges.length),
    deficiencies: sum(charges.map(({ deficiency }) => deficiency)),
  };
  const amount = sum(charges.map((charge) => charge.amount));
  const children = named.map((charge) => chargeLine(accounts.attributes(charge.account).account, charge));
  const whole = line(CODE, "Accounts without their margin", "15c3-1(c)(2)(xii)(A)", amount, inputs, children);
  return { lines: { charges: [whole] }, troubles: [] };
}

function chargeLine(
  name: string,
  { layer, amount, deficiency, calls, callsSince, paragraph, label }: MarginCharge,
): Line {
  return line(`${CODE}/${name}/${layer}`, `${name}: ${label}`, paragraph, amount, {
    deficiency,
    ...(callsSince === undefined ? { called: "not yet" } : { called: calls, callOf: formatDay(callsSince) }),
  });
}

/** The sum of the charges, less what accounts are charged of which an item is reported. */
export class RunningMarginCharges implements RunningPart {
  readonly #books: NetCapitalBooks;
  readonly #charges: MarginCharges;
  /** Principals of accounts of which an item is reported, as of these revisions. */
  #reported: ReadonlySet<number> = new Set();
  #asOfItems = -1;
  #asOfMembership = -1;

  constructor(books: NetCapitalBooks, charges: MarginCharges) {
    this.#books = books;
    this.#charges = charges;
  }

  reset(): void {
    this.#asOfItems = -1;
  }

  moved(): void {
    // The firm's own positions are nobody's margin.
  }

  priced(): boolean {
    return false;
  }

  relisted(): void {
    // The charges say themselves when they change.
  }

  reported(): void {
    // The revision of the items says it.
  }

  marginCharged(): boolean {
    return true;
  }

  addTo(sums: Float64Array): boolean {
    if (this.#charges.trouble !== undefined) return false;
    let amount = this.#charges.sum;
    for (const principal of this.#covered()) amount -= this.#charges.amountOf(principal);
    sums[PLACE.charges] += amount;
    return true;
  }

  #covered(): ReadonlySet<number> {
    const { reports } = this.#books;
    const items = reports.revision("open-item-reported");
    const { membership } = this.#charges;
    if (items === this.#asOfItems && membership === this.#asOfMembership) return this.#reported;
    this.#asOfItems = items;
    this.#asOfMembership = membership;
    const reported = accountsWithItems(this.#books, reports.list("open-item-reported"));
    this.#reported = new Set([...reported].map((account) => this.#charges.principalOf(account)));
    return this.#reported;
  }

  answer(): PartAnswer {
    const { trouble } = this.#charges;
    if (trouble !== undefined) return marginChargesPart(this.#books, trouble);
    const covered = this.#covered();
    return answerOf(
      this.#books,
      this.#charges.list().filter(({ account }) => !covered.has(account)),
    );
  }
}
