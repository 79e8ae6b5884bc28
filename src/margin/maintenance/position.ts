/**
 * One position and what it requires by itself: the rule of its side and the figures, and the line that explains them, made
 * when somebody reads it.
 */
import { Trouble } from "../../base/errors.ts";
import { formatDecimal } from "../../base/decimal.ts";
import { type Line, line } from "../../base/line.ts";
import { type Cents, greater, negate, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { BASE_CURRENCY, inDollars, type MarginBooks } from "../account.ts";
import { type GroupContext, priceIn, valueIn } from "../group.ts";
import { type Ask, type PositionRule, rateAtSize } from "./treatment.ts";
import type { Treatments } from "./treatments.ts";
import { writtenAnswer } from "./warrants.ts";

/** What a position requires, and why. */
export interface PositionAnswer {
  readonly requirement: Cents;
  /** Cents, a short negative. */
  readonly value: Cents;
  readonly line: Line;
}

/** What a position was worked out from; nothing in it moves with the books. */
interface Worked {
  readonly instrument: number;
  readonly units: number;
  readonly price: number;
  readonly rule: PositionRule;
  readonly ask: Ask;
  readonly rate: Rate;
  readonly least: Cents;
  readonly code: string;
}

class Answer implements PositionAnswer {
  readonly requirement: Cents;
  readonly value: Cents;
  readonly #instruments: MarginBooks["instruments"];
  readonly #worked: Worked;

  constructor(requirement: Cents, value: Cents, instruments: MarginBooks["instruments"], worked: Worked) {
    this.requirement = requirement;
    this.value = value;
    this.#instruments = instruments;
    this.#worked = worked;
  }

  get line(): Line {
    const { instrument, units, price, rule, ask, rate, least, code } = this.#worked;
    const { instrument: name } = this.#instruments.attributes(instrument);
    return line(code, `${rule.label}: ${name}`, ask.paragraph, this.requirement, {
      quantity: formatDecimal(units, this.#instruments.columns.scale[instrument]),
      price: formatDecimal(price, PRICE_SCALE, 2),
      "market value": this.value,
      rate: formatRate(rate),
      ...(ask.least !== undefined && { least, "least in words": ask.least.words }),
    });
  }
}

/**
 * The requirement of a position of `units` (not zero, negative where short) by itself, beside its value. Throws the Trouble that
 * keeps it from being known: no price, no rule, a size that was not stated.
 */
export function positionAnswer(
  context: GroupContext,
  treatments: Treatments,
  instrument: number,
  units: number,
  code: string,
): PositionAnswer {
  const { instruments } = context.books;
  const treatment = treatments.of(instrument);
  if (units < 0 && treatment.isWritten) return writtenAnswer(context, instrument, units, code);
  const rule = units > 0 ? treatment.long : treatment.short;
  if (rule instanceof Trouble) throw rule;
  const price = priceIn(context, instrument);
  const value = valueIn(context, instrument, units);
  const size = value < 0 ? negate(value) : value;
  const isLow = rule.lowPriced !== undefined && dollarPrice(context, instrument, price) < rule.lowPriced.below;
  const ask = isLow && rule.lowPriced !== undefined ? rule.lowPriced : rule;
  const rate = units > 0 ? rateAtSize(treatment.steps, units, ask.rate) : ask.rate;
  const ofValue = portion(size, rate);
  const least = ask.least === undefined ? ZERO : leastOf(context, instrument, Math.abs(units), ask.least);
  const worked = { instrument, units, price, rule, ask, rate, least, code };
  return new Answer(greater(ofValue, least), value, instruments, worked);
}

function leastOf(
  context: GroupContext,
  instrument: number,
  units: number,
  least: { readonly price: number; readonly inDollars: boolean },
): Cents {
  const worth = context.books.instruments.value(instrument, units, least.price);
  return least.inDollars
    ? worth
    : inDollars(context.books, instrument, worth, (currency) => priceIn(context, currency));
}

/** A price in dollars, 10^-8, not rounded. */
function dollarPrice(context: GroupContext, instrument: number, price: number): number {
  const { instruments } = context.books;
  const currency = instruments.columns.currency[instrument];
  if (instruments.attributes(currency).instrument === BASE_CURRENCY) return price;
  return price * (priceIn(context, currency) / 10 ** PRICE_SCALE);
}
