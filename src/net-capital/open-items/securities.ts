/**
 * What so much of a security is worth and what (c)(2)(vi) and (vii) take of it: the rate of its own class and life, as for a
 * position of the firm.
 */
import { formatDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { cannotClassify, missingPrice, principalOf, valueOrNaN } from "../holdings.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { ChargeContext } from "./charge.ts";
import type { ItemSecurity } from "./item.ts";

/** Cents up to which a market value is taken, so that a charge on it and the sum of several are exact: eleven trillion dollars. */
const VALUE_MAX = 2 ** 50;

/** The market value in cents; NaN where there is no price or it is too large. Allocates nothing. */
export function marketValue({ instruments, market }: NetCapitalBooks, { instrument, units }: ItemSecurity): number {
  const price = market.price(instrument);
  const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(instruments, instrument, units, price);
  return Math.abs(value) <= VALUE_MAX ? value : Number.NaN;
}

/** Why a security has no market value. */
export function valueTrouble({ instruments, market }: NetCapitalBooks, { instrument }: ItemSecurity): Trouble {
  const { instrument: name } = instruments.attributes(instrument);
  return Number.isNaN(market.price(instrument)) ? missingPrice(name) : tooMuch(name);
}

/** Together, or by itself, it is worth more than can be held exactly. */
export function tooMuch(what: string): Trouble {
  return new Trouble("overflow", "worth more than can be held exactly", { field: what });
}

/** How a line says what it is valued from. */
export function securityInputs({ instruments, market }: NetCapitalBooks, { instrument, units }: ItemSecurity) {
  return {
    security: instruments.attributes(instrument).instrument,
    quantity: formatDecimal(units, instruments.columns.scale[instrument]),
    price: formatDecimal(market.price(instrument), PRICE_SCALE),
  };
}

/** The class of a security, and of a convertible the other that it has while it is worth its principal or more, (G). */
export interface SecurityClass {
  readonly rateAt: (value: Cents) => Rate;
  /** The paragraph of the rate. */
  readonly paragraphAt: (value: Cents) => string;
}

/** Throws what keeps the security from having a class here. */
export function classOf(
  { books, rules, classifier }: ChargeContext,
  { instrument, units }: ItemSecurity,
): SecurityClass {
  const attributes = books.instruments.attributes(instrument);
  const found = classifier.classify(attributes);
  if (found.kind !== "bucket") throw cannotClassify(found.kind, found.what, attributes.instrument);
  if (found.bucket === classifier.elsewhere)
    throw cannotClassify("missing-rule", `open items in a ${attributes.type}`, attributes.instrument);
  const { buckets } = rules.schedule;
  const own = buckets[found.bucket];
  const { bucketAtPrincipal } = found;
  if (bucketAtPrincipal === undefined) return { rateAt: () => own.rate, paragraphAt: () => own.paragraph };
  const principal = principalOf(books.instruments, instrument, units);
  const atPrincipal = buckets[bucketAtPrincipal];
  const bucketAt = (value: Cents) => (value >= principal ? atPrincipal : own);
  return { rateAt: (value) => bucketAt(value).rate, paragraphAt: (value) => bucketAt(value).paragraph };
}
