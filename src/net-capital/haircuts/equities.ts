/**
 * Haircut on equities and on every security that no earlier paragraph names: SEC 15c3-1(c)(2)(vi)(J).
 *
 * Fifteen percent of the greater of the long and the short side, plus fifteen percent of whatever part of the lesser
 * side exceeds a quarter of the greater; both sides are totals over the whole portfolio. Keeps two promises, both tested:
 * exchanging long and short changes nothing, and adding to either side never lowers the deduction.
 */
import { type Line, line, total } from "../../base/line.ts";
import { add, type Cents, excessOver, greater, lesser } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import type { EquityRates } from "../rules.ts";
import { longIn, shortIn } from "../schedule.ts";
import type { HaircutView } from "./view.ts";

/** The deduction, in cents. `long` and `short` are market values, both positive. */
export function equityDeduction(long: Cents, short: Cents, rates: EquityRates): Cents {
  return add(
    portion(greater(long, short), rates.greaterSide),
    portion(chargedLesserSide(long, short, rates), rates.lesserSide),
  );
}

/** What the lesser side has above its allowance. */
function chargedLesserSide(long: Cents, short: Cents, rates: EquityRates): Cents {
  return excessOver(lesser(long, short), portion(greater(long, short), rates.lesserSideAllowance));
}

export function equityLine({ sides, rules, positions }: HaircutView): Line {
  const bucket = rules.schedule.families.equities.from;
  const rates = rules.equities;
  const long = longIn(sides, bucket);
  const short = shortIn(sides, bucket);
  const greaterSide = greater(long, short);
  const lesserSide = lesser(long, short);
  const allowance = portion(greaterSide, rates.lesserSideAllowance);
  const charged = chargedLesserSide(long, short, rates);

  const lines = [
    line("haircuts/equities/greater-side", "Greater side", rates.paragraph, portion(greaterSide, rates.greaterSide), {
      greaterSide,
      rate: formatRate(rates.greaterSide),
    }),
    line(
      "haircuts/equities/lesser-side",
      "Lesser side above its allowance",
      rates.paragraph,
      portion(charged, rates.lesserSide),
      {
        lesserSide,
        allowance,
        rate: formatRate(rates.lesserSide),
      },
    ),
  ];
  const held = line(
    "haircuts/equities/all",
    "Market value of the positions, longs less shorts",
    rates.paragraph,
    (long - short) as Cents,
    {},
    positions(bucket),
  );
  const explained = total("haircuts/equities", "Equities", rates.paragraph, lines, { long, short });
  return { ...explained, children: [...lines, held] };
}
