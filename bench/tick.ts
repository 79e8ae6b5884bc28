/**
 * From a tick to net capital: the record of a quote, as the journal holds it, to the books, to net capital, its requirement
 * and its tier, one tick after another, each timed by itself. Every tick is of an instrument that the firm holds, and changes
 * its price. The firm holds 5,000 positions; its million customers hold ten million, which cost a tick nothing.
 *
 * Beside it, in the same run, net capital from scratch: once by reading all balances of the ledger, which is what a program
 * without running sums does after a tick, and once by classifying and valuing the firm's 5,000 positions alone. At the end
 * the running figure is held against the one from scratch, line by line. The reading of the clock is part of each time; what
 * it takes by itself is given. Not measured: the disk and the network.
 */
import assert from "node:assert/strict";
import { FactEncoder } from "../src/facts/codec.ts";
import { recordsOf, RecordWriter } from "../src/facts/records.ts";
import { auditNetCapital } from "../src/net-capital/audit.ts";
import { inputsFromBooks } from "../src/net-capital/inputs.ts";
import { computeNetCapital } from "../src/net-capital/computation.ts";
import type { FirmState } from "../src/engine/firm-state.ts";
import { Branch } from "../src/engine/what-if/branch.ts";
import { formatDecimal } from "../src/base/decimal.ts";
import { formatInstant, type Instant } from "../src/base/time.ts";
import { BIG, type BigFirmSize, bigFirm, instrumentName, INVENTORY } from "./big-firm.ts";
import { random } from "./random.ts";
import type { BenchResult } from "./result.ts";
import { START_MICROS } from "./small-firm.ts";

const TICKS = 1_000_000;
const WARM_UP = 200_000;
const SCRATCH_RUNS = 3;

/** Quotes of what the firm holds, each of another price than the one before. */
function quotes(state: FirmState, count: number): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
  const draw = random(11);
  const encoder = new FactEncoder(state.books.names);
  const writer = new RecordWriter(2 ** 27);
  const offsets = new Uint32Array(count);
  const cents = new Int32Array(INVENTORY).fill(10_000);
  for (let index = 0; index < count; index++) {
    const instrument = Math.floor(draw() * INVENTORY);
    const step = draw() < 0.5 ? -1 - Math.floor(draw() * 3) : 1 + Math.floor(draw() * 3);
    cents[instrument] = Math.max(5_000, Math.min(20_000, cents[instrument] + step));
    offsets[index] = writer.byteLength;
    const price = formatDecimal(cents[instrument], 2);
    encoder.encode(
      {
        kind: "quote",
        at: formatInstant((START_MICROS + 2_000_000 + index * 10) as Instant),
        instrument: instrumentName(instrument),
        bid: price,
        ask: price,
        bidSize: "100",
        askSize: "100",
      },
      writer,
    );
  }
  return { bytes: writer.bytes.slice(), offsets };
}

function at(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** Nanoseconds that reading the clock takes. */
function clockNanos(): number {
  const start = performance.now();
  for (let index = 0; index < 1_000_000; index++) performance.now();
  return performance.now() - start;
}

function ticks(state: FirmState): { readonly micros: Float64Array; readonly checksum: number } {
  const { bytes, offsets } = quotes(state, WARM_UP + TICKS);
  const records = recordsOf(bytes);
  const micros = new Float64Array(TICKS);
  const { figures } = state.netCapital;
  let checksum = 0;
  for (let index = 0; index < WARM_UP + TICKS; index++) {
    const started = performance.now();
    state.apply(records, offsets[index]);
    checksum += figures.netCapitalCents + figures.tierIndex;
    const took = performance.now() - started;
    if (index >= WARM_UP) micros[index - WARM_UP] = took * 1000;
  }
  return { micros: micros.sort(), checksum };
}

/** Milliseconds of the fastest of some runs. */
function fastest(runs: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let index = 0; index < runs; index++) {
    const started = performance.now();
    run();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

export async function bench(size: BigFirmSize = BIG): Promise<BenchResult[]> {
  const state = bigFirm(size);
  const { micros, checksum } = ticks(state);
  assert.ok(Number.isFinite(checksum) && !state.netCapital.figures.unknown, "there is a figure after every tick");
  const { rules } = state.netCapital;
  assert.ok(rules !== undefined);
  const scratch = fastest(SCRATCH_RUNS, () => computeNetCapital(inputsFromBooks(state.books, rules), rules, 0));
  const ofPositions = fastest(10, () => new Branch(state).netCapital.figures.netCapitalCents);
  assert.deepEqual(auditNetCapital(state.books, state.netCapital), []);
  const mean = micros.reduce((sum, each) => sum + each, 0) / TICKS;
  const detail = {
    "inventory positions": INVENTORY,
    "customer positions": size.positions,
    ticks: TICKS,
    "p50 µs": at(micros, 0.5),
    "p99 µs": at(micros, 0.99),
    "p99.9 µs": at(micros, 0.999),
    "max µs": at(micros, 1),
    "clock ns": clockNanos(),
  };
  const against = (name: string, milliseconds: number, value: number) => ({
    name,
    value: milliseconds * 1000,
    ratio: (milliseconds * 1000) / value,
  });
  return [
    {
      name: "tick to net capital, mean",
      unit: "µs",
      value: mean,
      against: against("from scratch", scratch, mean),
      detail,
    },
    {
      name: "tick to net capital, p99",
      unit: "µs",
      value: at(micros, 0.99),
      aim: "under 2 µs, 1,000 times faster than from scratch",
      against: against("from scratch, over the firm's positions alone", ofPositions, at(micros, 0.99)),
    },
  ];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await bench())}\n`);
