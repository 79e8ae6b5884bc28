/**
 * The auditor of the running figures: net capital from scratch, and where it differs from what the monitor says, line by
 * line. Any difference is a fault of the program.
 */
import { Trouble } from "../base/errors.ts";
import type { Line } from "../base/line.ts";
import { type Cents, formatDollars } from "../base/money.ts";
import type { RulebookStore } from "../rulebook/store.ts";
import { FIGURE } from "./figures.ts";
import { computeNetCapital, type NetCapitalAnswer, noRulesInForce } from "./computation.ts";
import { inputsFromBooks, type NetCapitalBooks } from "./inputs.ts";
import type { SaidCharges } from "./margin-charges.ts";
import type { NetCapitalMonitor } from "./monitor.ts";
import { netCapitalRulesInForce } from "./rules.ts";

/** Net capital from the books and the charges of margin alone, under the rules in force on their business day. */
function netCapitalFromScratch(
  books: NetCapitalBooks & { readonly rulebooks: RulebookStore },
  charges: SaidCharges,
  positionsNamed?: number,
): NetCapitalAnswer {
  try {
    const rules = netCapitalRulesInForce(books.rulebooks, books.ledger.settlement.openedDay);
    return rules === undefined
      ? noRulesInForce(books.ledger.settlement.openedDay)
      : computeNetCapital(inputsFromBooks(books, rules, charges), rules, positionsNamed);
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
    ...answerDifferences(
      monitor.answer(Infinity),
      netCapitalFromScratch(books, monitor.charges.fromScratch(), Infinity),
    ),
  ];
}

/** Every running figure by its name, in cents, as one process tells another; null while they are unknown. */
export type FiguresByName = Readonly<Record<string, number>> | null;

export function figuresByName(monitor: NetCapitalMonitor): FiguresByName {
  const figures = monitor.allFigures();
  if (figures === undefined) return null;
  return Object.fromEntries(Object.entries(FIGURE).map(([name, index]) => [name, figures[index]]));
}

/** Where the figures that a running firm told differ from those of `monitor`, which was audited at the same fact. */
export function toldDifferences(told: FiguresByName, monitor: NetCapitalMonitor): string[] {
  const audited = figuresByName(monitor);
  if (told === null || audited === null)
    return told === audited ? [] : [`running ${told === null ? "unknown" : "known"}, from scratch the other`];
  return Object.keys(FIGURE)
    .filter((name) => told[name] !== audited[name])
    .map(
      (name) => `${inWords(name)}: running ${amount(name, told[name])}, from scratch ${amount(name, audited[name])}`,
    );
}

function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function amount(name: string, value: number): string {
  return name === "tier" ? String(value) : formatDollars(value as Cents);
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
    ["tentative net capital by rule", figures.tentativeByRuleCents, answer.tentativeByRule],
    ["financing payable", figures.financingPayableCents, answer.financingPayable],
    ["financing receivable", figures.financingReceivableCents, answer.financingReceivable],
    ["tier", figures.tierIndex, answer.tierIndex],
  ];
  return pairs
    .filter(([, running, explained]) => running !== explained)
    .map(([what, running, explained]) => `${what}: running ${running}, explained ${explained}`);
}

/** What notices compare and no line shows. */
const NO_LINE = ["financingPayable", "financingReceivable"] as const;

function answerDifferences(running: NetCapitalAnswer, scratch: NetCapitalAnswer): string[] {
  if (running.kind === "figure" && scratch.kind === "figure")
    return [
      ...lineDifferences(running.computation, scratch.computation),
      ...NO_LINE.filter((name) => running[name] !== scratch[name]).map(
        (name) => `${inWords(name)}: running ${running[name]}, from scratch ${scratch[name]}`,
      ),
    ];
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
