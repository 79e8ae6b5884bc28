/**
 * What if: net capital before and after facts that did not happen, line by line, and the largest size of a trade that keeps a
 * cushion. The facts go to a branch by the code that takes real ones; the firm itself is only read.
 *
 * A branch that shares the trunk's books serves almost everything (branch.ts). Facts that open an account, list an instrument
 * or move the market otherwise than by a stated price need a copy of the whole state, which takes long for a large firm.
 */
import { Trouble } from "../../base/errors.ts";
import { differenceOfLines, type LineDifference } from "../../base/line-difference.ts";
import type { Fact } from "../../facts/kinds.ts";
import type { NetCapitalAnswer } from "../../net-capital/computation.ts";
import type { NetCapitalMonitor } from "../../net-capital/monitor.ts";
import { FactsRefused } from "../admission.ts";
import type { FirmState } from "../firm-state.ts";
import { applyHypothetical } from "../hypothetical.ts";
import { Branch } from "./branch.ts";
import { type Hypotheses, hypothesesOf, type Hypothesis, placed } from "./hypotheses.ts";
import { type LargestAnswer, LargestSearch } from "./largest.ts";
import type { Question } from "./question.ts";

export interface WhatIfAnswer {
  readonly before: NetCapitalAnswer;
  readonly after: NetCapitalAnswer;
  /** Every line; undefined where either answer is unknown, or no lines were asked for. */
  readonly lines: LineDifference | undefined;
  /** The facts as they were applied, with what the question left open. */
  readonly facts: readonly Fact[];
  readonly largest: LargestAnswer | undefined;
}

/** Ledger rows that are copied at most where a branch cannot share them: a second or two, and some hundred megabytes. */
const COPIED_ROWS_MAX = 4_000_000;

/** Answers the question, and leaves the state as it was. Throws `Trouble` for what cannot be asked of this firm. */
export function whatIf(state: FirmState, question: Question): WhatIfAnswer {
  const { facts, trades } = hypothesesOf(question, state);
  const fresh = branching(state, facts);
  const largest = question.largest === undefined ? undefined : new LargestSearch(fresh, trades, question.largest).run();
  const made = trades.flatMap((trade, index): Hypothesis[] => {
    if (trade.quantity !== undefined) return [trade.of(trade.quantity)];
    if (largest === undefined)
      throw new Trouble("missing-field", "how much is traded", { field: `${trade.place}.quantity` });
    const found = largest.quantities.get(index) ?? 0;
    return found === 0 ? [] : [trade.of(found)];
  });
  const after = fresh();
  applyPlaced(made, (all) => after.apply(all));
  return answered(state, after.netCapital, question, { facts, made, largest });
}

function answered(
  state: FirmState,
  monitor: NetCapitalMonitor,
  question: Question,
  {
    facts,
    made,
    largest,
  }: { facts: Hypotheses["facts"]; made: readonly Hypothesis[]; largest: LargestAnswer | undefined },
): WhatIfAnswer {
  const all = [...facts, ...made].map(({ fact }) => fact);
  const named = positionsTouched(state, all, question);
  const before = state.netCapital.answer(named);
  const after = monitor.answer(named);
  const hasLines = question.lines !== "none" && before.kind === "figure" && after.kind === "figure";
  return {
    before,
    after,
    lines: hasLines ? differenceOfLines(before.computation, after.computation) : undefined,
    facts: all,
    largest,
  };
}

/** The positions that lines name: those that the facts speak of; the largest where the facts reach all, or all lines are shown. */
function positionsTouched(
  { books: { instruments } }: FirmState,
  facts: readonly Fact[],
  { lines, day, rulebook }: Question,
): ReadonlySet<number> | undefined {
  if (lines === "all" || day !== undefined || rulebook !== undefined) return undefined;
  const names = facts.flatMap((fact) =>
    "instrument" in fact && fact.instrument !== undefined ? [fact.instrument] : [],
  );
  return new Set(names.map((name) => instruments.findText(name)));
}

/** What gives branches on which the facts stand. */
function branching(state: FirmState, facts: readonly Hypothesis[]): () => Branch {
  if (Branch.serves(facts.map(({ fact }) => fact))) {
    return () => {
      const branch = new Branch(state);
      applyPlaced(facts, (all) => branch.apply(all));
      return branch;
    };
  }
  const rows = state.books.ledger.size;
  if (rows > COPIED_ROWS_MAX)
    throw new Trouble("too-large", "facts that open an account or list an instrument need a copy of the books", {
      field: "facts",
      value: `${rows} balances`,
      expected: `at most ${COPIED_ROWS_MAX}`,
    });
  const copy = state.branch();
  applyPlaced(facts, (all) => applyHypothetical(copy, all));
  return () => new Branch(copy);
}

/** Applies the facts; a refusal is said of the place in the question. */
function applyPlaced(hypotheses: readonly Hypothesis[], apply: (facts: readonly Fact[]) => void): void {
  try {
    apply(hypotheses.map(({ fact }) => fact));
  } catch (error) {
    if (!(error instanceof FactsRefused)) throw error;
    const [refused] = error.troubles;
    throw placed(hypotheses[refused.index].place, refused);
  }
}
