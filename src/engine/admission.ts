/**
 * Whether every fact of a batch is possible, asked of the books before anything is written. All or nothing: either the
 * batch can be recorded whole, or every reason against it is given and nothing has changed.
 *
 * A fact may use an account or instrument that an earlier fact of the same batch opens: new ones are entered tentatively
 * and always taken out again. What depends on balances or rules that the rest of its batch may move comes alone. Not played
 * through is the sum of a batch: that only all its facts together pass 2^53 units of one balance (90 trillion dollars) is
 * found when they are applied, and kept as a refusal.
 */
import { type ErrorCode, Trouble, type TroubleDetails } from "../base/errors.ts";
import type { Fact, FactOfKind } from "../facts/kinds.ts";
import type { FirmState } from "./firm-state.ts";

/** Why one fact of a batch was refused. */
export interface RefusedFact extends TroubleDetails {
  /** Which fact of the batch, from 0. */
  readonly index: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** No fact of the batch was recorded; `troubles` says why. */
export class FactsRefused extends Error {
  override readonly name = "FactsRefused";
  readonly troubles: readonly RefusedFact[];

  constructor(troubles: readonly RefusedFact[]) {
    const [first] = troubles;
    super(first === undefined ? "refused" : `fact ${first.index}: ${first.message}`);
    this.troubles = troubles;
  }
}

export function refusedFact(index: number, { code, message, details }: Trouble): RefusedFact {
  return { index, code, message, ...details };
}

/** As many reasons are given; a file with one wrong column would give as many as it has rows. */
const REASONS_MAX = 100;

/** Facts whose check depends on what other facts of a batch may change: they come alone. */
const ALONE = new Set<Fact["kind"]>(["account-closed", "rulebook-activated", "restriction-released", "notice-sent"]);

/** Throws `FactsRefused` unless every fact can be recorded. Leaves no trace. */
export function admit(state: FirmState, facts: readonly Fact[]): void {
  const { names, instruments, accounts } = state.books;
  const before = { names: names.size, instruments: instruments.size, accounts: accounts.size };
  const troubles: RefusedFact[] = [];
  let openedDay = "";
  try {
    for (const [index, fact] of facts.entries()) {
      try {
        if (facts.length > 1) refuseInCompany(fact);
        state.cold.check(fact);
        if (fact.kind === "business-day-opened") openedDay = laterDay(fact, openedDay);
        enterTentatively(state, fact);
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        troubles.push(refusedFact(index, error));
        if (troubles.length === REASONS_MAX) break;
      }
    }
  } finally {
    instruments.forgetFrom(before.instruments);
    accounts.forgetFrom(before.accounts);
    names.truncate(before.names);
  }
  if (troubles.length > 0) throw new FactsRefused(troubles);
}

/** Days of one batch are opened in order; ISO days compare as text. */
function laterDay({ day }: FactOfKind<"business-day-opened">, opened: string): string {
  if (day >= opened) return day;
  throw new Trouble("not-allowed", `the business day ${opened} is opened earlier in the batch`, {
    field: "day",
    value: day,
  });
}

function refuseInCompany(fact: Fact): void {
  if (!ALONE.has(fact.kind)) return;
  throw new Trouble("not-allowed", "depends on what the rest of the batch may change", {
    field: "kind",
    value: fact.kind,
    expected: "a batch of its own",
  });
}

/** Enters what is new, so that later facts of the batch find it. What changes something known has no bearing on them. */
function enterTentatively({ books: { names, instruments, accounts } }: FirmState, fact: Fact): void {
  if (fact.kind === "instrument-listed" && instruments.find(names.intern(fact.instrument)) < 0) {
    const { symbol: _, ...unnamed } = fact;
    instruments.list(unnamed, names.intern(fact.instrument));
  } else if (fact.kind === "account-opened" && accounts.find(names.intern(fact.account)) < 0) {
    accounts.open(fact, names.intern(fact.account));
  }
}
