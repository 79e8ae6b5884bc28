/**
 * Where an instrument stands in portfolio margin: its class, the groups above it, how far it is taken, 4210(g)(2). What is
 * not eligible is margined by the maintenance rules, (c) and (e), inside the account.
 */
import { assertNever } from "../../base/assert.ts";
import { parseDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import type { Rate } from "../../base/rate.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { Instruments } from "../../books/instruments.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import type { PortfolioRules, RangeKind } from "./rules.ts";

/** Decimals of a multiplier. */
const MULTIPLIER_SCALE = 8;
const WHOLE: Rate = { numerator: 1, denominator: 1 };
const NOTHING: Rate = { numerator: 0, denominator: 1 };

export interface Placement {
  readonly treatment: "scanned";
  /** The row that names the class: everything on it nets in full. */
  readonly classRow: number;
  /** The row whose price is taken up and down: its own, or what it is on. */
  readonly spotRow: number;
  readonly kind: RangeKind;
  /** By what the range is multiplied: a fund's leverage, negative for an inverse one, which moves the other way. */
  readonly leverage: number;
  readonly form: "option" | "future" | "own";
  /** The product group, and how much of a gain offsets losses of other classes in it. */
  readonly group: string;
  readonly groupOffset: Rate;
  /** The market group, and how much of a gain offsets losses of other product groups in it. */
  readonly market: string;
  readonly marketOffset: Rate;
  /** Cents for each contract; 0 of what is no contract. */
  readonly minimum: number;
  /** A derivative that no exchange lists, (g)(4)(C). */
  readonly isUnlisted: boolean;
}

export type Treatment =
  | Placement
  | { readonly treatment: "maintenance" }
  | { readonly treatment: "unknown"; readonly trouble: Trouble };

const MAINTENANCE: Treatment = { treatment: "maintenance" };

/** What stands of an instrument: by its type, what it is on, and what a vendor values. */
export function placementOf(
  instruments: Instruments,
  row: number,
  rules: PortfolioRules,
  isStated: (row: number) => boolean,
): Treatment {
  const attributes = instruments.attributes(row);
  const { type, instrument } = attributes;
  const on = instruments.columns.underlying[row];
  switch (type) {
    // Bonds are collateral only.
    case "treasury":
    case "agency":
    case "municipal":
    case "corporate":
    case "commercial-paper":
    case "certificate-of-deposit":
      return MAINTENANCE;
    case "option":
    case "future":
    case "stock-basket":
      return on === -1
        ? missingInput(instrument, "what it is on", "an instrument-listed fact with its underlying")
        : onUnderlying(instruments, row, on, rules);
    case "equity":
    case "preferred":
    case "etf":
      return isEligible(attributes) ? ownClass(instruments, row, rules) : MAINTENANCE;
    case "convertible": {
      // By itself a class of its own; with a vendor's values at the points of the stock, part of the stock's class.
      const into = attributes.convertsInto === undefined ? on : instruments.findText(attributes.convertsInto);
      if (!isEligible(attributes)) return MAINTENANCE;
      return into !== -1 && isStated(row) ? inClass(instruments, row, into, rules) : ownClass(instruments, row, rules);
    }
    case "warrant":
      if (!isEligible(attributes)) return MAINTENANCE;
      if (on === -1) return missingInput(instrument, "what it is on", "an instrument-listed fact with its underlying");
      // (g)(6)(B)(i)e: on a stock or an index of stocks.
      if (!ON_WARRANT.has(instruments.type(on))) return MAINTENANCE;
      return isStated(row) ? inClass(instruments, row, on, rules) : modelledWarrant(instruments, row, on, rules);
    case "currency":
    case "mutual-fund":
    case "money-market-fund":
      return ownClass(instruments, row, rules);
    case "index":
    case "commodity":
    case "credit-default-swap":
      return missingRule(instrument, `a position in ${type}`);
    default:
      return assertNever(type);
  }
}

/** Margin equity with a ready market; what is restricted or has no loan value is not. */
function isEligible({ readyMarket, restricted, notMarginable }: InstrumentAttributes): boolean {
  return readyMarket && !restricted && !notMarginable;
}

/** An option, a future, or a basket of an index's stocks. */
function onUnderlying(instruments: Instruments, row: number, on: number, rules: PortfolioRules): Treatment {
  const { type, listing, multiplier, instrument } = instruments.attributes(row);
  const base = ownClass(instruments, on, rules);
  if (base.treatment !== "scanned") return base;
  if (!SPOTS.has(instruments.type(on))) return missingRule(instrument, `a derivative on ${instruments.type(on)}`);
  if (type === "stock-basket") return { ...base, spotRow: row };
  const units = parseDecimal(multiplier, MULTIPLIER_SCALE, "multiplier") / 10 ** MULTIPLIER_SCALE;
  return {
    ...base,
    form: type === "option" ? "option" : "future",
    minimum: Math.round(rules.minimum.perUnit * units),
    isUnlisted: listing === undefined,
  };
}

/**
 * A warrant without a vendor's values is valued as an option is, as a call where it is on a stock and does not say. It is no
 * contract, so that (g)(7)(B) asks no least of it.
 */
function modelledWarrant(instruments: Instruments, row: number, on: number, rules: PortfolioRules): Treatment {
  const { instrument, strike, maturity, right, conversionUnits } = instruments.attributes(row);
  const isSaid = right !== undefined || instruments.type(on) !== "index";
  const isForOne = conversionUnits === undefined || conversionUnits === 10 ** QUANTITY_SCALE;
  if (strike === undefined || maturity === undefined || !isSaid || !isForOne)
    return missingInput(
      instrument,
      "a vendor's values at ten points, or the terms of a warrant for one",
      "a theoretical-values-stated fact, or an instrument-listed fact with its strike, maturity and right",
    );
  const base = ownClass(instruments, on, rules);
  return base.treatment === "scanned" ? { ...base, form: "option" } : base;
}

const ON_WARRANT: ReadonlySet<string> = new Set(["equity", "preferred", "etf", "index"]);

/** What derivatives may be on. */
const SPOTS: ReadonlySet<string> = new Set(["equity", "preferred", "etf", "index", "currency"]);

function inClass(instruments: Instruments, row: number, of: number, rules: PortfolioRules): Treatment {
  const base = ownClass(instruments, of, rules);
  return base.treatment === "scanned" ? { ...base, spotRow: row } : base;
}

function ownClass(instruments: Instruments, row: number, rules: PortfolioRules): Treatment {
  const attributes = instruments.attributes(row);
  const { instrument, type } = attributes;
  const tracked = type === "etf" ? instruments.columns.underlying[row] : -1;
  const isTracking = tracked !== -1 && instruments.type(tracked) === "index";
  const index = type === "index" ? row : isTracking ? tracked : -1;
  const kind = index === -1 ? kindOf(attributes, rules) : indexKind(instruments.attributes(index));
  if (kind === undefined) {
    const named = index === -1 ? instrument : instruments.attributes(index).instrument;
    return missingInput(named, "its class of index", "an instrument-listed fact with its indexClass");
  }
  const { productGroup, marketGroup, instrument: named } = instruments.attributes(index === -1 ? row : index);
  const group = productGroup ?? named;
  const isNarrow = kind === "narrowBased";
  return {
    treatment: "scanned",
    classRow: isTracking && rules.trackingFund === "class" ? index : row,
    spotRow: row,
    kind,
    leverage: attributes.leverage.numerator / attributes.leverage.denominator,
    form: "own",
    group,
    groupOffset: rules.offsets.productGroups.get(group) ?? classOffset(kind, rules),
    market: isNarrow ? group : (marketGroup ?? group),
    marketOffset: isNarrow || marketGroup === undefined ? NOTHING : rules.offsets.marketGroups,
    minimum: 0,
    isUnlisted: false,
  };
}

/** The kinds of index, as the security master names them. */
const INDEX_KINDS = {
  "high-capitalization": "highCapitalization",
  "non-high-capitalization": "nonHighCapitalization",
  "narrow-based": "narrowBased",
} as const satisfies Record<string, RangeKind>;

function indexKind({ indexClass }: InstrumentAttributes): RangeKind | undefined {
  return indexClass === undefined ? undefined : INDEX_KINDS[indexClass];
}

function kindOf({ type, instrument }: InstrumentAttributes, { majorCurrencies }: PortfolioRules): RangeKind {
  if (type === "currency") return majorCurrencies.has(instrument) ? "majorCurrency" : "otherCurrency";
  if (type === "money-market-fund") return "moneyMarketFund";
  return type === "mutual-fund" ? "fund" : "equity";
}

/** What stands alone in its group has nothing to offset: its gains are its own, whatever the share. */
function classOffset(kind: RangeKind, { offsets }: PortfolioRules): Rate {
  switch (kind) {
    case "highCapitalization":
    case "nonHighCapitalization":
    case "narrowBased":
      return offsets.classes[kind];
    case "majorCurrency":
    case "otherCurrency":
      return offsets.classes.currencies;
    case "equity":
    case "moneyMarketFund":
    case "fund":
      return WHOLE;
    default:
      return assertNever(kind);
  }
}

function missingInput(instrument: string, what: string, expected: string): Treatment {
  const details = { field: "instrument", value: instrument, expected };
  return { treatment: "unknown", trouble: new Trouble("missing-input", `portfolio margin needs ${what}`, details) };
}

function missingRule(instrument: string, what: string): Treatment {
  const details = { field: "instrument", value: instrument };
  return {
    treatment: "unknown",
    trouble: new Trouble("missing-rule", `no portfolio margin rule for ${what}`, details),
  };
}
