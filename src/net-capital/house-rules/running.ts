/**
 * The house rules kept by deltas. What the terms of an instrument and the firm decide is decided once a day and whenever they
 * change; only a rule that reads the position is asked again, for the one position that moved or was priced. Without house
 * rules nothing here does anything.
 */
import type { Day } from "../../base/time.ts";
import { Classifier } from "../classify.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { PLACE, type PartAnswer, type RunningPart } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { RunningPositions } from "../running-positions.ts";
import { HouseCharger, type HouseCharges, type HouseView } from "./charges.ts";
import { answerOf, NO_HOUSE_RULES } from "./part.ts";

/** A position that some rule may hold for. */
interface Watched {
  readonly view: HouseView;
  charged: HouseCharges;
  /** Cents. */
  sum: number;
}

const UNCHARGED: HouseCharges = { value: Number.NaN, charges: [], troubles: [] };

export class RunningHouseRules implements RunningPart {
  readonly #books: NetCapitalBooks;
  readonly #positions: Pick<RunningPositions, "units">;
  #charger: HouseCharger | undefined;
  /** By instrument row. */
  readonly #watched = new Map<number, Watched>();
  readonly #stale = new Set<number>();
  #sum = 0;
  #undecided = 0;

  constructor(books: NetCapitalBooks, positions: Pick<RunningPositions, "units">) {
    this.#books = books;
    this.#positions = positions;
  }

  reset(rules: NetCapitalRules, asOf: Day): void {
    this.#watched.clear();
    this.#stale.clear();
    this.#sum = 0;
    this.#undecided = 0;
    this.#charger = undefined;
    if (rules.houseRules.length === 0) return;
    this.#charger = new HouseCharger(this.#books, rules, asOf, new Classifier(rules, asOf));
    for (let instrument = 0; instrument < this.#books.instruments.size; instrument++) {
      if (this.#positions.units(instrument) !== 0) this.#watch(instrument);
    }
  }

  moved(instrument: number): void {
    if (this.#charger === undefined) return;
    if (this.#watched.has(instrument)) this.#stale.add(instrument);
    else if (this.#positions.units(instrument) !== 0) this.#watch(instrument);
  }

  priced(instrument: number): boolean {
    if (!this.#watched.has(instrument)) return false;
    this.#stale.add(instrument);
    return true;
  }

  relisted(instrument: number): void {
    if (this.#charger === undefined) return;
    const watched = this.#watched.get(instrument);
    if (watched !== undefined) this.#takeOut(watched);
    this.#watched.delete(instrument);
    this.#stale.delete(instrument);
    if (this.#positions.units(instrument) !== 0) this.#watch(instrument);
  }

  reported(): void {
    // Reports beside the ledger are none of the house rules' business.
  }

  addTo(sums: Float64Array): boolean {
    this.#refresh();
    sums[PLACE.haircuts] += this.#sum;
    return this.#undecided === 0;
  }

  answer(): PartAnswer {
    if (this.#charger === undefined) return NO_HOUSE_RULES;
    this.#refresh();
    const positions = [...this.#watched]
      .filter(([instrument]) => this.#positions.units(instrument) !== 0)
      .sort(([a], [b]) => a - b)
      .map(([instrument, { charged }]) => ({
        name: this.#books.instruments.attributes(instrument).instrument,
        ...charged,
      }));
    return answerOf(this.#charger.rules, positions);
  }

  #watch(instrument: number): void {
    const view = this.#charger?.view(instrument);
    if (view === undefined) return;
    this.#watched.set(instrument, { view, charged: UNCHARGED, sum: 0 });
    this.#stale.add(instrument);
  }

  #takeOut(watched: Watched): void {
    this.#sum -= watched.sum;
    this.#undecided -= watched.charged.troubles.length;
    watched.sum = 0;
    watched.charged = UNCHARGED;
  }

  #refresh(): void {
    if (this.#stale.size === 0) return;
    for (const instrument of this.#stale) {
      const watched = this.#watched.get(instrument);
      if (watched === undefined) continue;
      this.#takeOut(watched);
      const units = this.#positions.units(instrument);
      if (units === 0 || this.#charger === undefined) continue;
      watched.charged = this.#charger.charges(watched.view, units);
      for (const { amount } of watched.charged.charges) watched.sum += amount;
      this.#sum += watched.sum;
      this.#undecided += watched.charged.troubles.length;
    }
    this.#stale.clear();
  }
}
