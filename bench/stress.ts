/**
 * The whole book under 21 scenarios: a million accounts, ten million positions in ten thousand names, held as in life (the n-th
 * name by n^-0.855 of the first's holders). Timed on two worker threads as the running firm does it: filling the rows of unit
 * values from prices, and sweeping; once equity alone, once all three figures (called anew, called with the requirement held,
 * unsecured), and all three with the same bits on every machine. Timed too: what a slice of copying keeps the thread that
 * applies facts from its work.
 *
 * Beside it in the same run the plain method, which takes every account through every scenario, by three kernels: the same one
 * without bounds; JavaScript generated for the 21 scenarios; and one written by hand in C with AVX-512 or AVX2, where the
 * machine has a C compiler, with what it reads from memory. All must come to the same sums, with and without bounds to the bit.
 * And the book for which bounds are worst: everybody owes more than it has under every scenario, and nobody is passed over.
 */
import assert from "node:assert/strict";
import type { Instant } from "../src/base/time.ts";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LANES } from "../src/stress/kernel.ts";
import type { GridTotals } from "../src/stress/grid.ts";
import { type Positions, StressSweep, type SweepSource } from "../src/stress/sweep.ts";
import { random } from "./random.ts";
import { exactResults } from "./stress-exact.ts";
import type { BenchResult } from "./result.ts";

const ACCOUNTS = Number(process.env["STRESS_ACCOUNTS"] ?? 1_000_000);
const NAMES = 10_000;
const SCENARIOS = 21;
const ROUNDS = 12;

const draw = random(2026);

type Way = "sweep" | "sweepRelaxed" | "sweepEquity";

/** Accounts with about ten positions each, a debit that leaves between a tenth and all of their value, one in twelve short. */
class Book implements SweepSource {
  readonly standing = { seq: 0, at: 0 as Instant };
  readonly starts = new Uint32Array(ACCOUNTS + 1);
  readonly names = new Uint16Array(ACCOUNTS * 12);
  readonly units = new Float32Array(ACCOUNTS * 12);
  readonly cash = new Float32Array(ACCOUNTS);
  readonly gross = new Float32Array(ACCOUNTS);
  readonly prices = Float64Array.from({ length: NAMES }, () => 5 + 200 * draw());

  constructor() {
    const weights = new Float64Array(NAMES);
    let total = 0;
    for (let name = 0; name < NAMES; name++) weights[name] = total += (name + 1) ** -0.855;
    let at = 0;
    for (let account = 0; account < ACCOUNTS; account++) {
      const count = Math.min(60, 1 + Math.floor(-9.5 * Math.log(1 - 0.9999 * draw())));
      let [net, gross] = [0, 0];
      for (let index = 0; index < count; index++, at++) {
        this.names[at] = nameAt(weights, draw() * total);
        this.units[at] = Math.ceil(300 * draw()) * (draw() < 0.08 ? -1 : 1);
        const value = this.units[at] * this.prices[this.names[at]];
        net += value;
        gross += Math.abs(value);
      }
      this.gross[account] = gross;
      this.cash[account] = gross * (0.1 + 0.9 * draw() * draw() + 0.25) - net;
      this.starts[account + 1] = at;
    }
  }

  get count(): number {
    return this.starts[ACCOUNTS];
  }

  price(name: number): number {
    return this.prices[name];
  }

  read(account: number, positions: Positions): number {
    for (let at = this.starts[account]; at < this.starts[account + 1]; at++)
      positions.add(this.names[at], this.units[at]);
    return this.cash[account];
  }

  groups(): undefined {
    return undefined;
  }
}

/** The same holdings, with debits that no scenario leaves covered. */
function underWater(of: Book): SweepSource {
  return {
    standing: of.standing,
    price: (name) => of.price(name),
    read(account, positions) {
      of.read(account, positions);
      return -3 * of.gross[account];
    },
    groups: () => undefined,
  };
}

function nameAt(weights: Float64Array, drawn: number): number {
  let [low, high] = [0, NAMES - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (weights[middle] < drawn) low = middle + 1;
    else high = middle;
  }
  return low;
}

const book = new Book();
const betas = Float64Array.from({ length: NAMES }, () => 0.3 + 1.4 * draw());
const factors = Array.from({ length: SCENARIOS }, (_, lane) =>
  Float64Array.from(betas, (beta) => Math.max(0, Math.fround(beta * (lane - 10) * 0.03) + 1)),
);
const SIZE = { accounts: ACCOUNTS, positions: Math.ceil(book.count * 1.3), instruments: NAMES, groups: 0 };

interface Timed {
  readonly milliseconds: number;
  readonly totals: GridTotals;
  readonly slices: { readonly count: number; readonly p50: number; readonly p99: number; readonly p999: number };
}

