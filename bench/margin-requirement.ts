/**
 * What one account of 20 positions costs: its requirement from compiled rules, its portfolio margin from shared scans, its
 * figures from scratch, and beside each, in the same run, the whole explained computation. Eight of ten positions are long.
 * Every way must come to the same cents. Times are of the processor, because other work on the machine only adds to them.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cashOf, holdingsOf, marginAccounts } from "../src/margin/account.ts";
import { marginFigures, marginOf } from "../src/margin/computation.ts";
import { MaintenanceValues } from "../src/margin/maintenance/unit-values.ts";
import { portfolioScans } from "../src/margin/portfolio/portfolio.ts";
import { RunningPortfolio } from "../src/margin/portfolio/running.ts";
import { readMarginRules } from "../src/margin/rules.ts";
import { SmallBooks, TODAY } from "../test/margin/small-books.ts";
import { random } from "./random.ts";
import type { BenchResult } from "./result.ts";

const ACCOUNTS = 50;
const POSITIONS = 20;
const NAMES = 500;
/** Each is timed so often, and the least counts. */
const ROUNDS = 7;

const rules = readMarginRules(readFileSync(join(import.meta.dirname, "../rulebooks/margin.yaml"), "utf8"));
const small = new SmallBooks();
const { books } = small;
const next = random(1);
const names = Array.from({ length: NAMES }, (_, index) =>
  small.list({ instrument: `N${index}`, type: "equity", listing: "XNYS", price: (5 + next() * 400).toFixed(2) }),
);
for (let number = 0; number < ACCOUNTS; number++) {
  const account = small.open(`account-${number}`, "customer-margin");
  small.add(account, 0, Math.floor(next() * 10_000_000));
  for (let position = 0; position < POSITIONS; position++) {
    const units = 100 + Math.floor(next() * 900);
    small.add(account, names[(number * 7 + position * 13) % NAMES], position % 5 === 4 ? -units : units);
  }
}
const accounts = marginAccounts(books);
const held = accounts.map((account) => holdingsOf(books, account));
const cash = accounts.map((account) => cashOf(books, account));
const values = new MaintenanceValues(books, rules.maintenance, TODAY);
const scans = portfolioScans({ books, rules, account: accounts[0], asOf: TODAY });
const running = accounts.map((account, index) => new RunningPortfolio(scans, account, held[index]));

function compiled(index: number): number {
  let excess: number = cash[index];
  for (const { instrument, units } of held[index])
    excess += values.contribution(instrument, units, books.market.price(instrument));
  return excess;
}

function scanned(index: number): number {
  return cash[index] + running[index].compute(cash[index]);
}

function figures(index: number): number {
  return marginFigures(books, rules, accounts[index], TODAY).excess;
}

function explained(index: number): number {
  return marginOf(books, rules, accounts[index], TODAY).excess;
}

/** Microseconds of the processor for one account. */
function cost(of: (index: number) => number, turns: number): number {
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.threadCpuUsage();
    for (let turn = 0; turn < turns; turn++) for (let index = 0; index < ACCOUNTS; index++) sum += of(index);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / (turns * ACCOUNTS));
  }
  assert.ok(Number.isFinite(sum), "every account has a figure");
  return least;
}

for (let index = 0; index < ACCOUNTS; index++) {
  const { excess, requirements } = marginOf(books, rules, accounts[index], TODAY);
  assert.equal(compiled(index), excess);
  assert.equal(figures(index), excess);
  assert.equal(scanned(index), requirements.portfolio?.excess);
}

const naive = cost(explained, 4);
const results: BenchResult[] = [
  { name: "requirement of 20 positions, compiled", of: compiled, turns: 1000, aim: "under 2 µs" },
  { name: "portfolio margin of 20 positions, running", of: scanned, turns: 1000, aim: "under 2 µs" },
  { name: "margin of 20 positions, figures from scratch", of: figures, turns: 50, aim: "under 50 µs" },
].map(({ name, of, turns, aim }) => {
  const value = cost(of, turns);
  return { name, unit: "µs", value, aim, against: { name: "explained", value: naive, ratio: naive / value } };
});
process.stdout.write(`${JSON.stringify(results)}\n`);
