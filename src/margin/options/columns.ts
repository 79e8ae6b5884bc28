/**
 * The strategies that a group's legs can be in, as columns of a program: what one of each saves against its legs by
 * themselves, and which legs and how much stock it takes. Spreads of any number of legs are not listed: a leg is in the
 * spread of a *cut* (see `pairing.ts`), or not.
 */
import {
  collarCost,
  conversionCost,
  coveredCallCost,
  coveredPutCost,
  exchangeCoveredCost,
  exercise,
  longBoxCost,
  protectedCost,
  protectiveCost,
  reversalCost,
  straddleSaves,
} from "./costs.ts";
import type { Leg, Stock, StrategyKind, Terms } from "./legs.ts";

/** Stands for "may not stand uncovered": more than any requirement, in millionths of a dollar of one contract. */
export const FORBIDDEN = 1e13;

export interface Column {
  readonly kind: StrategyKind;
  /** Of a straddle only the lesser side: the other is any that stands by itself and asks no less, see `standing.ts`. */
  readonly legs: readonly number[];
  /** Of a leg in a spread: which cut. */
  readonly cut: number;
  /** Units of stock that one takes, negative where short. */
  readonly stock: number;
  /** Millionths of a dollar, whole; not positive where it is not worth having at these prices. */
  readonly saves: number;
  readonly most: number;
}

/** Spreads whose shorts expire on `day` or before, and whose longs on `day` or after. */
export interface Cut {
  readonly day: number;
  /** Exercise prices at which the loss may be greatest, rising. */
  readonly prices: readonly number[];
  /** Columns of its legs. */
  readonly members: readonly number[];
  /** Every loss of its spread is a whole number of these, in millionths of a dollar. */
  readonly step: number;
  /** No spread of it loses more than so many steps. */
  readonly stepsMost: number;
}

export function isLong({ contracts }: Leg): boolean {
  return contracts > 0;
}

/** What a leg costs by itself. */
export function aloneCost({ contracts, uncovered, loan }: Leg): number {
  return contracts > 0 ? -loan : Math.min(uncovered, FORBIDDEN);
}

export class Columns {
  readonly list: Column[] = [];
  readonly cuts: Cut[] = [];
  readonly legs: readonly Leg[];
  readonly stock: Stock;
  readonly terms: Terms;
  /** What every leg and the stock cost by themselves. */
  readonly alone: number;

  constructor(legs: readonly Leg[], stock: Stock, terms: Terms) {
    this.legs = legs;
    this.stock = stock;
    this.terms = terms;
    let alone = stock.long * stock.longUnit + stock.short * stock.shortUnit;
    for (const leg of legs) alone += Math.abs(leg.contracts) * aloneCost(leg);
    this.alone = alone;
    if (!terms.isCash) this.#addStraddles();
    this.#addPairs();
    if (!terms.isCash) this.#addBoxes();
    this.#addStock();
    this.#addCovers();
    this.#addCuts();
  }

