/** The parallel run: what our monitor says, held against what another program says of the same moment. */
import { Trouble } from "../../base/errors.ts";
import type { Cents } from "../../base/money.ts";
import type { Instruments } from "../../books/instruments.ts";
import type { NetCapitalMonitor } from "../monitor.ts";
import type { Break } from "./breaks.ts";
import { type Comparison, compareLines } from "./compare.ts";
import { type OurPositions, positionBreaks } from "./positions.ts";
import { focusPartOf, focusStructure, ownStructure } from "./structure.ts";
import { allLines, type TheirComputation } from "./theirs.ts";

const CENT = 1 as Cents;
const DOLLAR = 100 as Cents;

/** The line that the tenth of undue concentration is taken of, and its box. */
const TENTATIVE: ReadonlySet<string | undefined> = new Set(["tentative-net-capital", "3640"]);

/**
 * Compares. `rounding` is the difference of a line that counts as rounding: a cent where they give cents, else a dollar.
 * Throws what is missing where we have no figure.
 */
export function compareNetCapital(
  monitor: NetCapitalMonitor,
  instruments: Instruments,
  theirs: TheirComputation,
  rounding = roundingOf(theirs),
): Comparison {
  const answer = monitor.answer(Number.POSITIVE_INFINITY);
  const { rules, asOf } = monitor;
  const inputs = monitor.inputs();
  if (answer.kind === "unknown" || rules === undefined || inputs === undefined) {
    const [missing] = answer.kind === "unknown" ? answer.troubles : [];
    throw missing ?? new Trouble("missing-rule", "no net-capital rulebook is in force");
  }
  const lines = allLines(theirs.lines);
  const part = focusPartOf(lines.flatMap(({ code }) => code ?? []));
  const { tentative } = answer;
  const { positions: held, issues, sides } = inputs;
  const ours: OurPositions = { positions: held, issues, sides, instruments, rules, tentative, asOf };
  const theirTentative = lines.find(({ code }) => TENTATIVE.has(code))?.amount;
  const positions: ReadonlyMap<string, readonly Break[]> =
    theirs.positions === undefined ? new Map() : positionBreaks(ours, theirs.positions, theirTentative);
  const structure = part === undefined ? ownStructure(answer) : focusStructure(answer, part);
  return compareLines(structure, theirs.lines, { rounding, positions });
}

function roundingOf({ lines }: TheirComputation): Cents {
  return allLines(lines).some(({ amount }) => amount % DOLLAR !== 0) ? CENT : DOLLAR;
}
