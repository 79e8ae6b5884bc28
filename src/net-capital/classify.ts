/**
 * Which paragraph of 15c3-1(c)(2)(vi) a security falls under, and which bucket of it: first the class, then the remaining
 * life. What no paragraph here names is "no rule for this", never zero.
 *
 * What is not shown to have a ready market has none, and is deducted in full, (c)(2)(vii). A security that a paragraph
 * names by its class, (A) to (F) and (H), is taken to have one unless it is restricted or past its maturity.
 */
import { assertNever } from "../base/assert.ts";
import type { Day } from "../base/time.ts";
import type { InstrumentAttributes } from "../books/instrument-attributes.ts";
import { addSpan } from "../rulebook/terms.ts";
import { BASE_CURRENCY } from "./cash.ts";
import type { NetCapitalRules } from "./rules.ts";
import { bucketEnds, bucketFor, type FamilyName, type Range } from "./schedule.ts";

/** What least threshold (M) gives a position: that of equities, of debt, of municipal issues; or none, where (M) does not reach. */
export const CONCENTRATION_KINDS = ["exempt", "equity", "debt", "municipal-bond", "municipal-note"] as const;
export type ConcentrationKind = (typeof CONCENTRATION_KINDS)[number];

/**
 * What a position adds to net worth: its market value; of an unlisted option what it is in the money, (c)(2)(i)(B)(2); of a
 * future nothing, because its variation is settled in cash.
 */
export const WORTHS = ["market", "in-the-money", "nothing"] as const;
export type Worth = (typeof WORTHS)[number];

interface Bucketed {
  readonly kind: "bucket";
  readonly bucket: number;
  /** Of a convertible: its bucket while it is worth its principal or more, (G). */
  readonly bucketAtPrincipal: number | undefined;
  readonly concentration: ConcentrationKind;
  readonly worth: Worth;
}

export type Classification = Bucketed | { readonly kind: "missing-input" | "missing-rule"; readonly what: string };

/** Classifies instruments as of one day under one version of the rules. */
export class Classifier {
  readonly #rules: NetCapitalRules;
  readonly #asOf: Day;
  #bucketEnds: Int32Array | undefined;

  constructor(rules: NetCapitalRules, asOf: Day) {
    this.#rules = rules;
    this.#asOf = asOf;
  }

  get #ends(): Int32Array {
    return (this.#bucketEnds ??= bucketEnds(this.#rules.schedule, this.#asOf));
  }

  /** The bucket of what parts of the computation charge, and no haircut by bucket. */
  get elsewhere(): number {
    return this.#rules.schedule.families.elsewhere.from;
  }

  /** Whether another one says the same of every instrument. */
  agrees(other: Classifier): boolean {
    return this.#rules === other.#rules && this.#asOf === other.#asOf;
  }

  classify(instrument: InstrumentAttributes): Classification {
    const { type, currency } = instrument;
    if (type !== "currency" && currency !== BASE_CURRENCY) return noRule(`securities priced in ${currency}`);
    const found = this.#byType(instrument);
    const isInMarket = found.kind === "bucket" && type !== "currency" && found.bucket !== this.elsewhere;
    return isInMarket && this.#isUnsaleable(instrument) ? this.#nonMarketable() : found;
  }

  #isUnsaleable({ restricted, maturity }: InstrumentAttributes): boolean {
    return restricted || (maturity !== undefined && maturity < this.#asOf);
  }

