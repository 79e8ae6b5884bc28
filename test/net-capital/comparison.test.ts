/**
 * The parallel run: each kind of break is found and named, the breaks of a total add up to its difference, and where both
 * sides follow the same rules from different books, nothing is left unexplained. Real firms' printed computations agree.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { lineToJson } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { type ComparedTotal } from "../../src/net-capital/comparison/compare.ts";
import { compareNetCapital } from "../../src/net-capital/comparison/comparison.ts";
import { computationOf, readComputation } from "../../src/net-capital/comparison/read.ts";
import { agrees, comparisonInWords, comparisonToJson } from "../../src/net-capital/comparison/report.ts";
import { focusReport } from "../../src/net-capital/focus/focus.ts";
import { readBookDocument } from "../../src/net-capital/book-document.ts";
import { Firm, inMonths } from "./firm.ts";

const EQUITY = { type: "equity", listing: "XNYS" } as const;

/** A firm with a little of everything: positions are "STOCK", "SHORT", "BOND", "MUNI". */
function firm(
  change: Partial<Record<"STOCK" | "SHORT" | "BOND" | "MUNI", readonly [units: number, price: string]>> = {},
): Firm {
  const made = new Firm();
  made.capital(5_000_000);
  const hold = (
    name: keyof typeof change,
    listing: Parameters<Firm["list"]>[1],
    units: number,
    price: string,
  ): void => {
    const [held, at] = change[name] ?? [units, price];
    made.list(name, listing);
    made.mark(name, at);
    if (held !== 0) made.move(name, held, "inventory");
  };
  hold("STOCK", EQUITY, 10_000, "80");
  hold("SHORT", EQUITY, -6_000, "50");
  hold("BOND", { type: "corporate", maturity: inMonths(80), minimalCreditRisk: true }, 400_000, "98");
  hold("MUNI", { type: "municipal", maturity: inMonths(30) }, 300_000, "101");
  made.item("charge", 25_000, "Aged fails");
  made.ledger("Furniture", "non-allowable-asset", -40_000);
  return made;
}

/** What another program would say that computes as we do: its whole tree, and its positions. */
function exported(of: Firm, withPositions = true): unknown {
  const answer = of.figure();
  const positions = of.monitor.positions().map(({ instrument, quantity, price }) => ({ instrument, quantity, price }));
  return { computation: lineToJson(answer.computation), ...(withPositions && { positions }) };
}

function compare(ours: Firm, theirs: unknown, rounding?: number) {
  return compareNetCapital(ours.monitor, ours.books.instruments, computationOf(theirs), rounding as never);
}

function netCapital(totals: readonly ComparedTotal[]): ComparedTotal {
  const found = totals.find(({ code }) => code === "net-capital" || code === "3750");
  assert.ok(found !== undefined);
  return found;
}

/** "STOCK other-price equity/securities 10000.00" */
function told({ breaks }: ComparedTotal): string[] {
  return breaks.map(({ instrument, reason, code, amount }) =>
    [instrument ?? "-", reason, code, formatDollars(amount)].join(" "),
  );
}

test("a computation agrees with itself", () => {
  const comparison = compare(firm(), exported(firm()));
  assert.ok(agrees(comparison));
  assert.equal(netCapital(comparison.totals).difference, 0);
  assert.deepEqual(
    comparison.totals.map(({ code }) => code),
    ["net-capital", "requirement", "aggregate-indebtedness"],
  );
});

test("another price is found in the market value and in the haircut", () => {
  const { totals } = compare(firm(), exported(firm({ STOCK: [10_000, "75"] })));
  const total = netCapital(totals);
  // 50,000 less of market value; 7,500 less of haircut on the longs, and the short is charged 1,875 less than with theirs.
  assert.deepEqual(
    told(total).filter((line) => line.startsWith("STOCK")),
    [
      "STOCK other-price equity/securities 50000.00",
      "STOCK other-price haircuts/equities -5625.00",
      "STOCK other-price haircuts/undue-concentration -7500.00",
    ],
  );
  assert.equal(total.unexplained, 0);
});

