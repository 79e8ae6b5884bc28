/** Following: frames as they become durable, from a source that is asked, and asked again when it says that it has more. */
import type { Frame } from "./journal.ts";
import { READ_CHUNK_BYTES } from "./limits.ts";

export interface FrameSource {
  /** The next frame, or undefined where there is none yet. */
  next(): Frame | undefined;
  /** Calls `listener` whenever there may be more. Returns what ends it. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** Listeners to be told that something changed. */
export class Listeners {
  readonly #listeners = new Set<() => void>();

  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Every frame of `source`, until `signal` aborts; then it ends without an error. */
export async function* follow(source: FrameSource, signal: AbortSignal): AsyncGenerator<Frame> {
  let wake = (): void => undefined;
  const listener = (): void => wake();
  const unsubscribe = source.subscribe(listener);
  signal.addEventListener("abort", listener);
  let bytes = 0;
  try {
    while (!signal.aborted) {
      const frame = source.next();
      if (frame === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      yield frame;
      // Catching up with a long journal must not keep everything else of this thread waiting.
      bytes += frame.bytes.byteLength;
      if (bytes < READ_CHUNK_BYTES) continue;
      bytes = 0;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", listener);
    source.close();
  }
}
