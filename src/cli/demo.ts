/**
 * `plimsoll demo`: a firm lives through a real market day, on the page or headless. The day is a numbered sequence of facts,
 * and the journal knows how many of them it has, so a demo that was stopped goes on exactly where it was.
 */
import { Command, Option } from "commander";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Trouble } from "../base/errors.ts";
import type { Engine, Recorded } from "../engine/engine.ts";
import { type OpenFirm, openFirm } from "../engine/open.ts";
import type { Fact } from "../facts/kinds.ts";
import { type Demo, prepareDemo } from "../simulator/demo.ts";
import { POSITIONS_DEFAULT } from "../simulator/demo-firm.ts";
import { DEMO_DATES, type DemoDate } from "../simulator/market-day.ts";
import { Pacer, type Speed } from "../simulator/pacer.ts";
import { auditNote, DEMO_DIRECTORY, figuresInWords, netCapitalJson, print, recoveryNote } from "./common.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "./config.ts";
import { speedOf, wholeNumber } from "./options.ts";
import { Progress } from "./progress.ts";
import { aborted, serve, type Served, stopSignal } from "./serve.ts";

/** Where a headless run keeps its journal; made anew by each. */
const HEADLESS_DIRECTORY = "plimsoll-data/headless";
/** Facts of the opening that are recorded together. */
const OPENING_BATCH = 5000;
const SNAPSHOT_EVERY = 250_000;
const SPEED = 60;
const FIRM_NAME = "Load Line Securities LLC (demo)";

/** What makes one demo another; kept beside its journal. */
interface Setting {
  readonly day: DemoDate;
  readonly accounts: number;
  readonly positions: number;
  readonly seed: number;
}

interface DemoOptions extends Partial<Setting> {
  readonly dir?: string;
  readonly speed?: Speed;
  readonly host: string;
  readonly port: number;
  readonly auditEvery?: number;
  readonly fresh?: true;
  readonly headless?: true;
  readonly json?: true;
}

const DEFAULTS = { day: "2015-08-24", accounts: 20_000, seed: 1 } as const;

export function demoCommand(): Command {
  return new Command("demo")
    .description("a broker-dealer lives through a real market day; the page is at http://127.0.0.1:4210")
    .option("--speed <factor>", 'market seconds for each second, or "max"; 60 where absent, "max" if headless', speedOf)
    .addOption(new Option("--day <date>", "which market day").choices(DEMO_DATES))
    .option("--accounts <number>", "customers' accounts; 20,000 where absent", wholeNumber)
    .option("--positions <number>", "their positions; 200,000 where absent", wholeNumber)
    .option("--seed <number>", "another firm, another order flow; 1 where absent", wholeNumber)
    .option("--dir <directory>", `where its journal is; ${DEMO_DIRECTORY} where absent`)
    .option("--fresh", "start over, forgetting the journal in the directory")
    .option("--host <address>", "address to listen on", DEFAULT_HOST)
    .option("--port <number>", "port to listen on", wholeNumber, DEFAULT_PORT)
    .option(
      "--audit-every <minutes>",
      "audit the running figures against those from scratch, as facts of the journal; not where absent",
      wholeNumber,
    )
    .option("--headless", "without a page: run the day, print a summary, end")
    .option("--json", "the summary as JSON, for scripts")
    .action(run);
}

async function run(options: DemoOptions): Promise<void> {
  const { headless = false, json = false } = options;
  const speed = options.speed ?? (headless ? "max" : SPEED);
  const directory = resolve(options.dir ?? (headless ? HEADLESS_DIRECTORY : DEMO_DIRECTORY));
  if (options.fresh || (headless && options.dir === undefined)) forget(directory);
  const setting = settle(directory, options);
  const progress = new Progress(!json);
  const signal = stopSignal();

  progress.note(`Reading the market of ${setting.day} …`);
  const demo = prepareDemo(setting);
  const { auditEvery = 0 } = options;
  const firm: OpenFirm = await openFirm(directory, {
    snapshotEvery: SNAPSHOT_EVERY,
    onSnapshot: (outcome) => progress.note(snapshotNote(outcome)),
    // Recorded only if asked for: the same demo gives the same journal.
    ...(auditEvery > 0 && {
      auditAt: () => firm.engine.at,
      auditEveryMinutes: auditEvery,
      onAudit: (outcome) => progress.note(auditNote(outcome)),
    }),
  });
  const { engine } = firm;
  const note = recoveryNote(firm.journal.recovery);
  if (note !== undefined) progress.note(note);
  if (firm.recovered.state.seq > 0) progress.note(`Resumed after fact ${engine.seq} of ${directory}`);

  const pacer = new Pacer({ day: demo.day, speed, from: demo.dayFactsIn(engine.state), signal });
  const server = headless ? undefined : await startServer(engine, pacer, directory, options);
  if (server !== undefined) progress.note(`The page: ${server.address}`);
  const started = performance.now();
  const seqBefore = engine.seq;
  try {
    await openBooks(engine, demo, progress, signal);
    await replayDay(engine, pacer, progress);
    const seconds = (performance.now() - started) / 1000;
    server?.changed();
    if (headless)
      summarise(firm, { setting, directory, seconds, facts: engine.seq - seqBefore, finished: pacer.finished }, json);
    else if (!signal.aborted) {
      progress.note(`The day is over: ${figuresInWords(engine.state.netCapital.answer())}`);
      progress.note(
        "The page stays; Ctrl-C stops. Started again, the demo shows the finished day; --fresh starts over.",
      );
      await aborted(signal);
    }
  } finally {
    progress.end();
    await server?.close();
    await firm.close();
  }
  if (!headless) progress.note(`Stopped after fact ${engine.seq}; npm start goes on from there.`);
}

