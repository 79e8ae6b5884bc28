/** What bounds pass over is passed over rightly: with and without them every sum is the same to the bit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { type GridTotals, ROW_FIGURES, type StressGrid } from "../../src/stress/grid.ts";
import { LANES, NOW } from "../../src/stress/kernel.ts";
import { type Account, type Case, gridOf } from "./grid-case.ts";

const WAYS = ["sweep", "sweepRelaxed", "sweepEquity"] as const;

const price = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 4, arbitrary: fc.double({ min: 0.01, max: 400, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, 0, 1e-42, 1e-9, 1e30, 1e38, 1e39, Number.POSITIVE_INFINITY) },
);
/** By lane: a list from the deepest fall to the highest rise, moves one way only, and anything. */
const moves = fc.oneof(
  fc.double({ min: -0.06, max: 0.06, noNaN: true }).map((step) => lanes((lane) => (lane - 11) * step)),
  fc.double({ min: -0.04, max: 0.04, noNaN: true }).map((step) => lanes((lane) => (lane + 1) * step)),
  fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 6, arbitrary: fc.double({ min: -0.6, max: 0.6, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(-1.2, -1, 1e-9, 5, 1e12) },
    ),
    { minLength: NOW, maxLength: NOW },
  ),
);
const units = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -300, max: 900 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e-45, -1e-45, 1e-20, -1e-20, 1e20, -1e20, 3e38, -3e38) },
);
/** Dollars beyond what leaves the account with an equity of zero now, and so in every lane without a move. */
const beyond = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0, -0.0078125, 0.0078125) },
  { weight: 6, arbitrary: fc.integer({ min: -50_000, max: 300_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, 1e38, -1e38, Infinity, -Infinity) },
);
const figures = fc.oneof(
  fc.array(fc.integer({ min: -50_000, max: 50_000 }), { minLength: ROW_FIGURES, maxLength: ROW_FIGURES }),
  fc.constantFrom(0, 1e6, Number.NaN).map((figure) => Array<number>(ROW_FIGURES).fill(figure)),
);

interface Book extends Case {
  /** The accounts are repeated to so many; between two of them everybody owes so much more. */
  readonly size: number;
  readonly under: readonly [from: number, to: number, dollars: number];
}

const books: fc.Arbitrary<Book> = fc.integer({ min: 1, max: 5 }).chain((instruments) => {
  const each = { minLength: instruments, maxLength: instruments };
  return fc
    .record({
      prices: fc.array(price, each),
      moves: fc.array(moves, each),
      drawn: fc.array(
        fc.record({
          beyond,
          positions: fc.array(fc.record({ instrument: fc.nat({ max: instruments - 1 }), units }), { maxLength: 7 }),
          group: fc.option(figures, { nil: undefined, freq: 6 }),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      size: fc.constantFrom(1, 40, 127, 128, 129, 700),
      under: fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 700 }), fc.constantFrom(0, 1e5, 1e9)),
    })
    .map(({ drawn, ...rest }) => ({
      ...rest,
      accounts: drawn.map(({ beyond: dollars, positions, group }) => {
        let value = 0;
        for (const position of positions) value += position.units * rest.prices[position.instrument];
        return { cash: Number.isFinite(value) ? dollars - value : dollars, positions, group };
      }),
    }));
});

function lanes(move: (lane: number) => number): number[] {
  return Array.from({ length: NOW }, (_, lane) => move(lane));
}

function repeated({ accounts, size, under: [from, to, dollars], ...market }: Book): Case {
  const many = Array.from({ length: size }, (_, index): Account => {
    const account = accounts[index % accounts.length];
    return index < from || index >= to ? account : { ...account, cash: account.cash - dollars };
  });
  return { ...market, accounts: many };
}

function many(count: number, account: Account): Account[] {
  return Array.from({ length: count }, () => account);
}

/** Every way comes to the same with bounds and without; the totals of `sweep`. */
function sameAsPlain(grid: StressGrid): GridTotals {
  for (const way of WAYS) {
    const plain = grid.run(0, way, true);
    assert.equal(plain.doubtful, grid.size.accounts);
    assert.deepEqual({ ...grid.run(0, way), doubtful: plain.doubtful }, plain, way);
  }
  return grid.run(0, "sweep");
}

