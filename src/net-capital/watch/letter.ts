/**
 * What is written: the title of a test that is met, and the notice that is drafted of it, fit to be sent, with the figures
 * of that moment, the fact that they follow from, and the version of the rules.
 */
import { assertNever } from "../../base/assert.ts";
import { type Cents, displayDollars, subtract } from "../../base/money.ts";
import { formatRate } from "../../base/rate.ts";
import type { Instant } from "../../base/time.ts";
import { formatNewYork } from "../../books/new-york-time.ts";
import type { NoticeFigures } from "../tiers.ts";
import type { NoticeRule } from "./rules.ts";

/** A test in words: "Net capital below 120% of the minimum". */
export function conditionInWords({ test, share }: NoticeRule): string {
  const percent = formatRate(share);
  switch (test) {
    case "indebtedness-over-net-capital":
      return `Aggregate indebtedness above ${percent} of net capital`;
    case "net-capital-under-debit-items":
      return `Net capital below ${percent} of aggregate debit items`;
    case "net-capital-under-requirement":
      return percent === "100%" ? "Net capital below the minimum" : `Net capital below ${percent} of the minimum`;
    case "net-capital-under-dollar-minimum":
      return `Net capital below ${percent} of the minimum dollar requirement`;
    case "financing-over-tentative-net-capital":
      return `Securities financing above ${percent} of tentative net capital`;
    case "tentative-net-capital-under-minimum":
      return "Tentative net capital below its minimum";
    case "tentative-net-capital-under-notice-level":
      return "Tentative net capital below the level at which notice is due";
    case "cannot-compute":
      return "Net capital cannot be computed";
    default:
      return assertNever(test);
  }
}

export interface LetterFacts {
  readonly rule: NoticeRule;
  /** Undefined where net capital cannot be computed. */
  readonly figures: NoticeFigures | undefined;
  /** What keeps it from being computed. */
  readonly missing: readonly string[];
  readonly firm: string | undefined;
  readonly version: string;
  readonly seq: number;
  readonly at: Instant;
  readonly due: Instant;
}

/** The drafted notice. */
export function draftNotice(letter: LetterFacts): string {
  const { rule, firm, version, seq, at, due } = letter;
  const sender = firm ?? "The undersigned broker-dealer";
  const meaning = rule.meaning === "" ? "" : ` ${rule.meaning}`;
  const rows = figureRows(letter);
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    `NOTICE UNDER ${rule.paragraph.startsWith("FINRA") ? rule.paragraph : `SEC RULE ${rule.paragraph}`}`,
    "",
    `To: ${rule.to.join("; ")}`,
    `From: ${sender}`,
    "",
    `${sender} gives notice of the following, as of ${formatNewYork(at)}: ${lowerFirst(conditionInWords(rule))}.${meaning}`,
    "",
    ...rows.map(([label, value]) => `${`${label}:`.padEnd(width + 2)}${value}`),
    "",
    `The figures follow from fact ${seq} of the firm's journal under version ${version} of its net-capital rulebook.`,
    `This notice is due by ${formatNewYork(due)}.`,
  ].join("\n");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function figureRows({ rule, figures, missing }: LetterFacts): readonly (readonly [label: string, value: string])[] {
  if (figures === undefined) return missing.map((what) => ["Missing", what]);
  const dollars = (amount: Cents): string => `$${displayDollars(amount)}`;
  const { netCapital, requirement } = figures;
  const excess = subtract(netCapital, requirement);
  return [
    ["Net capital", dollars(netCapital)],
    ["Required net capital", dollars(requirement)],
    excess < 0 ? ["Deficiency", dollars(subtract(requirement, netCapital))] : ["Excess net capital", dollars(excess)],
    ...comparedRows(rule, figures).map(([label, amount]) => [label, dollars(amount)] as const),
  ];
}

/** What the test compares, beyond net capital and its minimum. */
function comparedRows({ test }: NoticeRule, figures: NoticeFigures): readonly (readonly [string, Cents])[] {
  switch (test) {
    case "indebtedness-over-net-capital":
      return [["Aggregate indebtedness", figures.aggregateIndebtedness]];
    case "net-capital-under-debit-items":
      return [["Aggregate debit items", figures.aggregateDebitItems]];
    case "net-capital-under-dollar-minimum":
      return [["Minimum dollar requirement", figures.dollarMinimum]];
    case "financing-over-tentative-net-capital":
      return [
        ["Tentative net capital", figures.tentativeByRule],
        ["Payable against securities loaned and repos", figures.financingPayable],
        ["Contract value of borrows and reverse repos", figures.financingReceivable],
      ];
    case "tentative-net-capital-under-minimum":
    case "tentative-net-capital-under-notice-level":
      return [["Tentative net capital", figures.tentativeByRule]];
    case "net-capital-under-requirement":
    case "cannot-compute":
      return [];
    default:
      return assertNever(test);
  }
}
