/**
 * A rate as a move: what a name with options would lose if what they are on moved by the rate against it. Stock moves by the
 * rate, an option by what its intrinsic value changes, so that an uncovered one asks its value and the rate less what it is
 * out of the money, as 4210(f)(2)(E) does. The worst is sought at the ends of the move and at every strike on the way.
 */
import { Trouble } from "../../base/errors.ts";
import { type Cents, toCents, ZERO } from "../../base/money.ts";
import { missingPrice } from "../account.ts";
import { priceIn } from "../group.ts";
import { type Exposure, type HouseContext, valueAt } from "./exposures.ts";
import type { Demand, House, HouseClass, Side } from "./house.ts";

/** What a name that holds options loses by is a fall, what it is short of by a rise. */
interface Move {
  /** Shares of the price; 0: not at all. */
  readonly down: number;
  readonly up: number;
}

/** What the rules of the class that count options ask of one name. Rules that cannot be decided are added to `troubles`. */
export function optionDemands(
  context: HouseContext,
  house: House,
  { rules }: HouseClass,
  exposure: Exposure,
  troubles: Trouble[],
): readonly Demand[] {
  if (exposure.shortOptions === 0) return [];
  const { underlying } = exposure.part;
  return rules.flatMap((rule): Demand[] => {
    if (!rule.options || priceIn(context, underlying) >= (rule.below ?? Number.POSITIVE_INFINITY)) return [];
    const holds = house.holds(rule, underlying);
    if (holds === false) return [];
    const asked = holds === true ? house.raise(rule, rule.raise, underlying) : holds;
    if (asked instanceof Trouble || asked.kind !== "at-least") {
      if (asked instanceof Trouble) troubles.push(asked);
      return [];
    }
    const by = asked.rate.numerator / asked.rate.denominator;
    const move = { down: rule.side === "short" ? 0 : Math.min(1, by), up: rule.side === "long" ? 0 : by };
    const cents = toCents(worstLoss(context, exposure, move) + exposure.shortOptions);
    return [{ rule, words: rule.words, raise: { kind: "amount", cents }, inputs: { options: "counted" } }];
  });
}

/** Whether a rate holds for what short options of the name are on, and leaves them out. */
export function leavesOptionsOut(house: House, houseClass: HouseClass, { part, shortOptions }: Exposure): boolean {
  if (shortOptions === 0) return false;
  return SIDES.some((side) =>
    house
      .rates(part.underlying, side, houseClass)
      .steps.some(({ demands }) => demands.some(({ rule, raise }) => raise.kind !== "per-unit" && !rule.options)),
  );
}

const SIDES: readonly Side[] = ["long", "short"];

/** The most that the name loses, in cents, not negative. Throws `missing-input`. */
function worstLoss(context: HouseContext, exposure: Exposure, { down, up }: Move): Cents {
  const { instruments } = context.books;
  const { underlying, holdings } = exposure.part;
  const spot = priceIn(context, underlying);
  if (Number.isNaN(spot)) throw missingPrice(exposure.name);
  const [low, high] = [spot * (1 - down), spot * (1 + up)];
  const strikes = holdings.flatMap(({ instrument }) =>
    instruments.type(instrument) === "option" ? (instruments.attributes(instrument).strike ?? []) : [],
  );
  const prices = [low, high, ...strikes.filter((strike) => strike > low && strike < high)];
  return prices.reduce<Cents>((worst, price) => {
    const loss = lossAt(context, exposure, spot, price);
    return loss > worst ? loss : worst;
  }, ZERO);
}

function lossAt(context: HouseContext, { part, stock }: Exposure, spot: number, price: number): Cents {
  const { instruments } = context.books;
  let loss = -Math.round(stock * (price / spot - 1));
  for (const { instrument, units } of part.holdings) {
    if (instruments.type(instrument) !== "option") continue;
    const { right, strike = 0 } = instruments.attributes(instrument);
    const intrinsic = (at: number): number => Math.round(Math.max(0, right === "call" ? at - strike : strike - at));
    loss +=
      valueAt(context, instrument, units, intrinsic(spot)) - valueAt(context, instrument, units, intrinsic(price));
  }
  return toCents(loss);
}
