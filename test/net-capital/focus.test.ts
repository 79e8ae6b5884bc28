/**
 * The FOCUS pages: the boxes of worked example W19, and that whatever a computation holds, its boxes add up to it, on both
 * parts of the form and by both methods.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { findLine, type Line, line } from "../../src/base/line.ts";
import { type Cents, formatDollars } from "../../src/base/money.ts";
import { readBookDocument } from "../../src/net-capital/book-document.ts";
import { computeNetCapital, type NetCapitalFigure } from "../../src/net-capital/computation.ts";
import { FOCUS_PARTS, focusReport, type FocusLine, type FocusReport } from "../../src/net-capital/focus/focus.ts";
import type { FocusPart } from "../../src/net-capital/focus/form.ts";
import { inputsFromBooks } from "../../src/net-capital/inputs.ts";
import { type PartAnswer, type Place, PLACES } from "../../src/net-capital/part.ts";
import { netCapitalRulesInForce } from "../../src/net-capital/rules.ts";
import { ALTERNATIVE, Firm, rulebook } from "./firm.ts";

const EXAMPLES = join(import.meta.dirname, "../../docs/examples");

function example(name: string): NetCapitalFigure {
  return Firm.of(readBookDocument(readFileSync(join(EXAMPLES, `${name}.yaml`), "utf8"))).figure();
}

const linesOf = ({ sections }: FocusReport): readonly FocusLine[] => sections.flatMap(({ lines }) => lines);

/** What a box says: dollars, per cent, a count, or that it is not stated. */
function says(report: FocusReport, box: string): string | undefined {
  const value = linesOf(report).find((found) => found.box === box)?.value;
  switch (value?.kind) {
    case "amount":
      return formatDollars(value.amount);
    case "percent":
      return `${value.percent}%`;
    case "count":
      return String(value.count);
    case "not-stated":
      return "not stated";
    case undefined:
    default:
      return undefined;
  }
}

const boxes = (report: FocusReport, ...names: readonly string[]): Record<string, string | undefined> =>
  Object.fromEntries(names.map((name) => [name, says(report, name)]));

test("W19 on Part II: the boxes that the rule sheet gives, and the alternative's page", () => {
  const expected = {
    3480: "5000000.00",
    3520: "1000000.00",
    3530: "6000000.00",
    3540: "750000.00",
    3550: "12000.00",
    3570: "23500.00",
    3450: "not stated",
    3580: "20000.00",
    3610: "69500.00",
    3620: "875000.00",
    3640: "5125000.00",
    3660: "40000.00",
    3690: "16250.00",
    3700: "210000.00",
    3710: "185000.00",
    3720: "172500.00",
    3734: "10000.00",
    3650: "28125.00",
    3736: "0.00",
    3740: "661875.00",
    3750: "4463125.00",
    3870: "1200000.00",
    3880: "250000.00",
    3760: "1200000.00",
    3910: "3263125.00",
    3851: "7.44%",
    3920: "1463125.00",
    3770: undefined,
  };
  assert.deepEqual(boxes(focusReport(example("worked-example"), "II"), ...Object.keys(expected)), expected);
});

test("W19 on Part IIA: what has no box of its own there falls into the wider one", () => {
  const expected = {
    3550: undefined,
    3570: undefined,
    3610: "125000.00",
    3620: "875000.00",
    3735: "226250.00",
    3733: "185000.00",
    3734: "182500.00",
    3740: "661875.00",
    3750: "4463125.00",
  };
  assert.deepEqual(boxes(focusReport(example("worked-example"), "IIA"), ...Object.keys(expected)), expected);
});

test("W11 on Part II: lines 11 to 21 of the aggregate indebtedness method", () => {
  const expected = {
    3756: "600000.00",
    3758: "250000.00",
    3760: "600000.00",
    3770: "150000.00",
    3780: "-150000.00",
    3790: "9000000.00",
    3830: "0.00",
    3838: "0.00",
    3840: "9000000.00",
    3850: "1200.00%",
    3853: "not stated",
    3870: undefined,
  };
  assert.deepEqual(boxes(focusReport(example("w11-established"), "II"), ...Object.keys(expected)), expected);
});

test("aggregate indebtedness: what is unrecorded, borrowed without value, and deposited for customers has its own box", () => {
  const firm = new Firm();
  firm.capital(5_000_000);
  firm.ledger("payables", "liability", 1_000_000);
  const item = (treatment: "aggregate-indebtedness" | "indebtedness-excluded", amount: string, paragraph: string) =>
    firm.apply({ kind: "capital-item-reported", item: paragraph, treatment, label: paragraph, paragraph, amount });
  item("aggregate-indebtedness", "30000", "15c3-1(c)(1)");
  item("indebtedness-excluded", "200000", "15c3-1(c)(1)(vii)");
  item("indebtedness-excluded", "50000", "15c3-1(c)(1)(viii)");
  const second = focusReport(firm.figure(), "II");
  assert.deepEqual(boxes(second, "3790", "3820", "3830", "3838", "3840"), {
    3790: "950000.00",
    3820: "30000.00",
    3830: "30000.00",
    3838: "200000.00",
    3840: "780000.00",
  });
  const short = focusReport(firm.figure(), "IIA");
  assert.deepEqual(boxes(short, "3790", "3838", "3840"), { 3790: "750000.00", 3838: undefined, 3840: "780000.00" });
});

