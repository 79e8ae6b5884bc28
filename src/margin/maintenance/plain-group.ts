/**
 * A group without options under 4210(c) and (e): each position by itself, but for what offsets: the same security long and
 * short, what converts into the security sold short, (e)(1); the net of debt, (e)(2).
 *
 * A share sold short is offset where that releases most: of the orders in which offsets can be taken, the one that leaves
 * the least requirement.
 */
import { formatDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import { type Line, line } from "../../base/line.ts";
import { add, type Cents, subtract, sum, ZERO } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import type { Day } from "../../base/time.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { MarginBooks } from "../account.ts";
import { exchangeOf, type Group, type GroupAnswer, type GroupContext, valueIn } from "../group.ts";
import type { ValueRule } from "./rules.ts";
import { positionAnswer } from "./position.ts";
import { Treatments } from "./treatments.ts";

/** All of one instrument in a group, by side; both not negative. */
interface Sides {
  readonly instrument: number;
  long: number;
  short: number;
}

/** A pair that offsets: so many units long against so many short. */
interface Offset {
  readonly long: number;
  readonly longUnits: number;
  readonly short: number;
  readonly shortUnits: number;
  readonly rule: ValueRule;
}

/** The treatments that were found last for books, of exempt accounts and of others. */
interface Kept {
  readonly asOf: Day;
  readonly statistics: number;
  readonly treatments: Treatments;
}
const kept = new WeakMap<MarginBooks["reports"], Map<boolean, Kept>>();

/** The treatments that a context asks for. */
export function treatmentsIn({ books, rules, account, asOf }: GroupContext): Treatments {
  const { exempt } = account.terms;
  const statistics = books.reports.revision("market-statistics-stated");
  const ofBooks = kept.get(books.reports) ?? new Map<boolean, Kept>();
  const known = ofBooks.get(exempt);
  if (known !== undefined && known.asOf === asOf && known.statistics === statistics)
    if (known.treatments.rules === rules.maintenance) return known.treatments;
  const treatments = new Treatments(books, rules.maintenance, asOf, exempt);
  kept.set(books.reports, ofBooks.set(exempt, { asOf, statistics, treatments }));
  return treatments;
}

/** Something that requires, with the line that explains it. */
interface Part {
  readonly requirement: Cents;
  readonly line: Line;
}

/** An answer whose lines are made when somebody reads them. */
class PlainAnswer implements GroupAnswer {
  readonly requirement: Cents;
  readonly equityAdjustment: Cents;
  readonly troubles: readonly Trouble[];
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[], equityAdjustment: Cents, troubles: readonly Trouble[]) {
    this.requirement = sum(parts.map(({ requirement }) => requirement));
    this.equityAdjustment = equityAdjustment;
    this.troubles = troubles;
    this.#parts = parts;
  }

  get lines(): readonly Line[] {
    return this.#parts.map((part) => part.line);
  }
}

/** What a group without options requires. Options in it are not known here: `missing-rule`. */
export function plainGroup(group: Group, context: GroupContext): GroupAnswer {
  const treatments = treatmentsIn(context);
  const left = sidesOf(group);
  const parts: Part[] = [];
  const troubles: Trouble[] = [];
  let equityAdjustment: number = ZERO;
  const attempt = (what: () => void): void => {
    try {
      what();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      troubles.push(error);
    }
  };
  attempt(() => {
    for (const offset of offsetsOf(left, context, treatments)) parts.push(offsetPart(offset, context));
  });
  for (const { instrument, long, short } of left) {
    for (const units of [long, -short]) {
      if (units === 0) continue;
      attempt(() => {
        const code = codeOf(context, instrument, units < 0 && long > 0 ? "/short" : "");
        const answer = positionAnswer(context, treatments, instrument, units, code);
        parts.push(answer);
        if (treatments.of(instrument).isWhenIssued)
          equityAdjustment -= uncountedProfit(group, context, instrument, answer);
      });
    }
  }
  return new PlainAnswer(parts, (equityAdjustment === 0 ? 0 : equityAdjustment) as Cents, troubles);
}

/** Maintenance of a position by itself, in cents. Throws the Trouble that keeps it from being known. */
export function positionMaintenance(context: GroupContext, instrument: number, units: number): Cents {
  if (units === 0) return ZERO;
  return positionAnswer(context, treatmentsIn(context), instrument, units, codeOf(context, instrument, "")).requirement;
}

