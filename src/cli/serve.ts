/** Puts a running engine on the network: the API, and the page. */
import { join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import type { DrillView } from "../server/drill-routes.ts";
import { EngineAnalysis } from "../server/engine-analysis.ts";
import { EngineFirm, type Running } from "../server/engine-firm.ts";
import { EngineRulebooks } from "../server/engine-rulebooks.ts";
import { startServer } from "../server/server.ts";
import { liveReports } from "./live-reports.ts";
import { StressRuns } from "./stress-runs.ts";

const WEB_ROOT = join(import.meta.dirname, "../../web/dist");

export interface Served {
  /** For example "http://127.0.0.1:4210". */
  readonly address: string;
  /** Says that the pace changed, so that who watches sees it. */
  changed(): void;
  close(): Promise<void>;
}

/** Starts serving. Throws `port-in-use`. */
export async function serve(
  engine: Engine,
  running: Running,
  {
    host,
    port,
    drill,
    directory,
  }: {
    readonly host: string;
    readonly port: number;
    readonly drill?: () => DrillView;
    /** Where the journal is, so that stress can be worked out beside the engine; none is without it. */
    readonly directory?: string;
  },
): Promise<Served> {
  const stress =
    directory === undefined
      ? undefined
      : new StressRuns(directory, engine, { now: () => running.now(), changed: () => live.changed() });
  const live = new EngineFirm(engine, { ...running, ...(stress !== undefined && { stress }) });
  try {
    const server = await startServer({
      live,
      reports: liveReports(engine, running.firm),
      analysis: new EngineAnalysis(engine),
      rulebooks: new EngineRulebooks(engine, () => running.now()),
      ...(drill !== undefined && { drill }),
      webRoot: WEB_ROOT,
      host,
      port,
    });
    const close = async (): Promise<void> => {
      stress?.close();
      live.close();
      await server.close();
    };
    return { address: server.url, changed: () => live.changed(), close };
  } catch (error) {
    stress?.close();
    live.close();
    throw error;
  }
}

/** A signal that aborts at the first Ctrl-C or termination; a second one ends the process at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
