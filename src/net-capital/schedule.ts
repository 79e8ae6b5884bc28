/**
 * The schedule of haircuts as one list of buckets, so that a position's market value belongs to exactly one number. A
 * family is a stretch of buckets that one paragraph governs: the maturities of municipals, the single bucket of equities.
 */
import { type Cents, toCents } from "../base/money.ts";
import { parseRate, type Rate, rate } from "../base/rate.ts";
import type { Day } from "../base/time.ts";
import { addSpan, parseSpan, type Span } from "../rulebook/terms.ts";
import type { NetCapitalDocument } from "./rules-document.ts";

export const FAMILIES = [
  "governments",
  "canadian-governments",
  "municipal-notes",
  "municipals",
  "funds",
  "short-paper",
  "corporate-debt",
  "preferred",
  "equities",
  "limited-market",
  "non-marketable",
  "currencies",
  "elsewhere",
] as const;
export type FamilyName = (typeof FAMILIES)[number];

interface Bucket {
  readonly family: FamilyName;
  /** Stable, for programs: "haircuts/municipals/under-2-years". */
  readonly code: string;
  readonly label: string;
  readonly paragraph: string;
  readonly rate: Rate;
  /** Remaining life that it ends before; absent where it has no end, or where life does not matter. */
  readonly under: Span | undefined;
  /** Further rate of what is unduly concentrated, (M)(1); undefined where (M) does not reach. */
  readonly concentrationRate: Rate | undefined;
}

/** Buckets `from` to `to`, the latter exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Category extends Range {
  readonly name: string;
}

export interface Schedule {
  readonly buckets: readonly Bucket[];
  readonly families: Readonly<Record<FamilyName, Range>>;
  /** The categories of (A), in US and in Canadian governments. */
  readonly governmentCategories: readonly Category[];
  readonly canadianCategories: readonly Category[];
}

/** Market values by bucket, in cents: longs and shorts, both positive. Whole numbers, so sums are exact in any order. */
export interface Sides {
  readonly long: Float64Array;
  readonly short: Float64Array;
}

export function emptySides({ buckets }: Schedule): Sides {
  return { long: new Float64Array(buckets.length), short: new Float64Array(buckets.length) };
}

/** Puts one market value (negative: short) into its bucket. */
export function addValue(sides: Sides, bucket: number, value: number): void {
  if (value >= 0) sides.long[bucket] += value;
  else sides.short[bucket] -= value;
}

/** Takes it out again. */
export function removeValue(sides: Sides, bucket: number, value: number): void {
  if (value >= 0) sides.long[bucket] -= value;
  else sides.short[bucket] += value;
}

type Haircuts = NetCapitalDocument["haircuts"];
type Ladder = Haircuts["municipals"]["buckets"];
/** From a bucket's own rate to the further rate of what is unduly concentrated in it. */
type ConcentrationRate = (own: Rate) => Rate | undefined;

const exempt: ConcentrationRate = () => undefined;

/** Builds the schedule of a rulebook, in the order of the rule. */
export function buildSchedule(haircuts: Haircuts): Schedule {
  const buckets: Bucket[] = [];
  const share = parseRate(haircuts.concentration.shareOfOwnRate);
  const shareOfOwn: ConcentrationRate = (own) =>
    rate(own.numerator * share.numerator, own.denominator * share.denominator);
  const equityRate: ConcentrationRate = () => parseRate(haircuts.concentration.equityRate);

  const { governments, canadianGovernments, municipalNotes, municipals, funds, shortPaper, corporateDebt } = haircuts;
  const categories = (family: FamilyName, paragraph: string, concentration: ConcentrationRate): Category[] =>
    governments.categories.map(({ name, buckets: ladder }, index) => {
      const from = buckets.length;
      const start = governments.categories[index - 1]?.buckets.at(-1)?.under;
      buckets.push(...ladderBuckets(family, `/${name}`, paragraph, ladder, concentration, start));
      return { name, from, to: buckets.length };
    });
  const governmentCategories = categories("governments", governments.paragraph, exempt);
  const canadianCategories = categories("canadian-governments", canadianGovernments.paragraph, shareOfOwn);
  const governmentLadder = governments.categories.flatMap(({ buckets: ladder }) => ladder);
  const { preferred, equities, limitedMarket, nonMarketable, currencies } = haircuts;
  buckets.push(
    ...ladderBuckets("municipal-notes", "", municipalNotes.paragraph, municipalNotes.buckets, shareOfOwn),
    ...ladderBuckets("municipals", "", municipals.paragraph, municipals.buckets, shareOfOwn),
    single("funds", "money-market", "Money market funds", `${funds.paragraph}(1)`, funds.moneyMarket, exempt),
    single(
      "funds",
      "government",
      "Funds of governments and short paper",
      `${funds.paragraph}(2)`,
      funds.government,
      exempt,
    ),
    single(
      "funds",
      "government-and-corporate",
      "Funds that hold corporate debt too",
      `${funds.paragraph}(3)`,
      funds.governmentAndCorporate,
      exempt,
    ),
    ...ladderBuckets(
      "short-paper",
      "",
      shortPaper.paragraph,
      continued(shortPaper.buckets, governmentLadder),
      shareOfOwn,
    ),
    ...ladderBuckets("corporate-debt", "", corporateDebt.paragraph, corporateDebt.buckets, shareOfOwn),
    single("preferred", "all", "Preferred stock", preferred.paragraph, preferred.rate, shareOfOwn),
    single("equities", "all", "Equities", equities.paragraph, equities.greaterSide, equityRate),
    single(
      "limited-market",
      "all",
      "Securities with a limited market",
      limitedMarket.paragraph,
      limitedMarket.rate,
      shareOfOwn,
    ),
    single(
      "non-marketable",
      "all",
      "Securities without a ready market",
      nonMarketable.paragraph,
      nonMarketable.rate,
      exempt,
    ),
    single("currencies", "major", "Major currencies", currencies.paragraph, currencies.majorRate, exempt),
    single("currencies", "other", "Other currencies", currencies.paragraph, currencies.otherRate, exempt),
    single("elsewhere", "all", "Charged by other paragraphs", "15c3-1a, 15c3-1b", "0%", exempt),
  );
  return { buckets, families: familyRanges(buckets), governmentCategories, canadianCategories };
}

