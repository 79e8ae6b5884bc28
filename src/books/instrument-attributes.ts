/** What an instrument says of itself, decoded once from its newest listing: days as numbers, rates as ratios. */
import { formatDecimal, parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { type Cents, parseDollars } from "../base/money.ts";
import { parseRate, type Rate, rate } from "../base/rate.ts";
import { type Day, parseDay } from "../base/time.ts";
import { AMOUNT_SCALE, PRICE_SCALE, QUANTITY_SCALE } from "../facts/define.ts";
import { FACTS } from "../facts/kinds.ts";
import { INSTRUMENT_TERMS, type InstrumentListed, type InstrumentType } from "./instrument-types.ts";

export interface InstrumentAttributes {
  readonly instrument: string;
  readonly type: InstrumentType;
  readonly currency: string;
  /** Units of currency per unit and point of price, as stated or by default: "1", "0.01", "100". */
  readonly multiplier: string;
  readonly description: string;
  readonly cusip: string | undefined;
  readonly isin: string | undefined;
  readonly figi: string | undefined;
  readonly sedol: string | undefined;
  readonly issuer: string | undefined;
  readonly sector: string | undefined;
  readonly country: string | undefined;
  /** Where it is listed; absent: not listed. */
  readonly listing: string | undefined;
  /** A ready market, 15c3-1(c)(11): as stated, else yes for what is listed and for treasuries and agencies, else no. */
  readonly readyMarket: boolean;
  /** Independent market makers, where stated. */
  readonly marketMakers: number | undefined;
  readonly restricted: boolean;
  readonly minimalCreditRisk: boolean;
  readonly inDefault: boolean;
  readonly issued: Day | undefined;
  /** Maturity, expiry or redemption. */
  readonly maturity: Day | undefined;
  readonly coupon: Rate | undefined;
  readonly floating: boolean;
  /** Daily leverage of a leveraged or inverse fund, negative for an inverse one; 1 where not stated. */
  readonly leverage: Rate;
  readonly fundClass: InstrumentListed["fundClass"];
  readonly cumulative: boolean;
  /** Of a convertible: principal per unit of quantity. */
  readonly principal: Cents | undefined;
  readonly underlying: string | undefined;
  readonly right: "call" | "put" | undefined;
  /** In units of 10^-8, like every price. */
  readonly strike: number | undefined;
  readonly style: "american" | "european" | undefined;
  /** Redeemable on this day. */
  readonly called: Day | undefined;
  readonly convertsInto: string | undefined;
  readonly convertibleFrom: Day | undefined;
  /** Units of 10^-6 of what it converts into, for each unit. */
  readonly conversionUnits: number | undefined;
  readonly indexClass: InstrumentListed["indexClass"];
  readonly productGroup: string | undefined;
  readonly marketGroup: string | undefined;
  /** Cents per contract. */
  readonly clearingMargin: Cents | undefined;
  readonly maintenanceMargin: Cents | undefined;
  readonly initialMargin: Cents | undefined;
  readonly deliverable: boolean;
  /** Basis points. */
  readonly spread: number | undefined;
  readonly dividendYield: Rate | undefined;
  /** Without loan value whatever its type and listing. */
  readonly notMarginable: boolean;
  /** Of debt: its rating, 4210(a)(9) and (10); undefined: not rated in the top four categories. */
  readonly grade: InstrumentListed["grade"];
  readonly whenIssued: boolean;
  /** Of an option: units of 10^-6 of the underlying that one contract delivers, where they are not its multiplier. */
  readonly contractUnits: number | undefined;
  /** Of an option: no exchange lists it, which is what one without a `listing` says. */
  readonly overTheCounter: boolean;
  /** Of a fund: it tracks a broad-based index. */
  readonly broadBased: boolean;
  readonly measures: InstrumentListed["measures"];
}

/** A listing without its envelope: the terms alone, which the journal gives back the same. */
export type Listing = Omit<InstrumentListed, "at" | "sourceAt" | "source">;

const FIELDS = Object.entries(FACTS.find((definition) => definition.kind === "instrument-listed")?.fields ?? {});

const DECIMALS: Readonly<Record<string, number>> = {
  price: PRICE_SCALE,
  amount: AMOUNT_SCALE,
  quantity: QUANTITY_SCALE,
};

/** The terms in the one form that a fact read back from the journal has: fields in their order, decimals at their shortest. */
export function canonical(fact: InstrumentListed): Listing {
  const terms: Record<string, unknown> = { kind: fact.kind };
  for (const [field, { type }] of FIELDS) {
    const value = fact[field as keyof Listing];
    if (value === undefined) continue;
    const scale = DECIMALS[type] as number | undefined;
    terms[field] = scale === undefined ? value : formatDecimal(parseDecimal(String(value), scale, field), scale);
  }
  return terms as unknown as Listing;
}

const LEVERAGE_SCALE = 4;

/** Throws the trouble of the first field that cannot be decoded, or that contradicts another. */
export function decodeAttributes(fact: Listing): InstrumentAttributes {
  const government = fact.type === "treasury" || fact.type === "agency";
  const issued = fact.issued === undefined ? undefined : parseDay(fact.issued, "issued");
  const maturity = fact.maturity === undefined ? undefined : parseDay(fact.maturity, "maturity");
  if (issued !== undefined && maturity !== undefined && maturity < issued) {
    throw new Trouble("bad-value", "before its issue", {
      field: "maturity",
      value: fact.maturity,
      expected: `a day from ${fact.issued} on`,
    });
  }
  if (fact.overTheCounter === true && fact.listing !== undefined) {
    throw new Trouble("bad-value", "listed and over the counter", {
      field: "overTheCounter",
      value: fact.instrument,
      expected: "a listing, or none",
    });
  }
  return Object.freeze({
    instrument: fact.instrument,
    type: fact.type,
    currency: fact.currency,
    multiplier: fact.multiplier ?? INSTRUMENT_TERMS[fact.type].multiplier ?? "1",
    description: fact.description ?? "",
    cusip: fact.cusip,
    isin: fact.isin,
    figi: fact.figi,
    sedol: fact.sedol,
    issuer: fact.issuer,
    sector: fact.sector,
    country: fact.country,
    listing: fact.listing,
    readyMarket: fact.readyMarket ?? (fact.listing !== undefined || government),
    marketMakers: fact.marketMakers,
    restricted: fact.restricted ?? false,
    minimalCreditRisk: fact.minimalCreditRisk ?? false,
    inDefault: fact.inDefault ?? false,
    issued,
    maturity,
    coupon: fact.coupon === undefined ? undefined : parseRate(fact.coupon, "coupon"),
    floating: fact.floating ?? false,
    leverage: decodeLeverage(fact.leverage),
    fundClass: fact.fundClass,
    cumulative: fact.cumulative ?? false,
    principal: dollarsOf(fact.principal, "principal"),
    underlying: fact.underlying,
    right: fact.right,
    strike: fact.strike === undefined ? undefined : parseDecimal(fact.strike, PRICE_SCALE, "strike"),
    style: fact.style,
    called: fact.called === undefined ? undefined : parseDay(fact.called, "called"),
    convertsInto: fact.convertsInto,
    convertibleFrom: fact.convertibleFrom === undefined ? undefined : parseDay(fact.convertibleFrom, "convertibleFrom"),
    conversionUnits:
      fact.conversionUnits === undefined
        ? undefined
        : parseDecimal(fact.conversionUnits, QUANTITY_SCALE, "conversionUnits"),
    indexClass: fact.indexClass,
    productGroup: fact.productGroup,
    marketGroup: fact.marketGroup,
    clearingMargin: dollarsOf(fact.clearingMargin, "clearingMargin"),
    maintenanceMargin: dollarsOf(fact.maintenanceMargin, "maintenanceMargin"),
    initialMargin: dollarsOf(fact.initialMargin, "initialMargin"),
    deliverable: fact.deliverable ?? false,
    spread: fact.spread,
    dividendYield: fact.dividendYield === undefined ? undefined : parseRate(fact.dividendYield, "dividendYield"),
    notMarginable: fact.notMarginable ?? false,
    grade: fact.grade,
    whenIssued: fact.whenIssued ?? false,
    contractUnits:
      fact.contractUnits === undefined ? undefined : parseDecimal(fact.contractUnits, QUANTITY_SCALE, "contractUnits"),
    overTheCounter: fact.type === "option" && fact.listing === undefined,
    broadBased: fact.broadBased ?? false,
    measures: fact.measures,
  });
}

function dollarsOf(text: string | undefined, field: string): Cents | undefined {
  return text === undefined ? undefined : parseDollars(text, field);
}

function decodeLeverage(text: string | undefined): Rate {
  const units = parseDecimal(text ?? "1", LEVERAGE_SCALE, "leverage");
  if (units === 0) {
    throw new Trouble("bad-value", "not a leverage", {
      field: "leverage",
      value: text,
      expected: "a number such as 2, 1.5 or -1",
    });
  }
  return rate(units, 10 ** LEVERAGE_SCALE);
}
