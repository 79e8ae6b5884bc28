/**
 * Warrants on an index or a currency held short, 4210(f)(2)(E)(i): a share of what they are on, less what they are out of the
 * money, and at least a smaller share; by the same table as options. Their market value, which the paragraph adds, is taken
 * from equity already, as that of everything held short is.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { formatDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import { type Line, line } from "../../base/line.ts";
import { type Cents, excessOver, greater, toCents, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import { PRICE_SCALE, QUANTITY_SCALE } from "../../facts/define.ts";
import { BASE_CURRENCY, missingPrice } from "../account.ts";
import { type GroupContext, priceIn, valueIn } from "../group.ts";
import { uncoveredTerms } from "../options/underlying.ts";

export interface WrittenTerms {
  readonly paragraph: string;
  readonly basic: Rate;
  readonly least: Rate;
  /** How many of what it is on one unit stands for; a unit as the books count it. */
  readonly perUnit: number;
}

/** By what a warrant held short is margined, or why that is not known. */
export function writtenTerms({ books, rules, asOf }: GroupContext, instrument: number): WrittenTerms | Trouble {
  const { instruments } = books;
  const { instrument: name, conversionUnits, currency } = instruments.attributes(instrument);
  const on = instruments.attributes(instruments.columns.underlying[instrument]);
  const priced = on.type === "currency" ? BASE_CURRENCY : on.currency;
  if (currency !== BASE_CURRENCY || priced !== BASE_CURRENCY) {
    const why = "no margin rule for short warrants in another currency";
    return new Trouble("missing-rule", why, { field: "instrument", value: name });
  }
  const terms = uncoveredTerms(on, undefined, false, rules.options, asOf);
  if (terms instanceof Trouble) return terms;
  const { paragraph, basic, least } = terms;
  const each = conversionUnits === undefined ? 1 : conversionUnits / 10 ** QUANTITY_SCALE;
  return { paragraph, basic, least, perUnit: each / 10 ** instruments.columns.scale[instrument] };
}

/**
 * What `units` (negative) require. A warrant that does not say whether it is a call or a put, and at which price, is taken as
 * one at the money; the least of a put is of the greater of what it is on and its exercise price. Throws `missing-input` or
 * `missing-rule`.
 */
export function writtenAnswer(
  context: GroupContext,
  instrument: number,
  units: number,
  code: string,
): { readonly requirement: Cents; readonly value: Cents; readonly line: Line } {
  const { instruments } = context.books;
  const { instrument: name, right, strike } = instruments.attributes(instrument);
  const terms = writtenTerms(context, instrument);
  if (terms instanceof Trouble) throw terms;
  const on = instruments.columns.underlying[instrument];
  const price = priceIn(context, on);
  if (Number.isNaN(price)) throw missingPrice(instruments.attributes(on).instrument);
  const component = (at: number): Cents => componentValue(context, instrument, -units, at);
  const underlying = component(price);
  const exercise = right === undefined || strike === undefined ? undefined : component(strike);
  const outOfTheMoney =
    exercise === undefined
      ? ZERO
      : right === "call"
        ? excessOver(exercise, underlying)
        : excessOver(underlying, exercise);
  const leastOf = right === "put" && exercise !== undefined ? greater(underlying, exercise) : underlying;
  const basic = excessOver(portion(underlying, terms.basic), outOfTheMoney);
  const requirement = greater(basic, portion(leastOf, terms.least));
  const value = valueIn(context, instrument, units);
  return {
    requirement,
    value,
    line: line(code, `Short warrant: ${name}`, terms.paragraph, requirement, {
      quantity: formatDecimal(units, instruments.columns.scale[instrument]),
      "market value": value,
      "what it is on": underlying,
      "out of the money": outOfTheMoney,
      basic: formatRate(terms.basic),
      least: formatRate(terms.least),
    }),
  };
}

/** What the units stand for, at a price (10^-8) of what they are on: dollars in cents, rounded half to even. */
function componentValue({ books }: GroupContext, instrument: number, units: number, price: number): Cents {
  const { instruments } = books;
  const { conversionUnits } = instruments.attributes(instrument);
  const divisor = 10 ** (instruments.columns.scale[instrument] + PRICE_SCALE - 2);
  const each = conversionUnits === undefined ? price : multiplyDivide(price, conversionUnits, 10 ** QUANTITY_SCALE);
  const cents = multiplyDivide(units, each, divisor);
  if (Number.isNaN(cents)) throw new Trouble("overflow", "not below 2^53 cents", { field: "warrant", value: units });
  return toCents(cents);
}
