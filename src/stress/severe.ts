/**
 * What severe scenarios leave accounts owing: found by the exact run, and stated as facts where it is another than stands. An
 * account is stated once it would owe more than the rulebook's least, anew where it would owe twice or half as much, and no
 * longer once none of the scenarios leaves it owing anything. Of an account of which a scenario cannot say anything, what was
 * stated stays.
 */
import { formatDollars, type Cents, parseDollars } from "../base/money.ts";
import type { Books } from "../books/books.ts";
import type { UnstampedFact } from "../facts/kinds.ts";
import type { LadderRules } from "../margin/ladder/rules.ts";
import { severeStressOf, stressedAccounts } from "../margin/severe-stress.ts";
import type { ScenarioResult, Stress } from "./stress.ts";

/** Plain data, to be sent from process to process. */
export interface SevereFound {
  /** The fact whose books were stressed. */
  readonly asOfSeq: number;
  /** Every account that one of the scenarios leaves owing, by the worst of them. */
  readonly owing: readonly { readonly account: string; readonly scenario: string; readonly deficit: Cents }[];
  /** Accounts of which one of them cannot say anything. */
  readonly unknown: readonly string[];
  /** Scenarios that the rulebook calls severe, and that the stress rules do not have. */
  readonly missing: readonly string[];
}

/** Looks through the results of a run for what severe scenarios say. */
export class SevereSearch {
  readonly #nameOf: (row: number) => string;
  readonly #left: Set<string>;
  readonly #owing = new Map<string, { readonly scenario: string; readonly deficit: Cents }>();
  readonly #unknown = new Set<string>();

  constructor({ subject }: Stress) {
    const { names, accounts } = subject.books;
    this.#nameOf = (row) => names.text(accounts.nameId(row));
    this.#left = new Set(subject.margin.ladder.severeStress?.scenarios);
  }

  add({ scenario: { name }, accounts }: ScenarioResult): void {
    if (!this.#left.delete(name)) return;
    for (const { account } of accounts.unknown) this.#unknown.add(this.#nameOf(account.account));
    for (const { account, unsecured } of accounts.short) {
      const known = this.#owing.get(this.#nameOf(account.account));
      if (unsecured > (known?.deficit ?? 0))
        this.#owing.set(this.#nameOf(account.account), { scenario: name, deficit: unsecured });
    }
  }

  /** After every result. */
  found(asOfSeq: number): SevereFound {
    return {
      asOfSeq,
      owing: [...this.#owing].map(([account, of]) => ({ account, ...of })),
      unknown: [...this.#unknown],
      missing: [...this.#left],
    };
  }
}

/** How much more or less an account must owe for it to be stated anew. */
const TIMES = 2;

/** The facts that say what of it is news, in the order of accounts that owe, then of those that no longer do. */
export function severeFacts(
  books: Books,
  rules: Pick<LadderRules, "severeStress">,
  { asOfSeq, owing, unknown }: SevereFound,
): UnstampedFact[] {
  const { accounts, names } = books;
  const fact = (account: string, scenario: string, deficit: Cents): UnstampedFact => ({
    kind: "severe-stress-stated",
    account,
    scenario,
    deficit: formatDollars(deficit),
    asOfSeq: String(asOfSeq),
  });
  const least = rules.severeStress?.leastDeficit ?? Number.POSITIVE_INFINITY;
  const begun = owing
    .filter(({ account, deficit }) => {
      const row = accounts.findText(account);
      const stands = row < 0 ? undefined : severeStressOf(books, rules, row);
      if (row < 0 || stands === undefined) return row >= 0 && deficit > least;
      return deficit >= stands.deficit * TIMES || deficit * TIMES <= stands.deficit;
    })
    .map(({ account, scenario, deficit }) => fact(account, scenario, deficit));
  const kept = new Set([...owing.map(({ account }) => account), ...unknown]);
  const over = stressedAccounts(books)
    .filter((row) => !kept.has(names.text(accounts.nameId(row))))
    .flatMap((row) => {
      const stands = severeStressOf(books, rules, row);
      return stands === undefined ? [] : [fact(names.text(accounts.nameId(row)), stands.scenario, parseDollars("0"))];
    });
  return [...begun, ...over];
}
