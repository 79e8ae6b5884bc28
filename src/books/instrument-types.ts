/**
 * What each type of instrument must say of itself, and what it cannot have: the attributes on which its value, its
 * haircut (15c3-1(c)(2)(vi)) and its margin (Regulation T, FINRA 4210) depend. An attribute that a computation needs is
 * asked for when the instrument is listed, not missed when the figure is due.
 */
import { Trouble } from "../base/errors.ts";
import type { FactOfKind } from "../facts/kinds.ts";

export type InstrumentListed = FactOfKind<"instrument-listed">;
export type InstrumentType = InstrumentListed["type"];
type Attribute = keyof InstrumentListed;

interface TypeTerms {
  /** How an error names one of it. */
  readonly article: string;
  /** Attributes that it cannot be judged without. */
  readonly required: readonly Attribute[];
  /** Attributes that it may have beyond those that any instrument may. */
  readonly optional: readonly Attribute[];
  /** Units of currency per unit and point of price; absent: the listing must say. */
  readonly multiplier?: string;
}

const CONVERSION = ["convertsInto", "convertibleFrom", "conversionUnits"] as const satisfies readonly Attribute[];
const EQUITY = [
  "marketMakers",
  "restricted",
  "called",
  "dividendYield",
  ...CONVERSION,
] as const satisfies readonly Attribute[];
const MARGINS = ["clearingMargin", "maintenanceMargin", "initialMargin"] as const satisfies readonly Attribute[];
const GROUPS = ["productGroup", "marketGroup"] as const satisfies readonly Attribute[];
const DEBT = [
  "coupon",
  "floating",
  "inDefault",
  "minimalCreditRisk",
  "grade",
  "restricted",
  "called",
  ...CONVERSION,
] as const satisfies readonly Attribute[];
/** Prices of debt are per 100 of par, and its quantity is par. */
const PER_HUNDRED = "0.01";
const debt = (article: string): TypeTerms => ({
  article,
  required: ["maturity"],
  optional: DEBT,
  multiplier: PER_HUNDRED,
});

export const INSTRUMENT_TERMS: Readonly<Record<InstrumentType, TypeTerms>> = {
  currency: { article: "a currency", required: [], optional: GROUPS, multiplier: "1" },
  equity: { article: "an equity", required: [], optional: EQUITY, multiplier: "1" },
  etf: {
    article: "an ETF",
    required: [],
    optional: ["leverage", "fundClass", "underlying", "broadBased", ...EQUITY],
    multiplier: "1",
  },
  preferred: {
    article: "a preferred stock",
    required: [],
    optional: ["cumulative", "coupon", "floating", "maturity", "inDefault", "minimalCreditRisk", ...EQUITY],
    multiplier: "1",
  },
  convertible: {
    article: "a convertible",
    required: ["principal"],
    optional: ["maturity", "underlying", "cumulative", "marketMakers", ...DEBT],
    multiplier: "1",
  },
  warrant: {
    article: "a warrant",
    required: [],
    optional: ["maturity", "underlying", "right", "strike", ...EQUITY],
    multiplier: "1",
  },
  "mutual-fund": { article: "a mutual fund", required: ["fundClass"], optional: ["leverage"], multiplier: "1" },
  "money-market-fund": { article: "a money market fund", required: [], optional: ["fundClass"], multiplier: "1" },
  option: {
    article: "an option",
    required: ["underlying", "right", "strike", "maturity"],
    optional: ["style", "contractUnits", "overTheCounter", ...MARGINS],
    multiplier: "100",
  },
  index: {
    article: "an index",
    required: [],
    optional: ["indexClass", "measures", "dividendYield", ...GROUPS],
    multiplier: "1",
  },
  future: { article: "a future", required: ["underlying", "maturity", "multiplier"], optional: MARGINS },
  treasury: debt("a treasury"),
  agency: debt("an agency security"),
  municipal: debt("a municipal security"),
  corporate: debt("a corporate bond"),
  "commercial-paper": debt("commercial paper"),
  "certificate-of-deposit": debt("a certificate of deposit"),
  commodity: { article: "a commodity", required: [], optional: ["deliverable", ...GROUPS], multiplier: "1" },
  "stock-basket": { article: "a stock basket", required: ["underlying"], optional: [], multiplier: "1" },
  "credit-default-swap": {
    article: "a credit default swap",
    required: ["maturity", "spread"],
    optional: ["underlying"],
    multiplier: PER_HUNDRED,
  },
};

/** The attributes that only some types have; every other attribute may be stated of any instrument. */
const PARTICULAR: ReadonlySet<Attribute> = new Set(
  Object.values(INSTRUMENT_TERMS)
    .flatMap(({ required, optional }) => [...required, ...optional])
    .filter((attribute) => attribute !== "multiplier"),
);

/** Throws `missing-field` for an attribute that the type needs, `unknown-field` for one that the type cannot have. */
export function checkAttributes(fact: InstrumentListed): void {
  const { article, required, optional } = INSTRUMENT_TERMS[fact.type];
  for (const field of required) {
    if (fact[field] === undefined) throw new Trouble("missing-field", `${article} needs its ${field}`, { field });
  }
  for (const field of PARTICULAR) {
    if (fact[field] !== undefined && !required.includes(field) && !optional.includes(field)) {
      throw new Trouble("unknown-field", `${article} has no ${field}`, { field, value: fact[field] });
    }
  }
}