/** Sweeps by two threads; before each one every price is brought over in slices. */
class Trial {
  readonly #sweep: StressSweep;
  readonly #slices: number[] = [];
  #best = Number.POSITIVE_INFINITY;
  #totals: GridTotals | undefined;

  constructor(way: Way, source: SweepSource, isPlain = false) {
    this.#sweep = new StressSweep(source, SIZE, { way, isPlain, threads: 2 });
    const short = { below: 5, lowRate: 1, lowFloor: 2.5, rate: 0.3, floor: 5 };
    for (let name = 0; name < NAMES; name++)
      this.#sweep.setTerms(name, 1, { below: 0, lowRate: 0, lowFloor: 0, rate: 0.25, floor: 0 }, short);
    this.#sweep.setScenarios(factors);
  }

  async round(): Promise<void> {
    for (let name = 0; name < NAMES; name++) this.#sweep.priceChanged(name);
    while (this.#slice());
    const start = process.hrtime.bigint();
    const result = await this.#sweep.begin();
    this.#best = Math.min(this.#best, Number(process.hrtime.bigint() - start) / 1e6);
    this.#totals = result?.sets[0];
  }

  #slice(): boolean {
    const start = process.hrtime.bigint();
    const isMore = this.#sweep.slice();
    this.#slices.push(Number(process.hrtime.bigint() - start) / 1000);
    return isMore;
  }

  async end(): Promise<Timed> {
    await this.#sweep.close();
    assert.ok(this.#totals?.unknown === 0);
    const slices = this.#slices.sort((a, b) => a - b);
    return {
      milliseconds: this.#best,
      totals: this.#totals,
      slices: { count: slices.length, p50: part(slices, 0.5), p99: part(slices, 0.99), p999: part(slices, 0.999) },
    };
  }
}

/** The fastest of some sweeps with bounds and without, in turn, of one book; the sums are the same to the bit. */
async function both(way: Way, source: SweepSource): Promise<{ readonly bounded: Timed; readonly plain: Timed }> {
  const trials = [new Trial(way, source), new Trial(way, source, true)] as const;
  for (let round = 0; round < ROUNDS; round++) for (const trial of trials) await trial.round();
  const [bounded, plain] = [await trials[0].end(), await trials[1].end()];
  assert.deepEqual({ ...bounded.totals, doubtful: ACCOUNTS }, plain.totals);
  return { bounded, plain };
}

function part(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)];
}

/** Equity of all accounts by JavaScript written out for the scenarios: as many sums as local variables. */
function generated(): { readonly milliseconds: number; readonly equity: number[] } {
  const lanes = Array.from({ length: SCENARIOS }, (_, lane) => lane);
  const source = `
    const sums = new Float64Array(${SCENARIOS});
    for (let account = 0; account < ${ACCOUNTS}; account++) {
      const cash = cashes[account];
      let ${lanes.map((lane) => `s${lane} = cash`).join(", ")};
      for (let at = starts[account]; at < starts[account + 1]; at++) {
        const row = names[at] * ${LANES}, held = units[at];
        ${lanes.map((lane) => `s${lane} += held * table[row + ${lane}];`).join("\n")}
      }
      ${lanes.map((lane) => `if (s${lane} < 0) sums[${lane}] -= s${lane};`).join("\n")}
    }
    return sums;`;
  // oxlint-disable-next-line typescript/no-implied-eval -- what is measured is generated code
  const run = new Function("starts", "cashes", "names", "units", "table", source) as (
    ...columns: object[]
  ) => Float64Array;
  const table = valueTable();
  let best = Number.POSITIVE_INFINITY;
  let equity: number[] = [];
  for (let round = 0; round < 4; round++) {
    const start = process.hrtime.bigint();
    equity = [...run(book.starts, book.cash, book.names, book.units, table)];
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e6);
  }
  return { milliseconds: best, equity };
}

function valueTable(): Float32Array {
  const table = new Float32Array(NAMES * LANES);
  for (let name = 0; name < NAMES; name++)
    for (let lane = 0; lane < LANES; lane++)
      table[name * LANES + lane] = book.prices[name] * (factors[lane]?.[name] ?? 1);
  return table;
}

interface Native {
  readonly milliseconds: number;
  readonly readGigabytes: number;
  readonly sums: readonly number[];
}