test("a part's lines are counted item by item; a sum that operations report is not", () => {
  const fail = (item: string, amount: number): Line =>
    line(`charges/fails-to-deliver/${item}`, item, "15c3-1(c)(2)(ix)", amount as Cents);
  const two: PartAnswer = { lines: { charges: [fail("a", 100), fail("b", 250), fail("c", 0)] }, troubles: [] };
  const firm = new Firm();
  firm.capital(1_000_000);
  assert.equal(says(focusReport(withParts(firm, [two]), "II"), "3450"), "2");
  firm.apply({
    kind: "capital-item-reported",
    item: "fails",
    treatment: "charge",
    label: "Fails",
    paragraph: "15c3-1(c)(2)(ix)",
    amount: "5",
  });
  assert.equal(says(focusReport(withParts(firm, [two]), "II"), "3450"), "not stated");
});

test("what the parts charge reaches its box", () => {
  for (const [name, expected] of [
    ["w12-aged-fails", { 3570: "30000.00", 3450: "2", 3620: "30000.00" }],
    ["w13-short-differences", { 3580: "100000.00", 3470: "4" }],
    ["w15-repos", { 3610: "1300000.00" }],
    ["w17a-uncovered-calls", { 3525: "1100.00", 3730: "3900.00" }],
    ["w20-collateralized-debt", { 3540: "50000.00", 3790: "15000.00", 3840: "15000.00" }],
    ["w21-market-maker", { 3758: "380000.00", 3760: "380000.00" }],
    ["w27-market-maker-account", { 3615: "2000000.00" }],
  ] as const)
    assert.deepEqual(
      boxes(focusReport(example(`net-capital/${name}`), "II"), ...Object.keys(expected)),
      expected,
      name,
    );
});

test("every box is numbered once, and says where its number is known from", () => {
  for (const part of FOCUS_PARTS) {
    for (const name of ["worked-example", "w11-established"]) {
      const lines = linesOf(focusReport(example(name), part));
      const numbers = lines.flatMap(({ box }) => box ?? []);
      assert.equal(new Set(numbers).size, numbers.length);
      for (const { box, source } of lines) assert.equal(box === undefined, source === "no box");
    }
  }
});

/** The computation of a firm with parts of the test's own. */
function withParts({ books }: Firm, parts: readonly PartAnswer[]): NetCapitalFigure {
  const rules = netCapitalRulesInForce(books.rulebooks, books.ledger.settlement.openedDay);
  assert.ok(rules !== undefined);
  const inputs = inputsFromBooks(books, rules);
  const answer = computeNetCapital({ ...inputs, parts: [...inputs.parts, ...parts] }, rules);
  assert.ok(answer.kind === "figure");
  return answer;
}

const PARAGRAPHS = [
  "15c3-1(c)(2)",
  "15c3-1(c)(2)(ix)",
  "15c3-1(c)(2)(v)(A)",
  "15c3-1(c)(2)(xii)(A)",
  "15c3-1(c)(2)(x)(A)",
  "15c3-1(c)(2)(vi)(A)",
  "15c3-1(c)(2)(vi)(J)",
  "15c3-1(c)(2)(viii)",
  "15c3-1(c)(1)(vii)",
  "15c3-1a(b)(2)",
  "15c3-1b(a)(3)(xii)",
  "somebody's own words",
];
const WORDS = ["fails-to-deliver", "short-differences", "options", "governments", "new", "reported", "other"];
/** What the codes of a part's lines begin with, where it is not the name of the place. */
const ROOTS: Readonly<Partial<Record<Place, string>>> = {
  "market-maker-minimum": "requirement/market-making",
  "requirement-additions": "requirement/additions",
};

const amounts = fc.integer({ min: 0, max: 10_000_00 });
const codes = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join("/"));
/** A line of a part: sometimes with children that add up to it, sometimes with children that do not. */
const partLines = fc
  .tuple(
    codes,
    fc.constantFrom(...PARAGRAPHS),
    fc.array(fc.tuple(codes, fc.constantFrom(...PARAGRAPHS), amounts)),
    amounts,
  )
  .map(([code, paragraph, below, own]) => (root: string, index: number): Line => {
    const name = `${root}/${code}/${index}`;
    const children = below.map(([last, cited, amount], child) =>
      line(`${name}/${last}/${child}`, last, cited, amount as Cents),
    );
    const addsUp = children.reduce((sum, { amount }) => sum + amount, 0);
    return line(name, code, paragraph, (own % 2 === 0 && children.length > 0 ? addsUp : own) as Cents, {}, children);
  });
