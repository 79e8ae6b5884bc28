/**
 * What a position costs in memory, all in: its ledger row, its tax lot, its share of the index and of its account. One
 * million accounts with ten positions each, every position with one lot, and the places that the securities are at.
 * Measured twice: by the bytes of the arrays, reserved exactly, and by what a fresh process grew; tables that grow by
 * themselves double, and so can hold up to twice as much. Beside it a Map of objects, in a process of
 * its own at a twentieth of the size. Unsettled trades and further lots are not part of it: 20 and 24 bytes for each.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { Day } from "../src/base/time.ts";
import { Ledger } from "../src/books/ledger.ts";
import { Lots, RELIEF } from "../src/books/lots.ts";
import { NO_DAY, Settlement } from "../src/books/settlement.ts";
import type { BenchResult } from "./result.ts";

const ACCOUNTS = 1_000_000;
const POSITIONS = 10_000_000;
const SECURITIES = 5000;
const NAIVE_POSITIONS = 500_000;

interface Measured {
  readonly positions: number;
  /** Growth of the process, for one position. */
  readonly resident: number;
  /** Bytes of arrays in use, and of arrays held, for one position; 0 where there are none. */
  readonly used: number;
  readonly held: number;
  readonly checksum: number;
}

const assetOf = (position: number): number =>
  ((position % ACCOUNTS) * 7 + Math.floor(position / ACCOUNTS) * 499) % SECURITIES;
const unitsOf = (position: number): number => 1 + (position % 1000);

function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

function measureLedger(): Measured {
  const start = residentBytes();
  const ledger = new Ledger(new Settlement(), { rows: POSITIONS + SECURITIES, accounts: ACCOUNTS + 1 });
  const lots = new Lots(ledger);
  let checksum = 0;
  for (let position = 0; position < POSITIONS; position++) {
    const account = position % ACCOUNTS;
    const asset = assetOf(position);
    const units = unitsOf(position);
    const row = ledger.rowFor(account, asset);
    lots.trade(row, 0, units, units * 2500, (20_000 + (position % 700)) as Day, RELIEF.fifo, NO_DAY);
    ledger.transfer(asset, ACCOUNTS, account, units);
    checksum += units * 2500;
  }
  const resident = (residentBytes() - start) / POSITIONS;
  assert.equal(ledger.size, POSITIONS + SECURITIES);
  assert.deepEqual(ledger.verifyConservation(), []);
  const { columns } = ledger.rows;
  let cost = 0;
  for (let row = 0; row < ledger.size; row++) cost += columns.cost[row];
  assert.equal(cost, checksum);
  const sections = [...ledger.sections(), ...lots.sections(), ...ledger.settlement.sections()];
  const used = sections.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const held = ledger.byteLength + lots.byteLength + ledger.settlement.byteLength;
  return { positions: POSITIONS, resident, used: used / POSITIONS, held: held / POSITIONS, checksum: cost };
}

function measureObjects(): Measured {
  const start = residentBytes();
  const accounts = new Map<
    number,
    Map<number, { quantity: number; lots: { quantity: number; cost: number; opened: number }[] }>
  >();
  let checksum = 0;
  for (let position = 0; position < NAIVE_POSITIONS; position++) {
    const account = position % (ACCOUNTS / (POSITIONS / NAIVE_POSITIONS));
    const units = unitsOf(position);
    const positions = accounts.get(account) ?? new Map();
    accounts.set(account, positions);
    positions.set(assetOf(position) + position, {
      quantity: units,
      lots: [{ quantity: units, cost: units * 2500, opened: 20_000 }],
    });
    checksum += units * 2500;
  }
  const resident = (residentBytes() - start) / NAIVE_POSITIONS;
  let cost = 0;
  for (const positions of accounts.values())
    for (const { lots } of positions.values()) for (const lot of lots) cost += lot.cost;
  assert.equal(cost, checksum);
  return { positions: NAIVE_POSITIONS, resident, used: 0, held: 0, checksum: cost };
}

function inFreshProcess(what: "ledger" | "objects"): Measured {
  const output = execFileSync(process.execPath, ["--expose-gc", import.meta.filename, what], { encoding: "utf8" });
  return JSON.parse(output) as Measured;
}

export async function bench(): Promise<BenchResult[]> {
  const ledger = inFreshProcess("ledger");
  const objects = inFreshProcess("objects");
  const result = (name: string, value: number): BenchResult => ({
    name,
    unit: "bytes",
    value,
    aim: "< 48 bytes",
    against: { name: "Map of objects, resident", value: objects.resident, ratio: objects.resident / value },
    detail: { accounts: ACCOUNTS, positions: ledger.positions, positionsOfObjects: objects.positions },
  });
  return [
    result("one position all in, arrays in use", ledger.used),
    result("one position all in, arrays held", ledger.held),
    result("one position all in, growth of the process", ledger.resident),
  ];
}

if (import.meta.main) {
  const [what] = process.argv.slice(2);
  const output = what === "ledger" ? measureLedger() : what === "objects" ? measureObjects() : await bench();
  process.stdout.write(`${JSON.stringify(output)}\n`);
}