/** The kernel in C, by as many threads; or why there is none. */
function native(threads: number): Native | string {
  const compiler = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (compiler === undefined) return "no C compiler on this machine";
  if (process.arch !== "x64") return `no native kernel for ${process.arch}`;
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-stress-"));
  try {
    const [program, data] = [join(directory, "kernel"), join(directory, "book")];
    const source = join(import.meta.dirname, "stress-native.c");
    const built = spawnSync(compiler, ["-O3", "-march=native", "-mfma", "-pthread", "-o", program, source], {
      encoding: "utf8",
    });
    if (built.status !== 0) return `the C compiler refused: ${built.stderr.split("\n")[0]}`;
    const { count } = book;
    const bytes = (column: Uint32Array | Uint16Array | Float32Array): Uint8Array =>
      new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    writeFileSync(
      data,
      Buffer.concat([
        bytes(Uint32Array.of(ACCOUNTS, count, NAMES)),
        bytes(book.starts),
        bytes(book.names.subarray(0, count + 16)),
        bytes(book.units.subarray(0, count)),
        bytes(book.cash),
        bytes(valueTable()),
      ]),
    );
    return JSON.parse(execFileSync(program, [data, String(threads), String(ROUNDS)], { encoding: "utf8" })) as Native;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Sums agree to within what single precision can say of them. */
function agree(a: ArrayLike<number>, b: ArrayLike<number>, what: string): void {
  for (let lane = 0; lane < SCENARIOS; lane++)
    assert.ok(
      Math.abs(a[lane] - b[lane]) <= 1e-5 * Math.max(1e6, b[lane]),
      `${what}: scenario ${lane}: ${a[lane]}, ${b[lane]}`,
    );
}

const against = (name: string, value: number, other: number): Pick<BenchResult, "against"> => ({
  against: { name, value: other, ratio: value / other },
});

const equity = await both("sweepEquity", book);
const byHand = native(2);
const relaxed = await both("sweepRelaxed", book);
const strict = await both("sweep", book);
const worst = await both("sweepEquity", underWater(book));
const worstOfAll = await both("sweepRelaxed", underWater(book));
const script = generated();
const [milliseconds, plain] = [equity.bounded.milliseconds, equity.plain.milliseconds];
agree(equity.bounded.totals.equity.amounts, script.equity, "equity alone");
agree(relaxed.bounded.totals.equity.amounts, script.equity, "all figures");
agree(strict.bounded.totals.equity.amounts, script.equity, "the same bits everywhere");
assert.equal(strict.bounded.totals.recomputed.counts[0] > 0, true);
if (typeof byHand !== "string") agree(byHand.sums, script.equity, "native");

const share = ({ totals }: Timed): string => `${((100 * totals.doubtful) / ACCOUNTS).toFixed(1)}%`;
const results: BenchResult[] = [
  {
    name: "stress: equity of the book under 21 scenarios, two threads",
    unit: "ms",
    value: milliseconds,
    aim: "< 20 ms",
    ...(typeof byHand !== "string" && against("the plain method, native by hand", milliseconds, byHand.milliseconds)),
    detail: {
      positions: book.count,
      scenarios: SCENARIOS,
      millionPositionScenariosASecond: Math.round((book.count * SCENARIOS) / milliseconds / 1000),
      accountsNotPassedOver: share(equity.bounded),
      accountsUnderWater: `${((100 * Math.max(...equity.plain.totals.equity.counts)) / ACCOUNTS).toFixed(1)}% in the worst scenario`,
      native: typeof byHand === "string" ? byHand : byHand.milliseconds,
      memoryReadGigabytesASecond: typeof byHand === "string" ? "not measured" : byHand.readGigabytes,
      bytesRead: book.count * 6 + ACCOUNTS * 14,
    },
  },
  {
    name: "stress: the same by the plain method, every account under every scenario",
    unit: "ms",
    value: plain,
    ...against("generated JavaScript, one thread", plain, script.milliseconds),
    detail: { native: typeof byHand === "string" ? byHand : byHand.milliseconds },
  },
  {
    name: "stress: calls anew, calls held and equity, two threads",
    unit: "ms",
    value: relaxed.bounded.milliseconds,
    ...against("the plain method", relaxed.bounded.milliseconds, relaxed.plain.milliseconds),
    detail: { accountsNotPassedOver: share(relaxed.bounded), sameBitsEverywhere: strict.bounded.milliseconds },
  },
  {
    name: "stress: equity where everybody is under water and nobody is passed over",
    unit: "ms",
    value: worst.bounded.milliseconds,
    ...against("the plain method", worst.bounded.milliseconds, worst.plain.milliseconds),
    detail: {
      allFigures: worstOfAll.bounded.milliseconds,
      allFiguresPlain: worstOfAll.plain.milliseconds,
      accountsNotPassedOver: share(worst.bounded),
    },
  },
  {
    name: "stress: what a slice of copying takes, 99 of 100 slices",
    unit: "µs",
    value: equity.bounded.slices.p99,
    aim: "< 100 µs",
    detail: equity.bounded.slices,
  },
  ...(await exactResults()),
];
process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
