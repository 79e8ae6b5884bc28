/**
 * One account in portfolio margin, 4210(g)(7) and (8): its positions in the order of their groups, and what they require
 * together. Point by point, positions of one class net in full; of a class's gain a share offsets losses of other classes
 * in its product group, and of a product group's gain a share offsets losses in its market group. The largest loss at any
 * point is required, and never less than so much for each contract.
 *
 * Arranged once, then computed again and again: computing allocates nothing once the scan has its values. All arithmetic
 * on positions is in whole cents, so that lines add up and every way to a figure gives the same one.
 */
import type { Rate } from "../../base/rate.ts";
import { POINTS } from "../../books/stated-values.ts";
import { type ScanTable, wholeCents } from "./scan.ts";
import type { Placement } from "./placement.ts";

/** What of one instrument the account has, in whatever member account. */
export interface ScannedPosition {
  readonly row: number;
  readonly units: number;
  readonly placement: Placement;
}

/** Where a position is the last of its class, product group or market group. */
const END = { class: 1, group: 2, market: 4 } as const;
const ALONE = END.class | END.group | END.market;

export class PortfolioAccount {
  /** In the order of market group, product group, class and row. */
  readonly positions: readonly ScannedPosition[];
  /** How many classes and market groups they make; both are numbered in that order. */
  readonly classes: number;
  readonly markets: number;
  /** By class: the number of its market group, and its first position; and after all classes, the number of positions. */
  readonly marketOf: Uint32Array;
  readonly firstOf: Uint32Array;
  /** Of the computation last made, in cents: what each market group requires, and the most that each class loses by itself. */
  readonly requirements: Float64Array;
  readonly losses: Float64Array;
  /** All together: what is required, and what it is worth where it stands. */
  requirement = 0;
  value = 0;
  readonly #units: Float64Array;
  readonly #ends: Uint8Array;
  readonly #minimums: Float64Array;
  /** By position: numerator and denominator. */
  readonly #groupOffset: Float64Array;
  readonly #marketOffset: Float64Array;
  /** Profit in cents at each point: of the class, the product group and the market group in hand. */
  readonly #class = new Float64Array(POINTS);
  readonly #group = new Float64Array(POINTS);
  readonly #market = new Float64Array(POINTS);

