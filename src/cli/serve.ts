/** Puts a running engine on the network: the API, and the page. */
import { join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import { EngineFirm, type Running } from "../server/engine-firm.ts";
import { startServer } from "../server/server.ts";

const WEB_ROOT = join(import.meta.dirname, "../../web/dist");

export interface Served {
  /** For example "http://127.0.0.1:4210". */
  readonly address: string;
  /** Says that the pace changed, so that who watches sees it. */
  changed(): void;
  close(): Promise<void>;
}

/** Starts serving. Throws `port-in-use`. */
export async function serve(engine: Engine, running: Running, host: string, port: number): Promise<Served> {
  const live = new EngineFirm(engine, running);
  try {
    const server = await startServer({ live, webRoot: WEB_ROOT, host, port });
    const close = async (): Promise<void> => {
      live.close();
      await server.close();
    };
    return { address: server.url, changed: () => live.changed(), close };
  } catch (error) {
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