function sidesOf({ holdings }: Group): Sides[] {
  if (holdings.length === 1) {
    const [{ instrument, units }] = holdings;
    return [{ instrument, long: units > 0 ? units : 0, short: units > 0 ? 0 : 0 - units }];
  }
  const byInstrument = new Map<number, Sides>();
  for (const { instrument, units } of holdings) {
    const sides = byInstrument.get(instrument) ?? { instrument, long: 0, short: 0 };
    byInstrument.set(instrument, sides);
    if (units > 0) sides.long += units;
    else sides.short -= units;
  }
  return [...byInstrument.values()];
}

/** What may offset what, each pair with how many units of the long side one unit of the short side takes. */
interface Pairing {
  readonly long: Sides;
  readonly short: Sides;
  readonly rule: ValueRule;
  /** Units short for one unit long. */
  readonly ratio: number;
}

/**
 * Takes what offsets out of `left`, in the order that leaves the least requirement. A `when issued` position is margined by
 * itself, (f)(3).
 */
function offsetsOf(left: readonly Sides[], context: GroupContext, treatments: Treatments): Offset[] {
  if (left.every(({ long }) => long === 0) || left.every(({ short }) => short === 0)) return [];
  const pairings = pairingsOf(left, context, treatments);
  let best: Offset[] = [];
  let most = 0;
  for (const order of ordersOf(pairings, context, treatments)) {
    const offsets = inOrder(order);
    const released = offsets.reduce((sum, offset) => sum + releasedBy(offset, context, treatments), 0);
    if (released <= most) continue;
    best = offsets;
    most = released;
  }
  if (best.length > 0) takeOut(left, best);
  return best;
}

function pairingsOf(left: readonly Sides[], context: GroupContext, treatments: Treatments): Pairing[] {
  const { sameSecurity, convertible } = treatments.rules.offsets;
  const margined = left.filter(({ instrument }) => !treatments.of(instrument).isWhenIssued);
  return margined
    .filter(({ short }) => short > 0)
    .flatMap((short) =>
      margined.flatMap((long): Pairing[] => {
        if (long.long === 0) return [];
        if (long === short)
          return [{ long, short, rule: sameRule(treatments, long.instrument, sameSecurity), ratio: 1 }];
        const ratio = sharesFor(context, treatments, long.instrument, short.instrument);
        return ratio === undefined ? [] : [{ long, short, rule: convertible, ratio }];
      }),
    );
}

/** Of so many pairings every order of every part is tried; of more, the one that takes the most for each share first. */
const EVERY_ORDER_MOST = 4;

function ordersOf(
  pairings: readonly Pairing[],
  context: GroupContext,
  treatments: Treatments,
): Iterable<readonly Pairing[]> {
  if (pairings.length <= EVERY_ORDER_MOST) return everyOrder([], pairings);
  const worth = pairings.map((pairing) => {
    const [offset] = inOrder([pairing]);
    return { pairing, each: offset === undefined ? 0 : releasedBy(offset, context, treatments) / offset.shortUnits };
  });
  const best = worth.filter(({ each }) => each > 0).sort((a, b) => b.each - a.each);
  return [best.map(({ pairing }) => pairing)];
}

function* everyOrder(taken: readonly Pairing[], rest: readonly Pairing[]): Generator<readonly Pairing[]> {
  yield taken;
  for (const next of rest)
    yield* everyOrder(
      [...taken, next],
      rest.filter((other) => other !== next),
    );
}

/** The offsets that pairings come to, each taking as much as those before it leave. */
function inOrder(order: readonly Pairing[]): Offset[] {
  const longLeft = new Map<Sides, number>();
  const shortLeft = new Map<Sides, number>();
  return order.flatMap(({ long, short, rule, ratio }) => {
    const [longs, shorts] = [longLeft.get(long) ?? long.long, shortLeft.get(short) ?? short.short];
    const longUnits = Math.min(longs, Math.floor(shorts / ratio));
    if (longUnits <= 0) return [];
    const shortUnits = Math.min(shorts, Math.ceil(longUnits * ratio));
    longLeft.set(long, longs - longUnits);
    shortLeft.set(short, shorts - shortUnits);
    return [{ long: long.instrument, longUnits, short: short.instrument, shortUnits, rule }];
  });
}

function takeOut(left: readonly Sides[], offsets: readonly Offset[]): void {
  for (const { long, longUnits, short, shortUnits } of offsets)
    for (const sides of left) {
      if (sides.instrument === long) sides.long -= longUnits;
      if (sides.instrument === short) sides.short -= shortUnits;
    }
}

