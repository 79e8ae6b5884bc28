/**
 * `plimsoll drill NAME`: a firm in trouble, by the second: which tier was crossed when, who was told, what each hedge would
 * do, and how it ended. On the page or headless. Every drill starts on a journal of its own, made anew.
 */
import { Command } from "commander";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { Trouble } from "../base/errors.ts";
import { displayDollars, formatDollars, toCents } from "../base/money.ts";
import type { Engine } from "../engine/engine.ts";
import { openFirm } from "../engine/open.ts";
import type { DrillView } from "../server/drill-routes.ts";
import { EngineWatch } from "../server/engine-watch.ts";
import type { Drill } from "../simulator/drills/drill.ts";
import { type DrillEntry, DrillRun, type HedgeAnswer, type LowPoint } from "../simulator/drills/drill-run.ts";
import { flashCrash } from "../simulator/drills/flash-crash.ts";
import { Pacer, type Speed } from "../simulator/pacer.ts";
import { figuresInWords, netCapitalJson, print, SHIPPED_RULEBOOK } from "./common.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "./config.ts";
import { speedOf, wholeNumber } from "./options.ts";
import { Progress } from "./progress.ts";
import { aborted, serve, stopSignal } from "./serve.ts";

const DRILLS = { "flash-crash": flashCrash } as const;
type DrillName = keyof typeof DRILLS;

/** Says that a directory is a drill's, and may be made anew. */
const MARKER = "drill.json";
const SPEED = 10;

interface DrillOptions {
  readonly dir?: string;
  readonly speed?: Speed;
  readonly host: string;
  readonly port: number;
  readonly headless?: true;
  readonly json?: true;
}

export function drillCommand(): Command {
  return new Command("drill")
    .description("a firm in trouble, by the second; the page is at http://127.0.0.1:4210")
    .argument("<name>", Object.keys(DRILLS).join(", "))
    .option(
      "--speed <factor>",
      `market seconds for each second, or "max"; ${SPEED} where absent, "max" if headless`,
      speedOf,
    )
    .option("--dir <directory>", "where its journal is, made anew; plimsoll-data/drill-NAME where absent")
    .option("--host <address>", "address to listen on", DEFAULT_HOST)
    .option("--port <number>", "port to listen on", wholeNumber, DEFAULT_PORT)
    .option("--headless", "without a page: run it, print what happened, end")
    .option("--json", "what happened as JSON, for scripts")
    .action(run);
}

function drillNamed(name: string): Drill {
  if (!Object.hasOwn(DRILLS, name))
    throw new Trouble("bad-value", "no such drill", {
      field: "name",
      value: name,
      expected: Object.keys(DRILLS).join(" or "),
    });
  const document = parseDocument(readFileSync(SHIPPED_RULEBOOK, "utf8"));
  const version = `${String(document.get("version"))} (drill)`;
  document.set("version", version);
  document.setIn(["firm", "method"], "alternative");
  return DRILLS[name as DrillName]({
    rulebook: "net-capital",
    version,
    effective: String(document.get("effective")),
    document: document.toString({ lineWidth: 0 }),
    approvedBy: "A. Officer",
    secondApproval: "B. Officer",
  });
}

