/**
 * Undue concentration, 15c3-1(c)(2)(vi)(M): a further deduction on what one issue has above a tenth of net capital before
 * haircuts. An equity is not charged below $10,000 or the value of 500 shares, debt not below $25,000, (M)(3); an issue of
 * municipals not until it passes its trigger, and then on what it has above the tenth, (M)(4).
 *
 * Not charged: exempted securities, redeemable shares of investment companies, and what (vii) already deducts in full. The
 * age of a municipal position is not known here, so an issue over its trigger is charged from the first day.
 */
import { assertNever } from "../../base/assert.ts";
import { type Line, line, total } from "../../base/line.ts";
import { type Cents, excessOver, greater, negate, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import type { ConcentrationKind } from "../classify.ts";
import type { FirmPosition } from "../inputs.ts";
import type { ConcentrationRules } from "../rules.ts";
import type { HaircutView } from "./view.ts";

/** A tenth of net capital before haircuts, never below zero. */
export function concentrationBase(tentative: Cents, { share }: ConcentrationRules): Cents {
  return tentative > 0 ? portion(tentative, share) : ZERO;
}

/** What a position may be worth before any of it is charged. `fiveHundredShares` is asked for an equity only. */
function concentrationThreshold(
  kind: ConcentrationKind,
  base: Cents,
  fiveHundredShares: Cents,
  rules: ConcentrationRules,
): Cents {
  switch (kind) {
    case "equity":
      return greater(base, greater(rules.equityFloor, fiveHundredShares));
    case "debt":
      return greater(base, rules.debtFloor);
    case "municipal-bond":
    case "municipal-note":
      return base;
    case "exempt":
      return Number.MAX_SAFE_INTEGER as Cents;
    default:
      return assertNever(kind);
  }
}

/** The further deduction on a position of this market value, which may be negative. */
export function concentrationDeduction(
  kind: ConcentrationKind,
  value: Cents,
  base: Cents,
  fiveHundredShares: Cents,
  rate: Rate | undefined,
  rules: ConcentrationRules,
): Cents {
  if (kind === "exempt" || rate === undefined) return ZERO;
  const size = value < 0 ? negate(value) : value;
  if (kind === "municipal-bond" && size <= rules.municipalBondTrigger) return ZERO;
  if (kind === "municipal-note" && size <= rules.municipalNoteTrigger) return ZERO;
  return portion(excessOver(size, concentrationThreshold(kind, base, fiveHundredShares, rules)), rate);
}

export function concentrationLine({ rules }: HaircutView, held: readonly FirmPosition[], tentative: Cents): Line {
  const base = concentrationBase(tentative, rules.concentration);
  const { paragraph, share } = rules.concentration;
  const children = held.flatMap(({ instrument, concentration, bucket, value, fiveHundredShares }): Line[] => {
    const { concentrationRate } = rules.schedule.buckets[bucket];
    const amount = concentrationDeduction(
      concentration,
      value,
      base,
      fiveHundredShares,
      concentrationRate,
      rules.concentration,
    );
    if (amount === 0 || concentrationRate === undefined) return [];
    const threshold = concentrationThreshold(concentration, base, fiveHundredShares, rules.concentration);
    return [
      line(`haircuts/undue-concentration/${instrument}`, instrument, paragraph, amount, {
        marketValue: value,
        threshold,
        rate: formatRate(concentrationRate),
      }),
    ];
  });
  return total("haircuts/undue-concentration", "Undue concentration", paragraph, children, {
    base,
    share: `${formatRate(share)} of net capital before haircuts`,
  });
}
