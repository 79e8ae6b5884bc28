/**
 * What 4210(c) and (e) ask of a position by itself: for each kind of instrument, one rule held long and one held short.
 * Each function here is one paragraph. What a rule asks is the greater of a rate of market value and a least amount; below
 * a price, a stock held short has another rate and another least.
 */
import { assertNever } from "../../base/assert.ts";
import { Trouble } from "../../base/errors.ts";
import { type Rate, rate as rateOf } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { MaintenanceRules, ValueRule } from "./rules.ts";

/** Units of price in one dollar, and in one cent. */
const DOLLAR = 10 ** PRICE_SCALE;
const CENT = DOLLAR / 100;

/**
 * The least that a position requires, said as the price at which its market value is that much: $5 a share is the value at
 * a price of 5, and 7% of the principal of a bond is its value at a price of 7.
 */
export interface Least {
  /** 10^-8. */
  readonly price: number;
  /** In dollars whatever the instrument is priced in; else in its currency. */
  readonly inDollars: boolean;
  /** For people: "$5.00 a share". */
  readonly words: string;
}

/** A rate of market value, or the least where that is greater. */
export interface Ask {
  readonly paragraph: string;
  readonly rate: Rate;
  readonly least: Least | undefined;
}

export interface PositionRule extends Ask {
  /** For people: "Long margin security". */
  readonly label: string;
  /** In place of the rest while the price in dollars (10^-8) is below this. */
  readonly lowPriced: (Ask & { readonly below: number }) | undefined;
}

/** Of a restricted security: its rate while no more than so many units are held. */
export interface SizeStep {
  readonly unitsMost: number;
  readonly rate: Rate;
}

export type Side = PositionRule | Trouble;

export interface Treatment {
  readonly long: Side;
  readonly short: Side;
  /** Rates of a long position that depend on its size, rising; none for most. */
  readonly steps: readonly SizeStep[];
  /** Whether its market value is part of equity: that of a future is not. */
  readonly isValued: boolean;
  /** Bought or sold before it is issued, 4210(f)(3). */
  readonly isWhenIssued: boolean;
  /** Only the net of long and short is margined, (e)(2). */
  readonly isNet: boolean;
  /** Held short it requires by the price of what it is on, (f)(2)(E), see `warrants.ts`. */
  readonly isWritten: boolean;
}

/** Units of the asset that are outstanding, and that trade on a day; undefined where not known. */
export interface Size {
  readonly outstanding: number | undefined;
  readonly averageDailyVolume: number | undefined;
}

/** What a treatment depends on beside the instrument. */
export interface TreatmentTerms {
  readonly rules: MaintenanceRules;
  readonly asOf: Day;
  /** An exempt account, 4210(a)(13). */
  readonly exempt: boolean;
}

/** The terms of a type that `attributes` does not have: what an option or a future is on. */
export interface Surroundings {
  readonly underlying: InstrumentAttributes | undefined;
  /** Asked for restricted securities only. */
  readonly size: () => Size;
}

/** The treatment of an instrument in an account; the rules of a side that has none say so. Options are margined elsewhere. */
export function treatmentOf(
  instrument: InstrumentAttributes,
  terms: TreatmentTerms,
  surroundings: Surroundings,
): Treatment {
  const treatment = unrestricted(instrument, terms, surroundings);
  return instrument.restricted ? restricted(instrument, treatment, terms.rules, surroundings.size()) : treatment;
}

function unrestricted(
  instrument: InstrumentAttributes,
  terms: TreatmentTerms,
  { underlying }: Surroundings,
): Treatment {
  const { rules } = terms;
  const { type } = instrument;
  switch (type) {
    case "equity":
    case "etf":
    case "preferred":
      return stock(instrument, rules);
    case "warrant":
      return underlying?.type === "index" || underlying?.type === "currency"
        ? {
            ...sides(instrument, longWarrant(instrument, underlying, terms), noRule(instrument, "a price alone")),
            isWritten: true,
          }
        : stock(instrument, rules);
    case "convertible":
      return convertible(instrument, rules);
    case "mutual-fund":
    case "money-market-fund":
      return fund(instrument, rules);
    case "treasury":
    case "agency":
      return both(instrument, government(instrument, terms));
    case "municipal":
      return both(instrument, municipal(instrument, terms));
    case "corporate":
      return instrument.convertsInto === undefined
        ? both(instrument, nonEquity(instrument, terms))
        : convertible(instrument, rules);
    case "commercial-paper":
    case "certificate-of-deposit":
      return both(instrument, nonEquity(instrument, terms));
    case "future":
      return future(instrument, rules, underlying);
    case "option":
      return both(instrument, noRule(instrument, "options apart from what they are on"));
    case "currency":
    case "index":
    case "commodity":
    case "stock-basket":
    case "credit-default-swap":
      return both(instrument, noRule(instrument, `positions in a ${type}`));
    default:
      return assertNever(type);
  }
}

