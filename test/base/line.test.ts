/** Lines of a computation: sums, search, JSON and the table for a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { findLine, type Line, line, lineToJson, renderLines, total } from "../../src/base/line.ts";
import { type Cents, displayDollars, parseDollars, ZERO } from "../../src/base/money.ts";

const HAIRCUT = total("haircuts", "Haircuts", "15c3-1(c)(2)(vi)", [
  total("haircuts/equities", "Equities", "15c3-1(c)(2)(vi)(J)", [
    line("haircuts/equities/greater", "Greater side", "15c3-1(c)(2)(vi)(J)", 1_500_000 as Cents, {
      long: 10_000_000 as Cents,
      rate: "15%",
    }),
    line("haircuts/equities/lesser", "Lesser side", "", 2550 as Cents),
  ]),
  line("haircuts/credit", "Credit", "15c3-1(c)(2)(vi)(A)", -100 as Cents),
]);

test("a total is the sum of its children", () => {
  assert.equal(HAIRCUT.amount, 1_502_450);
  assert.equal(total("none", "None", "", []).amount, ZERO);
});

test("a line is found by its code, at any depth", () => {
  assert.equal(findLine(HAIRCUT, "haircuts")?.label, "Haircuts");
  assert.equal(findLine(HAIRCUT, "haircuts/equities/lesser")?.amount, 2550);
  assert.equal(findLine(HAIRCUT, "haircuts/options"), undefined);
});

test("the table for a terminal", () => {
  assert.equal(
    renderLines(HAIRCUT),
    [
      "Haircuts          15,024.50  15c3-1(c)(2)(vi)",
      "  Equities        15,025.50  15c3-1(c)(2)(vi)(J)",
      "    Greater side  15,000.00  15c3-1(c)(2)(vi)(J)",
      "    Lesser side       25.50",
      "  Credit             (1.00)  15c3-1(c)(2)(vi)(A)",
    ].join("\n"),
  );
  assert.equal(renderLines(HAIRCUT, 1).split("\n").length, 3);
});

test("JSON has amounts as dollars, and leaves out what is empty", () => {
  assert.deepEqual(lineToJson(HAIRCUT).children?.[0]?.children?.[0], {
    code: "haircuts/equities/greater",
    label: "Greater side",
    paragraph: "15c3-1(c)(2)(vi)(J)",
    amount: "15000.00",
    inputs: { long: "100000.00", rate: "15%" },
  });
  assert.deepEqual(lineToJson(line("a", "A", "", ZERO)), { code: "a", label: "A", paragraph: "", amount: "0.00" });
});

const { tree } = fc.letrec<{ tree: Line }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(fc.string({ maxLength: 8 }), fc.integer({ min: -1e9, max: 1e9 }))
      .map(([label, amount]) => line(label, label, "§", amount as Cents)),
    fc
      .tuple(fc.string({ maxLength: 8 }), fc.array(tie("tree"), { maxLength: 4 }))
      .map(([label, children]) => total(label, label, "§", children)),
  ),
}));

function lines(root: Line): Line[] {
  return [root, ...root.children.flatMap(lines)];
}

test("every line is a row, amounts end in one column, and every amount can be read back from JSON", () => {
  fc.assert(
    fc.property(tree, (root) => {
      const rows = renderLines(root).split("\n");
      const all = lines(root);
      assert.equal(rows.length, all.length);
      assert.equal(new Set(rows.map((row) => row.lastIndexOf("§"))).size, 1);
      for (const [index, { amount }] of all.entries()) assert.ok(rows[index].endsWith(`${displayDollars(amount)}  §`));
      const check = (json: ReturnType<typeof lineToJson>, { amount, children }: Line): void => {
        assert.equal(parseDollars(json.amount), amount);
        for (const [index, child] of children.entries()) check((json.children ?? [])[index], child);
      };
      check(lineToJson(root), root);
    }),
    { seed: 10_801, numRuns: 200 },
  );
});

test("a computation of very many lines can be shown", () => {
  const many = total(
    "many",
    "Many",
    "",
    Array.from({ length: 130_000 }, (_, index) => line(`${index}`, `Line ${index}`, "", 1 as Cents)),
  );
  assert.equal(renderLines(many).split("\n").length, 130_001);
});
