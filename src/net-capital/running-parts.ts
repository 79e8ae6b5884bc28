/**
 * All parts of the computation, kept together: who is told of what, and what they add up to. A tick in something that no part
 * looks at is known to be one from the second time on, and leaves the sums as they are.
 */
import type { Cents } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import type { NetCapitalBooks } from "./inputs.ts";
import type { MarginCharges } from "./margin-charges.ts";
import { type PartAnswer, PLACES, type RunningPart } from "./part.ts";
import { runningParts } from "./parts.ts";
import type { NetCapitalRules } from "./rules.ts";
import type { RunningPositions } from "./running-positions.ts";

export class RunningParts {
  /** What the parts enter, by `PLACE`, after `refresh` said that it is known. */
  readonly sums = new Float64Array(PLACES.length);
  readonly #parts: readonly RunningPart[];
  readonly #charging: readonly RunningPart[];
  readonly #haircutting: readonly RunningPart[];
  #stale = true;
  /** By instrument row: the age at which no part looked at its price. Whatever touches a part begins another age. */
  #indifferent = new Int32Array(1024);
  #age = 1;

  constructor(books: NetCapitalBooks, positions: RunningPositions, charges: MarginCharges) {
    this.#parts = runningParts(books, positions, charges);
    this.#charging = this.#parts.filter((part) => "chargeOn" in part);
    this.#haircutting = this.#parts.filter((part) => "haircutOn" in part);
  }

  /** Whether the sums may be others than they were. */
  get isStale(): boolean {
    return this.#stale;
  }

  #touch(): void {
    this.#stale = true;
    this.#age++;
  }

  /** What `trunk` knows and these need not look up again. Before the first reset. */
  takeOver(trunk: RunningParts): void {
    for (const [index, part] of this.#parts.entries()) part.takeOver?.(trunk.#parts[index]);
  }

  reset(rules: NetCapitalRules, asOf: Day): void {
    for (const part of this.#parts) part.reset(rules, asOf);
    this.#touch();
  }

  moved(instrument: number): void {
    for (let index = 0; index < this.#parts.length; index++) this.#parts[index].moved(instrument);
    this.#touch();
  }

  /** The price of an instrument changed. Whether it matters to any part. */
  priced(instrument: number): boolean {
    if (instrument >= this.#indifferent.length) this.#growTo(instrument);
    else if (this.#indifferent[instrument] === this.#age) return false;
    let matters = false;
    for (let index = 0; index < this.#parts.length; index++) if (this.#parts[index].priced(instrument)) matters = true;
    if (matters) this.#touch();
    else this.#indifferent[instrument] = this.#age;
    return matters;
  }

  #growTo(instrument: number): void {
    const grown = new Int32Array(Math.max(instrument + 1, this.#indifferent.length * 2));
    grown.set(this.#indifferent);
    this.#indifferent = grown;
  }

  relisted(instrument: number): void {
    for (const part of this.#parts) part.relisted(instrument);
    this.#touch();
  }

  reported(): void {
    for (const part of this.#parts) part.reported();
    this.#touch();
  }

  /** An account was opened, or says something else of itself. Whether it matters to any part. */
  accountChanged(account: number): boolean {
    let matters = false;
    for (const part of this.#parts) if (part.accountChanged?.(account) === true) matters = true;
    if (matters) this.#touch();
    return matters;
  }

  /** A balance of an account changed. Whether it matters to any part. */
  balanceChanged(account: number): boolean {
    let matters = false;
    for (let index = 0; index < this.#parts.length; index++)
      if (this.#parts[index].balanceChanged?.(account) === true) matters = true;
    if (matters) this.#touch();
    return matters;
  }

  /** Charges of margin are others. What the parts say of prices stays what it was. */
  marginCharged(): void {
    for (let index = 0; index < this.#parts.length; index++)
      if (this.#parts[index].marginCharged?.() === true) this.#stale = true;
  }

  /** Makes the sums anew where they are stale. False where a part cannot say what it enters; then it is asked again. */
  refresh(): boolean {
    if (!this.#stale) return true;
    this.sums.fill(0);
    for (let index = 0; index < this.#parts.length; index++) if (!this.#parts[index].addTo(this.sums)) return false;
    this.#stale = false;
    this.#age++;
    return true;
  }

  /** What the parts charge on net capital before haircuts. */
  chargesOn(base: Cents): number {
    let charges = 0;
    for (let index = 0; index < this.#charging.length; index++) charges += this.#charging[index].chargeOn?.(base) ?? 0;
    return charges;
  }

  /** What the parts enter among haircuts that depends on net capital before them. */
  haircutsOn(tentative: Cents): number {
    let haircuts = 0;
    for (let index = 0; index < this.#haircutting.length; index++)
      haircuts += this.#haircutting[index].haircutOn?.(tentative) ?? 0;
    return haircuts;
  }

  answers(): PartAnswer[] {
    return this.#parts.map((part) => part.answer());
  }
}