// ——— 4210(c) ———

/** (c)(1) long, (c)(2) and (3) short; leveraged funds by Regulatory Notice 09-53. */
function stock(instrument: InstrumentAttributes, rules: MaintenanceRules): Treatment {
  return sides(instrument, longSecurity(instrument, rules), shortStock(instrument, rules));
}

/** (c)(1): 25%. In proportion to the leverage of a fund, but no more than the whole. Without loan value: (c)(6). */
function longSecurity(instrument: InstrumentAttributes, rules: MaintenanceRules): PositionRule {
  const { readyMarket, notMarginable } = instrument;
  if (!readyMarket || notMarginable) return notMarginableLong(rules);
  const leverage = leverageOf(instrument);
  const { longSecurity: plain, leveragedFund } = rules;
  if (leverage === undefined) return ofValue("Long margin security", plain);
  const rate = lesserRate(times(plain.rate, leverage), leveragedFund.longAtMost);
  return ofValue("Long leveraged or inverse fund", {
    paragraph: `${plain.paragraph}; ${leveragedFund.paragraph}`,
    rate,
  });
}

/** (c)(6): no loan value. */
function notMarginableLong({ notMarginable }: MaintenanceRules): PositionRule {
  return ofValue("Long security without loan value", notMarginable);
}

/** The same of debt, long and short. */
function withoutLoanValue({ notMarginable }: MaintenanceRules): PositionRule {
  return ofValue("Debt without loan value", notMarginable);
}

/**
 * (f)(2)(D): an index or currency warrant is paid in full, but for a listed one on a stock index that expires in more than nine
 * months.
 */
function longWarrant(
  { maturity, listing }: InstrumentAttributes,
  underlying: InstrumentAttributes,
  { rules, asOf }: TreatmentTerms,
): PositionRule {
  const { paragraph, rate, longLived } = rules.longWarrant;
  const hasLoanValue =
    longLived !== undefined &&
    underlying.type === "index" &&
    listing !== undefined &&
    maturity !== undefined &&
    maturity > addSpan(asOf, longLived.after);
  return ofValue("Long index or currency warrant", { paragraph, rate: hasLoanValue ? longLived.rate : rate });
}

/**
 * (c)(2) below $5 a share: the greater of $2.50 a share and 100%. (c)(3) from $5 on: the greater of $5 a share and 30%. For
 * a leveraged fund the percentages are in proportion to its leverage, without a limit; that of (c)(2) covers three times
 * already.
 */
function shortStock(instrument: InstrumentAttributes, rules: MaintenanceRules): PositionRule {
  const leverage = leverageOf(instrument);
  const { shortStock: plain, shortLowPriced, leveragedFund } = rules;
  const rate = leverage === undefined ? plain.rate : times(plain.rate, leverage);
  const cite = (paragraph: string) => (leverage === undefined ? paragraph : `${paragraph}; ${leveragedFund.paragraph}`);
  return {
    label: leverage === undefined ? "Short stock" : "Short leveraged or inverse fund",
    paragraph: cite(plain.paragraph),
    rate,
    least: perShare(plain.perShare),
    lowPriced: {
      paragraph: cite(shortLowPriced.paragraph),
      below: shortLowPriced.below * CENT,
      rate: greaterRate(shortLowPriced.rate, rate),
      least: perShare(shortLowPriced.perShare),
    },
  };
}

/** (c)(1) long, (c)(4) short: what converts into stock is margined as stock, but for the least of a bond sold short. */
function convertible(instrument: InstrumentAttributes, rules: MaintenanceRules): Treatment {
  const long = longSecurity(instrument, rules);
  if (instrument.maturity === undefined) return sides(instrument, long, shortStock(instrument, rules));
  const { shortBond } = rules;
  const least = ofPrincipal(instrument, shortBond.ofPrincipal);
  return sides(instrument, long, { ...ofValue("Short convertible bond", shortBond), least });
}

