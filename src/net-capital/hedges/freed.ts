/**
 * What (J) frees of its haircut: a security that can be exchanged within 90 days for one that is short in the firm's
 * accounts, (J)(1), and one that is called and redeemed within 90 days, (J)(2). The first is not unduly concentrated
 * either; the second is, at the rate of (J), (M)(2).
 */
import { multiplyDivide } from "../../base/divide.ts";
import { rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { Holdings } from "../claims.ts";
import type { Classifier } from "../classify.ts";
import { principalOf, valueOrNaN } from "../holdings.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { NetCapitalRules } from "../rules.ts";

/** Units of a position that carry no haircut. */
export interface Freed {
  readonly row: number;
  readonly units: number;
  readonly because: "convertible" | "called" | "short against a convertible";
}

/** What is freed of what is left of the firm's positions, in the order of listing. */
export function freedOf(
  books: NetCapitalBooks,
  classifier: Classifier,
  rules: NetCapitalRules,
  asOf: Day,
  left: Holdings,
): readonly Freed[] {
  const { instruments } = books;
  const freed: Freed[] = [];
  /** What is short and no convertible has been set against yet, positive. */
  const shorts = new Map([...left].filter(([, units]) => units < 0).map(([row, units]) => [row, -units]));
  for (const [row, units] of [...left].sort(([a], [b]) => a - b)) {
    const attributes = instruments.attributes(row);
    const { called, convertsInto } = attributes;
    if (units === 0 || (called === undefined && convertsInto === undefined)) continue;
    if (!isEquity(books, classifier, rules, row, units)) continue;
    if (isCalled(attributes, rules, asOf)) {
      freed.push({ row, units, because: "called" });
      continue;
    }
    const target = convertsInto === undefined ? -1 : instruments.findText(convertsInto);
    const short = shorts.get(target) ?? 0;
    if (units < 0 || short === 0 || !isConvertible(attributes, rules, asOf)) continue;
    const taken = convertibleUnits(books, row, units, target, short, attributes.conversionUnits ?? 0);
    if (taken.units === 0) continue;
    shorts.set(target, short - taken.against);
    freed.push({ row, units: taken.units, because: "convertible" });
    if (rules.readings.convertibleHedges === "both-sides" && isEquity(books, classifier, rules, target, -short))
      freed.push({ row: target, units: -taken.against, because: "short against a convertible" });
  }
  return freed;
}

/** (J) covers it now; of a convertible bond, that it is worth its principal. */
function isEquity(
  books: NetCapitalBooks,
  classifier: Classifier,
  { schedule }: NetCapitalRules,
  row: number,
  units: number,
): boolean {
  const found = classifier.classify(books.instruments.attributes(row));
  if (found.kind !== "bucket") return false;
  const equities = schedule.families.equities.from;
  if (found.bucketAtPrincipal === undefined) return found.bucket === equities;
  const value = valueOrNaN(books.instruments, row, units, books.market.price(row));
  return found.bucketAtPrincipal === equities && Math.abs(value) >= principalOf(books.instruments, row, units);
}

function isCalled({ called }: InstrumentAttributes, { hedgeRules }: NetCapitalRules, asOf: Day): boolean {
  return called !== undefined && called >= asOf && called <= addSpan(asOf, hedgeRules.called.within);
}

/** From the day that it names on, or at any time; within the ninety days. */
function isConvertible({ convertibleFrom }: InstrumentAttributes, { hedgeRules }: NetCapitalRules, asOf: Day): boolean {
  return convertibleFrom === undefined || convertibleFrom <= addSpan(asOf, hedgeRules.convertible.within);
}

/** As many units as what they convert into is short, and how much of that they take. Conversion units are of 10^-6. */
function convertibleUnits(
  { instruments }: NetCapitalBooks,
  row: number,
  units: number,
  target: number,
  short: number,
  conversionUnits: number,
): { readonly units: number; readonly against: number } {
  const { scale } = instruments.columns;
  // Units of the target, at its scale, for each unit of the convertible, at its own.
  const { numerator, denominator } = rate(conversionUnits * 10 ** scale[target], 10 ** (QUANTITY_SCALE + scale[row]));
  if (numerator === 0) return { units: 0, against: 0 };
  const neededFor = (taken: number): number => Math.ceil((taken * numerator) / denominator);
  let taken = Math.min(units, multiplyDivide(short, denominator, numerator));
  while (taken > 0 && neededFor(taken) > short) taken--;
  return { units: taken, against: neededFor(taken) };
}
