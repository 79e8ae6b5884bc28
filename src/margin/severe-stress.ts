/**
 * Accounts that a severe stress scenario would leave owing more than they are worth: who stresses the firm's books states it
 * as a fact, and it stands until it is stated to be zero. Which scenarios are severe the margin rulebook says; under others,
 * what was stated means nothing.
 */
import { Trouble } from "../base/errors.ts";
import { type Line, line } from "../base/line.ts";
import { type Cents, negate, parseDollars, ZERO } from "../base/money.ts";
import type { Report, Reports } from "../books/reports.ts";
import type { FactOfKind } from "../facts/kinds.ts";
import { type MarginBooks, marginAccountOf } from "./account.ts";
import type { LadderRules } from "./ladder/rules.ts";

type Stated = Report<"severe-stress-stated">;

export interface SevereStress {
  readonly scenario: string;
  /** Cents, above zero. */
  readonly deficit: Cents;
  /** The fact whose books were stressed. */
  readonly asOfSeq: number;
}

const known = new WeakMap<Reports, { readonly revision: number; readonly stated: ReadonlyMap<string, Stated> }>();

/** What stands, by the name of the account. */
function statedIn(reports: Reports): ReadonlyMap<string, Stated> {
  const revision = reports.revision("severe-stress-stated");
  const before = known.get(reports);
  if (before !== undefined && before.revision === revision) return before.stated;
  const stated = new Map(reports.list("severe-stress-stated").map((report) => [report.account, report]));
  known.set(reports, { revision, stated });
  return stated;
}

/** Accounts of which something was stated, by row. */
export function stressedAccounts({ reports, accounts }: Pick<MarginBooks, "reports" | "accounts">): number[] {
  return [...statedIn(reports).keys()].map((name) => accounts.findText(name));
}

/** What severe scenarios leave an account owing; undefined where nothing stands that the rules call severe. */
export function severeStressOf(
  { names, accounts, reports }: Pick<MarginBooks, "names" | "accounts" | "reports">,
  { severeStress }: Pick<LadderRules, "severeStress">,
  account: number,
): SevereStress | undefined {
  const said = statedIn(reports).get(names.text(accounts.nameId(account)));
  if (said === undefined || severeStress?.scenarios.has(said.scenario) !== true) return undefined;
  return { scenario: said.scenario, deficit: parseDollars(said.deficit), asOfSeq: Number(said.asOfSeq) };
}

/** As a line of an account's explanation: what it would owe, below zero. */
export function severeStressLine(
  code: string,
  { scenario, deficit, asOfSeq }: SevereStress,
  { layers, paragraph }: Pick<LadderRules, "layers" | "paragraph">,
): Line {
  const cited = layers.stress?.paragraph ?? paragraph;
  const inputs = { scenario, "as of fact": String(asOfSeq) };
  return line(`${code}/severe-stress`, "Left in a severe stress scenario", cited, negate(deficit), inputs);
}

/** Throws what keeps the fact from meaning anything. What is over may be said of any account. */
export function checkSevereStress(
  books: MarginBooks,
  rules: LadderRules | undefined,
  { account, scenario, deficit }: FactOfKind<"severe-stress-stated">,
): void {
  if (parseDollars(deficit) === ZERO) return;
  const row = books.accounts.findText(account);
  if (marginAccountOf(books, row)?.account !== row)
    throw new Trouble("unknown-account", "not an account that is margined by itself", {
      field: "account",
      value: account,
      expected: "the account that others are margined with",
    });
  const severe = rules?.severeStress?.scenarios;
  if (severe?.has(scenario) === true) return;
  throw new Trouble("not-allowed", "the margin rulebook in force does not call this scenario severe", {
    field: "scenario",
    value: scenario,
    expected: severe === undefined ? "a rulebook that names severe scenarios" : [...severe].join(", "),
  });
}