/** (e)(1), or for debt the net of (e)(2), of which the offset part requires nothing. */
function sameRule(treatments: Treatments, instrument: number, sameSecurity: ValueRule): ValueRule {
  const { isNet, long } = treatments.of(instrument);
  if (!isNet || long instanceof Trouble) return sameSecurity;
  return { paragraph: long.paragraph, rate: { numerator: 0, denominator: 1 } };
}

/** How many units of `into` one unit of `instrument` becomes within a reasonable time; undefined where it does not. */
function sharesFor(
  { books, asOf }: GroupContext,
  { rules }: Treatments,
  instrument: number,
  into: number,
): number | undefined {
  const { instruments } = books;
  const exchange = exchangeOf(books, instrument);
  if (exchange?.into !== into || exchange.wireUnits === undefined) return undefined;
  if (exchange.from !== undefined && exchange.from > addSpan(asOf, rules.offsets.convertible.within)) return undefined;
  const { scale } = instruments.columns;
  return (exchange.wireUnits / 10 ** QUANTITY_SCALE) * 10 ** (scale[into] - scale[instrument]);
}

/** Cents that an offset requires less than its legs would by themselves. */
function releasedBy(offset: Offset, context: GroupContext, treatments: Treatments): number {
  const { long, longUnits, short, shortUnits, rule } = offset;
  const legs =
    positionAnswer(context, treatments, long, longUnits, "").requirement +
    positionAnswer(context, treatments, short, -shortUnits, "").requirement;
  return legs - pairRequirement(context, long, longUnits, rule);
}

function pairRequirement(context: GroupContext, long: number, longUnits: number, { rate }: ValueRule): Cents {
  return portion(valueIn(context, long, longUnits), rate);
}

function offsetPart({ long, longUnits, short, shortUnits, rule }: Offset, context: GroupContext): Part {
  const { instruments } = context.books;
  const name = instruments.attributes(long).instrument;
  const value = valueIn(context, long, longUnits);
  const requirement = portion(value, rule.rate);
  const label =
    long === short ? `Long and short: ${name}` : `${name} against ${instruments.attributes(short).instrument} short`;
  const inputs = {
    long: formatDecimal(longUnits, instruments.columns.scale[long]),
    short: formatDecimal(shortUnits, instruments.columns.scale[short]),
    "market value": value,
    rate: formatRate(rule.rate),
  };
  return { requirement, line: line(codeOf(context, long, "/offset"), label, rule.paragraph, requirement, inputs) };
}

function codeOf({ books, account }: GroupContext, instrument: number, suffix: string): string {
  const { accounts, instruments, names } = books;
  const name = names.text(accounts.nameId(account.account));
  return `margin/${name}/maintenance/${instruments.attributes(instrument).instrument}${suffix}`;
}

/**
 * (f)(3): the unrealised profit of a `when issued` position counts for its own requirement only. What it has beyond that;
 * a loss counts in full.
 */
function uncountedProfit(
  { holdings }: Group,
  context: GroupContext,
  instrument: number,
  { requirement, value }: { readonly requirement: Cents; readonly value: Cents },
): Cents {
  const { ledger } = context.books;
  let cost = ZERO;
  for (const holding of holdings) {
    if (holding.instrument !== instrument || holding.units > 0 !== value > 0) continue;
    const row = ledger.row(holding.account, instrument);
    if (row !== -1) cost = sum([cost, ledger.rows.columns.cost[row] as Cents]);
  }
  const profit = subtract(value, cost);
  return profit > requirement ? subtract(profit, requirement) : ZERO;
}

/** The market value of a group's stock and bonds, long and short, both not negative. Throws where a price is missing. */
export function marketValues(group: Group, context: GroupContext): { readonly long: Cents; readonly short: Cents } {
  const { instruments } = context.books;
  const treatments = treatmentsIn(context);
  let long = ZERO;
  let short = ZERO;
  for (const { instrument, long: longUnits, short: shortUnits } of sidesOf(group)) {
    if (instruments.type(instrument) === "option" || !treatments.of(instrument).isValued) continue;
    if (longUnits > 0) long = add(long, valueIn(context, instrument, longUnits));
    if (shortUnits > 0) short = subtract(short, valueIn(context, instrument, -shortUnits));
  }
  return { long, short };
}
