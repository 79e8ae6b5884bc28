/**
 * Lines that Part II and Part IIA of the FOCUS report share. The numbers of lines 11 to 17C were seen on a copy of Part II;
 * all others are known by heart, and say so.
 */
import { type BoxSource, type Follows, type FormLine, formLine, type FormSection, LINES, sumOf } from "./form.ts";

const INNER = { inner: true } as const;
const TOTAL = { total: true } as const;
const DEDUCTED_TOTAL = { total: true, deducts: true } as const;

/** What neither part gives a box: it stands between lines 12 and 13, so that the page adds up to the requirement. */
export const REQUIREMENT_ADDITIONS = "additions to the requirement";
/** The total of the reserve computation that lines 22 and 26 speak of. */
export const DEBIT_ITEMS = "aggregate debit items";

/** Lines 1 to 5. */
export const CAPITAL_LINES: readonly FormLine[] = [
  formLine("1", "3480", "Total ownership equity from Statement of Financial Condition", "15c3-1(c)(2)", LINES),
  formLine("2", "3490", "Deduct ownership equity not allowable for net capital", "15c3-1(c)(2)(i)", LINES, {
    deducts: true,
  }),
  formLine(
    "3",
    "3500",
    "Total ownership equity qualified for net capital",
    "15c3-1(c)(2)",
    sumOf(["3480"], ["3490"]),
    TOTAL,
  ),
  formLine(
    "4A",
    "3520",
    "Add: liabilities subordinated to claims of general creditors allowable in computation of net capital",
    "15c3-1(c)(2)(ii)",
    LINES,
  ),
  formLine("4B", "3525", "Other (deductions) or allowable credits", "15c3-1(c)(2)(i)", LINES),
  formLine(
    "5",
    "3530",
    "Total capital and allowable subordinated liabilities",
    "15c3-1(c)(2)",
    sumOf(["3500", "3520", "3525"]),
    TOTAL,
  ),
];

/** An amount in the inner column that the computation's lines give. */
export function innerLine(line: string, id: string, label: string, paragraph: string): FormLine {
  return formLine(line, id, label, paragraph, LINES, INNER);
}

/** The end of line 6, and lines 7 and 8. `deductions` are the boxes of line 6. */
export function beforeHaircuts(totalLine: string, deductions: readonly string[]): readonly FormLine[] {
  return [
    formLine(totalLine, "3620", "Total deductions and/or charges", "15c3-1(c)(2)", sumOf(deductions), DEDUCTED_TOTAL),
    formLine("7", "3630", "Other additions and/or allowable credits", "15c3-1(c)(2)", LINES),
    formLine(
      "8",
      "3640",
      "Net capital before haircuts on securities positions",
      "15c3-1(c)(15)",
      sumOf(["3530", "3630"], ["3620"]),
      TOTAL,
    ),
  ];
}

/** The ends of lines 9, and line 10. `haircuts` are the boxes of line 9C, with their numbers from 1. */
export function haircutLines(
  haircuts: readonly (readonly [box: string, label: string, paragraph: string])[],
): FormLine[] {
  const securities = haircuts.map(([box, label, paragraph], index) =>
    innerLine(`9C${index + 1}`, box, label, paragraph),
  );
  const boxes = ["3660", "3670", ...haircuts.map(([box]) => box), "3650", "3736"];
  return [
    innerLine("9A", "3660", "Contractual securities commitments", "15c3-1(c)(2)(viii)"),
    innerLine("9B", "3670", "Subordinated securities borrowings", "15c3-1(c)(2)"),
    ...securities,
    innerLine("9D", "3650", "Undue concentration", "15c3-1(c)(2)(vi)(M)"),
    innerLine("9E", "3736", "Other", "15c3-1(c)(2)(vi)"),
    formLine("9", "3740", "Haircuts on securities", "15c3-1(c)(2)(vi)", sumOf(boxes), DEDUCTED_TOTAL),
    formLine("10", "3750", "Net capital", "15c3-1(c)(2)", sumOf(["3640"], ["3740"]), TOTAL),
  ];
}

