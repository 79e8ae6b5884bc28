/**
 * Undue concentration, 15c3-1(c)(2)(vi)(M): a further deduction on what one issue has above a tenth of net capital before
 * haircuts. An equity is not charged below $10,000 or the value of 500 shares, debt not below $25,000, (M)(3); an issue of
 * municipals not until it passes its trigger, and then on what it has above the tenth, (M)(4).
 *
 * An issue is the security with the options on it, at their market values: longs and shorts apart, and the larger side counts.
 * What an underwriting brought counts only once it is old enough; where no item says since when it is held, it is.
 *
 * Not charged: exempted securities, redeemable shares of investment companies, and what (vii) already deducts in full.
 */
import { assertNever } from "../../base/assert.ts";
import { type Line, line, total } from "../../base/line.ts";
import { type Cents, excessOver, greater, negate, subtract, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import type { ConcentrationKind } from "../classify.ts";
import type { FirmIssue } from "../inputs.ts";
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
  if (kind === "exempt") return Number.MAX_SAFE_INTEGER as Cents;
  const isMunicipal = kind === "municipal-bond" || kind === "municipal-note";
  const isThreshold = isMunicipal ? rules.municipals === "above-trigger" : rules.floor === "greatest-threshold";
  return isThreshold ? greater(base, concentrationFloor(kind, fiveHundredShares, rules)) : base;
}

/** What a position must be worth for any of it to be charged: (M)(3), and the trigger of (M)(4). */
function concentrationFloor(
  kind: Exclude<ConcentrationKind, "exempt">,
  fiveHundredShares: Cents,
  rules: ConcentrationRules,
): Cents {
  switch (kind) {
    case "equity":
      return greater(rules.equityFloor, fiveHundredShares);
    case "debt":
      return rules.debtFloor;
    case "municipal-bond":
      return rules.municipalBondTrigger;
    case "municipal-note":
      return rules.municipalNoteTrigger;
    default:
      return assertNever(kind);
  }
}

/** What counts of an issue that is worth so much long and so much short. */
export function issueSize(long: Cents, short: Cents, { sides }: ConcentrationRules): Cents {
  if (sides === "larger-side") return greater(long, short);
  return long > short ? subtract(long, short) : subtract(short, long);
}

/** The further deduction on an issue of which so much counts; no sign matters. */
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
  if (size <= concentrationFloor(kind, fiveHundredShares, rules)) return ZERO;
  return portion(excessOver(size, concentrationThreshold(kind, base, fiveHundredShares, rules)), rate);
}

export function concentrationLine({ rules }: HaircutView, held: readonly FirmIssue[], tentative: Cents): Line {
  const base = concentrationBase(tentative, rules.concentration);
  const { paragraph, share } = rules.concentration;
  // No threshold lies below the tenth.
  const large = held.filter(({ long, short }) => long > base || short > base);
  const children = large.flatMap(({ instrument, concentration, bucket, long, short, fiveHundredShares }): Line[] => {
    const { concentrationRate } = rules.schedule.buckets[bucket];
    const amount = concentrationDeduction(
      concentration,
      issueSize(long, short, rules.concentration),
      base,
      fiveHundredShares,
      concentrationRate,
      rules.concentration,
    );
    if (amount === 0 || concentrationRate === undefined) return [];
    const threshold = concentrationThreshold(concentration, base, fiveHundredShares, rules.concentration);
    return [
      line(`haircuts/undue-concentration/${instrument}`, instrument, paragraph, amount, {
        ...(long > 0 && { long }),
        ...(short > 0 && { short }),
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
