/** What happened in a drill, for people and for scripts: who was told of what and when, what people did, and how it ended. */
import { displayDollars, formatDollars, toCents } from "../base/money.ts";
import { formatNewYork } from "../books/new-york-time.ts";
import { parseInstant } from "../base/time.ts";
import type { Engine } from "../engine/engine.ts";
import type { FirmState } from "../engine/firm-state.ts";
import type { Step } from "../margin/ladder/history.ts";
import type { DrillView } from "../server/drill-routes.ts";
import { EngineWatch } from "../server/engine-watch.ts";
import { stepView } from "../server/margin-views.ts";
import type { Drill } from "../simulator/drills/drill.ts";
import type { DrillEntry, DrillRun, HedgeAnswer, LowPoint } from "../simulator/drills/drill-run.ts";
import { figuresInWords, netCapitalJson } from "./common.ts";

/** The drill as the page shows it. */
export function viewOf({ name, title, story, instrument }: Drill, { log, low }: DrillRun): DrillView {
  return {
    name,
    title,
    story,
    instrument,
    steps: log.map((entry) => {
      if (entry.what === "act") return entry;
      const hedges = entry.hedges.map((hedge) => ({
        name: hedge.name,
        before: percentOf(hedge.before),
        after: percentOf(hedge.after),
        tierAfter: hedge.after.answer === "figure" ? hedge.after.tier : null,
      }));
      return { ...entry, hedges };
    }),
    lowest:
      low === undefined ? null : { at: low.at, percentOfMinimum: percent(low.netCapitalCents, low.requirementCents) },
  };
}

export function outcomeJson(drill: Drill, engine: Engine, { log, low }: DrillRun): object {
  const accounts = accountsOf(engine.state);
  return {
    drill: drill.name,
    instrument: drill.instrument,
    effects: effectsOf(engine).map(({ at, seq, id, kind, severity, title, to, due }) => ({
      at,
      seq,
      id,
      kind,
      severity,
      title,
      to,
      ...(due !== undefined && { due }),
    })),
    people: log,
    ...(accounts.length > 0 && {
      accounts: accounts.map(({ steps, ...account }) => ({ ...account, trail: steps.map(stepView) })),
    }),
    lowest: low === undefined ? null : { ...low, ...amountsOf(low) },
    end: { seq: engine.seq, ...netCapitalJson(engine.state.netCapital.answer()) },
    stateHash: engine.state.hash(),
  };
}

/** By New York's clocks. Changes of rung alone are in the table of accounts. */
export function outcomeText(drill: Drill, engine: Engine, { log, low }: DrillRun): string {
  const told = effectsOf(engine)
    .filter(({ kind }) => kind !== "margin-standing")
    .map(({ at, title, paragraph, to }) => {
      const what = paragraph === undefined ? title : `${title} [${paragraph}]`;
      return { at, text: to.length === 0 ? what : `${what}\n${INDENT}told: ${to.join(", ")}` };
    });
  const done = log.map((entry) => ({ at: entry.at, text: entryText(entry) }));
  const lines = [...done, ...told]
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ at, text }) => `${wall(at)}  ${text}`);
  const lowest =
    low === undefined
      ? []
      : [
          `The lowest point, ${wall(low.at)}: net capital ${displayDollars(toCents(low.netCapitalCents))}, ${percent(low.netCapitalCents, low.requirementCents)}% of the minimum`,
        ];
  const end = `The end: ${figuresInWords(engine.state.netCapital.answer())}`;
  return `\n${[...lines, ...marginText(drill, engine.state), "", ...lowest, end].join("\n")}\n`;
}

// ——— margin accounts ———

/** The margin accounts, in the order in which they were opened; none where no margin rulebook is in force. */
function accountsOf({ books, margin }: FirmState) {
  return [...(margin.rungs?.principals() ?? [])].map((row) => {
    const { account, title } = books.accounts.attributes(row);
    const steps = margin.ladder.history(row);
    const calls = steps.flatMap(({ kind, subject }) => (kind === "called" && subject !== undefined ? [subject] : []));
    return { account, title, rung: margin.ladder.standing(row).rung, calls, steps };
  });
}

function marginText({ trail }: Drill, state: FirmState): string[] {
  const accounts = accountsOf(state).filter(({ steps }) => steps.length > 0);
  if (accounts.length === 0) return [];
  const rows = accounts.map(
    ({ account, title, rung, calls, steps }) =>
      `${account.padEnd(8)}  ${String(calls.length).padStart(5)}  ${rung.padEnd(11)}  ${rungsReached(steps)}\n${" ".repeat(10)}${title}`,
  );
  const followed = accounts.find(({ account }) => account === trail);
  return [
    "",
    `Accounts that did not simply stand healthy, and when each rung was first reached:`,
    "account   calls  at the end",
    ...rows,
    ...(followed === undefined ? [] : ["", `The audit trail of account ${followed.account}:`]),
    ...(followed?.steps ?? []).map(stepText),
  ];
}

/** "warning 07-10 09:33, call 07-10 10:21". */
function rungsReached(steps: readonly Step[]): string {
  const first = new Map<string, string>();
  for (const { kind, words, at } of steps) {
    const rung = words.split(" to ").at(-1) ?? "";
    if (kind === "rung" && rung !== "healthy" && !first.has(rung)) first.set(rung, formatNewYork(at).slice(5, 16));
  }
  return [...first].map(([rung, at]) => `${rung} ${at}`).join(", ");
}

function stepText({ at, seq, kind, subject = "", amount, paragraph, words }: Step): string {
  const dollars = amount === undefined ? "" : displayDollars(amount);
  const cited = paragraph === undefined ? "" : ` [${paragraph}]`;
  return `${formatNewYork(at)}  fact ${String(seq).padStart(6)}  ${kind.padEnd(15)}  ${subject.padEnd(8)}  ${dollars.padStart(12)}  ${words}${cited}`;
}

// ——— net capital, and what was done ———

const INDENT = " ".repeat(25);

function wall(at: string): string {
  return formatNewYork(parseInstant(at));
}

/** What followed from the facts, in order: who was told of what. */
function effectsOf(engine: Engine) {
  return new EngineWatch(engine.state).effects({ count: Number.POSITIVE_INFINITY }).effects;
}

function amountsOf({ netCapitalCents, requirementCents }: LowPoint) {
  return {
    netCapital: formatDollars(toCents(netCapitalCents)),
    requirement: formatDollars(toCents(requirementCents)),
    percentOfMinimum: percent(netCapitalCents, requirementCents),
  };
}

/** Rounded down, "103.21". */
function percent(netCapital: number, requirement: number): string {
  return (Math.floor((netCapital * 10_000) / requirement) / 100).toFixed(2);
}

function percentOf(figure: HedgeAnswer["before"]): string | null {
  return figure.answer === "unknown" ? null : figure.percentOfMinimum;
}

function entryText(entry: DrillEntry): string {
  if (entry.what === "act") return `${entry.by.replace(/^./, (letter) => letter.toUpperCase())} ${entry.words}`;
  const hedges = entry.hedges.map(
    ({ name, before, after, milliseconds }) =>
      `${INDENT}${name}: ${standing(before)} → ${standing(after)} (${milliseconds.toFixed(1)} ms)`,
  );
  return [`What if: ${entry.title}`, ...hedges].join("\n");
}

function standing(figure: HedgeAnswer["before"]): string {
  const share = percentOf(figure);
  return share === null ? "cannot say" : `${share}% of the minimum`;
}
