/**
 * What the rules of `rates` ask of one name: the rates of what stands on its net side, each rule once, and for each unit or
 * contract held, whatever its side, the amounts.
 */
import type { Trouble } from "../../base/errors.ts";
import { toCents } from "../../base/money.ts";
import { priceIn } from "../group.ts";
import type { Exposure, HouseContext } from "./exposures.ts";
import { type Demand, demandsAt, type House, type HouseClass, type RateDemand, type Side } from "./house.ts";
import type { RateRule } from "./rules.ts";

/** In the order of the rulebook. Rules that cannot be decided are added to `troubles`. */
export function rateDemands(
  context: HouseContext,
  house: House,
  houseClass: HouseClass,
  exposure: Exposure,
  troubles: Trouble[],
): readonly Demand[] {
  const { instruments } = context.books;
  const amounts = new Map<RateRule, number>();
  const rates = new Map<RateRule, RateDemand>();
  const netSide: Side = exposure.stock < 0 ? "short" : "long";
  for (const { instrument, units } of exposure.part.holdings) {
    const side: Side = units < 0 ? "short" : "long";
    const found = house.rates(instrument, side, houseClass);
    troubles.push(...found.troubles);
    for (const demand of demandsAt(found, priceIn(context, instrument))) {
      const { rule, raise } = demand;
      if (raise.kind === "per-unit") {
        const quantity = Math.abs(units) / 10 ** instruments.columns.scale[instrument];
        amounts.set(rule, (amounts.get(rule) ?? 0) + Math.ceil(raise.cents * quantity));
      } else if (side === netSide && isMore(demand, rates.get(rule))) rates.set(rule, demand);
    }
  }
  return houseClass.rules.flatMap((rule): Demand[] => {
    const amount = amounts.get(rule);
    if (amount !== undefined) return [{ rule, words: rule.words, raise: { kind: "amount", cents: toCents(amount) } }];
    const raise = rates.get(rule)?.raise;
    return raise === undefined || raise.kind === "per-unit" ? [] : [{ rule, words: rule.words, raise }];
  });
}

/** A rule in standard deviations asks another rate of each instrument of a name: the highest counts. */
function isMore(demand: RateDemand, other: RateDemand | undefined): boolean {
  if (other === undefined) return true;
  if (demand.raise.kind === "per-unit" || other.raise.kind === "per-unit") return false;
  const [a, b] = [demand.raise.rate, other.raise.rate];
  return a.numerator * b.denominator > b.numerator * a.denominator;
}
