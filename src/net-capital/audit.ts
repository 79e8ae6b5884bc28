/**
 * The auditor of the running figures: net capital from scratch, and where it differs from what the monitor says, line by
 * line. Any difference is a fault of the program.
 */
import { Trouble } from "../base/errors.ts";
import type { Line } from "../base/line.ts";
import type { RulebookStore } from "../rulebook/store.ts";
import { computeNetCapital, type NetCapitalAnswer, noRulesInForce } from "./computation.ts";
import { inputsFromBooks, type NetCapitalBooks } from "./inputs.ts";
import type { NetCapitalMonitor } from "./monitor.ts";
import { netCapitalRulesInForce } from "./rules.ts";

/** Net capital from the books alone, under the rules in force on their business day. */
function netCapitalFromScratch(
  books: NetCapitalBooks & { readonly rulebooks: RulebookStore },
  positionsNamed?: number,
): NetCapitalAnswer {
  try {
    const rules = netCapitalRulesInForce(books.rulebooks, books.ledger.settlement.openedDay);
    return rules === undefined
      ? noRulesInForce(books.ledger.settlement.openedDay)
      : computeNetCapital(inputsFromBooks(books, rules), rules, positionsNamed);
  } catch (error) {
    if (error instanceof Trouble) return { kind: "unknown", troubles: [error] };
    throw error;
  }
}

/** Every difference between the running figures and those from scratch, in words; none, if the program is right. */
export function auditNetCapital(
  books: NetCapitalBooks & { readonly rulebooks: RulebookStore },
  monitor: NetCapitalMonitor,
): string[] {
  return [
    ...figureDifferences(monitor),
    ...answerDifferences(monitor.answer(Infinity), netCapitalFromScratch(books, Infinity)),
  ];
}

/** The monitor's numbers against its own explanation. */
function figureDifferences(monitor: NetCapitalMonitor): string[] {
  const answer = monitor.answer(0);
  const { figures } = monitor;
  if (figures.unknown !== (answer.kind === "unknown"))
    return [`figures are ${figures.unknown ? "unknown" : "known"}, the explanation is not`];
  if (answer.kind === "unknown") return [];
  const pairs: [string, number, number][] = [
    ["net capital", figures.netCapitalCents, answer.netCapital],
    ["requirement", figures.requirementCents, answer.requirement],
    ["excess", figures.excessCents, answer.excess],
    ["tentative net capital", figures.tentativeCents, answer.tentative],
    ["aggregate indebtedness", figures.aggregateIndebtednessCents, answer.aggregateIndebtedness],
    ["aggregate debit items", figures.aggregateDebitItemsCents, answer.aggregateDebitItems],
    ["tier", figures.tierIndex, answer.tierIndex],
  ];
  return pairs
    .filter(([, running, explained]) => running !== explained)
    .map(([what, running, explained]) => `${what}: running ${running}, explained ${explained}`);
}

function answerDifferences(running: NetCapitalAnswer, scratch: NetCapitalAnswer): string[] {
  if (running.kind === "figure" && scratch.kind === "figure")
    return lineDifferences(running.computation, scratch.computation);
  const said = (answer: NetCapitalAnswer): string =>
    answer.kind === "figure" ? "a figure" : answer.troubles.map(({ message }) => message).join("; ");
  return said(running) === said(scratch) ? [] : [`running: ${said(running)}`, `from scratch: ${said(scratch)}`];
}

function lineDifferences(running: Line, scratch: Line): string[] {
  const own =
    describe(running) === describe(scratch) ? [] : [`running ${describe(running)}, from scratch ${describe(scratch)}`];
  const count = Math.max(running.children.length, scratch.children.length);
  const below = Array.from({ length: count }, (_, index) => {
    const [a, b] = [running.children[index], scratch.children[index]];
    if (a === undefined || b === undefined)
      return [`only ${a === undefined ? "from scratch" : "running"}: ${describe(a ?? b)}`];
    return lineDifferences(a, b);
  });
  return [...own, ...below.flat()];
}

function describe({ code, amount, inputs }: Line): string {
  return `${code} ${amount} ${JSON.stringify(inputs)}`;
}