const randomParts = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...PLACES), partLines), { maxLength: 20 }),
    fc.array(partLines, { maxLength: 3 }),
  )
  .map(([placed, onBase]): PartAnswer => {
    const lines: Partial<Record<Place, Line[]>> = {};
    for (const [index, [place, make]] of placed.entries())
      (lines[place] ??= []).push(make(ROOTS[place] ?? place, index));
    const charges = onBase.map((make, index) => make("charges-on-base", index));
    return { lines, chargesOn: () => charges, troubles: [] };
  });

const TREATMENTS = [
  "equity-not-allowable",
  "other-credit",
  "non-allowable",
  "charge",
  "other-addition",
  "haircut",
  "aggregate-debit-item",
  "aggregate-indebtedness",
  "indebtedness-excluded",
  "requirement-addition",
] as const;
const HELD = [
  { type: "equity", listing: "XNYS" },
  { type: "equity" },
  { type: "treasury", maturity: "2030-01-01" },
  { type: "municipal", maturity: "2030-01-01" },
  { type: "corporate", maturity: "2030-01-01", minimalCreditRisk: true },
  { type: "money-market-fund" },
  { type: "preferred", cumulative: true, minimalCreditRisk: true },
] as const;

const randomFirm = fc
  .record({
    alternative: fc.boolean(),
    items: fc.array(fc.tuple(fc.constantFrom(...TREATMENTS), fc.constantFrom(...PARAGRAPHS), amounts), {
      maxLength: 15,
    }),
    held: fc.array(fc.tuple(fc.constantFrom(...HELD), fc.integer({ min: -500, max: 500 })), { maxLength: 6 }),
    owed: amounts,
    loan: amounts,
    fixtures: amounts,
  })
  .map(({ alternative, items, held, owed, loan, fixtures }) => {
    const firm = new Firm(rulebook(...(alternative ? [ALTERNATIVE] : [])));
    firm.capital(1_000_000);
    firm.ledger("payables", "liability", (owed + 1) / 100);
    firm.ledger("loan", "subordinated-satisfactory", (loan + 1) / 100);
    firm.ledger("fixtures", "non-allowable-asset", -(fixtures + 1) / 100);
    for (const [index, [treatment, paragraph, amount]] of items.entries()) {
      const item = `${WORDS[index % WORDS.length]}/${index}`;
      const dollars = formatDollars(amount as Cents);
      firm.apply({ kind: "capital-item-reported", item, treatment, label: item, paragraph, amount: dollars });
    }
    for (const [listing, hundreds] of held) if (hundreds !== 0) firm.hold(listing, hundreds * 100);
    return firm;
  });

/** The obvious way: what stands in the tree below these lines. */
function inTree({ computation }: NetCapitalFigure, ...codesOf: readonly string[]): number {
  return codesOf.reduce((sum, code) => sum + (findLine(computation, code)?.amount ?? 0), 0);
}

/** The sum of what the boxes got from the lines of the computation. */
function boxed(report: FocusReport, ...names: readonly string[]): number {
  return linesOf(report)
    .filter(({ box }) => box !== undefined && names.includes(box))
    .flatMap(({ lines }) => lines)
    .reduce((sum, { line: { amount }, sign }) => sum + sign * amount, 0);
}

const DEDUCTIONS = ["3540", "3550", "3560", "3570", "3580", "3590", "3600", "3610", "3615"];
const HAIRCUTS = ["3660", "3670", "3680", "3690", "3700", "3710", "3720", "3730", "3732", "3733", "3734", "3735"];

function checkForm(figure: NetCapitalFigure, part: FocusPart): void {
  const report = focusReport(figure, part);
  assert.equal(
    boxed(report, ...DEDUCTIONS),
    inTree(figure, "non-allowable", "charges", "commodity-charges", "charges-on-base"),
  );
  assert.equal(boxed(report, ...HAIRCUTS, "3650", "3736"), inTree(figure, "haircuts"));
  assert.equal(boxed(report, "3630"), inTree(figure, "other-additions"));
  assert.equal(says(report, "3530"), formatDollars(inTree(figure, "capital") as Cents));
  assert.equal(says(report, "3640"), formatDollars(figure.tentative));
  assert.equal(says(report, "3740"), formatDollars(inTree(figure, "haircuts") as Cents));
  assert.equal(says(report, "3750"), formatDollars(figure.netCapital));
  assert.equal(says(report, "3760"), formatDollars(figure.requirement));
  const used = linesOf(report).flatMap(({ lines }) => lines.map(({ line: { code } }) => code));
  assert.equal(new Set(used).size, used.length, "no line stands in two boxes");
}

test("the boxes of any firm add up to its computation, whatever lines its parts enter", () => {
  fc.assert(
    fc.property(randomFirm, randomParts, (firm, part) => {
      const figure = withParts(firm, [part]);
      for (const form of FOCUS_PARTS) checkForm(figure, form);
    }),
    { seed: 1976, numRuns: 150 },
  );
});
