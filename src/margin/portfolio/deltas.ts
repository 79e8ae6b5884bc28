/**
 * Between which slopes the value of an option lies while its underlying stays in a band: at each point of a scan, and where
 * the underlying stands. A value is convex in the price of the underlying, so that its slope inside a stretch lies between
 * the slopes of the chords on either side of it; and a call's is never below 0 or above 1, a put's never below -1 or above 0.
 */
import { POINTS } from "../../books/stated-values.ts";
import { OptionPages } from "./option-pages.ts";
import { moveAt, type ScanTable } from "./scan.ts";
import { UNITS } from "./view.ts";

/** How far the band goes either way. */
const BAND = 0.01;
/** What chords of model values may err by. */
const SLACK = 1e-4;
/** At two distances on either side. */
const PROBES = [1 - 2 * BAND, 1 - BAND, 1 + BAND, 1 + 2 * BAND] as const;
/** The ten points, and where the underlying stands. */
const PLACES = POINTS + 1;

interface Brackets {
  readonly low: Float64Array;
  readonly high: Float64Array;
  place: number;
  volatility: number;
  /** Where the band is centred, 10^-8. */
  spot: number;
}

export class Deltas {
  readonly #table: ScanTable;
  readonly #pages = new OptionPages(PLACES * PROBES.length);
  readonly #spots = new Float64Array(PLACES * PROBES.length);
  readonly #known = new Map<number, Brackets>();

  constructor(table: ScanTable) {
    this.#table = table;
  }

  /** How far the underlying may move, as shares of where the band is centred. */
  static readonly band = { low: 1 - BAND, high: 1 + BAND };

  /**
   * The brackets of an option's slot, for a band around `spot` or around where it was last centred if `spot` is within half
   * of that band; undefined where no model values it.
   */
  of(slot: number, spot: number): Readonly<Brackets> | undefined {
    const table = this.#table;
    const terms = table.modelOf(slot);
    if (terms === undefined) return undefined;
    let found = this.#known.get(slot);
    if (found === undefined) {
      const [low, high] = [new Float64Array(PLACES), new Float64Array(PLACES)];
      found = { low, high, place: this.#pages.add(), volatility: Number.NaN, spot: Number.NaN };
      this.#known.set(slot, found);
    }
    if (found.volatility !== terms.terms.volatility) {
      this.#pages.set(found.place, terms.style, terms.terms);
      found.volatility = terms.terms.volatility;
      found.spot = Number.NaN;
    }
    if (!(Math.abs(spot - found.spot) <= (BAND / 2) * found.spot))
      this.#bracket(slot, spot, found, terms.terms.right === "call");
    return found;
  }

  #bracket(slot: number, spot: number, found: Brackets, isCall: boolean): void {
    const table = this.#table;
    const placement = table.placement(slot);
    const range = table.rangeOf(placement);
    if (!("down" in range)) return;
    found.spot = spot;
    const leverage = table.leverageOf(placement);
    const at = (place: number): number => ((place === POINTS ? 1 : 1 + moveAt(place, range, leverage)) * spot) / UNITS;
    for (let place = 0; place < PLACES; place++)
      for (let probe = 0; probe < PROBES.length; probe++)
        this.#spots[place * PROBES.length + probe] = Math.max(1 / UNITS, at(place) * PROBES[probe]);
    this.#pages.value(found.place, this.#spots);
    const [least, most] = isCall ? [0, 1] : [-1, 0];
    for (let place = 0; place < PLACES; place++) {
      const value = (probe: number): number => this.#pages.at(found.place, place * PROBES.length + probe);
      const width = at(place) * BAND;
      const low = (value(1) - value(0)) / width - SLACK;
      const high = (value(3) - value(2)) / width + SLACK;
      found.low[place] = width > 0 && low > least ? Math.min(low, most) : least;
      found.high[place] = width > 0 && high < most ? Math.max(high, least) : most;
    }
  }
}