  #byType(instrument: InstrumentAttributes): Classification {
    switch (instrument.type) {
      case "currency":
        return this.#currency(instrument);
      case "treasury":
      case "agency":
        return this.#government(instrument);
      case "municipal":
        return this.#municipal(instrument);
      case "money-market-fund":
      case "mutual-fund":
        return this.#fund(instrument);
      case "commercial-paper":
        return this.#commercialPaper(instrument);
      case "certificate-of-deposit":
        return this.#byLife("short-paper", instrument, "debt");
      case "corporate":
        return this.#corporate(instrument);
      case "convertible":
        return this.#convertible(instrument);
      case "preferred":
        return this.#preferred(instrument);
      case "equity":
      case "etf":
      case "warrant":
        return this.#stock(instrument);
      case "stock-basket":
        return this.#single("equities", "exempt");
      case "option":
        return this.#chargedElsewhere(instrument.listing === undefined ? "in-the-money" : "market");
      case "future":
        return this.#chargedElsewhere("nothing");
      case "commodity":
      case "credit-default-swap":
        return this.#chargedElsewhere("market");
      case "index":
        return noRule("indices, which cannot be held");
      default:
        return assertNever(instrument.type);
    }
  }

  /** (A), and (C) for those of Canada. What another state owes is debt as any other. */
  #government(instrument: InstrumentAttributes): Classification {
    switch (instrument.country ?? "US") {
      case "US":
        return this.#byLife("governments", instrument, "exempt");
      case "CA":
        return this.#byLife("canadian-governments", instrument, "debt");
      default:
        return this.#corporate(instrument);
    }
  }

  /** (B). Without a day of issue nothing shows that it is a note of (B)(1), so the higher rates of (B)(2) apply. */
  #municipal(instrument: InstrumentAttributes): Classification {
    const { issued, maturity } = instrument;
    if (instrument.inDefault) return this.#marketableOr(instrument, "debt");
    if (issued !== undefined && maturity !== undefined && maturity <= addSpan(issued, this.#rules.municipalNoteLife)) {
      return this.#byLife("municipal-notes", instrument, "municipal-note");
    }
    return this.#byLife("municipals", instrument, "municipal-bond");
  }

  /** (D). Only funds that keep Rule 2a-7 may call themselves money market funds, 2a-7(b). */
  #fund({ type, fundClass }: InstrumentAttributes): Classification {
    const { from } = this.#rules.schedule.families.funds;
    const named = fundClass ?? (type === "money-market-fund" ? "2a-7" : "other");
    switch (named) {
      case "2a-7":
        return inBucket(from, "exempt");
      case "government":
        return inBucket(from + 1, "exempt");
      case "government-and-corporate":
        return inBucket(from + 2, "exempt");
      case "other":
        return this.#single("equities", "exempt");
      default:
        return assertNever(named);
    }
  }

  /** (E): fixed rate or discount, short at issue, minimal credit risk. Longer paper is debt as any other. */
  #commercialPaper(instrument: InstrumentAttributes): Classification {
    const { issued, maturity, floating, minimalCreditRisk, inDefault } = instrument;
    const isShort = maturity !== undefined && maturity <= addSpan(issued ?? this.#asOf, this.#rules.shortPaperLife);
    if (!isShort) return this.#corporate(instrument);
    if (floating || inDefault || !minimalCreditRisk) return this.#marketableOr(instrument, "debt");
    return this.#byLife("short-paper", instrument, "debt");
  }

  /** (F)(1): fixed rate and maturity, not in default, minimal credit risk; else (J) or (vii). (K) does not reach debt. */
  #corporate(instrument: InstrumentAttributes): Classification {
    if (!qualifiesAsDebt(instrument)) return this.#marketableOr(instrument, "debt");
    return this.#byLife("corporate-debt", instrument, "debt");
  }

  /** (G): (J) while worth its principal or more, else (F) where it meets (F). */
  #convertible(instrument: InstrumentAttributes): Classification {
    const asStock = this.#marketableOr(instrument, "debt");
    if (!qualifiesAsDebt(instrument) || instrument.maturity === undefined) return asStock;
    const asDebt = this.#byLife("corporate-debt", instrument, "debt");
    if (asDebt.kind !== "bucket") return asDebt;
    return { ...asDebt, bucketAtPrincipal: this.#rules.schedule.families.equities.from };
  }

  /** (H), or as stock. A cumulative preferred is not within (K). */
  #preferred(instrument: InstrumentAttributes): Classification {
    const { cumulative, minimalCreditRisk, inDefault } = instrument;
    if (!cumulative) return this.#stock(instrument);
    if (minimalCreditRisk && !inDefault) return this.#single("preferred", "equity");
    return this.#marketableOr(instrument, "equity");
  }

  /** (J), (K) or (vii), by listing and market makers. */
  #stock(instrument: InstrumentAttributes): Classification {
    const makers = instrument.marketMakers ?? 0;
    if (instrument.readyMarket || makers >= this.#rules.readyMarketMakers) return this.#single("equities", "equity");
    if (makers > 0) return this.#single("limited-market", "equity");
    return this.#nonMarketable();
  }

  #marketableOr({ readyMarket }: InstrumentAttributes, concentration: ConcentrationKind): Classification {
    return readyMarket ? this.#single("equities", concentration) : this.#nonMarketable();
  }

  #nonMarketable(): Classification {
    return this.#single("non-marketable", "exempt");
  }

  /** A part of the computation charges it, by Appendix A or B. */
  #chargedElsewhere(worth: Worth): Classification {
    return { ...inBucket(this.elsewhere, "exempt"), worth };
  }

  #currency({ instrument }: InstrumentAttributes): Classification {
    const { from } = this.#rules.schedule.families.currencies;
    return inBucket(this.#rules.majorCurrencies.has(instrument) ? from : from + 1, "exempt");
  }

  #single(family: FamilyName, concentration: ConcentrationKind): Classification {
    return inBucket(this.#rules.schedule.families[family].from, concentration);
  }

  #byLife(family: FamilyName, { maturity }: InstrumentAttributes, concentration: ConcentrationKind): Classification {
    if (maturity === undefined) return { kind: "missing-input", what: "its maturity" };
    const range: Range = this.#rules.schedule.families[family];
    return inBucket(bucketFor(this.#ends, range, maturity), concentration);
  }
}

/** Fixed rate, not in default, minimal credit risk: (F) and (I). */
function qualifiesAsDebt({ floating, inDefault, minimalCreditRisk }: InstrumentAttributes): boolean {
  return !floating && !inDefault && minimalCreditRisk;
}

function inBucket(bucket: number, concentration: ConcentrationKind): Bucketed {
  return { kind: "bucket", bucket, bucketAtPrincipal: undefined, concentration, worth: "market" };
}

function noRule(what: string): Classification {
  return { kind: "missing-rule", what };
}
