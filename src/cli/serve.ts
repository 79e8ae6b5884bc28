/** Puts a running engine on the network: the API, and the page where it was built. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineFirm, type Running } from "../server/engine-firm.ts";
import { createServer } from "../server/server.ts";

const WEB_ROOT = join(import.meta.dirname, "../../web/dist");

export interface Served {
  /** For example "http://127.0.0.1:4210". */
  readonly address: string;
  /** Says that the pace changed, so that who watches sees it. */
  changed(): void;
  close(): Promise<void>;
}

export async function serve(engine: Engine, running: Running, host: string, port: number): Promise<Served> {
  const live = new EngineFirm(engine, running);
  const app = createServer({ live, host, ...(existsSync(join(WEB_ROOT, "index.html")) && { webRoot: WEB_ROOT }) });
  try {
    const address = await app.listen({ host, port });
    return {
      address,
      changed: () => live.changed(),
      close: async () => {
        live.close();
        await app.close();
      },
    };
  } catch (error) {
    live.close();
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new Trouble("port-in-use", "another program listens there", {
      field: "port",
      value: port,
      expected: "a free port: --port",
    });
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
