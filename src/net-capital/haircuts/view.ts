/**
 * What an explanation of a haircut is made from: the market values by bucket, the rules, and the positions behind them.
 * Each paragraph has two functions over the same arithmetic: one gives the cents and allocates nothing, one gives the
 * lines. Amounts are deductions, positive.
 */
import { type Line, line, total } from "../../base/line.ts";
import { type Cents, greater } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import type { NetCapitalRules } from "../rules.ts";
import { longIn, type Range, type Schedule, shortIn, type Sides } from "../schedule.ts";

export interface HaircutView {
  readonly sides: Sides;
  readonly rules: NetCapitalRules;
  /** The positions of a bucket, largest first, each as a line of its market value. */
  readonly positions: (bucket: number) => readonly Line[];
}

/** A paragraph that takes its rate of the greater of long and short in each bucket: (B), (D), (E), (F), (H). */
export function greaterSidesDeduction(sides: Sides, { buckets }: Schedule, { from, to }: Range): Cents {
  let deduction = 0;
  for (let bucket = from; bucket < to; bucket++)
    if (isUsed(sides, bucket)) deduction += greaterSideOf(sides, bucket, buckets);
  return deduction as Cents;
}

function greaterSideOf(sides: Sides, bucket: number, buckets: Schedule["buckets"]): Cents {
  return portion(greater(longIn(sides, bucket), shortIn(sides, bucket)), buckets[bucket].rate);
}

/** A paragraph that takes its rate of both sides: (K), (vii), currencies. */
export function bothSidesDeduction(sides: Sides, { buckets }: Schedule, { from, to }: Range): Cents {
  let deduction = 0;
  for (let bucket = from; bucket < to; bucket++)
    if (isUsed(sides, bucket)) deduction += bothSidesOf(sides, bucket, buckets);
  return deduction as Cents;
}

function bothSidesOf(sides: Sides, bucket: number, buckets: Schedule["buckets"]): Cents {
  return portion((longIn(sides, bucket) + shortIn(sides, bucket)) as Cents, buckets[bucket].rate);
}

/** The lines of such a paragraph: one for each bucket that holds something. */
export function bucketLines(
  view: HaircutView,
  code: string,
  label: string,
  range: Range,
  charged: "greater side" | "both sides",
): Line {
  const { buckets } = view.rules.schedule;
  const deductionOf = charged === "greater side" ? greaterSideOf : bothSidesOf;
  const children = bucketsInUse(view.sides, range).map((bucket) =>
    line(
      buckets[bucket].code,
      buckets[bucket].label,
      buckets[bucket].paragraph,
      deductionOf(view.sides, bucket, buckets),
      {
        long: longIn(view.sides, bucket),
        short: shortIn(view.sides, bucket),
        rate: `${formatRate(buckets[bucket].rate)} of the ${charged}`.replace("the both", "both"),
      },
      view.positions(bucket),
    ),
  );
  return total(code, label, buckets[range.from].paragraph, children);
}

export function bucketsInUse(sides: Sides, { from, to }: Range): number[] {
  const used: number[] = [];
  for (let bucket = from; bucket < to; bucket++) if (isUsed(sides, bucket)) used.push(bucket);
  return used;
}

function isUsed({ long, short }: Sides, bucket: number): boolean {
  return long[bucket] !== 0 || short[bucket] !== 0;
}
