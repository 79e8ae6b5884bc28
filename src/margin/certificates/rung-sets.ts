/** Which accounts stand on each rung: a list for every rung, from which any account is taken in one step. */
import type { Accounts } from "./accounts.ts";
import { grown } from "./grown.ts";
import { RUNG_UNKNOWN } from "./measure.ts";

export class RungSets {
  /** By rung, the unknown one first. */
  readonly #members: Uint32Array[];
  readonly #sizes: number[];
  readonly #accounts: Accounts;
  /** By account: where it stands in the list of its rung. */
  #place = new Uint32Array(1024);
  #size = 0;

  constructor(accounts: Accounts, boundaries: number) {
    this.#accounts = accounts;
    const lists = boundaries + 1 - RUNG_UNKNOWN;
    this.#members = Array.from({ length: lists }, () => new Uint32Array(64));
    this.#sizes = Array.from({ length: lists }, () => 0);
  }

  get byteLength(): number {
    return this.#members.reduce((sum, list) => sum + list.byteLength, this.#place.byteLength);
  }

  /** Adds accounts, up to `account`, on rung 0. */
  add(account: number): void {
    if (account >= this.#place.length)
      this.#place = grown(this.#place, new Uint32Array(Math.max(account + 1, this.#place.length * 2)));
    while (this.#size <= account) this.#append(this.#size++, 0);
  }

  size(rung: number): number {
    return this.#sizes[rung - RUNG_UNKNOWN];
  }

  /** The accounts on a rung, in no order: a view, valid until the next change. */
  accounts(rung: number): Uint32Array {
    return this.#members[rung - RUNG_UNKNOWN].subarray(0, this.size(rung));
  }

  move(account: number, to: number): void {
    const from = this.#accounts.rung(account) - RUNG_UNKNOWN;
    const members = this.#members[from];
    const last = members[--this.#sizes[from]];
    members[this.#place[account]] = last;
    this.#place[last] = this.#place[account];
    this.#append(account, to);
  }

  #append(account: number, rung: number): void {
    const list = rung - RUNG_UNKNOWN;
    const place = this.#sizes[list]++;
    if (place === this.#members[list].length)
      this.#members[list] = grown(this.#members[list], new Uint32Array(place * 2));
    this.#members[list][place] = account;
    this.#place[account] = place;
    this.#accounts.setRung(account, rung);
  }
}