/** (c)(5): a security future, on a security or a narrow-based index. Its value is nobody's equity. */
function future(
  instrument: InstrumentAttributes,
  rules: MaintenanceRules,
  underlying: InstrumentAttributes | undefined,
): Treatment {
  const onSecurity = underlying !== undefined && ["equity", "etf", "preferred"].includes(underlying.type);
  const onNarrowIndex = underlying?.type === "index" && underlying.indexClass === "narrow-based";
  const side =
    onSecurity || onNarrowIndex
      ? ofValue("Security future", rules.securityFuture)
      : noRule(instrument, "futures that are not security futures");
  return { ...both(instrument, side), isValued: false };
}

// ——— 4210(e)(2) ———

/** (e)(2)(A): the United States and what it guarantees, by remaining life; highly rated foreign sovereigns as they. */
function government(instrument: InstrumentAttributes, terms: TreatmentTerms): Side {
  const { country = "US", grade } = instrument;
  const { rules, exempt } = terms;
  if (country === "US") return exempt ? goodFaith(rules) : byLife("Government", instrument, terms);
  if (grade !== "highly-rated") return nonEquity(instrument, terms);
  if (!exempt) return byLife("Highly rated foreign sovereign", instrument, terms);
  return ofValue("Highly rated foreign sovereign, exempt account", rules.exemptAccounts.foreignSovereign);
}

/** The bucket of (e)(2)(A), and for a zero coupon of five years or more not less than a share of principal. */
function byLife(label: string, instrument: InstrumentAttributes, { rules, asOf }: TreatmentTerms): PositionRule {
  const { paragraph, buckets, zeroCoupon } = rules.governments;
  const { maturity = asOf, coupon, floating } = instrument;
  const found = buckets.find(({ under }) => under === undefined || maturity < addSpan(asOf, under)) ?? buckets[0];
  const isZero = !floating && (coupon === undefined || coupon.numerator === 0);
  const least =
    isZero && maturity >= addSpan(asOf, zeroCoupon.from) ? ofPrincipal(instrument, zeroCoupon.ofPrincipal) : undefined;
  return { ...ofValue(label, { paragraph, rate: found.rate }), least };
}

/** (e)(2)(B): other exempted securities. */
function municipal({ inDefault }: InstrumentAttributes, { rules, exempt }: TreatmentTerms): PositionRule {
  return exempt && !inDefault ? goodFaith(rules) : ofValue("Exempted security", rules.exempted);
}

/** (e)(2)(C): (i) investment grade; (ii) what else is listed or marginable; the rest has no loan value. */
function nonEquity(instrument: InstrumentAttributes, { rules, exempt }: TreatmentTerms): Side {
  const { grade, readyMarket, notMarginable, inDefault } = instrument;
  const isInvestmentGrade = (grade === "highly-rated" || grade === "investment-grade") && !inDefault;
  if (notMarginable) return withoutLoanValue(rules);
  if (isInvestmentGrade && exempt) {
    return ofValue("Investment grade debt, exempt account", rules.exemptAccounts.investmentGrade);
  }
  if (isInvestmentGrade) return ofValue("Investment grade debt", rules.investmentGrade);
  if (!readyMarket) return withoutLoanValue(rules);
  const { otherDebt } = rules;
  return { ...ofValue("Other debt", otherDebt), least: ofPrincipal(instrument, otherDebt.ofPrincipal) };
}

/** (e)(2)(F): no margin of an exempt account; what it loses is deducted from the firm's net capital while not collected. */
function goodFaith({ exemptAccounts }: MaintenanceRules): PositionRule {
  return ofValue("Good-faith security, exempt account", exemptAccounts.goodFaith);
}

/** Open-end funds: money market, exempted securities only, any other. None is sold short. */
function fund(instrument: InstrumentAttributes, rules: MaintenanceRules): Treatment {
  const { type, fundClass = type === "money-market-fund" ? "2a-7" : "other" } = instrument;
  const short = noRule(instrument, "open-end funds held short");
  if (instrument.notMarginable) return sides(instrument, notMarginableLong(rules), short);
  switch (fundClass) {
    case "2a-7":
      return sides(instrument, ofValue("Money market fund", rules.moneyMarketFund), short);
    case "government":
      return sides(instrument, ofValue("Fund of exempted securities", rules.exemptedFund), short);
    case "government-and-corporate":
    case "other":
      return sides(instrument, longSecurity({ ...instrument, readyMarket: true }, rules), short);
    default:
      return assertNever(fundClass);
  }
}