test("another quantity, and a position that only one side has", () => {
  const other = netCapital(compare(firm(), exported(firm({ BOND: [500_000, "98"], MUNI: [0, "101"] }))).totals);
  assert.equal(other.unexplained, 0);
  const lines = told(other);
  assert.ok(lines.includes("BOND other-quantity equity/securities -98000.00"));
  assert.ok(lines.includes("BOND other-quantity haircuts/corporate-debt 6860.00"));
  assert.ok(lines.includes("MUNI only-ours equity/securities 303000.00"));
  const reverse = netCapital(compare(firm({ MUNI: [0, "101"] }), exported(firm())).totals);
  assert.equal(
    reverse.difference,
    0 - netCapital(compare(firm(), exported(firm({ MUNI: [0, "101"] }))).totals).difference,
  );
  assert.ok(told(reverse).includes("MUNI only-theirs equity/securities -303000.00"));
});

test("another rate and another bucket", () => {
  const answer = firm().figure();
  const rated = (haircut: string, name: string) =>
    firm()
      .monitor.positions()
      .map(({ instrument, quantity, price }) => ({
        instrument,
        quantity,
        price,
        ...(instrument === name && { haircut }),
      }));
  const corporate = Number(formatDollars(answer.netCapital)) - 392_000 * 0.02;
  const lines = (amount: number) => [{ code: "net-capital", amount: amount.toFixed(2) }];
  // Bonds of 80 months are charged 7 %; 9 % is the rate of another maturity.
  const bucket = netCapital(compare(firm(), { lines: lines(corporate), positions: rated("9%", "BOND") }).totals);
  assert.deepEqual(told(bucket), ["BOND other-bucket haircuts/corporate-debt 7840.00"]);
  const rate = netCapital(
    compare(firm(), {
      lines: lines(Number(formatDollars(answer.netCapital)) - 392_000 * 0.04),
      positions: rated("11%", "BOND"),
    }).totals,
  );
  assert.deepEqual(told(rate), ["BOND other-rate haircuts/corporate-debt 15680.00"]);
});

test("an item on one side only, and one that is called otherwise", () => {
  const ours = firm();
  const theirs = [
    {
      code: "equity",
      amount: formatDollars(ours.figure().computation.children[0].children[0].children[0].children[0].amount),
    },
    {
      code: "non-allowable",
      amount: 52_000,
      children: [
        { label: "Furniture", amount: 40_000 },
        { label: "Prepaid rent", amount: 12_000 },
      ],
    },
    { code: "charges", amount: 700, children: [{ code: "charges/fidelity", amount: 700 }] },
    { code: "haircuts", amount: formatDollars(ours.figure().waterfall.children[1].amount) },
    { label: "Something else", amount: 5 },
  ];
  const { totals, unmatched } = compare(ours, theirs);
  const total = netCapital(totals);
  assert.deepEqual(told(total), [
    "- only-theirs non-allowable 12000.00",
    "- only-theirs charges/fidelity 700.00",
    "- only-ours charges/item-0 -25000.00",
  ]);
  assert.deepEqual(
    unmatched.map(({ label }) => label),
    ["Something else"],
  );
  assert.equal(total.lines.find(({ label }) => label === "Furniture")?.difference, 0);
});

test("a total alone is said to be unexplained; rounding is not a difference", () => {
  const amount = firm().figure().netCapital;
  const [off] = compare(firm(), [{ code: "net-capital", amount: formatDollars((amount + 12_345) as never) }]).totals;
  assert.deepEqual(told(off), ["- other-amount net-capital -123.45"]);
  assert.equal(off.unexplained, -12_345);
  const rounded = compare(firm(), [{ code: "net-capital", amount: String(Math.round(amount / 100)) }]);
  assert.ok(agrees(rounded), comparisonInWords(rounded));
});

