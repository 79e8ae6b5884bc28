/** The margin of the accounts in a book document. What `plimsoll margin FILE` reads and prints. */
import { lineToJson } from "../base/line.ts";
import { formatDecimal } from "../base/decimal.ts";
import { formatDollars } from "../base/money.ts";
import { parseDay } from "../base/time.ts";
import { parseDocument } from "yaml";
import { Trouble } from "../base/errors.ts";
import { FirmState } from "../engine/firm-state.ts";
import { applyHypothetical } from "../engine/hypothetical.ts";
import { marginAccounts, type MarginBooks } from "../margin/account.ts";
import { type AccountMargin, REGIME_NAMES, type RegimeAnswer } from "../margin/answer.ts";
import { marginOf } from "../margin/computation.ts";
import { bandOf, Rungs } from "../margin/ladder/boundaries.ts";
import { accountFigures } from "../margin/ladder/figures.ts";
import { portfolioScans } from "../margin/portfolio/portfolio.ts";
import { standingJson } from "../margin/liquidation/answer.ts";
import { type TransactionAnswer, transactionAnswers } from "../margin/reg-t/transaction-answers.ts";
import { type MarginRules, readMarginRules } from "../margin/rules.ts";
import { type BookDocument, readBookDocument } from "../net-capital/book-document.ts";
import { documentToFacts, subsequentFacts } from "../net-capital/book-document-import.ts";
import { readText } from "./config.ts";

/** The margin accounts of a document, under the rules in another. */
export interface MarginDocument {
  readonly asOf: string;
  readonly books: MarginBooks;
  readonly rules: MarginRules;
  readonly accounts: readonly AccountMargin[];
  /** By name: see `stateOf`. */
  readonly states: ReadonlyMap<string, string>;
  /** What stands after each fact that came afterwards. */
  readonly subsequently: readonly TransactionAnswer[];
}

/** Throws the first thing that is wrong with either file. */
export function marginDocument(file: string, rulebook: string): MarginDocument {
  const document = readBookDocument(readText(file), { file });
  const rules = rulesFor(document, readText(rulebook), rulebook);
  const firm = firmOf(documentToFacts(document));
  const { books } = firm;
  const asOf = parseDay(document.asOf);
  const found = marginAccounts(books);
  const [first] = found;
  const scans = first === undefined ? {} : { scans: portfolioScans({ books, rules, account: first, asOf }) };
  const accounts = found.map((account) => marginOf(books, rules, account, asOf, scans));
  const states = new Map(accounts.map((margin) => [margin.name, stateOf(books, rules, margin)]));
  const subsequently = transactionAnswers(
    books,
    () => rules,
    asOf,
    subsequentFacts(document),
    (fact) => applyHypothetical(firm, [fact]),
  );
  return { asOf: document.asOf, books, rules, accounts, states, subsequently };
}

/** The rules of a rulebook, with what the document puts in place of parts of it. */
function rulesFor({ marginRules }: BookDocument, rulebook: string, file: string): MarginRules {
  const parts = Object.entries(marginRules ?? {});
  if (parts.length === 0) return readMarginRules(rulebook, { file });
  const changed = parseDocument(rulebook);
  for (const [path, value] of parts) {
    if (!changed.hasIn(path.split(".")))
      throw new Trouble("not-found", "the margin rulebook has no such part", { field: `marginRules.${path}` });
    changed.setIn(path.split("."), changed.createNode(value));
  }
  const names = parts.map(([path]) => path).join(", ");
  changed.set("version", `${String(changed.get("version"))} (${names} as in the book document)`);
  return readMarginRules(changed.toString({ lineWidth: 0 }), { file });
}

function firmOf(facts: ReturnType<typeof documentToFacts>): FirmState {
  const state = new FirmState();
  applyHypothetical(state, facts);
  return state;
}

/** What `plimsoll margin FILE --json` prints: by account the figures, the groups side by side, and the whole tree. */
export function marginJson(document: MarginDocument): object {
  const { asOf, books, rules, accounts, subsequently } = document;
  return {
    asOf,
    rulebook: rules.version,
    accounts: Object.fromEntries(
      accounts.map((margin) => [
        margin.name,
        { ...accountJson(margin, document), standing: standingJson(books, rules, margin, parseDay(asOf)) },
      ]),
    ),
    ...(subsequently.length > 0 && { subsequently }),
  };
}

/**
 * Where the account stands on the ladder as its figures alone decide: "healthy", "warning", "call" or "deficit"; "unknown"
 * while they are. Of a cash account "paid", or "to be paid".
 */
function stateOf(books: MarginBooks, rules: MarginRules, margin: AccountMargin): string {
  const { account, excess, troubles } = margin;
  const figures = accountFigures(books, margin, rules.ladder);
  if (troubles.length > 0 || figures === undefined) return "unknown";
  if (account.regime === "cash") return excess < 0 ? "to be paid" : "paid";
  const rungs = new Rungs(rules.ladder);
  return rungs.after("healthy", bandOf(rungs.boundaries, figures));
}

function accountJson(margin: AccountMargin, { books, states }: MarginDocument): object {
  const { account, troubles, requirements, lines } = margin;
  if (troubles.length > 0) {
    return {
      answer: "unknown",
      regime: account.regime,
      state: "unknown",
      troubles: troubles.map((trouble) => trouble.toJSON()),
      groups: groupsJson(margin, books),
    };
  }
  return {
    answer: "figure",
    regime: account.regime,
    state: states.get(margin.name),
    members: account.members.map((row) => books.accounts.attributes(row).account),
    equity: formatDollars(margin.equity),
    netLiquidation: formatDollars(margin.netLiquidation),
    marketValue: formatDollars(margin.marketValue),
    binding: requirements.binding ?? null,
    excess: formatDollars(margin.excess),
    minimumEquityDeposit: formatDollars(margin.minimumEquityDeposit),
    requirements: Object.fromEntries(
      REGIME_NAMES.flatMap((name) => {
        const regime = requirements[name];
        return regime === undefined ? [] : [[name, regimeJson(regime)]];
      }),
    ),
    groups: groupsJson(margin, books),
    lines: lineToJson(lines),
  };
}

function regimeJson({ equity, requirement, excess, isInForce, troubles }: RegimeAnswer): object {
  if (troubles.length > 0) return { isInForce, troubles: troubles.map((trouble) => trouble.toJSON()) };
  return {
    isInForce,
    equity: formatDollars(equity),
    requirement: formatDollars(requirement),
    excess: formatDollars(excess),
  };
}

function groupsJson({ groups }: AccountMargin, { instruments }: MarginBooks): object[] {
  return groups.map(({ underlying, holdings, value, contribution }) => ({
    underlying: instruments.attributes(underlying).instrument,
    holdings: holdings.map(({ instrument, units }) => ({
      instrument: instruments.attributes(instrument).instrument,
      quantity: formatDecimal(units, instruments.columns.scale[instrument]),
    })),
    value: value === undefined ? null : formatDollars(value),
    requirement: Object.fromEntries(
      Object.entries(contribution).map(([regime, amount]) => [regime, formatDollars(amount)]),
    ),
  }));
}
