/**
 * `plimsoll drill NAME`: a firm in trouble, by the second: what happened when, who was told, what people did about it, and
 * how it ended. On the page or headless. Every drill starts on a journal of its own, made anew.
 */
import { Command } from "commander";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Document, parseDocument } from "yaml";
import { Trouble } from "../base/errors.ts";
import { openFirm } from "../engine/open.ts";
import type { Drill, DrillRulebook } from "../simulator/drills/drill.ts";
import { DrillRun } from "../simulator/drills/drill-run.ts";
import { flashCrash } from "../simulator/drills/flash-crash.ts";
import { marginCascade } from "../simulator/drills/margin-cascade.ts";
import { Pacer, type Speed } from "../simulator/pacer.ts";
import { print, SHIPPED_RULEBOOK } from "./common.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "./config.ts";
import { outcomeJson, outcomeText, viewOf } from "./drill-outcome.ts";
import { speedOf, wholeNumber } from "./options.ts";
import { Progress } from "./progress.ts";
import { aborted, serve, stopSignal } from "./serve.ts";

const SHIPPED_MARGIN_RULEBOOK = join(import.meta.dirname, "../../rulebooks/margin.yaml");

const DRILLS = {
  "flash-crash": () => flashCrash(netCapitalRules()),
  "margin-cascade": () => marginCascade({ netCapital: netCapitalRules(), margin: marginRules() }),
} as const;
type DrillName = keyof typeof DRILLS;

/** Says that a directory is a drill's, and may be made anew. */
const MARKER = "drill.json";
/** Market seconds of a night that pass at once: nobody watches an empty street. */
const LONGEST_WAIT_SECONDS = 1800;

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
      `market seconds for each second, or "max"; the drill's own where absent, "max" if headless`,
      speedOf,
    )
    .option("--dir <directory>", "where its journal is, made anew; plimsoll-data/drill-NAME where absent")
    .option("--host <address>", "address to listen on", DEFAULT_HOST)
    .option("--port <number>", "port to listen on", wholeNumber, DEFAULT_PORT)
    .option("--headless", "without a page: run it, print what happened, end")
    .option("--json", "what happened as JSON, for scripts")
    .action(run);
}

/** As it is played, with its rulebooks. */
export function drillNamed(name: string): Drill {
  if (!Object.hasOwn(DRILLS, name))
    throw new Trouble("bad-value", "no such drill", {
      field: "name",
      value: name,
      expected: Object.keys(DRILLS).join(" or "),
    });
  return DRILLS[name as DrillName]();
}

/** Of the shipped rulebook, in the alternative method. */
function netCapitalRules(): DrillRulebook {
  const document = parseDocument(readFileSync(SHIPPED_RULEBOOK, "utf8"));
  document.set("version", `${String(document.get("version"))} (drill)`);
  document.setIn(["firm", "method"], "alternative");
  return rulebook("net-capital", document, document.toString({ lineWidth: 0 }));
}

/**
 * Of the shipped rulebook, with a severe scenario of one day. No volumes are stated of the drill's stocks, so that a crisis would
 * last as long as it can and fell nearly everybody from the first minute; what calls and deadlines do would not be seen.
 */
function marginRules(): DrillRulebook {
  const document = parseDocument(readFileSync(SHIPPED_MARGIN_RULEBOOK, "utf8"));
  document.set("version", `${String(document.get("version"))} (drill)`);
  document.setIn(["ladder", "severeStress", "scenarios"], ["2020-03-16"]);
  return rulebook("margin", document, document.toString({ lineWidth: 0 }));
}

function rulebook(name: string, document: Document, text: string): DrillRulebook {
  return {
    rulebook: name,
    version: String(document.get("version")),
    effective: String(document.get("effective")),
    document: text,
    approvedBy: "A. Officer",
    secondApproval: "B. Officer",
  };
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
  const speed = options.speed ?? (headless ? "max" : drill.speed);
  const pacer = new Pacer({ day: drill.script, speed, longestWait: LONGEST_WAIT_SECONDS, signal });
  const pace = () => {
    const { speed: now, finished, paused } = pacer;
    if (finished) return { state: "finished" } as const;
    return { state: paused ? "paused" : "replaying", ...(now !== "max" && { speed: now }) } as const;
  };
  try {
    progress.note(`${drill.title}. ${drill.story}`);
    await drillRun.open();
    const running = { firm: drill.firm, drill: drill.name, session: drill.session, pace, now: () => pacer.simTime };
    const { host, port } = options;
    const view = () => viewOf(drill, drillRun);
    const server = headless ? undefined : await serve(engine, running, { host, port, drill: view, directory });
    try {
      if (server !== undefined) progress.note(`The page: ${server.address}`);
      await drillRun.play(pacer, () => progress.showDay(engine));
      progress.end();
      if (json) print(outcomeJson(drill, engine, drillRun));
      else process.stdout.write(outcomeText(drill, engine, drillRun));
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
