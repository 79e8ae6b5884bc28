/** A stress as the page shows it: kinds of scenarios, places in the grid, capital against its minimum; and how it is coloured. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StressRow } from "../../src/server/live-margin.ts";
import { stressRow, stressView } from "../../src/server/stress-view.ts";
import { answerStress } from "../../src/stress/answer.ts";
import { gravity, gridOf, measured, movePercent, worst } from "../../web/src/heat.ts";
import { example, SCENARIOS, subjectOf } from "../stress/subject.ts";

const { stress } = subjectOf(example("prime-clients"));
const answer = answerStress(stress, { scenarios: SCENARIOS.scenarios, reverse: false, accounts: [] });
const view = stressView(stress, answer.results.map(stressRow), answer.netCapital, {
  position: { seq: 7, at: "2026-11-20T21:00:00.000Z" },
  took: 12.4,
});
const rowNamed = (name: string): StressRow => {
  const row = view.rows.find(({ scenario }) => scenario === name);
  assert.ok(row, name);
  return row;
};

test("every scenario has its kind; those that move everything alike have a place in the grid", () => {
  const kinds = Map.groupBy(view.rows, ({ kind }) => kind);
  assert.deepEqual(
    (kinds.get("grid") ?? []).map(({ price, volatility }) => [price, volatility]),
    [
      ["-10", "25"],
      ["-20", "50"],
      ["-30", "100"],
      ["10", "-15"],
      ["25", "-25"],
    ],
  );
  assert.deepEqual(
    ["index", "historical", "correlation", "names", "combined"].map(
      (kind) => kinds.get(kind as StressRow["kind"])?.length,
    ),
    [3, 8, 2, 2, 1],
  );
  assert.ok(view.rows.every((row) => row.kind === "grid" || (row.price === null && row.volatility === null)));
});

test("figures are the answer's: 10% down calls one account for 200,000", () => {
  const { called, calls, underWater, capital } = rowNamed("all-down-10");
  assert.deepEqual([called, calls, underWater], [1, "200000.00", 0]);
  assert.deepEqual(capital, { netCapital: "3255300.00", percentOfMinimum: "1302.12", tier: null });
  assert.deepEqual([view.accounts, view.seq, view.took], [5, 7, 12]);
});

test("a row says what selling leaves uncovered, and what each client loses with its positions at other firms", () => {
  const { uncovered, clients } = rowNamed("gap-to-zero");
  assert.equal(uncovered, "3000000.00");
  assert.deepEqual(clients[0], {
    name: "bell",
    unsecured: "2900000.00",
    call: "2900000.00",
    loss: "14400000.00",
    lossElsewhere: "10400000.00",
  });
});

test("a grid of one volatility for each move of prices is one column, from the largest fall up", () => {
  const grid = gridOf(view.rows);
  assert.ok(grid);
  assert.deepEqual([grid.prices, grid.volatilities], [["-30", "-20", "-10", "10", "25"], []]);
  assert.equal(grid.at("-20", undefined)?.scenario, "all-down-20");
  assert.equal(gridOf(view.rows.filter(({ kind }) => kind !== "grid")), undefined);
});

test("a grid of both moves has a cell for each, and none where nobody asked", () => {
  const [first] = view.rows;
  const cell = (price: string, volatility: string): StressRow => ({ ...first, kind: "grid", price, volatility });
  const grid = gridOf([cell("5", "0"), cell("-25", "0"), cell("-25", "-30"), cell("5", "100")]);
  assert.ok(grid);
  assert.deepEqual(
    [grid.prices, grid.volatilities],
    [
      ["-25", "5"],
      ["-30", "0", "100"],
    ],
  );
  assert.deepEqual([grid.at("5", "100")?.price, grid.at("-25", "100")], ["5", undefined]);
});

test("what is unsecured is coloured beside the worst, net capital beside its minimum, and the unknown not at all", () => {
  const [first] = view.rows;
  const capital = { netCapital: "1.00", percentOfMinimum: "125.00", tier: null };
  const rows: readonly StressRow[] = [
    { ...first, scenario: "a", unsecured: "500.00", underWater: 3, capital },
    {
      ...first,
      scenario: "b",
      unsecured: "1000.00",
      underWater: 0,
      capital: { ...capital, percentOfMinimum: "90.00" },
    },
    { ...first, scenario: "c", unsecured: "0.00", underWater: 6, capital: null },
  ];
  assert.deepEqual(rows.map(gravity(rows, "unsecured")), [0.5, 1, 0]);
  assert.deepEqual(rows.map(gravity(rows, "under-water")), [0.5, 0, 1]);
  assert.deepEqual(rows.map(gravity(rows, "net-capital")), [0.5, 1, 0]);
  assert.deepEqual(
    rows.map((row) => measured(row, "net-capital")),
    ["125%", "90%", undefined],
  );
  assert.equal(worst(rows)?.scenario, "b");
  assert.deepEqual(["-25", "0", "7.5"].map(movePercent), ["−25%", "0%", "+7.5%"]);
});
