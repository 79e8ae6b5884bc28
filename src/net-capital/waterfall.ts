/**
 * The parts of the computation as trees of lines, from the top of the waterfall to its haircuts, and the two measures that
 * the requirement is taken from. Every amount is what its children say; a line that deducts says so.
 */
import { type Line, line, total } from "../base/line.ts";
import { add, excessOver, subtract, sum } from "../base/money.ts";
import type { CapitalItem } from "../books/capital-items.ts";
import type { CashCategory } from "./cash.ts";
import { concentrationLine } from "./haircuts/concentration.ts";
import { commitmentsDeduction, commitmentsLine } from "./haircuts/commitments.ts";
import { nonMarketableLine, positionLines } from "./haircuts/positions.ts";
import type { HaircutView } from "./haircuts/view.ts";
import type { FirmPosition, NetCapitalInputs } from "./inputs.ts";
import { haircutLinesOn, linesAt, linesOn } from "./part.ts";
import type { NetCapitalRules } from "./rules.ts";

/** Total capital and allowable subordinated liabilities, (c)(2)(i) and (ii). */
export function capitalLine(inputs: NetCapitalInputs): Line {
  const equity = total("equity", "Ownership equity", "15c3-1(c)(2)", [
    line("equity/ledger", "Capital, result, and cost of inventory", "15c3-1(c)(2)", inputs.ownCash),
    line(
      "equity/securities",
      "Market value of inventory, longs less shorts",
      "15c3-1(c)(2)(i)(A)",
      inputs.ownSecurities,
    ),
  ]);
  const notAllowable = reported(
    inputs,
    "equity-not-allowable",
    "equity-not-allowable",
    "Less: equity not allowable",
    "15c3-1(c)(2)(i)",
  );
  const subordinated = total("subordinated", "Subordinated loans under satisfactory agreements", "15c3-1(c)(2)(ii)", [
    ...cashLines(inputs, "subordinated"),
    ...linesAt(inputs.parts, "subordinated"),
  ]);
  const credits = reported(inputs, "other-credit", "other-credits", "Other credits", "15c3-1(c)(2)(i)");
  const adjustments = total("net-worth", "Adjustments of net worth", "15c3-1(c)(2)(i)", [
    ...linesAt(inputs.parts, "net-worth"),
  ]);
  const amount = sum([
    subtract(equity.amount, notAllowable.amount),
    subordinated.amount,
    credits.amount,
    adjustments.amount,
  ]);
  return line("capital", "Total capital and allowable subordinated liabilities", "15c3-1(c)(2)", amount, {}, [
    equity,
    notAllowable,
    subordinated,
    credits,
    ...whereUsed(adjustments),
  ]);
}

/** Net capital before haircuts, (c)(15). */
export function tentativeLine(inputs: NetCapitalInputs, view: HaircutView, capital: Line): Line {
  const nonAllowable = total("non-allowable", "Less: non-allowable assets", "15c3-1(c)(2)(iv), (vii)", [
    ...cashLines(inputs, "non-allowable"),
    ...reportedLines(inputs.items, "non-allowable", "non-allowable/reported"),
    nonMarketableLine(view),
    ...linesAt(inputs.parts, "non-allowable"),
  ]);
  const charges = total("charges", "Less: operational and other charges", "15c3-1(c)(2)(iv), (v), (ix) to (xv)", [
    ...reportedLines(inputs.items, "charge", "charges"),
    ...linesAt(inputs.parts, "charges"),
  ]);
  const commodities = total("commodity-charges", "Less: charges on futures and commodities", "15c3-1b", [
    ...linesAt(inputs.parts, "commodity-charges"),
  ]);
  const additions = reported(inputs, "other-addition", "other-additions", "Other additions", "15c3-1(c)(2)");
  const base = add(
    subtract(capital.amount, sum([nonAllowable.amount, charges.amount, commodities.amount])),
    additions.amount,
  );
  const financing = total(
    "charges-on-base",
    "Less: charges that depend on the figure before them",
    "15c3-1(c)(2)(iv)(F)",
    [...linesOn(inputs.parts, base)],
  );
  const amount = subtract(base, financing.amount);
  return line("tentative-net-capital", "Net capital before haircuts", "15c3-1(c)(15)", amount, {}, [
    capital,
    nonAllowable,
    charges,
    ...whereUsed(commodities),
    additions,
    ...whereUsed(financing),
  ]);
}

/** A line that most firms have no use for stands only where it says something. */
function whereUsed(used: Line): Line[] {
  return used.children.length > 0 ? [used] : [];
}

