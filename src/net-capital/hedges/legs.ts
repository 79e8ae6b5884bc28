/** The positions that hedges are made of: governments, qualifying corporates, and what is deliverable against futures. */
import type { Trouble } from "../../base/errors.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { InstrumentType } from "../../books/instrument-types.ts";
import type { Holdings } from "../claims.ts";
import type { Classifier } from "../classify.ts";
import { missingPrice, valueOrNaN } from "../holdings.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { NetCapitalRules } from "../rules.ts";

export interface Leg {
  /** Instrument row. */
  readonly row: number;
  readonly instrument: string;
  readonly kind: "government" | "corporate";
  /** Of the security, or of what is deliverable. */
  readonly bucket: number;
  readonly maturity: Day;
  /** A future, at contract value: what is deliverable against it stands in no bucket, and Appendix B charges the future. */
  readonly isFuture: boolean;
  /** Negative where short. */
  readonly units: number;
  /** In units of 10^-8. */
  readonly price: number;
  /** Cents, of the sign of the units. */
  readonly value: number;
}

/** The types of instruments that a leg can be. */
export const LEG_TYPES: ReadonlySet<InstrumentType> = new Set([
  "treasury",
  "agency",
  "corporate",
  "commercial-paper",
  "certificate-of-deposit",
  "future",
]);

/** What an instrument is to hedges; undefined where it is nothing. */
type LegClass = Pick<Leg, "kind" | "bucket" | "maturity" | "isFuture">;

function legClass(
  { instruments }: Pick<NetCapitalBooks, "instruments">,
  classifier: Classifier,
  rules: NetCapitalRules,
  row: number,
): LegClass | undefined {
  const attributes = instruments.attributes(row);
  if (attributes.type !== "future") return securityClass(attributes, classifier, rules);
  const underlying = instruments.columns.underlying[row];
  const found = underlying === -1 ? undefined : securityClass(instruments.attributes(underlying), classifier, rules);
  return found?.kind === "government" ? { ...found, isFuture: true } : undefined;
}

/** Governments of the United States, and corporates that (F) covers; a convertible is not nonconvertible debt. */
function securityClass(
  attributes: InstrumentAttributes,
  classifier: Classifier,
  { schedule }: NetCapitalRules,
): LegClass | undefined {
  const found = classifier.classify(attributes);
  const { maturity, type } = attributes;
  if (found.kind !== "bucket" || maturity === undefined || type === "convertible") return undefined;
  const { family } = schedule.buckets[found.bucket];
  if (family !== "governments" && family !== "corporate-debt") return undefined;
  return {
    kind: family === "governments" ? "government" : "corporate",
    bucket: found.bucket,
    maturity,
    isFuture: false,
  };
}

/** The legs among what is left of the firm's positions, in the order of listing, and the prices that they lack. */
export function legsOf(
  books: NetCapitalBooks,
  classifier: Classifier,
  rules: NetCapitalRules,
  left: Holdings,
): { readonly legs: readonly Leg[]; readonly troubles: readonly Trouble[] } {
  const { instruments, market } = books;
  const { hedges } = rules.firm;
  const takesFutures = hedges.has("(A)(4)") || hedges.has("(F)(5)");
  const legs: Leg[] = [];
  const troubles: Trouble[] = [];
  for (const [row, units] of [...left].sort(([a], [b]) => a - b)) {
    const found = units === 0 ? undefined : legClass(books, classifier, rules, row);
    if (found === undefined || (found.isFuture && !takesFutures)) continue;
    const price = market.price(row);
    const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(instruments, row, units, price);
    const { instrument } = instruments.attributes(row);
    if (Number.isNaN(value)) troubles.push(missingPrice(instrument));
    else legs.push({ row, instrument, ...found, units, price, value });
  }
  return { legs, troubles };
}