test("a total with more than its lines says so", () => {
  const answer = firm().figure();
  const tree = lineToJson(answer.waterfall);
  const [tentative, haircuts] = tree.children ?? [];
  const shown = haircuts.children?.filter(({ code }) => code === "haircuts/equities") ?? [];
  const lines = [
    {
      ...tree,
      children: [tentative, { ...haircuts, children: shown, amount: String(Number(haircuts.amount) + 1000) }],
      amount: String(Number(tree.amount) - 1000),
    },
  ];
  const total = netCapital(compare(firm(), lines).totals);
  assert.deepEqual(told(total), ["- not-detailed haircuts 1000.00"]);
});

test("the breaks add up and explain everything, whatever the books", () => {
  const units = fc.integer({ min: -20_000, max: 20_000 });
  const price = fc.integer({ min: 2_000, max: 15_000 }).map((cents) => (cents / 100).toFixed(2));
  const change = fc.record({
    STOCK: fc.tuple(units, price),
    SHORT: fc.tuple(units, price),
    BOND: fc.tuple(fc.integer({ min: -900_000, max: 900_000 }), fc.constantFrom("97", "98", "99.5")),
    MUNI: fc.tuple(fc.integer({ min: -900_000, max: 900_000 }), fc.constantFrom("100", "101", "101.125")),
  });
  fc.assert(
    fc.property(change, change, (one, other) => {
      const [ours, theirs] = [firm(one), firm(other)];
      const { totals, unmatched } = compare(ours, exported(theirs));
      const total = netCapital(totals);
      assert.equal(unmatched.length, 0);
      assert.equal(total.ours, ours.figure().netCapital);
      assert.equal(total.theirs, theirs.figure().netCapital);
      assert.equal(total.unexplained, 0, told(total).join("\n"));
      const bare = netCapital(compare(ours, exported(theirs, false)).totals);
      assert.equal(bare.difference, total.difference);
      assert.ok(bare.unexplained === bare.difference || bare.breaks.length > 0);
    }),
    { numRuns: 40, seed: 4210 },
  );
});

test("boxes of the FOCUS report are compared as boxes, down to our lines", () => {
  const ours = firm();
  const theirs = firm({ STOCK: [10_000, "75"] });
  const report = focusReport(theirs.figure(), "II");
  const boxes = report.sections.flatMap(({ lines }) =>
    lines.flatMap(({ box, label, value }) =>
      box !== undefined && value.kind === "amount" ? [{ code: box, label, amount: formatDollars(value.amount) }] : [],
    ),
  );
  const positions = theirs.monitor
    .positions()
    .map(({ instrument, quantity, price: at }) => ({ instrument, quantity, price: at }));
  const total = netCapital(compare(ours, { lines: boxes, positions }).totals);
  assert.equal(total.code, "3750");
  assert.equal(total.difference, ours.figure().netCapital - theirs.figure().netCapital);
  assert.equal(total.unexplained, 0, told(total).join("\n"));
  assert.ok(agrees(compare(theirs, { lines: boxes })));
});

test("CSV is read as people write it, and refused with its row", () => {
  const text = [
    "Box,Label,Amount,Instrument,Quantity,Price,Haircut",
    '3750,Net capital,"$4,463,125.00",,,,',
    '3540,Non-allowable,"(1,000.50)",,,,',
    "",
    ",,,ACME,-100,12.5,15%",
  ].join("\r\n");
  const { lines, positions } = readComputation(text);
  assert.deepEqual(
    lines.map(({ code, amount }) => [code, amount]),
    [
      ["3750", 446_312_500],
      ["3540", -100_050],
    ],
  );
  assert.deepEqual(
    positions?.map(({ instrument, quantity, haircut }) => [instrument, quantity, haircut?.denominator]),
    [["ACME", "-100", 20]],
  );
  assert.throws(() => readComputation("code,amont\n3750,1\n"), /amont.*"amount"/);
  assert.throws(() => readComputation("code,amount\n3750,1\n3750,2\n"), /comes twice/);
  assert.throws(() => readComputation("code,amount\n3750,x\n", { file: "f.csv" }), /amount = "x".*f\.csv, row 1/);
  assert.throws(() => readComputation("code,amount\n3750,\n", { file: "f.csv" }), /has no amount.*row 1/);
  assert.throws(() => readComputation("code,amount\n"), /no line of a computation/);
  assert.throws(() => readComputation("{"), /JSON/);
});

