/**
 * Breaks in positions, and what each does to our lines. Their positions are put in the place of ours one after another (how
 * much of it, at what price, in which bucket), and after each step our own rules say what has changed: so that netting and
 * greater sides are taken as they are, and the steps add up to the whole. What is then left of a line's difference is not in
 * the positions.
 */
import { formatDecimal, parseDecimal } from "../../base/decimal.ts";
import { type Cents, negate, subtract, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { Instruments } from "../../books/instruments.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { type Classification, Classifier } from "../classify.ts";
import { concentrationBase, concentrationDeduction, issueSize } from "../haircuts/concentration.ts";
import { familyDeduction } from "../haircuts/positions.ts";
import type { FirmIssue, FirmPosition } from "../inputs.ts";
import type { NetCapitalRules } from "../rules.ts";
import { addValue, type FamilyName, removeValue, type Sides } from "../schedule.ts";
import { type Break, type BreakReason, MARKET_VALUE } from "./breaks.ts";
import type { TheirPosition } from "./theirs.ts";

const CONCENTRATION = "haircuts/undue-concentration";

/** What of our computation the positions enter. */
export interface OurPositions {
  readonly instruments: Instruments;
  readonly rules: NetCapitalRules;
  readonly positions: readonly FirmPosition[];
  readonly issues: readonly FirmIssue[];
  readonly sides: Sides;
  readonly tentative: Cents;
  readonly asOf: Day;
}

interface Step {
  readonly reason: BreakReason;
  readonly value: Cents;
  /** Another price of the issue, with which five hundred shares are worth something else. */
  readonly price?: string | undefined;
  readonly bucket: number;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** The line that a family of haircuts makes. */
function lineOfFamily(family: FamilyName): string {
  return family === "non-marketable" ? "non-allowable/securities" : `haircuts/${family}`;
}

/** Breaks by the code of the line of ours that they are in; `theirTentative` where it is known. */
export function positionBreaks(
  ours: OurPositions,
  theirs: readonly TheirPosition[],
  theirTentative: Cents | undefined,
): ReadonlyMap<string, readonly Break[]> {
  return new Substitution(ours).run(theirs, theirTentative);
}

class Substitution {
  readonly #ours: OurPositions;
  readonly #sides: { readonly long: Float64Array; readonly short: Float64Array };
  readonly #issues: Map<string, FirmIssue>;
  readonly #base: Cents;
  readonly #breaks = new Map<string, Break[]>();

  constructor(ours: OurPositions) {
    this.#ours = ours;
    this.#sides = { long: ours.sides.long.slice(), short: ours.sides.short.slice() };
    this.#issues = new Map(
      ours.issues.map(({ instrument, bucket, concentration, long, short, fiveHundredShares }) => [
        instrument,
        { instrument, bucket, concentration, long, short, fiveHundredShares },
      ]),
    );
    this.#base = concentrationBase(ours.tentative, ours.rules.concentration);
  }

  run(theirs: readonly TheirPosition[], theirTentative: Cents | undefined): ReadonlyMap<string, readonly Break[]> {
    const ourOf = new Map(this.#ours.positions.map((held) => [held.instrument, held]));
    const theirOf = new Map(theirs.map((held) => [held.instrument, held]));
    for (const held of this.#ours.positions) this.#replace(held, theirOf.get(held.instrument));
    for (const held of theirs) if (!ourOf.has(held.instrument)) this.#enter(held);
    if (theirTentative !== undefined) this.#rebase(concentrationBase(theirTentative, this.#ours.rules.concentration));
    return this.#breaks;
  }

  /** A position of ours becomes theirs. What options claim of it is charged elsewhere: then only its value is compared. */
  #replace(held: FirmPosition, their: TheirPosition | undefined): void {
    const { instrument, value, bucket, quantity, charged } = held;
    const at = { instrument, value, bucket, isCharged: charged === value };
    if (their === undefined) {
      this.#step(at, { reason: "only-ours", value: ZERO, bucket, ours: quantity, theirs: undefined });
      return;
    }
    const atOurPrice = this.#value(instrument, their.quantity, held.price) ?? value;
    const quantities = { ours: quantity, theirs: their.quantity };
    let now = this.#step(at, { reason: "other-quantity", value: atOurPrice, bucket, ...quantities });
    const theirValue = this.#valueOf(their) ?? atOurPrice;
    const prices = { ours: held.price, theirs: their.price ?? "by its value" };
    now = this.#step(now, { reason: "other-price", value: theirValue, price: their.price, bucket, ...prices });
    const theirBucket = this.#bucketOf(their, bucket);
    const buckets = { ours: this.#bucketName(bucket), theirs: this.#bucketName(theirBucket) };
    this.#step(now, { reason: "other-bucket", value: theirValue, bucket: theirBucket, ...buckets });
    this.#rate(held, their, theirValue, theirBucket);
  }

  /** A position that only they have. Without a value it says nothing; without a class that is known, nothing of haircuts. */
  #enter(their: TheirPosition): void {
    const value = this.#valueOf(their);
    if (value === undefined) return;
    const { instrument, price } = their;
    const found = this.#classOf(instrument);
    const bucket = this.#bucketOf(their, found?.bucket ?? -1);
    if (found !== undefined && found.concentration !== "exempt" && !this.#issues.has(instrument)) {
      const { concentration } = found;
      const none = { long: ZERO, short: ZERO, fiveHundredShares: ZERO };
      this.#issues.set(instrument, { instrument, bucket, concentration, ...none });
    }
    const said = { ours: undefined, theirs: their.quantity };
    const at = { instrument, value: ZERO, bucket, isCharged: bucket !== -1 };
    this.#step(at, { reason: "only-theirs", value, price, bucket, ...said });
  }

  /** One step of a position; every line that it changes has a break. */
  #step(at: Standing, step: Step): Standing {
    const { reason, value, bucket, ours, theirs } = step;
    if (value === at.value && bucket === at.bucket) return at;
    const said = { instrument: at.instrument, reason, ours, theirs };
    this.#add(MARKET_VALUE, "Market value of inventory", subtract(at.value, value), said);
    if (at.isCharged) {
      const { buckets } = this.#ours.rules.schedule;
      const families = [...new Set([buckets[at.bucket].family, buckets[bucket].family])];
      const charges = (): Cents[] => families.map((family) => familyDeduction(family, this.#sides, this.#ours.rules));
      const before = charges();
      if (at.value !== 0) removeValue(this.#sides, at.bucket, at.value);
      if (value !== 0) addValue(this.#sides, bucket, value);
      for (const [index, after] of charges().entries())
        this.#add(lineOfFamily(families[index]), families[index], subtract(before[index], after), said);
    }
    this.#concentrate(at.instrument, step, said);
    return { ...at, value, bucket };
  }

  /** Undue concentration of the issue, at our tenth. */
  #concentrate(instrument: string, { value, price }: Pick<Step, "value" | "price">, said: Said): void {
    const issue = this.#issues.get(instrument);
    if (issue === undefined) return;
    const after = {
      ...issue,
      long: value > 0 ? value : ZERO,
      short: value < 0 ? negate(value) : ZERO,
      fiveHundredShares: price === undefined ? issue.fiveHundredShares : this.#fiveHundredShares(issue, price),
    };
    this.#issues.set(instrument, after);
    this.#add(CONCENTRATION, "Undue concentration", subtract(this.#charge(issue), this.#charge(after)), said);
  }

  #charge({ concentration, bucket, long, short, fiveHundredShares }: FirmIssue, base = this.#base): Cents {
    const { rules } = this.#ours;
    const { concentrationRate } = rules.schedule.buckets[bucket];
    const size = issueSize(long, short, rules.concentration);
    return concentrationDeduction(concentration, size, base, fiveHundredShares, concentrationRate, rules.concentration);
  }

  #fiveHundredShares({ instrument, concentration, fiveHundredShares }: FirmIssue, price: string): Cents {
    const { equityFloorShares } = this.#ours.rules.concentration;
    if (concentration !== "equity") return fiveHundredShares;
    return this.#value(instrument, String(equityFloorShares), price) ?? fiveHundredShares;
  }

  /** The tenth becomes theirs, for what they hold. */
  #rebase(base: Cents): void {
    let difference = ZERO;
    for (const issue of this.#issues.values())
      difference = (difference + this.#charge(issue) - this.#charge(issue, base)) as Cents;
    this.#add(CONCENTRATION, "Undue concentration", difference, {
      instrument: undefined,
      reason: "other-base",
      ours: formatDecimal(this.#base, 2, 2),
      theirs: formatDecimal(base, 2, 2),
    });
  }

  /** A rate that is none of its bucket: what it makes of the position taken by itself. */
  #rate({ instrument }: FirmPosition, { haircut }: TheirPosition, value: Cents, bucket: number): void {
    const { family, rate } = this.#ours.rules.schedule.buckets[bucket];
    if (haircut === undefined || sameRate(rate, haircut)) return;
    const size = value < 0 ? negate(value) : value;
    this.#add(lineOfFamily(family), family, subtract(portion(size, rate), portion(size, haircut)), {
      instrument,
      reason: "other-rate",
      ours: formatRate(rate),
      theirs: formatRate(haircut),
    });
  }

  #add(code: string, label: string, amount: Cents, said: Said): void {
    if (amount === 0) return;
    const list = this.#breaks.get(code) ?? [];
    this.#breaks.set(code, list);
    list.push({ code, label, amount, ...said });
  }

  /** How an instrument of ours would be classified; undefined where it has no class. */
  #classOf(instrument: string): Extract<Classification, { readonly kind: "bucket" }> | undefined {
    const { instruments, rules, asOf } = this.#ours;
    const row = instruments.findText(instrument);
    const found = row < 0 ? undefined : new Classifier(rules, asOf).classify(instruments.attributes(row));
    return found?.kind === "bucket" ? found : undefined;
  }

  /** What they say that it is worth, or what it comes to at their price. */
  #valueOf({ instrument, quantity, price, value }: TheirPosition): Cents | undefined {
    if (value !== undefined) return value;
    return price === undefined ? undefined : this.#value(instrument, quantity, price);
  }

  #value(instrument: string, quantity: string, price: string): Cents | undefined {
    const { instruments } = this.#ours;
    const row = instruments.findText(instrument);
    if (row < 0) return undefined;
    const units = parseDecimal(quantity, instruments.columns.scale[row], "quantity");
    return instruments.value(row, units, parseDecimal(price, PRICE_SCALE, "price"));
  }

  /** The bucket that they name, or of the family of ours the one that has their rate; else ours. */
  #bucketOf({ bucket, haircut }: TheirPosition, own: number): number {
    const { buckets } = this.#ours.rules.schedule;
    if (bucket !== undefined) {
      const fits = (code: string): boolean => code === bucket || code.startsWith(`${bucket}/`);
      if (own !== -1 && fits(buckets[own].code)) return own;
      const named = buckets.findIndex(
        ({ code, rate }) => fits(code) && (haircut === undefined || sameRate(rate, haircut)),
      );
      return named === -1 ? buckets.findIndex(({ code }) => fits(code)) : named;
    }
    if (own === -1 || haircut === undefined || sameRate(buckets[own].rate, haircut)) return own;
    const { family } = buckets[own];
    const other = buckets.findIndex((each) => each.family === family && sameRate(each.rate, haircut));
    return other === -1 ? own : other;
  }

  #bucketName(bucket: number): string {
    const { label, rate } = this.#ours.rules.schedule.buckets[bucket];
    return `${label}, ${formatRate(rate)}`;
  }
}

type Said = Pick<Break, "instrument" | "reason" | "ours" | "theirs">;

interface Standing {
  readonly instrument: string;
  readonly value: Cents;
  readonly bucket: number;
  readonly isCharged: boolean;
}

function sameRate(a: Rate, b: Rate): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}
