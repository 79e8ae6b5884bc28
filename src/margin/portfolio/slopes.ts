/**
 * How fast what an account's positions leave over their portfolio margin can change with the price of each instrument: what
 * the certificates of account states rest on.
 *
 * At each point the account is worth what its positions would be worth there, less what of gains does not offset; what is
 * left over is the least of these figures, and of what it is worth now less the least for each contract. Each of them is
 * bounded class by class, and with them their minimum. Volatilities must be held: where one is implied by the price of now, the
 * band has no width, and every move of that price is to be looked at.
 */
import { POINTS } from "../../books/stated-values.ts";
import type { GroupSlopes } from "../group.ts";
import type { PortfolioAccount } from "./account.ts";
import { Deltas } from "./deltas.ts";
import { moveAt, type ScanTable } from "./scan.ts";
import { UNITS } from "./view.ts";

/** The slopes of one instrument's price, cents for each dollar, between `low` and `high` at each place. */
class Stretch {
  readonly low = new Float64Array(POINTS + 1);
  readonly high = new Float64Array(POINTS + 1);
  /** Of what the least for contracts may take away: long options that are worth less than it. */
  leastLow = 0;
  leastHigh = 0;
  bandLow = 0;
  bandHigh = Number.POSITIVE_INFINITY;

  add(place: number, a: number, b: number): void {
    this.low[place] += Math.min(a, b);
    this.high[place] += Math.max(a, b);
  }

  /** The steepest, up or down, where of the change at a point between `share` and all counts. */
  steepest(share: number): number {
    const [worthLow, worthHigh] = [this.low[POINTS], this.high[POINTS]];
    let most = Math.max(
      Math.abs(worthLow),
      Math.abs(worthHigh),
      Math.abs(worthLow - this.leastHigh),
      Math.abs(worthHigh - this.leastLow),
    );
    for (let point = 0; point < POINTS; point++) {
      const [low, high] = [this.low[point], this.high[point]];
      most = Math.max(
        most,
        Math.abs(low),
        Math.abs(high),
        Math.abs((1 - share) * worthLow + share * low),
        Math.abs((1 - share) * worthHigh + share * high),
      );
    }
    return most;
  }
}

/** The slopes of one account's positions in one or more scans, of which the one that requires most decides. */
export class PortfolioSlopes {
  readonly #deltas = new Map<ScanTable, Deltas>();

  /** `slots` are the account's in each of the tables, which know all they need. */
  of(account: PortfolioAccount, tables: readonly ScanTable[], slots: readonly Int32Array[]): GroupSlopes {
    const steepest = new Map<number, { slope: number; low: number; high: number }>();
    for (const [index, table] of tables.entries()) {
      for (const [row, stretch] of this.#stretches(account, table, slots[index])) {
        const slope = stretch.stretch.steepest(stretch.share);
        const known = steepest.get(row);
        const { bandLow, bandHigh } = stretch.stretch;
        if (known === undefined) steepest.set(row, { slope, low: bandLow, high: bandHigh });
        else {
          known.slope = Math.max(known.slope, slope);
          known.low = Math.max(known.low, bandLow);
          known.high = Math.min(known.high, bandHigh);
        }
      }
    }
    const rows = [...steepest].sort(([a], [b]) => a - b);
    return {
      instruments: Int32Array.from(rows, ([row]) => row),
      slope: Float64Array.from(rows, ([, { slope }]) => slope),
      low: Float64Array.from(rows, ([, { low }]) => low),
      high: Float64Array.from(rows, ([, { high }]) => high),
    };
  }

  #stretches(
    account: PortfolioAccount,
    table: ScanTable,
    slots: Int32Array,
  ): Map<number, { stretch: Stretch; share: number }> {
    const found = new Map<number, { stretch: Stretch; share: number }>();
    const of = (row: number, share: number): Stretch => {
      let known = found.get(row);
      if (known === undefined) {
        known = { stretch: new Stretch(), share };
        found.set(row, known);
      }
      return known.stretch;
    };
    for (const [index, { placement }] of account.positions.entries()) {
      const { groupOffset, marketOffset, spotRow } = placement;
      const share =
        (groupOffset.numerator * marketOffset.numerator) / (groupOffset.denominator * marketOffset.denominator);
      this.#add(account, index, table, slots[index], of(spotRow, Math.min(1, share)), (row) =>
        fix(of(row, 1), table, row),
      );
    }
    return found;
  }

  /** Adds one position to the slopes of its underlying; `hold` says that a price is to be looked at at every move. */
  #add(
    account: PortfolioAccount,
    index: number,
    table: ScanTable,
    slot: number,
    stretch: Stretch,
    hold: (row: number) => void,
  ): void {
    const { row, units, placement } = account.positions[index];
    const range = table.rangeOf(placement);
    if (!("down" in range)) return;
    const currency = table.foreignCurrency(slot);
    if (currency !== -1) hold(currency);
    const cents = units * table.centsPerDollar(slot);
    const leverage = table.leverageOf(placement);
    if (placement.form !== "option") {
      const worth = placement.form === "future" ? 0 : cents;
      stretch.add(POINTS, worth, worth);
      const isStated = table.isStated(slot);
      for (let point = 0; point < POINTS; point++) {
        const at = worth + (isStated ? 0 : cents * moveAt(point, range, leverage));
        stretch.add(point, at, at);
      }
      return;
    }
    // A vendor's values stand as they were stated.
    if (table.isStated(slot)) return;
    const spot = table.view.price(placement.spotRow);
    if (table.volatilityOf(slot)?.isHeld !== true) {
      hold(placement.spotRow);
      hold(row);
    }
    const deltas = this.#deltasOf(table).of(slot, spot);
    if (deltas === undefined) return;
    stretch.bandLow = Math.max(stretch.bandLow, (deltas.spot * Deltas.band.low) / UNITS);
    stretch.bandHigh = Math.min(stretch.bandHigh, (deltas.spot * Deltas.band.high) / UNITS);
    for (let point = 0; point < POINTS; point++) {
      const scale = cents * (1 + moveAt(point, range, leverage));
      stretch.add(point, scale * deltas.low[point], scale * deltas.high[point]);
    }
    const [low, high] = [cents * deltas.low[POINTS], cents * deltas.high[POINTS]];
    stretch.add(POINTS, low, high);
    if (units < 0) return;
    stretch.leastLow += Math.min(0, low);
    stretch.leastHigh += Math.max(0, high);
  }

  #deltasOf(table: ScanTable): Deltas {
    let found = this.#deltas.get(table);
    if (found === undefined) {
      found = new Deltas(table);
      this.#deltas.set(table, found);
    }
    return found;
  }
}

/** No move of this price is covered. */
function fix(stretch: Stretch, table: ScanTable, row: number): void {
  const price = table.view.price(row) / UNITS;
  stretch.bandLow = Math.max(stretch.bandLow, price);
  stretch.bandHigh = Math.min(stretch.bandHigh, price);
}