  constructor(positions: readonly ScannedPosition[]) {
    this.positions = positions.toSorted(inOrder);
    const count = positions.length;
    this.#units = new Float64Array(count);
    this.#ends = new Uint8Array(count);
    this.#minimums = new Float64Array(count);
    this.#groupOffset = new Float64Array(2 * count);
    this.#marketOffset = new Float64Array(2 * count);
    const marketOf: number[] = [];
    const firstOf: number[] = [0];
    let market = 0;
    for (const [index, { placement, units }] of this.positions.entries()) {
      const ends = endsBetween(placement, this.positions[index + 1]?.placement);
      this.#units[index] = units;
      this.#ends[index] = ends;
      this.#minimums[index] = Math.abs(units) * placement.minimum;
      setRate(this.#groupOffset, index, placement.groupOffset);
      setRate(this.#marketOffset, index, placement.marketOffset);
      if (ends === 0) continue;
      marketOf.push(market);
      firstOf.push(index + 1);
      if ((ends & END.market) !== 0) market++;
    }
    this.classes = marketOf.length;
    this.markets = market;
    this.marketOf = Uint32Array.from(marketOf);
    this.firstOf = Uint32Array.from(firstOf);
    this.requirements = new Float64Array(market);
    this.losses = new Float64Array(marketOf.length);
  }

  /** The slots of its positions in a scan. */
  slotsIn(scan: ScanTable): Int32Array {
    return Int32Array.from(this.positions, ({ row, placement }) => scan.slotOf(row, placement));
  }

  /** Computes all figures in a scan; false where something in it is unknown. Allocates nothing. */
  compute(scan: ScanTable, slots: Int32Array): boolean {
    this.requirement = 0;
    this.value = 0;
    let minimum = 0;
    let ended = 0;
    let market = 0;
    // Whether the position is the first of its market group.
    let isFirst = true;
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index];
      if (!scan.ensure(slot)) return this.#abandon();
      const worth = scan.worth(slot, this.#units[index]);
      this.value += worth;
      minimum += this.leastOf(index, worth);
      if (isFirst && this.#ends[index] === ALONE) {
        // Nothing offsets it: what its class loses, its market group does.
        const loss = lossAlone(scan.change, slot * POINTS, this.#units[index], scan.isStraight[slot] === 1);
        const required = loss > minimum ? loss : minimum;
        this.losses[ended++] = loss;
        this.requirements[market++] = required;
        this.requirement += required;
        minimum = 0;
        continue;
      }
      isFirst = false;
      addProfit(this.#class, scan.change, slot * POINTS, this.#units[index]);
      const ends = this.#ends[index];
      if (ends === 0) continue;
      this.losses[ended++] = largestLoss(this.#class);
      fold(this.#class, this.#group, this.#groupOffset[2 * index], this.#groupOffset[2 * index + 1]);
      if ((ends & END.group) === 0) continue;
      fold(this.#group, this.#market, this.#marketOffset[2 * index], this.#marketOffset[2 * index + 1]);
      if ((ends & END.market) === 0) continue;
      const loss = largestLoss(this.#market);
      const required = loss > minimum ? loss : minimum;
      this.requirements[market++] = required;
      this.requirement += required;
      this.#market.fill(0);
      minimum = 0;
      isFirst = true;
    }
    return true;
  }

  #abandon(): false {
    this.#class.fill(0);
    this.#group.fill(0);
    this.#market.fill(0);
    return false;
  }

  /** What a class gains or loses at each point of a scan, in cents, into `profit`; false where that is unknown. */
  profitOf(index: number, scan: ScanTable, slots: Int32Array, profit: Float64Array): boolean {
    profit.fill(0);
    for (let at = this.firstOf[index]; at < this.firstOf[index + 1]; at++) {
      if (!scan.ensure(slots[at])) return false;
      addProfit(profit, scan.change, slots[at] * POINTS, this.#units[at]);
    }
    return true;
  }

  /** The least for the position at `index` that is worth so much: of a long option no more than that. */
  leastOf(index: number, worth: number): number {
    const least = this.#minimums[index];
    if (least === 0 || this.#units[index] < 0 || worth >= least) return least;
    return this.positions[index].placement.form === "option" ? worth : least;
  }
}

/** Which of its groups a position is the last of, before the next one. */
function endsBetween({ market, group, classRow }: Placement, next: Placement | undefined): number {
  if (next?.market !== market) return END.class | END.group | END.market;
  if (next.group !== group) return END.class | END.group;
  return next.classRow === classRow ? 0 : END.class;
}

/** Adds to a class what a position gains or loses at each point: the innermost step, two points at a time. */
function addProfit(profit: Float64Array, change: Float64Array, at: number, units: number): void {
  for (let point = 0; point < POINTS; point += 2) {
    const first = wholeCents(units * change[at + point]);
    const second = wholeCents(units * change[at + point + 1]);
    profit[point] += first;
    profit[point + 1] += second;
  }
}

/** The largest loss of one position; rounding never turns the order of two losses about. A straight one's is at an end. */
function lossAlone(change: Float64Array, at: number, units: number, isStraight: boolean): number {
  if (isStraight) {
    const first = units * change[at];
    const last = units * change[at + POINTS - 1];
    return 0 - wholeCents(Math.min(0, first, last));
  }
  let least = 0;
  for (let point = at; point < at + POINTS; point++) {
    const profit = units * change[point];
    if (profit < least) least = profit;
  }
  return 0 - wholeCents(least);
}

function setRate(column: Float64Array, index: number, { numerator, denominator }: Rate): void {
  column[2 * index] = numerator;
  column[2 * index + 1] = denominator;
}

/** Adds to `into` the losses of `from` in full and its gains at a share, rounded to whole cents; clears `from`. */
export function fold(from: Float64Array, into: Float64Array, numerator: number, denominator: number): void {
  for (let point = 0; point < POINTS; point++) {
    const profit = from[point];
    from[point] = 0;
    if (profit < 0 || numerator === denominator) into[point] += profit;
    else if (numerator !== 0) into[point] += wholeCents((profit * numerator) / denominator);
  }
}

/** The largest loss at any point, positive; zero where there is none. */
export function largestLoss(profit: Float64Array): number {
  let loss = 0;
  for (let point = 0; point < POINTS; point++) if (-profit[point] > loss) loss = -profit[point];
  return loss;
}

function inOrder(a: ScannedPosition, b: ScannedPosition): number {
  return (
    compareText(a.placement.market, b.placement.market) ||
    compareText(a.placement.group, b.placement.group) ||
    a.placement.classRow - b.placement.classRow ||
    a.row - b.row
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
