/** Two trees of lines held against each other: matching, what is new and gone, the JSON form and the table. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Line, line, total } from "../../src/base/line.ts";
import {
  changedLines,
  differenceOfLines,
  isChanged,
  type LineDifference,
  lineDifferenceToJson,
  renderLineDifference,
} from "../../src/base/line-difference.ts";
import { type Cents, ZERO } from "../../src/base/money.ts";

const BEFORE = total("haircuts", "Haircuts", "(vi)", [
  line("equities", "Equities", "(J)", 1_500_000 as Cents, { rate: "15%", long: 10_000_000 as Cents }),
  line("options", "Options", "1a", 2550 as Cents),
  line("credit", "Credit", "(A)", -100 as Cents),
]);
const AFTER = total("haircuts", "Haircuts", "(vi)", [
  line("equities", "Equities and their like", "(J)", 2_000_000 as Cents, { rate: "20%", long: 10_000_000 as Cents }),
  line("house", "Rules of the house", "", 50 as Cents, { rate: "1%" }),
  line("credit", "Credit", "(A)", -100 as Cents),
]);

test("lines are matched by code, in the order of after; what is gone stands where it stood", () => {
  const { before, after, difference, children } = differenceOfLines(BEFORE, AFTER);
  assert.deepEqual([before, after, difference], [1_502_450, 1_999_950, 497_500]);
  assert.deepEqual(
    children.map(({ code, before: was, after: is, difference: by }) => [code, was, is, by]),
    [
      ["equities", 1_500_000, 2_000_000, 500_000],
      ["house", undefined, 50, 50],
      ["options", 2550, undefined, -2550],
      ["credit", -100, -100, 0],
    ],
  );
  assert.deepEqual(children[0]?.inputs, { rate: { before: "15%", after: "20%" } });
  assert.equal(children[0]?.label, "Equities and their like");
  assert.deepEqual(children[1]?.inputs, {}, "what a new line says is no change");
});

test("lines of one code are matched in their order", () => {
  const of = (...amounts: number[]): Line =>
    total(
      "t",
      "T",
      "",
      amounts.map((amount) => line("", "Item", "", amount as Cents)),
    );
  const { children } = differenceOfLines(of(1, 2, 3), of(1, 5));
  assert.deepEqual(
    children.map(({ before, after }) => [before, after]),
    [
      [1, 1],
      [2, 5],
      [3, undefined],
    ],
  );
});

test("only what changed, as JSON", () => {
  const json = lineDifferenceToJson(changedLines(differenceOfLines(BEFORE, AFTER)));
  assert.deepEqual(
    json.children?.map(({ code, before, after, difference }) => [code, before, after, difference]),
    [
      ["equities", "15000.00", "20000.00", "5000.00"],
      ["house", null, "0.50", "0.50"],
      ["options", "25.50", null, "-25.50"],
    ],
  );
  assert.deepEqual(json.children?.[0]?.inputs, { rate: { before: "15%", after: "20%" } });
  assert.equal("inputs" in json, false);
});

test("a line whose amount stays but whose rate changed is a change", () => {
  const of = (rate: string): Line => line("a", "A", "", ZERO, { rate });
  assert.equal(isChanged(differenceOfLines(of("15%"), of("20%"))), true);
  assert.equal(isChanged(differenceOfLines(of("15%"), of("15%"))), false);
});

test("the table for a terminal", () => {
  assert.equal(
    renderLineDifference(changedLines(differenceOfLines(BEFORE, AFTER))),
    [
      "                              before      after  difference",
      "Haircuts                   15,024.50  19,999.50    4,975.00",
      "  Equities and their like  15,000.00  20,000.00    5,000.00",
      "      rate                       15%        20%",
      "  Rules of the house               –       0.50        0.50",
      "  Options                      25.50          –     (25.50)",
    ].join("\n"),
  );
});

const { tree } = fc.letrec<{ tree: Line }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(fc.constantFrom("a", "b", "c", "d"), fc.integer({ min: -1e9, max: 1e9 }))
      .map(([code, amount]) => line(code, code, "§", amount as Cents)),
    fc
      .tuple(fc.constantFrom("a", "b", "c", "d"), fc.array(tie("tree"), { maxLength: 5 }))
      .map(([code, children]) => total(code, code, "§", children)),
  ),
}));

function amounts(root: Line): number[] {
  return [root.amount, ...root.children.flatMap(amounts)];
}

function sides(root: LineDifference, side: "before" | "after"): number[] {
  const own = root[side] === undefined ? [] : [root[side]];
  return [...own, ...root.children.flatMap((child) => sides(child, side))];
}

test("every line of either tree stands in the difference once; a tree does not differ from itself", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const difference = differenceOfLines(before, after);
      assert.deepEqual(sides(difference, "after"), amounts(after), "in their order");
      const numerically = (a: number, b: number): number => a - b;
      assert.deepEqual(sides(difference, "before").sort(numerically), amounts(before).sort(numerically));
      assert.equal(isChanged(differenceOfLines(before, before)), false);
      assert.equal(changedLines(differenceOfLines(before, before)).children.length, 0);
    }),
    { seed: 44_101, numRuns: 300 },
  );
});
