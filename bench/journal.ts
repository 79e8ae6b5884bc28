/**
 * The embedded journal against the disk it stands on, and against two ways of doing without it.
 *
 * Measured: one flush of the same disk; the latency of an open loop at 100,000 facts a second, each fact timed from when it was
 * due, not from when it was sent; the throughput of a closed loop; one fact at a time. Beside them, in the same run and directory:
 * SQLite in WAL mode with synchronous=FULL, and a file that is appended to and flushed for every fact. Each figure is the median
 * of three runs. Everything written is read back and counted, and the chain is verified, before a figure is given.
 *
 * Not measured: a disk under other load, a disk without a cache that survives a loss of power, the engine in front of the journal.
 */
import { appendFileSync, closeSync, fdatasyncSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { assert } from "../src/base/assert.ts";
import { type DiskJournal, openJournal } from "../src/journal/disk.ts";
import { verifyJournal } from "../src/journal/verify.ts";
import type { BenchResult } from "./result.ts";

const RUNS = 3;
const FACTS_PER_SECOND = 100_000;
const OPEN_LOOP_SECONDS = 4;
const CLOSED_LOOP_SECONDS = 1;
const ONE_BY_ONE_SECONDS = 0.4;
const BATCH = 256;
const CLIENTS = 64;

/** `count` facts of 64 and 72 bytes in turn. */
function facts(count: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(count / 2) * 64 + Math.floor(count / 2) * 72);
  const view = new DataView(bytes.buffer);
  for (let index = 0, offset = 0; index < count; index++) {
    const length = index % 2 === 0 ? 64 : 72;
    view.setUint32(offset, length, true);
    view.setFloat64(offset + 8, index, true);
    offset += length;
  }
  return bytes;
}

function at(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function median(values: readonly number[]): number {
  return at(Float64Array.from(values).sort(), 0.5);
}

async function repeat<T>(run: () => T | Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < RUNS; index++) results.push(await run());
  return results;
}

/** Milliseconds for 4 KB written and flushed into space that was written before. */
function flushMilliseconds(directory: string): number {
  const path = join(directory, "flush");
  const file = openSync(path, "w+");
  const block = new Uint8Array(4096);
  writeSync(file, new Uint8Array(4096 * 300));
  fsyncSync(file);
  const times = Array.from({ length: 300 }, (_, index) => {
    const start = performance.now();
    writeSync(file, block, 0, block.byteLength, index * 4096);
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  rmSync(path);
  return median(times);
}

/** The same on another thread, while this one turns as fast as it can: the conditions under which the open loop flushes. */
async function flushBesideBusyThread(directory: string): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: directory });
  const answer: number[] = [];
  worker.once("message", (milliseconds: number) => answer.push(milliseconds));
  while (answer.length === 0) await new Promise((resolve) => setImmediate(resolve));
  return answer[0];
}

interface OpenLoop {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly lateP99: number;
}