/** Part A: the requirement of the aggregate indebtedness method, lines 11 to 15. */
export function basicRequirement(source: BoxSource): FormSection {
  const line = (number: string, box: string, label: string, follows: Follows, total = false): FormLine =>
    formLine(number, box, label, "15c3-1(a)", follows, { source, total });
  return {
    title: "Computation of basic net capital requirement (Part A)",
    method: "indebtedness-to-net-capital",
    lines: [
      line("11", "3756", "Minimum net capital required (6 2/3% of line 19)", LINES),
      line(
        "12",
        "3758",
        "Minimum dollar net capital requirement, and minimum net capital requirement of subsidiaries",
        { by: "lines", greatest: true },
      ),
      additionsLine(),
      line(
        "13",
        "3760",
        "Net capital requirement (greater of line 11 or 12)",
        { by: "greater", of: ["3756", "3758"], plus: [REQUIREMENT_ADDITIONS] },
        true,
      ),
      line("14", "3770", "Excess net capital (line 10 less 13)", sumOf(["3750"], ["3760"]), true),
      line("15", "3780", "Excess net capital at 1000% (line 10 less 10% of line 19)", {
        by: "above",
        from: "3750",
        shares: [["10%", "3840"]],
      }),
    ],
  };
}

function additionsLine(): FormLine {
  return formLine("", REQUIREMENT_ADDITIONS, "Additions to the requirement", "15c3-1(a)(9)", LINES);
}

/** Part B: the requirement of the alternative method, lines 22 to 25 and what each part adds. */
export function alternativeRequirement(more: readonly FormLine[]): FormSection {
  const ALTERNATIVE = "15c3-1(a)(1)(ii)";
  return {
    title: "Computation of alternate net capital requirement (Part B)",
    method: "net-capital-to-debit-items",
    lines: [
      formLine("", DEBIT_ITEMS, "Combined aggregate debit items of the reserve computation", "15c3-3a", LINES),
      formLine("22", "3870", "2% of combined aggregate debit items", ALTERNATIVE, LINES),
      formLine(
        "23",
        "3880",
        "Minimum dollar net capital requirement, and minimum net capital requirement of subsidiaries",
        ALTERNATIVE,
        { by: "lines", greatest: true },
      ),
      additionsLine(),
      formLine(
        "24",
        "3760",
        "Net capital requirement (greater of line 22 or 23)",
        ALTERNATIVE,
        { by: "greater", of: ["3870", "3880"], plus: [REQUIREMENT_ADDITIONS] },
        TOTAL,
      ),
      formLine("25", "3910", "Excess net capital (line 10 less 24)", ALTERNATIVE, sumOf(["3750"], ["3760"]), TOTAL),
      ...more,
    ],
  };
}

/** Net capital above early warning, under the alternative. */
export function aboveEarlyWarning(line: string): FormLine {
  return formLine(
    line,
    "3920",
    "Net capital in excess of the greater of 5% of combined aggregate debit items or 120% of the net capital requirement",
    "17a-11(b)",
    {
      by: "above",
      from: "3750",
      shares: [
        ["5%", DEBIT_ITEMS],
        ["120%", "3760"],
      ],
    },
  );
}

/** Lines 16 and 17. The last three boxes are seen on Part II; their total and line 16 as well but for the total. */
export function indebtednessLines(source: BoxSource): readonly FormLine[] {
  const line = (number: string, box: string, label: string, inner = true): FormLine =>
    formLine(number, box, label, "15c3-1(c)(1)", LINES, { source, inner });
  return [
    line("16", "3790", "Total A.I. liabilities from Statement of Financial Condition", false),
    line("17A", "3800", "Add: drafts for immediate credit"),
    line("17B", "3810", "Market value of securities borrowed for which no equivalent value is paid or credited"),
    line("17C", "3820", "Other unrecorded amounts"),
    formLine("17", "3830", "Total additions", "15c3-1(c)(1)", sumOf(["3800", "3810", "3820"])),
  ];
}

/** The total of aggregate indebtedness, line 19, and its share of net capital, line 20. `less` is what line 18 deducts. */
export function totalIndebtedness(less: readonly string[]): readonly FormLine[] {
  return [
    formLine(
      "19",
      "3840",
      "Total aggregate indebtedness",
      "15c3-1(c)(1)",
      { by: "sum", plus: ["3790", "3830"], less, floor: true },
      TOTAL,
    ),
    formLine(
      "20",
      "3850",
      "Percentage of aggregate indebtedness to net capital (line 19 ÷ line 10)",
      "15c3-1(a)(1)(i)",
      {
        by: "percent",
        of: "3840",
        to: "3750",
      },
    ),
  ];
}

/** Percentage of debt to debt-equity total, (d). */
export function debtEquity(line: string): FormLine {
  return formLine(
    line,
    "3860",
    "Percentage of debt to debt-equity total computed in accordance with (d)",
    "15c3-1(d)",
    {
      by: "given",
      name: "debt-equity percent",
      needs: "debt and equity of more than nothing",
    },
  );
}