test("where we have no figure, nothing is compared", () => {
  const ours = new Firm();
  ours.list("NEW", EQUITY);
  ours.move("NEW", 1, "inventory");
  assert.throws(() => compare(ours, [{ code: "net-capital", amount: 1 }]), /no price for NEW/);
});

// ——— real filings ———

interface PrintedLine {
  readonly label: string;
  readonly amount: number;
}

interface Filing {
  readonly id: string;
  readonly units: string;
  readonly inputs: {
    readonly equity: { readonly amount: number };
    readonly non_allowable_assets: readonly PrintedLine[];
    readonly additions: readonly PrintedLine[];
    readonly other_deductions_and_charges: readonly PrintedLine[];
    readonly haircuts: readonly PrintedLine[];
  };
  readonly expected: Readonly<Record<string, number | string | null>>;
}

const ROOT = join(import.meta.dirname, "../..");
const { cases } = JSON.parse(readFileSync(join(ROOT, "test/data/net_capital_computations.json"), "utf8")) as {
  readonly cases: readonly Filing[];
};

/** The printed lines of a filing, by our codes. */
function printed({
  inputs,
  expected,
  units,
}: Filing): { code: string; label: string; amount: number; children?: object[] }[] {
  const unit = units.startsWith("USD thousands") ? 1000 : 1;
  const lines = [
    { code: "equity", label: "Equity", amount: inputs.equity.amount * unit },
    ...(inputs.non_allowable_assets.length === 0
      ? []
      : [
          {
            code: "non-allowable",
            label: "Non-allowable assets",
            amount: inputs.non_allowable_assets.reduce((sum, { amount }) => sum + amount, 0) * unit,
            children: inputs.non_allowable_assets.map(({ label, amount }) => ({ label, amount: amount * unit })),
          },
        ]),
  ];
  const total = (code: string, entries: readonly PrintedLine[]): void => {
    if (entries.length > 0)
      lines.push({ code, label: code, amount: entries.reduce((sum, { amount }) => sum + amount, 0) * unit });
  };
  const isLoan = ({ label }: PrintedLine): boolean => /subordinated/i.test(label);
  total("subordinated", inputs.additions.filter(isLoan));
  total(
    "other-credits",
    inputs.additions.filter((line) => !isLoan(line)),
  );
  total("charges", inputs.other_deductions_and_charges);
  total("haircuts", inputs.haircuts);
  for (const [field, code] of [
    ["net_capital_before_haircuts", "tentative-net-capital"],
    ["net_capital", "net-capital"],
    ["aggregate_indebtedness", "aggregate-indebtedness"],
  ] as const) {
    const amount = expected[field];
    if (typeof amount === "number") lines.push({ code, label: field, amount: amount * unit });
  }
  return lines;
}

let compared = 0;
for (const filing of cases) {
  const path = join(ROOT, "docs/examples/filings", `${filing.id}.yaml`);
  if (!existsSync(path)) continue;
  test(`${filing.id}: the printed computation agrees, and a line changed on purpose is found`, () => {
    const ours = Firm.of(readBookDocument(readFileSync(path, "utf8"), { file: path }));
    if (ours.monitor.answer().kind === "unknown") return;
    const unit = filing.units.startsWith("USD thousands") ? 100_000 : 100;
    const lines = printed(filing);
    const comparison = compare(ours, lines, unit);
    assert.ok(agrees(comparison), comparisonInWords(comparison));
    compared++;
    const wrong = lines.map((line) => (line.code === "equity" ? { ...line, amount: line.amount + 123_456_000 } : line));
    const total = netCapital(compare(ours, wrong, unit).totals);
    assert.ok(
      total.breaks.some(({ code, amount }) => code === "equity" && amount < 0),
      JSON.stringify(comparisonToJson(comparison)).slice(0, 500),
    );
  });
}

test("most filings were compared", () => {
  assert.ok(compared >= 8, `${compared} were`);
});