async function run(name: string, options: DrillOptions): Promise<void> {
  const drill = drillNamed(name);
  const { headless = false, json = false } = options;
  const directory = resolve(options.dir ?? join("plimsoll-data", `drill-${name}`));
  forget(directory);
  const progress = new Progress(!json);
  const signal = stopSignal();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, MARKER), `${JSON.stringify({ drill: name })}\n`);
  const firm = await openFirm(directory);
  const { engine } = firm;
  const drillRun = new DrillRun(engine, drill);
  const pacer = new Pacer({ day: drill.script, speed: options.speed ?? (headless ? "max" : SPEED), signal });
  const pace = () => {
    const { speed, finished, paused } = pacer;
    if (finished) return { state: "finished" } as const;
    return { state: paused ? "paused" : "replaying", ...(speed !== "max" && { speed }) } as const;
  };
  try {
    progress.note(`${drill.title}. ${drill.story}`);
    await drillRun.open();
    const running = { firm: drill.firm, drill: drill.name, session: drill.session, pace, now: () => pacer.simTime };
    const { host, port } = options;
    const view = () => viewOf(drill, drillRun);
    const server = headless ? undefined : await serve(engine, running, { host, port, drill: view });
    try {
      if (server !== undefined) progress.note(`The page: ${server.address}`);
      await drillRun.play(pacer, () => progress.showDay(engine));
      progress.end();
      if (json) print(outcomeJson(drill, engine, drillRun));
      else process.stdout.write(outcomeText(engine, drillRun));
      server?.changed();
      if (server !== undefined && !signal.aborted) {
        progress.note("The page stays; Ctrl-C stops.");
        await aborted(signal);
      }
    } finally {
      await server?.close();
    }
  } finally {
    progress.end();
    await firm.close();
  }
}

/** Removes the journal of an earlier drill, and nothing else. */
function forget(directory: string): void {
  if (!existsSync(directory)) return;
  if (!existsSync(join(directory, MARKER)))
    throw new Trouble("not-allowed", "not the directory of a drill; it is not removed", {
      field: "--dir",
      value: directory,
    });
  rmSync(directory, { recursive: true });
}

/** The drill as the page shows it. */
function viewOf({ name, title, story, instrument }: Drill, { log, low }: DrillRun): DrillView {
  return {
    name,
    title,
    story,
    instrument,
    steps: log.map((entry) => {
      if (entry.what === "released") return entry;
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

function percentOf(figure: HedgeAnswer["before"]): string | null {
  return figure.answer === "unknown" ? null : figure.percentOfMinimum;
}

/** What followed from the facts, in order: who was told of what. */
function effectsOf(engine: Engine) {
  return new EngineWatch(engine.state).effects({ count: Number.POSITIVE_INFINITY }).effects;
}

function outcomeJson(drill: Drill, engine: Engine, { log, low }: DrillRun): object {
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
    lowest: low === undefined ? null : { ...low, ...amountsOf(low) },
    end: { seq: engine.seq, ...netCapitalJson(engine.state.netCapital.answer()) },
    stateHash: engine.state.hash(),
  };
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

/** By time of day in UTC, as the facts say it. */
function outcomeText(engine: Engine, { log, low }: DrillRun): string {
  const told = effectsOf(engine).map(({ at, title, paragraph, to }) => {
    const what = paragraph === undefined ? title : `${title} [${paragraph}]`;
    return { at, text: to.length === 0 ? what : `${what}\n${" ".repeat(16)}told: ${to.join(", ")}` };
  });
  const done = log.map((entry) => ({ at: entry.at, text: entryText(entry) }));
  const lines = [...told, ...done]
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ at, text }) => `${at.slice(11, 23)}    ${text}`);
  const lowest =
    low === undefined
      ? ""
      : `\nThe lowest point, ${low.at.slice(11, 23)}: net capital ${displayDollars(toCents(low.netCapitalCents))}, ${percent(low.netCapitalCents, low.requirementCents)}% of the minimum\n`;
  return `\n${lines.join("\n")}\n${lowest}The end: ${figuresInWords(engine.state.netCapital.answer())}\n`;
}

function entryText(entry: DrillEntry): string {
  if (entry.what === "released")
    return `Restriction ${entry.restriction} released by ${entry.by} and ${entry.secondApproval}`;
  const hedges = entry.hedges.map(
    ({ name, before, after, milliseconds }) =>
      `${" ".repeat(16)}${name}: ${standing(before)} → ${standing(after)} (${milliseconds.toFixed(1)} ms)`,
  );
  return [`What if: ${entry.title}`, ...hedges].join("\n");
}

function standing(figure: HedgeAnswer["before"]): string {
  const share = percentOf(figure);
  return share === null ? "cannot say" : `${share}% of the minimum`;
}