function single(
  family: FamilyName,
  name: string,
  label: string,
  paragraph: string,
  text: string,
  concentration: ConcentrationRate,
): Bucket {
  const own = parseRate(text);
  return {
    family,
    code: `haircuts/${family}/${name}`,
    label,
    paragraph,
    rate: own,
    under: undefined,
    concentrationRate: concentration(own),
  };
}

/** One bucket for each step of a ladder; `start` is where the ladder takes over from another. */
function ladderBuckets(
  family: FamilyName,
  part: string,
  paragraph: string,
  ladder: Ladder,
  concentration: ConcentrationRate,
  start = "0 days",
): Bucket[] {
  return ladder.map(({ under, rate: text }, index) => {
    const from = index === 0 ? start : (ladder[index - 1].under ?? start);
    const code = under === undefined ? `from-${from}` : `under-${under}`;
    const label = under === undefined ? `${from} and longer` : `${from} to under ${under}`;
    const own = parseRate(text);
    return {
      family,
      code: `haircuts/${family}${part}/${code.replaceAll(" ", "-")}`,
      label,
      paragraph,
      rate: own,
      under: under === undefined ? undefined : parseSpan(under),
      concentrationRate: concentration(own),
    };
  });
}

/** `short`, and from where it ends the buckets of `long`: the lives of certificates of deposit beyond a year, (E). */
function continued(short: Ladder, long: Ladder): Ladder {
  const end = approximateDays(short[short.length - 1].under);
  return [...short, ...long.filter(({ under }) => approximateDays(under) > end)];
}

/** For putting spans of days and of months in order; months are of 30.4375 days. */
export function approximateDays(under: string | undefined): number {
  if (under === undefined) return Number.POSITIVE_INFINITY;
  const { unit, count } = parseSpan(under);
  return unit === "days" ? count : count * 30.4375;
}

function familyRanges(buckets: readonly Bucket[]): Readonly<Record<FamilyName, Range>> {
  const entries = FAMILIES.map((family) => {
    const from = buckets.findIndex((bucket) => bucket.family === family);
    return [family, { from, to: buckets.findLastIndex((bucket) => bucket.family === family) + 1 }];
  });
  return Object.fromEntries(entries) as Record<FamilyName, Range>;
}

const NEVER = 2 ** 31 - 1;

/** For each bucket the first day that is too late for it, counted from `asOf`. */
export function bucketEnds({ buckets }: Schedule, asOf: Day): Int32Array {
  return Int32Array.from(buckets, ({ under }) => (under === undefined ? NEVER : addSpan(asOf, under)));
}

/** The bucket of `range` for something that matures on `maturity`. */
export function bucketFor(ends: Int32Array, { from, to }: Range, maturity: Day): number {
  for (let bucket = from; bucket < to - 1; bucket++) if (maturity < ends[bucket]) return bucket;
  return to - 1;
}

/** Long market value in a bucket. */
export function longIn({ long }: Sides, bucket: number): Cents {
  return toCents(long[bucket]);
}

/** Short market value in a bucket, positive. */
export function shortIn({ short }: Sides, bucket: number): Cents {
  return toCents(short[bucket]);
}

/** Longs less shorts. */
export function netIn({ long, short }: Sides, bucket: number): Cents {
  return toCents(long[bucket] - short[bucket]);
}
