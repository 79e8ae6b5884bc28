/**
 * Haircut on governments and agencies of the United States, 15c3-1(c)(2)(vi)(A), and by the same percentages, apart from
 * them, on those of Canada, (C).
 *
 * In each bucket of remaining life longs and shorts net, and the rate is taken of what is left. (A)(1): within a category
 * the deductions on net-long buckets and on net-short ones offset each other, but for half of the lesser. Nothing offsets
 * across categories. (A)(2), by election: no such offset at all.
 */
import { type Line, line, total } from "../../base/line.ts";
import { add, type Cents, greater, lesser, negate, subtract, ZERO } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import type { NetCapitalRules } from "../rules.ts";
import { type Category, longIn, netIn, shortIn, type Sides } from "../schedule.ts";
import { bucketsInUse, type HaircutView } from "./view.ts";

/** The deduction on all categories, in cents. */
export function governmentDeduction(sides: Sides, categories: readonly Category[], rules: NetCapitalRules): Cents {
  let deduction = ZERO;
  for (const category of categories) deduction = add(deduction, categoryDeduction(sides, category, rules));
  return deduction;
}

/** The deductions on the net-long buckets of a category (`side` 1), or on its net-short ones (-1). */
function sideDeduction(sides: Sides, { from, to }: Category, { schedule }: NetCapitalRules, side: 1 | -1): Cents {
  let deduction = 0;
  for (let bucket = from; bucket < to; bucket++) {
    const net = (sides.long[bucket] - sides.short[bucket]) * side;
    if (net > 0) deduction += portion(net as Cents, schedule.buckets[bucket].rate);
  }
  return deduction as Cents;
}

function categoryDeduction(sides: Sides, category: Category, rules: NetCapitalRules): Cents {
  const longs = sideDeduction(sides, category, rules, 1);
  const shorts = sideDeduction(sides, category, rules, -1);
  if (rules.firm.governmentNetting === "(A)(2)") return add(longs, shorts);
  return add(
    subtract(greater(longs, shorts), lesser(longs, shorts)),
    portion(lesser(longs, shorts), rules.governmentAddOn),
  );
}

export function governmentLine(view: HaircutView, code: string, label: string, categories: readonly Category[]): Line {
  const { schedule, firm } = view.rules;
  const { paragraph } = schedule.buckets[categories[0].from];
  const children = categories
    .filter((category) => bucketsInUse(view.sides, category).length > 0)
    .map((category) => categoryLine(view, `${code}/${category.name}`, category));
  return total(code, label, paragraph, children, { netting: firm.governmentNetting });
}

function categoryLine(view: HaircutView, code: string, category: Category): Line {
  const { sides, rules } = view;
  const { buckets } = rules.schedule;
  const children = bucketsInUse(sides, category).map((bucket) => {
    const net = netIn(sides, bucket);
    const amount = portion(net < 0 ? negate(net) : net, buckets[bucket].rate);
    return line(
      buckets[bucket].code,
      buckets[bucket].label,
      buckets[bucket].paragraph,
      amount,
      {
        long: longIn(sides, bucket),
        short: shortIn(sides, bucket),
        net,
        rate: `${formatRate(buckets[bucket].rate)} of the net`,
      },
      view.positions(bucket),
    );
  });
  const label = category.name.replace("category-", "Category ");
  return line(
    code,
    label,
    buckets[category.from].paragraph,
    categoryDeduction(sides, category, rules),
    {
      longDeductions: sideDeduction(sides, category, rules, 1),
      shortDeductions: sideDeduction(sides, category, rules, -1),
      addOn: `${formatRate(rules.governmentAddOn)} of the lesser`,
    },
    children,
  );
}