// ——— 4210(e)(8) ———

/** (e)(8): the larger the block in what is outstanding, or in what trades in a week, the more of it is required. */
function restricted(
  { instrument }: InstrumentAttributes,
  treatment: Treatment,
  rules: MaintenanceRules,
  { outstanding, averageDailyVolume }: Size,
): Treatment {
  const { long } = treatment;
  if (long instanceof Trouble) return treatment;
  if (outstanding === undefined || averageDailyVolume === undefined) {
    const what = outstanding === undefined ? "outstanding" : "averageDailyVolume";
    const trouble = new Trouble("missing-input", `the size of a position in ${instrument} is not known`, {
      field: what,
      value: instrument,
      expected: "market-statistics-stated with what is outstanding and what trades in a day",
    });
    return { ...treatment, long: trouble };
  }
  const { paragraph, base, weekDays, ladder } = rules.restricted;
  const most = (part: Rate | undefined, whole: number): number =>
    part === undefined ? Number.POSITIVE_INFINITY : Math.floor((whole * part.numerator) / part.denominator);
  const steps = ladder.map(({ ofOutstanding, ofWeeklyVolume, rate }) => ({
    unitsMost: Math.min(most(ofOutstanding, outstanding), most(ofWeeklyVolume, averageDailyVolume * weekDays)),
    rate: greaterRate(greaterRate(base, rate), long.rate),
  }));
  const rule = { ...long, label: "Control or restricted security", paragraph, rate: steps[0]?.rate ?? long.rate };
  return { ...treatment, long: rule, steps };
}

/** The rate of a long position of so many units: that of its size, where it depends on it. */
export function rateAtSize(steps: readonly SizeStep[], units: number, plain: Rate): Rate {
  for (const step of steps) if (units <= step.unitsMost) return step.rate;
  return plain;
}

// ——— building blocks ———

function ofValue(label: string, { paragraph, rate }: ValueRule): PositionRule {
  return { label, paragraph, rate, least: undefined, lowPriced: undefined };
}

function sides({ whenIssued }: InstrumentAttributes, long: Side, short: Side): Treatment {
  return { long, short, steps: [], isValued: true, isWhenIssued: whenIssued, isNet: false, isWritten: false };
}

/** The same long and short: net positions in debt, 4210(e)(2), and in security futures. */
function both(instrument: InstrumentAttributes, side: Side): Treatment {
  return { ...sides(instrument, side, side), isNet: true };
}

function noRule({ instrument }: InstrumentAttributes, what: string): Trouble {
  return new Trouble("missing-rule", `no margin rule for ${what}`, { field: "instrument", value: instrument });
}

/** The absolute leverage of a fund where that is above one; a smaller one lowers nothing. */
function leverageOf({ type, leverage: { numerator, denominator } }: InstrumentAttributes): Rate | undefined {
  const size = Math.abs(numerator);
  return (type === "etf" || type === "mutual-fund") && size > denominator ? rateOf(size, denominator) : undefined;
}

function perShare(cents: number): Least {
  return { price: cents * CENT, inDollars: true, words: `$${(cents / 100).toFixed(2)} a share` };
}

/** So much of principal: of debt, which is priced per 100 of it, or of a convertible that states it per unit. */
function ofPrincipal({ principal, multiplier }: InstrumentAttributes, part: Rate): Least {
  const share = part.numerator / part.denominator;
  const whole = principal === undefined ? 100 : principal / 100 / Number(multiplier);
  return { price: Math.ceil(whole * share * DOLLAR - 1e-3), inDollars: false, words: "of principal" };
}

function times(a: Rate, b: Rate): Rate {
  return rateOf(a.numerator * b.numerator, a.denominator * b.denominator);
}

function greaterRate(a: Rate, b: Rate): Rate {
  return a.numerator * b.denominator >= b.numerator * a.denominator ? a : b;
}

function lesserRate(a: Rate, b: Rate): Rate {
  return a.numerator * b.denominator <= b.numerator * a.denominator ? a : b;
}
