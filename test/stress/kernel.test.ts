/** The kernel against a slow, obvious version in double precision, and the source against what was compiled. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { KERNEL_CODE } from "../../src/stress/kernel-code.ts";
import { type GridTotals, ROW_FIGURES } from "../../src/stress/grid.ts";
import { LANES, NOW } from "../../src/stress/kernel.ts";
import { compileKernel } from "../../tools/kernels.ts";
import { type Account, type Case, gridOf, LONG, required, SHORT } from "./grid-case.ts";

/** What the kernel should say, and how far single precision may be from it. */
function slowly({ prices, moves, accounts }: Case) {
  const sums = ["recomputed", "held", "equity"].map(() => ({
    amounts: Array(LANES).fill(0),
    counts: Array(LANES).fill(0),
  }));
  let unknown = 0;
  const bounds = Array<number>(LANES).fill(0);
  for (const { cash, positions, group } of accounts) {
    const gross = Array.from(
      { length: LANES },
      (_, lane) => Math.abs(cash) + Math.abs(group?.[lane] ?? 0) + Math.abs(group?.[LANES + lane] ?? 0),
    );
    const figures = Array.from({ length: LANES }, (_, lane) => {
      let [excess, equity] = group === undefined ? [cash, cash] : [cash + group[lane], cash + group[LANES + lane]];
      for (const { instrument, units } of positions) {
        const move = lane === NOW ? 0 : moves[instrument][lane];
        const price = Math.max(0, prices[instrument] * (1 + move));
        const terms = units < 0 ? SHORT : LONG;
        equity += units * price;
        excess += units * price - Math.abs(units) * required(price, terms);
        gross[lane] += Math.abs(units) * (price + prices[instrument] * Math.abs(move) + required(price, terms));
      }
      return { excess, equity };
    });
    if (figures.some(({ excess }) => Number.isNaN(excess))) {
      unknown += 1;
      continue;
    }
    for (let lane = 0; lane < LANES; lane++)
      bounds[lane] += (positions.length + 6) * 2 ** -24 * (gross[lane] + gross[NOW]);
    const kept = figures[NOW].equity - figures[NOW].excess;
    for (const [lane, { excess, equity }] of figures.entries())
      for (const [index, figure] of [excess, equity - kept, equity].entries())
        if (figure < 0) {
          sums[index].amounts[lane] -= figure;
          sums[index].counts[lane] += 1;
        }
  }
  return { sums, unknown, bounds };
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 6 }).chain((instruments) =>
  fc.record({
    prices: fc.array(
      fc.oneof(
        { weight: 12, arbitrary: fc.double({ min: 0.5, max: 400, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(Number.NaN) },
      ),
      {
        minLength: instruments,
        maxLength: instruments,
      },
    ),
    moves: fc.array(fc.array(fc.double({ min: -1.2, max: 2, noNaN: true }), { minLength: NOW, maxLength: NOW }), {
      minLength: instruments,
      maxLength: instruments,
    }),
    accounts: fc.array(
      fc.record({
        cash: fc.integer({ min: -200_000, max: 100_000 }),
        positions: fc.array(
          fc.record({
            instrument: fc.nat({ max: instruments - 1 }),
            units: fc.integer({ min: -900, max: 2000 }).filter((units) => units !== 0),
          }),
          { maxLength: 9 },
        ),
        group: fc.option(
          fc.array(fc.integer({ min: -50_000, max: 50_000 }), { minLength: ROW_FIGURES, maxLength: ROW_FIGURES }),
          {
            nil: undefined,
            freq: 4,
          },
        ),
      }),
      { minLength: 1, maxLength: 40 },
    ),
  }),
);

test("the kernel's sums are those of the slow version, to within single precision", () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const slow = slowly(drawn);
      const grid = gridOf(drawn);
      for (const way of ["sweep", "sweepRelaxed"] as const) {
        const totals: GridTotals = grid.run(0, way);
        assert.equal(totals.unknown, slow.unknown);
        for (const [index, { amounts }] of [totals.recomputed, totals.held, totals.equity].entries())
          for (let lane = 0; lane < LANES; lane++)
            assert.ok(
              Math.abs(amounts[lane] - slow.sums[index].amounts[lane]) <= slow.bounds[lane],
              `${way} figure ${index} lane ${lane}: ${amounts[lane]} for ${slow.sums[index].amounts[lane]} ± ${slow.bounds[lane]}`,
            );
      }
      assert.deepEqual(grid.run(0, "sweepEquity").equity.counts, grid.run(0, "sweepRelaxed").equity.counts);
    }),
    { seed: 4210, numRuns: 120 },
  );
});

test("the lowest excess of each account, and its scenario", () => {
  const { prices, moves, accounts } = {
    prices: [100, 50],
    moves: [0, 1].map(() => Array.from({ length: NOW }, (_, lane) => (lane - 11) / 20)),
    accounts: [
      { cash: -60_000, positions: [{ instrument: 0, units: 1000 }], group: undefined },
      { cash: 90_000, positions: [{ instrument: 1, units: -1000 }], group: undefined },
    ],
  };
  const grid = gridOf({ prices, moves, accounts });
  grid.fillRows(0, 0);
  grid.findWorst(0, 21);
  assert.deepEqual([...grid.worstScenarios], [0, 20]);
  assert.ok(Math.abs(grid.worstAmounts[0] - (-60_000 + 1000 * 45 * 0.75)) < 0.01);
  assert.ok(Math.abs(grid.worstAmounts[1] - (90_000 - 1000 * 50 * 1.45 * 1.3)) < 0.01);
});

test("counts are exact where nothing is near zero, and a known case comes out", () => {
  const moves = [Array.from({ length: NOW }, (_, lane) => (lane === 0 ? -0.2 : lane === 1 ? -0.8 : 0))];
  const account: Account = { cash: -60_000, positions: [{ instrument: 0, units: 1000 }], group: undefined };
  const totals = gridOf({ prices: [100], moves, accounts: [account, account] }).run(0);
  // At 80: equity 20,000, requirement 20,000 anew and 25,000 held. At 20: equity −40,000.
  assert.equal(totals.equity.counts[0], 0);
  assert.equal(totals.held.counts[0], 2);
  assert.ok(Math.abs(totals.held.amounts[0] - 10_000) < 0.1);
  assert.equal(totals.equity.counts[1], 2);
  assert.ok(Math.abs(totals.equity.amounts[1] - 80_000) < 0.1);
  assert.ok(Math.abs(totals.recomputed.amounts[1] - 90_000) < 0.1);
});

test("the shipped kernel is what its sources compile to", async () => {
  assert.equal(Buffer.from(await compileKernel("stress")).toString("base64"), KERNEL_CODE);
});