/** Removes a demo's directory, and nothing that is not one. */
function forget(directory: string): void {
  if (!existsSync(directory)) return;
  if (!existsSync(settingFile(directory))) {
    throw new Trouble("not-allowed", "not the directory of a demo; it is not removed", {
      field: "dir",
      value: directory,
    });
  }
  rmSync(directory, { recursive: true });
}

const settingFile = (directory: string): string => join(directory, "demo.json");

/** The setting of the demo in the directory, or that of the options for a new one. A demo that exists keeps its setting. */
function settle(directory: string, options: DemoOptions): Setting {
  const { day, accounts, positions, seed } = options;
  const given = Object.fromEntries(
    Object.entries({ day, accounts, positions, seed }).filter(([, value]) => value !== undefined),
  );
  if (!existsSync(settingFile(directory))) {
    const setting = { ...DEFAULTS, positions: POSITIONS_DEFAULT[day ?? DEFAULTS.day], ...given };
    mkdirSync(directory, { recursive: true });
    writeFileSync(settingFile(directory), `${JSON.stringify(setting)}\n`);
    return setting;
  }
  const kept = JSON.parse(readFileSync(settingFile(directory), "utf8")) as Setting;
  for (const key of ["day", "accounts", "positions", "seed"] as const) {
    if (options[key] === undefined || options[key] === kept[key]) continue;
    throw new Trouble("not-allowed", "the demo in this directory has another", {
      field: `--${key}`,
      value: options[key],
      expected: `${kept[key]}, or --fresh, or another --dir`,
    });
  }
  return kept;
}

function startServer(engine: Engine, pacer: Pacer, directory: string, { host, port }: DemoOptions): Promise<Served> {
  const pace = () => {
    if (pacer.finished) return { state: "finished" } as const;
    const { speed } = pacer;
    return { state: pacer.paused ? "paused" : "replaying", ...(speed !== "max" && { speed }) } as const;
  };
  return serve(engine, { firm: FIRM_NAME, pace, now: () => pacer.simTime }, { host, port, directory });
}

/** Records in large batches, with the next one under way while the last becomes durable. */
class Recorder {
  readonly #engine: Engine;
  #last: Promise<Recorded> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async record(facts: readonly Fact[]): Promise<void> {
    const previous = this.#last;
    this.#last = this.#engine.submit(facts);
    this.#last.catch(() => undefined);
    await previous;
  }

  async durable(): Promise<void> {
    await this.#last;
  }
}

async function openBooks(engine: Engine, demo: Demo, progress: Progress, signal: AbortSignal): Promise<void> {
  const recorder = new Recorder(engine);
  let recorded = demo.openingFactsIn(engine.state);
  for (const batch of demo.openingBatches(recorded, OPENING_BATCH)) {
    if (signal.aborted) break;
    await recorder.record(batch);
    recorded += batch.length;
    progress.show(`Opening the books: ${recorded} facts`);
  }
  await recorder.durable();
}

async function replayDay(engine: Engine, pacer: Pacer, progress: Progress): Promise<void> {
  const recorder = new Recorder(engine);
  for await (const { facts } of pacer) {
    await recorder.record(facts);
    progress.showDay(engine);
  }
  await recorder.durable();
}

interface Outcome {
  readonly setting: Setting;
  readonly directory: string;
  readonly seconds: number;
  readonly facts: number;
  readonly finished: boolean;
}

function summarise(
  { engine }: OpenFirm,
  { setting, directory, seconds, facts, finished }: Outcome,
  json: boolean,
): void {
  const answer = engine.state.netCapital.answer();
  const summary = {
    ...setting,
    directory,
    finished,
    facts,
    seconds: Number(seconds.toFixed(3)),
    factsPerSecond: Math.round(facts / seconds),
    seq: engine.seq,
    refusals: engine.state.refusals.count,
    netCapital: netCapitalJson(answer),
    stateHash: engine.state.hash(),
  };
  if (json) print(summary);
  else {
    process.stdout.write(
      `\n${facts} facts in ${summary.seconds} s, ${summary.factsPerSecond} a second\n${figuresInWords(answer)}\nstate ${summary.stateHash}\n`,
    );
  }
}

function snapshotNote(outcome: { readonly seq: number } | Error): string {
  return outcome instanceof Error ? `A snapshot failed: ${outcome.message}` : `Snapshot of fact ${outcome.seq}`;
}
