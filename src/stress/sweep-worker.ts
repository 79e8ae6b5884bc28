/**
 * A thread of the sweep: fills rows and sweeps chunks of accounts over the shared memory, as long as there are any that no
 * other thread has taken, and says when it is done. It knows no books and no rule.
 */
import { parentPort, workerData } from "node:worker_threads";
import { CONTROL, type GridSize, StressGrid, type SweepTask } from "./grid.ts";

/** Instruments that a thread takes at a time. */
const INSTRUMENTS = 256;

const { size, memory } = workerData as { readonly size: GridSize; readonly memory: WebAssembly.Memory };
const grid = new StressGrid(size, memory);

function sweep({ book, set, way, isPlain, threads }: SweepTask): void {
  const { control } = grid;
  for (;;) {
    const from = Atomics.add(control, CONTROL.instruments, 1) * INSTRUMENTS;
    if (from >= size.instruments) break;
    grid.fillRows(book, set, from, Math.min(size.instruments, from + INSTRUMENTS));
  }
  // No account is swept before every row is filled.
  let filled = Atomics.add(control, CONTROL.filled, 1) + 1;
  Atomics.notify(control, CONTROL.filled);
  while (filled < threads) {
    Atomics.wait(control, CONTROL.filled, filled);
    filled = Atomics.load(control, CONTROL.filled);
  }
  for (;;) {
    const chunk = Atomics.add(control, CONTROL.chunk, 1);
    if (chunk >= grid.chunks) break;
    grid.sweepChunk(book, set, chunk, way, isPlain);
  }
}

parentPort?.on("message", (task: SweepTask) => {
  sweep(task);
  parentPort?.postMessage("done");
});