test("sums with bounds are those without, to the bit, and no account is passed over wrongly", () => {
  fc.assert(
    fc.property(books, (drawn) => {
      sameAsPlain(gridOf(repeated(drawn)));
    }),
    { seed: 1066, numRuns: 600 },
  );
});

/** From a fall of 22% to a rise of as much. */
const BOTH_WAYS = lanes((lane) => (lane - 11) / 50);

test("accounts with enough of everything are passed over, a mixed account too, and those at zero are in no sum", () => {
  const positions = [
    { instrument: 0, units: 1000 },
    { instrument: 1, units: -1000 },
  ];
  // The long falls by 22,000 and the short rises by as much, but never in the same third of the lanes; 55,000 are required.
  const accounts = many(300, { cash: 80_000, positions, group: undefined });
  const grid = gridOf({ prices: [100, 100], moves: [BOTH_WAYS, BOTH_WAYS], accounts });
  for (const way of WAYS) assert.equal(grid.run(0, way).doubtful, 0, way);

  const still = gridOf({
    prices: [100],
    moves: [lanes(() => 0)],
    accounts: [{ cash: -100_000, positions: [{ instrument: 0, units: 1000 }], group: undefined }],
  });
  const { equity, doubtful } = still.run(0, "sweepEquity");
  assert.equal(doubtful, 0);
  assert.deepEqual([...equity.counts], Array<number>(LANES).fill(0));
});

test("what is not finite in some lanes is unknown, as it is without bounds", () => {
  const soaring = lanes((lane) => (lane < 4 ? 4 : 0));
  const nothing: Account = { cash: 1000, positions: [{ instrument: 0, units: 0 }], group: undefined };
  assert.equal(sameAsPlain(gridOf({ prices: [1e38], moves: [soaring], accounts: [nothing] })).unknown, 1);
  // Under the first lanes one position is worth infinity and the other costs as much; under all others there is enough.
  const positions = [
    { instrument: 0, units: 2e36 },
    { instrument: 0, units: -2e36 },
  ];
  const huge: Account = { cash: 1.3e38, positions, group: undefined };
  assert.equal(sameAsPlain(gridOf({ prices: [100], moves: [soaring], accounts: [huge] })).unknown, 1);
});

test("an account that is short of nothing but equity is found", () => {
  const account: Account = { cash: -11_000, positions: [{ instrument: 0, units: 100 }], group: undefined };
  const grid = gridOf({ prices: [100], moves: [lanes(() => 0)], accounts: [account] });
  const relief = { below: 0, lowRate: 0, lowFloor: 0, rate: -0.5, floor: -10_000 };
  grid.setTerms(0, 1, relief, relief);
  const { recomputed, held, equity } = sameAsPlain(grid);
  assert.deepEqual([recomputed.counts[0], held.counts[0], equity.counts[0]], [0, 0, 1]);
});

test("a price that is not known is counted, whatever else the account has", () => {
  const rich: Account = { cash: 1e9, positions: [{ instrument: 0, units: 1 }], group: undefined };
  const grid = gridOf({ prices: [Number.NaN], moves: [BOTH_WAYS], accounts: many(400, rich) });
  for (const way of WAYS) assert.equal(grid.run(0, way).unknown, 400, way);
});

test("after accounts that are all under water some go without bounds, and then the book is bounded again", () => {
  const poor: Account = { cash: -1e6, positions: [{ instrument: 0, units: 100 }], group: undefined };
  const rich: Account = { ...poor, cash: 1e6 };
  const accounts = [...many(500, poor), ...many(7500, rich)];
  const grid = gridOf({ prices: [100], moves: [BOTH_WAYS], accounts });
  for (const way of WAYS) {
    const { doubtful, equity } = grid.run(0, way);
    assert.deepEqual([...equity.counts], Array<number>(LANES).fill(500));
    assert.ok(doubtful > 1000 && doubtful < 6000, `${way}: ${doubtful}`);
  }
});