  /**
   * Which columns there are, and in which order, follows from the legs and not from any price: what is known of one program
   * is known of the same legs at other prices.
   */
  #add(kind: StrategyKind, legs: readonly number[], cost: number, stock = 0, cut = -1): void {
    let saves = -cost;
    let most = Number.POSITIVE_INFINITY;
    for (const index of legs) {
      saves += aloneCost(this.legs[index]);
      most = Math.min(most, Math.abs(this.legs[index].contracts));
    }
    if (stock > 0) saves += stock * this.stock.longUnit;
    if (stock < 0) saves -= stock * this.stock.shortUnit;
    if (stock !== 0)
      most = Math.min(most, Math.floor((stock > 0 ? this.stock.long : this.stock.short) / Math.abs(stock)));
    if (most > 0) this.list.push({ kind, legs, cut, stock, saves: Math.round(saves), most });
  }

  /** The lesser sides of straddles: each saves what it requires beside its value. */
  #addStraddles(): void {
    const { legs } = this;
    for (let index = 0; index < legs.length; index++) {
      const { isCall, kind, contracts } = legs[index];
      const isOther = (leg: Leg): boolean => !isLong(leg) && leg.isCall !== isCall && leg.kind === kind;
      if (contracts > 0 || !legs.some(isOther)) continue;
      this.list.push({
        kind: "straddle",
        legs: [index],
        cut: -1,
        stock: 0,
        saves: straddleSaves(legs[index]),
        most: -contracts,
      });
    }
  }

  /** Stock with an option on each side. */
  #addPairs(): void {
    const { legs, stock, terms } = this;
    if (!terms.hedgedStock) return;
    for (let one = 0; one < legs.length; one++) {
      const call = legs[one];
      if (!call.isCall) continue;
      for (let other = 0; other < legs.length; other++) {
        const put = legs[other];
        if (put.isCall || put.kind !== call.kind) continue;
        const isSame = put.expiry === call.expiry && put.strike === call.strike;
        if (!isLong(call) && isLong(put) && put.expiry === call.expiry && canCover(call, stock.long)) {
          if (isSame) this.#add("conversion", [one, other], conversionCost(call, terms), call.units);
          else if (put.strike < call.strike)
            this.#add("collar", [one, other], collarCost(call, put, terms), call.units);
        } else if (isLong(call) && !isLong(put) && isSame && canCover(put, stock.short)) {
          this.#add("reversal", [one, other], reversalCost(put, terms), -put.units);
        }
      }
    }
  }

  /** Long European boxes: a call bought and a put written at one price, a call written and a put bought at a higher one. */
  #addBoxes(): void {
    if (!this.terms.boxHasLoanValue) return;
    const { legs, terms } = this;
    for (let a = 0; a < legs.length; a++) {
      if (!isBoxLeg(legs[a], true, true)) continue;
      for (let b = 0; b < legs.length; b++) {
        if (!isBoxLeg(legs[b], false, false) || !areTogether(legs[a], legs[b])) continue;
        if (legs[a].strike !== legs[b].strike) continue;
        for (let c = 0; c < legs.length; c++) {
          if (!isBoxLeg(legs[c], true, false) || !areTogether(legs[a], legs[c])) continue;
          if (legs[c].strike <= legs[a].strike) continue;
          for (let d = 0; d < legs.length; d++) {
            if (!isBoxLeg(legs[d], false, true) || !areTogether(legs[a], legs[d])) continue;
            if (legs[d].strike !== legs[c].strike) continue;
            const difference = exercise(legs[c]) - exercise(legs[a]);
            const value = legs[a].value - legs[b].value - legs[c].value + legs[d].value;
            this.#add("long-box", [a, b, c, d], longBoxCost(difference, value, terms));
          }
        }
      }
    }
  }

  /** One option with stock, and stock on both sides. */
  #addStock(): void {
    const { legs, stock, terms } = this;
    const both = Math.min(stock.long, stock.short);
    const saved = stock.longUnit + stock.shortUnit - stock.bothUnit;
    if (both > 0)
      this.list.push({ kind: "stock-both", legs: [], cut: -1, stock: 1, saves: Math.round(saved), most: both });
    for (let index = 0; index < legs.length; index++) {
      const leg = legs[index];
      if (leg.isCall && !isLong(leg) && canCover(leg, stock.long))
        this.#add("covered-call", [index], coveredCallCost(leg, stock, terms), leg.units);
      if (terms.isCash) continue;
      if (!leg.isCall && !isLong(leg) && canCover(leg, stock.short))
        this.#add("covered-put", [index], coveredPutCost(leg, stock), -leg.units);
      if (!terms.hedgedStock || !isLong(leg)) continue;
      if (!leg.isCall && canCover(leg, stock.long))
        this.#add("protective-put", [index], protectiveCost(leg, stock.longUnit, terms), leg.units);
      if (leg.isCall && canCover(leg, stock.short))
        this.#add("protective-call", [index], protectiveCost(leg, stock.shortUnit, terms), -leg.units);
    }
  }

  /** What stands against short options in place of the stock. */
  #addCovers(): void {
    const { legs } = this;
    for (let other = 0; other < legs.length; other++) {
      const cover = legs[other];
      const { covers } = cover;
      if (covers === undefined) continue;
      for (let one = 0; one < legs.length; one++) {
        const leg = legs[one];
        if (isLong(leg) || leg.isCall !== cover.isCall) continue;
        if (covers.by === "protection") {
          if (leg.perPoint === cover.perPoint) this.#add("protected-option", [one, other], protectedCost(leg, covers));
        } else if (leg.units === covers.units && leg.expiry < cover.expiry)
          // It can still be exchanged when the call has expired.
          this.#add("exchange-covered-call", [one, other], exchangeCoveredCost(leg, cover, covers));
      }
    }
  }

  #addCuts(): void {
    const { legs, terms } = this;
    const classes = new Set(legs.map(({ kind, isEuropean }) => kind * 2 + (isEuropean ? 1 : 0)));
    for (const one of classes) {
      const inClass = (leg: Leg): boolean =>
        leg.kind * 2 + (leg.isEuropean ? 1 : 0) === one && !(terms.isCash && leg.units > 0);
      if (terms.isCash && one % 2 === 0) continue;
      const expiries = (long: boolean): number[] => [
        ...new Set(legs.filter((leg) => inClass(leg) && isLong(leg) === long).map(({ expiry }) => expiry)),
      ];
      const longs = expiries(true);
      const days = expiries(false).sort((a, b) => a - b);
      for (let index = 0; index < days.length; index++) {
        const day = days[index];
        const next = days[index + 1] ?? Number.POSITIVE_INFINITY;
        // A cut whose longs are all in the next one too has nothing of its own.
        if (!longs.some((expiry) => expiry >= day && (expiry < next || terms.isCash))) continue;
        this.#addCut(day, (leg) => {
          if (!inClass(leg)) return false;
          if (terms.isCash) return leg.expiry === day;
          return isLong(leg) ? leg.expiry >= day : leg.expiry <= day;
        });
      }
    }
  }

  #addCut(day: number, isIn: (leg: Leg) => boolean): void {
    const { legs } = this;
    const has = (isCall: boolean, long: boolean): boolean =>
      legs.some((leg) => isIn(leg) && leg.isCall === isCall && isLong(leg) === long);
    const calls = has(true, true) && has(true, false);
    const puts = has(false, true) && has(false, false);
    if (!calls && !puts) return;
    const members: number[] = [];
    const prices = new Set<number>();
    let shorts = 0;
    for (let index = 0; index < legs.length; index++) {
      const leg = legs[index];
      if (!isIn(leg) || !(leg.isCall ? calls : puts)) continue;
      members.push(this.list.length);
      prices.add(leg.strike);
      if (!isLong(leg)) shorts -= leg.contracts;
      this.#add("spread", [index], 0, 0, this.cuts.length);
    }
    const rising = [...prices].sort((a, b) => a - b);
    const { perPoint } = legs[this.list[members[0]].legs[0]];
    const step = commonStep(rising);
    const stepsMost = (shorts * (rising[rising.length - 1] - rising[0])) / step;
    this.cuts.push({ day, prices: rising, members, stepsMost, step: perPoint * step });
  }
}

/** The largest number of which every distance between the prices is a multiple. */
function commonStep(prices: readonly number[]): number {
  let step = 0;
  for (let index = 1; index < prices.length; index++) {
    let other = prices[index] - prices[index - 1];
    while (other !== 0) [step, other] = [other, step % other];
  }
  return step === 0 ? 1 : step;
}

function canCover({ units }: Leg, stock: number): boolean {
  return units > 0 && stock >= units;
}

function isBoxLeg(leg: Leg, isCall: boolean, long: boolean): boolean {
  return leg.isEuropean && leg.isCall === isCall && isLong(leg) === long;
}

function areTogether(a: Leg, b: Leg): boolean {
  return a.kind === b.kind && a.expiry === b.expiry;
}