/** Sends each fact when it is due, whatever became of those before, and times it from then until it is durable. */
async function openLoop(journal: DiskJournal): Promise<OpenLoop> {
  const total = FACTS_PER_SECOND * OPEN_LOOP_SECONDS;
  const interval = 1000 / FACTS_PER_SECOND;
  const latency = new Float64Array(total);
  const lateness: number[] = [];
  const source = facts(10_000);
  const pair = 64 + 72;
  let sent = 0;
  const start = performance.now();
  const record = async (durable: Promise<number>, first: number, end: number): Promise<void> => {
    await durable;
    const now = performance.now() - start;
    for (let fact = first; fact < end; fact++) latency[fact] = now - fact * interval;
  };
  let last = Promise.resolve();
  while (sent < total) {
    const elapsed = performance.now() - start;
    // Pairs, so that a batch always starts at the start of `source`.
    const due = Math.min(total, 2 * Math.floor(elapsed / interval / 2), sent + 10_000);
    if (due > sent) {
      lateness.push(elapsed - sent * interval);
      last = record(journal.append(source.subarray(0, ((due - sent) / 2) * pair), due - sent), sent, due);
      sent = due;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await last;
  latency.sort();
  const lateP99 = at(Float64Array.from(lateness).sort(), 0.99);
  return {
    p50: at(latency, 0.5),
    p90: at(latency, 0.9),
    p99: at(latency, 0.99),
    p999: at(latency, 0.999),
    max: at(latency, 1),
    lateP99,
  };
}

/** Facts made durable a second by `clients` callers that each wait for their batch before they send the next. */
async function closedLoop(journal: DiskJournal, batch: number, clients: number, seconds: number): Promise<number> {
  const records = facts(batch);
  const start = performance.now();
  const before = journal.durableSeq;
  const end = start + seconds * 1000;
  const client = async (): Promise<void> => {
    while (performance.now() < end) await journal.append(records, batch);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return ((journal.durableSeq - before) / (performance.now() - start)) * 1000;
}

/** The same by SQLite: `batch` rows to a transaction. */
function sqlite(directory: string, batch: number, seconds: number): number {
  const path = join(directory, "facts.sqlite");
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE facts (seq INTEGER PRIMARY KEY, record BLOB NOT NULL)",
  );
  const insert = database.prepare("INSERT INTO facts (record) VALUES (?)");
  const record = facts(1);
  const start = performance.now();
  let rows = 0;
  while (performance.now() < start + seconds * 1000) {
    database.exec("BEGIN");
    for (let index = 0; index < batch; index++) insert.run(record);
    database.exec("COMMIT");
    rows += batch;
  }
  const elapsed = performance.now() - start;
  assert(database.prepare("SELECT count(*) AS rows FROM facts").get()?.rows === rows, "SQLite holds every row");
  database.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
  return (rows / elapsed) * 1000;
}

/** The same by a file that grows by one fact and is flushed. */
function naiveFile(directory: string, seconds: number): number {
  const path = join(directory, "facts.log");
  const file = openSync(path, "a");
  const record = facts(1);
  const start = performance.now();
  let count = 0;
  for (; performance.now() < start + seconds * 1000; count++) {
    appendFileSync(file, record);
    fdatasyncSync(file);
  }
  const elapsed = performance.now() - start;
  closeSync(file);
  rmSync(path);
  return (count / elapsed) * 1000;
}

/** Runs `body` on a new journal, then reads everything back, counts it and verifies the chain. */
async function withJournal<T>(directory: string, body: (journal: DiskJournal) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(directory, "journal-"));
  const journal = await openJournal({ directory: path });
  const result = await body(journal);
  const { durableSeq } = journal;
  let read = 0;
  for (const { firstSeq, count } of journal.read(1)) {
    assert(firstSeq === read + 1, "frames follow each other");
    read += count;
  }
  assert(read === durableSeq, "every durable fact is read back");
  await journal.close();
  const { problems, records } = verifyJournal(path);
  assert(problems.length === 0 && records === durableSeq, "the chain is whole");
  rmSync(path, { recursive: true });
  return result;
}

async function measureOpenLoop(directory: string): Promise<BenchResult[]> {
  const runs = await withJournal(directory, async (journal) => {
    await closedLoop(journal, BATCH, CLIENTS, 0.2);
    return repeat(() => openLoop(journal));
  });
  const of = (name: keyof OpenLoop): number => median(runs.map((run) => run[name]));
  const detail = {
    "p90 ms": of("p90"),
    "p99.9 ms": of("p999"),
    "max ms": of("max"),
    "sent late by, p99 ms": of("lateP99"),
    "facts/s": FACTS_PER_SECOND,
    "facts sent": RUNS * FACTS_PER_SECOND * OPEN_LOOP_SECONDS,
  };
  const flush = median(await repeat(() => flushBesideBusyThread(directory)));
  const against = { name: "one fdatasync beside a busy thread", value: flush, ratio: of("p50") / flush };
  return [
    {
      name: "open loop at 100,000 facts/s: p50 from due to durable",
      unit: "ms",
      value: of("p50"),
      aim: "at most twice one fdatasync",
      against,
      detail,
    },
    {
      name: "open loop at 100,000 facts/s: p99 from due to durable",
      unit: "ms",
      value: of("p99"),
      aim: "under 5 ms",
      detail: { "runs ms": runs.map(({ p99 }) => p99.toFixed(2)).join(", ") },
    },
  ];
}

async function measureThroughput(directory: string): Promise<BenchResult[]> {
  const runs = await withJournal(directory, (journal) =>
    repeat(() => closedLoop(journal, BATCH, CLIENTS, CLOSED_LOOP_SECONDS)),
  );
  const value = median(runs);
  const baseline = median(await repeat(() => sqlite(directory, BATCH, CLOSED_LOOP_SECONDS)));
  const against = {
    name: `SQLite, WAL, synchronous=FULL, ${BATCH} rows to a transaction`,
    value: baseline,
    ratio: value / baseline,
  };
  const detail = { "facts to an append": BATCH, callers: CLIENTS, "runs facts/s": runs.map(Math.round).join(", ") };
  return [{ name: "closed loop: durable facts", unit: "facts/s", value, aim: "over 1,000,000", against, detail }];
}

async function measureOneByOne(directory: string): Promise<BenchResult[]> {
  const [alone, together] = await withJournal(directory, async (journal) => [
    median(await repeat(() => closedLoop(journal, 1, 1, ONE_BY_ONE_SECONDS))),
    median(await repeat(() => closedLoop(journal, 1, 1000, ONE_BY_ONE_SECONDS))),
  ]);
  const naive = median(await repeat(() => naiveFile(directory, ONE_BY_ONE_SECONDS)));
  const rows = median(await repeat(() => sqlite(directory, 1, ONE_BY_ONE_SECONDS)));
  const name = "a file appended to and flushed for each fact";
  return [
    {
      name: "one fact to an append, 1 caller",
      unit: "facts/s",
      value: alone,
      against: { name, value: naive, ratio: alone / naive },
      detail: { "SQLite, one row to a commit, facts/s": rows },
    },
    {
      name: "one fact to an append, 1,000 callers",
      unit: "facts/s",
      value: together,
      against: { name, value: naive, ratio: together / naive },
    },
  ];
}

export async function bench(): Promise<BenchResult[]> {
  const directory = mkdtempSync(join(process.env.PLIMSOLL_BENCH_DIR ?? tmpdir(), "plimsoll-bench-"));
  try {
    const flush = median(await repeat(() => flushMilliseconds(directory)));
    const disk = { name: "one fdatasync of 4 KB into space written before", unit: "ms", value: flush };
    return [
      disk,
      ...(await measureOpenLoop(directory)),
      ...(await measureThroughput(directory)),
      ...(await measureOneByOne(directory)),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (!isMainThread) parentPort?.postMessage(flushMilliseconds(workerData));
else if (import.meta.main) process.stdout.write(`${JSON.stringify(await bench(), null, 2)}\n`);
