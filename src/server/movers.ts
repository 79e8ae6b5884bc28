/**
 * The firm's positions by what they did to net capital since the day began: the profit on what is held now from the
 * previous close to the present price, less the change that this alone made in the haircuts.
 */
import { formatDecimal } from "../base/decimal.ts";
import { type Cents, formatDollars } from "../base/money.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { positionDeductions } from "../net-capital/haircuts/positions.ts";
import type { FirmPosition } from "../net-capital/inputs.ts";
import type { NetCapitalRules } from "../net-capital/rules.ts";
import { addValue, emptySides, removeValue, type Sides } from "../net-capital/schedule.ts";
import type { Mover } from "./live-firm.ts";

/** All positions with an effect, the largest either way first. */
export function movers({ books, netCapital }: FirmState): Mover[] {
  const { rules } = netCapital;
  if (rules === undefined) return [];
  const positions = netCapital.positions();
  const sides = emptySides(rules.schedule);
  for (const { bucket, value } of positions) addValue(sides, bucket, value);
  const found = positions
    .map((position) => moverOf(books, position, sides, rules))
    .filter(({ effect }) => effect !== 0);
  found.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect) || (a.mover.instrument < b.mover.instrument ? -1 : 1));
  return found.map(({ mover }) => mover);
}

function moverOf(
  { instruments, market }: FirmState["books"],
  { instrument, quantity, price, value, bucket }: FirmPosition,
  sides: Sides,
  rules: NetCapitalRules,
): { readonly mover: Mover; readonly effect: number } {
  const row = instruments.findText(instrument);
  const { description } = instruments.attributes(row);
  const units = Math.round(Number(quantity) * 10 ** instruments.columns.scale[row]);
  const previous = row < market.size ? market.columns.previousClose[row] : Number.NaN;
  const before = Number.isNaN(previous) ? value : instruments.value(row, units, previous);
  const effect = value - before - haircutChange(sides, bucket, before, value, rules);
  const change = market.price(row) - previous;
  const { code, family, rate } = rules.schedule.buckets[bucket];
  const own = family !== "equities" && family !== "governments" && family !== "canadian-governments";
  return {
    effect,
    mover: {
      instrument,
      ...(description !== undefined && { description }),
      side: value < 0 ? "short" : "long",
      quantity,
      marketValue: formatDollars(value),
      price,
      priceChange: Number.isNaN(change) ? null : formatDecimal(change, PRICE_SCALE, 2),
      priceChangePercent: previous > 0 ? formatDecimal(Math.round((change / previous) * 10_000), 2, 2) : null,
      haircut: own ? formatDollars(Math.round((Math.abs(value) * rate.numerator) / rate.denominator) as Cents) : null,
      effect: formatDollars(effect as Cents),
      line: code,
    },
  };
}

/** What all haircuts together rose by as this one value went from `before` to `after`. */
function haircutChange(sides: Sides, bucket: number, before: Cents, after: Cents, rules: NetCapitalRules): number {
  const now = positionDeductions(sides, rules);
  removeValue(sides, bucket, after);
  addValue(sides, bucket, before);
  const then = positionDeductions(sides, rules);
  removeValue(sides, bucket, before);
  addValue(sides, bucket, after);
  return now - then;
}
