/** An item that stands by itself, and one of which nothing can be said. */
import type { Trouble } from "../../base/errors.ts";
import { type Cents, ZERO } from "../../base/money.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { chargeLine, type ChargedUnit, type GroupedLine, type ItemCharge, placeOf } from "./charge.ts";
import { type OpenItem, troubleWith } from "./item.ts";
import { marketValue, securityInputs, valueTrouble } from "./securities.ts";

export class ItemUnit implements ChargedUnit {
  readonly instruments: readonly number[];
  readonly #books: NetCapitalBooks;
  readonly #item: OpenItem;
  readonly #charge: ItemCharge;
  readonly #place: number;
  #value: Cents = ZERO;
  #amount: Cents = ZERO;
  #isKnown = false;

  constructor(books: NetCapitalBooks, item: OpenItem, charge: ItemCharge) {
    this.#books = books;
    this.#item = item;
    this.#charge = charge;
    this.#place = placeOf(charge.group);
    this.instruments = charge.security === undefined ? [] : [charge.security.instrument];
  }

  revalue(): boolean {
    const { security, amountAt } = this.#charge;
    const value = security === undefined ? 0 : marketValue(this.#books, security);
    this.#isKnown = !Number.isNaN(value);
    if (!this.#isKnown) return false;
    this.#value = value as Cents;
    this.#amount = amountAt(this.#value);
    return true;
  }

  addTo(sums: Float64Array, sign: 1 | -1): void {
    if (this.#isKnown) sums[this.#place] += sign * this.#amount;
  }

  lines(): readonly GroupedLine[] {
    if (!this.#isKnown) return [];
    const { security, group, paragraph, inputsAt } = this.#charge;
    const { item, label = item } = this.#item;
    const valued = security === undefined ? {} : { ...securityInputs(this.#books, security), marketValue: this.#value };
    return [chargeLine(group, item, label, paragraph, this.#amount, { ...valued, ...inputsAt(this.#value) })];
  }

  troubles(): readonly Trouble[] {
    const { security } = this.#charge;
    return this.#isKnown || security === undefined
      ? []
      : [troubleWith(this.#item, valueTrouble(this.#books, security))];
  }
}

/** An item that cannot be read, or whose security has no class: nothing is known until it changes. */
export class UnreadableUnit implements ChargedUnit {
  readonly instruments: readonly number[] = [];
  readonly #trouble: Trouble;

  constructor(item: OpenItem, trouble: Trouble) {
    this.#trouble = troubleWith(item, trouble);
  }

  revalue(): boolean {
    return false;
  }

  addTo(): void {
    // Nothing is known of it.
  }

  lines(): readonly GroupedLine[] {
    return [];
  }

  troubles(): readonly Trouble[] {
    return [this.#trouble];
  }
}
