/**
 * Recovery and snapshots of a firm of 1,000,000 accounts and 10,000,000 positions: how long a restore takes, how fast facts
 * are replayed, and how long the engine's thread is held up while a snapshot is taken by another process. Beside the
 * restore: parsing the same positions from JSON into Maps, at a hundredth of the size. Beside the snapshot: copying the
 * state on the engine's own thread. The restored state must hash to what the snapshot says, and the snapshot that the
 * other process takes to what the engine itself has.
 *
 * The large state is written straight into the ledger, because ten million opening facts would only make the benchmark
 * longer; the journal, the snapshot and everything after it are the real ones.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSections } from "../src/base/state.ts";
import type { Instant } from "../src/base/time.ts";
import { codeVersion } from "../src/engine/code-version.ts";
import { readFirm, readJournal, snapshotStore } from "../src/engine/directory.ts";
import type { Engine } from "../src/engine/engine.ts";
import { FirmState } from "../src/engine/firm-state.ts";
import { type OpenFirm, openFirm } from "../src/engine/open.ts";
import { replay } from "../src/engine/recovery.ts";
import { NO_NAME } from "../src/base/names.ts";
import { encodeQuote } from "../src/facts/encode-market.ts";
import type { Fact } from "../src/facts/kinds.ts";
import { RecordWriter } from "../src/facts/records.ts";
import { random } from "./random.ts";
import type { BenchResult } from "./result.ts";
import { openingFacts } from "./small-firm.ts";

const SIZE = { accounts: 0, instruments: 5000, inventory: 500 };
const ACCOUNTS = 1_000_000;
const POSITIONS = 10_000_000;
const TAIL_FACTS = 1_000_000;
const BATCH = 100;
const NAIVE_SHARE = 100;

async function openBooks(engine: Engine): Promise<void> {
  let batch: Fact[] = [];
  for (const fact of openingFacts(SIZE)) {
    batch.push(fact);
    if (fact.kind !== "rulebook-activated" && batch.length < 5000) continue;
    await engine.submit(batch);
    batch = [];
  }
  if (batch.length > 0) await engine.submit(batch);
}

/** Customers, and ten positions for each against the depository, all at once. */
function fill(state: FirmState): void {
  const { names, accounts, ledger, instruments } = state.books;
  const stocks = instruments.size - 1;
  const depository = accounts.find(names.find("dtc") ?? 0);
  ledger.reserve(POSITIONS + stocks, accounts.size + ACCOUNTS);
  for (let index = 0; index < ACCOUNTS; index++) {
    const account = `C${index}`;
    const row = accounts.open(
      { kind: "account-opened", at: "", account, type: "customer-margin" },
      names.intern(account),
    );
    for (let position = 0; position < POSITIONS / ACCOUNTS; position++) {
      const stock = 1 + ((index * 7 + position * 499) % stocks);
      const units = 1 + ((index + position) % 500);
      ledger.transfer(stock, depository, row, units);
      const { cost, opened } = ledger.rows.columns;
      const added = ledger.row(row, stock);
      cost[added] = units * 9900;
      opened[added] = 20_000 + (index % 500);
    }
  }
}

/** How long one batch held the engine's thread, in milliseconds: by the clock, and of processor time. */
interface Holds {
  readonly longestMs: number;
  readonly p999Ms: number;
  readonly medianMs: number;
  readonly longestProcessorMs: number;
  readonly batches: number;
}

/** Appends quotes in batches through the journal until `until` says so. */
async function quoteUntil(engine: Engine, until: () => boolean): Promise<Holds> {
  let longestProcessor = 0;
  const writer = new RecordWriter();
  const draw = random(11);
  const names = Array.from({ length: SIZE.instruments }, (_, index) => engine.books.names.find(`S${index}`) ?? 0);
  const held: number[] = [];
  let at = engine.at;
  while (!until()) {
    writer.reset();
    for (let index = 0; index < BATCH; index++) {
      const cents = 10_000 + Math.floor(draw() * 400);
      at = (at + 1) as Instant;
      encodeQuote(
        writer,
        at,
        NO_NAME,
        names[Math.floor(draw() * names.length)],
        cents * 1e6,
        (cents + 2) * 1e6,
        300e6,
        300e6,
      );
    }
    const before = process.threadCpuUsage();
    const started = performance.now();
    const durable = engine.submitRecords(writer);
    held.push(performance.now() - started);
    const { user, system } = process.threadCpuUsage(before);
    longestProcessor = Math.max(longestProcessor, user + system);
    await durable;
  }
  held.sort((a, b) => a - b);
  return {
    longestMs: held[held.length - 1],
    p999Ms: held[Math.floor(held.length * 0.999)],
    medianMs: held[Math.floor(held.length / 2)],
    longestProcessorMs: longestProcessor / 1000,
    batches: held.length,
  };
}

function measureCopy(state: FirmState): number {
  const started = performance.now();
  const copies = state.sections().map(({ bytes }) => bytes.slice());
  assert.ok(copies.length > 0);
  return performance.now() - started;
}