/** All haircuts, (c)(2)(vi), and commitments, (viii), with what is added back of them. */
export function haircutsLine(inputs: NetCapitalInputs, view: HaircutView, tentative: Line): Line {
  const { rules } = view;
  const others = [
    ...positionLines(view),
    reported(inputs, "haircut", "haircuts/reported", "Haircuts that operations report", "15c3-1(c)(2)(vi)"),
    ...linesAt(inputs.parts, "haircuts"),
    ...haircutLinesOn(inputs.parts, tentative.amount),
    concentrationLine(view, inputs.issues, tentative.amount),
  ];
  const deductions = add(sum(others.map(({ amount }) => amount)), commitmentsDeduction(inputs.commitments, rules));
  const commitments = commitmentsLine(inputs.commitments, subtract(tentative.amount, deductions), rules);
  return total("haircuts", "Less: haircuts", "15c3-1(c)(2)(vi), (viii)", [...others, commitments]);
}

/** Aggregate indebtedness, (c)(1). */
export function indebtednessLine(inputs: NetCapitalInputs): Line {
  const owed = total("aggregate-indebtedness/owed", "Money owed", "15c3-1(c)(1)", [
    ...cashLines(inputs, "indebtedness"),
    ...reportedLines(inputs.items, "aggregate-indebtedness", "aggregate-indebtedness/reported"),
    ...linesAt(inputs.parts, "indebtedness"),
  ]);
  const excluded = total("aggregate-indebtedness/excluded", "Less: excluded", "15c3-1(c)(1)(i) to (xv)", [
    ...reportedLines(inputs.items, "indebtedness-excluded", "aggregate-indebtedness/excluded"),
    ...linesAt(inputs.parts, "indebtedness-excluded"),
  ]);
  return line(
    "aggregate-indebtedness",
    "Aggregate indebtedness",
    "15c3-1(c)(1)",
    excessOver(owed.amount, excluded.amount),
    {},
    [owed, excluded],
  );
}

/** Aggregate debit items, the base of the alternative. */
export function debitItemsLine(inputs: NetCapitalInputs): Line {
  return total("aggregate-debit-items", "Aggregate debit items", "15c3-1(a)(1)(ii)", [
    ...cashLines(inputs, "debit-items"),
    ...reportedLines(inputs.items, "aggregate-debit-item", "aggregate-debit-items/reported"),
    ...linesAt(inputs.parts, "debit-items"),
  ]);
}

/** Balances of cash of one category, each line of the ledger a line. */
function cashLines({ cash }: NetCapitalInputs, category: CashCategory): Line[] {
  return cash
    .filter((entry) => entry.category === category)
    .map(({ code, label, paragraph, amount }) => line(code, label, paragraph, amount));
}

/** What operations report for one treatment, as one line over its items. */
function reported(
  { items }: NetCapitalInputs,
  treatment: CapitalItem["treatment"],
  code: string,
  label: string,
  paragraph: string,
): Line {
  return total(code, label, paragraph, reportedLines(items, treatment, code));
}

/** The items of one treatment, each a line. */
export function reportedLines(
  items: readonly CapitalItem[],
  treatment: CapitalItem["treatment"],
  code: string,
): Line[] {
  return items
    .filter((item) => item.treatment === treatment)
    .map(({ item, label, paragraph, amount }) => line(`${code}/${item}`, label, paragraph, amount, { item }));
}

/** Which positions a bucket names in its lines: so many of the largest, or those in the instruments of these rows. */
export type PositionsNamed = number | ReadonlySet<number>;

/** What the haircuts explain themselves from. */
export function haircutView(
  { sides, positions }: NetCapitalInputs,
  rules: NetCapitalRules,
  named: PositionsNamed,
): HaircutView {
  const byBucket = rules.schedule.buckets.map((): FirmPosition[] => []);
  const isNamed = (row: number): boolean => typeof named === "number" || named.has(row);
  for (const held of positions) if (held.isCharged && isNamed(held.row)) byBucket[held.bucket].push(held);
  const count = typeof named === "number" ? named : Number.POSITIVE_INFINITY;
  return {
    sides,
    rules,
    positions: (bucket) => largest(byBucket[bucket], count).map((held) => marketValueLine(held, rules)),
  };
}

/** The positions of which most is charged, the most first; of equal ones the one listed first. */
function largest(positions: readonly FirmPosition[], count: number): readonly FirmPosition[] {
  if (count === 0 || positions.length === 0) return [];
  const sizes = Float64Array.from(positions, sizeOf).sort((a, b) => a - b);
  const least = sizes[Math.max(0, sizes.length - count)];
  const large = positions.filter((held) => sizeOf(held) >= least);
  return large.sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, count);
}

function sizeOf({ charged }: FirmPosition): number {
  return Math.abs(charged);
}

function marketValueLine(
  { instrument, quantity, price, bucket, chargedQuantity, charged }: FirmPosition,
  { schedule }: NetCapitalRules,
): Line {
  const { code, paragraph } = schedule.buckets[bucket];
  return line(`${code}/${instrument}`, `${instrument}, market value`, paragraph, charged, {
    quantity: chargedQuantity,
    price,
    ...(chargedQuantity !== quantity && { held: quantity }),
  });
}