function naiveRestore(): number {
  const positions = Array.from({ length: POSITIONS / NAIVE_SHARE }, (_, index) => ({
    account: `C${index % (ACCOUNTS / NAIVE_SHARE)}`,
    instrument: `S${(index * 7) % 5000}`,
    quantity: 1 + (index % 500),
    cost: index * 100,
    opened: "2026-03-02",
  }));
  const text = JSON.stringify(positions);
  const started = performance.now();
  const books = new Map<string, Map<string, object>>();
  for (const position of JSON.parse(text) as typeof positions) {
    let held = books.get(position.account);
    if (held === undefined) books.set(position.account, (held = new Map()));
    held.set(position.instrument, position);
  }
  assert.equal(books.size, ACCOUNTS / NAIVE_SHARE);
  return ((performance.now() - started) / 1000) * NAIVE_SHARE;
}

/** Writes the large state as a snapshot of the journal as it stands. */
async function makeLargeSnapshot(directory: string): Promise<string> {
  const firm = await openFirm(directory);
  await openBooks(firm.engine);
  const { seq } = firm.engine;
  const chainHash = firm.journal.chainHashAt(seq) ?? "";
  await firm.close();
  const { state } = readFirm(directory);
  fill(state);
  const sections = state.sections();
  const stateHash = hashSections(sections);
  snapshotStore(directory).save({ seq, stateHash, codeVersion: codeVersion(), rulebooks: [], chainHash }, sections);
  return stateHash;
}

async function measureStall({
  engine,
  snapshots,
}: OpenFirm): Promise<{ quiet: Holds; during: Holds; snapshotSeconds: number }> {
  const warm = performance.now() + 2000;
  await quoteUntil(engine, () => performance.now() > warm);
  const end = performance.now() + 5000;
  const quiet = await quoteUntil(engine, () => performance.now() > end);
  let done = false;
  const started = performance.now();
  const taken = snapshots.take().finally(() => (done = true));
  const during = await quoteUntil(engine, () => done);
  assert.ok((await taken).seq > 0);
  return { quiet, during, snapshotSeconds: (performance.now() - started) / 1000 };
}

function measureReplay(directory: string, from: FirmState): { rate: number; facts: number; hash: string } {
  const reader = readJournal(directory);
  const started = performance.now();
  const facts = replay(from, reader);
  const rate = (facts / (performance.now() - started)) * 1000;
  reader.close();
  return { rate, facts, hash: from.hash() };
}

export async function bench(): Promise<BenchResult[]> {
  const directory = mkdtempSync(join(process.env["PLIMSOLL_BENCH_DIR"] ?? tmpdir(), "plimsoll-recovery-"));
  try {
    const stateHash = await makeLargeSnapshot(directory);
    globalThis.gc?.();
    const seconds: number[] = [];
    let restored = new FirmState();
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      restored = readFirm(directory).state;
      seconds.push((performance.now() - started) / 1000);
    }
    seconds.sort((a, b) => a - b);
    assert.equal(restored.hash(), stateHash, "restored as saved");
    const copyMs = measureCopy(restored);
    const naiveSeconds = naiveRestore();

    const firm = await openFirm(directory);
    const stall = await measureStall(firm);
    while (firm.engine.seq - restored.seq < TAIL_FACTS) {
      const to = performance.now() + 200;
      await quoteUntil(firm.engine, () => performance.now() > to);
    }
    const live = firm.engine.state.hash();
    await firm.close();
    const replayed = measureReplay(directory, restored);
    assert.equal(replayed.hash, live, "replayed as live");
    assert.equal(readFirm(directory).state.hash(), live, "the snapshot of the other process and the tail, as live");
    return [
      {
        name: "restore of 1,000,000 accounts and 10,000,000 positions",
        unit: "s",
        value: seconds[1],
        aim: "under 3",
        against: { name: "JSON to Maps (extrapolated)", value: naiveSeconds, ratio: naiveSeconds / seconds[1] },
      },
      {
        name: "longest hold of the engine's thread while a snapshot is taken",
        unit: "ms",
        value: stall.during.longestMs,
        aim: "under 1",
        against: { name: "copying the state on that thread", value: copyMs, ratio: copyMs / stall.during.longestMs },
        detail: {
          p999Ms: stall.during.p999Ms,
          medianMs: stall.during.medianMs,
          longestProcessorMs: stall.during.longestProcessorMs,
          longestMsWithoutSnapshot: stall.quiet.longestMs,
          p999MsWithoutSnapshot: stall.quiet.p999Ms,
          longestProcessorMsWithoutSnapshot: stall.quiet.longestProcessorMs,
          batches: stall.during.batches,
          factsPerBatch: BATCH,
          snapshotSeconds: stall.snapshotSeconds,
        },
      },
      { name: "replay of quotes from disk", unit: "facts/s", value: replayed.rate, detail: { facts: replayed.facts } },
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await bench())}\n`);
