/**
 * The groups of each account: few accounts have any. A group is known by a number of its owner's choosing.
 */
import type { Accounts } from "./accounts.ts";

const NO_GROUPS: readonly number[] = Object.freeze([]);

export class AccountGroups {
  readonly #accounts: Accounts;
  readonly #groups = new Map<number, readonly number[]>();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  /** Bytes, by estimate. */
  get byteLength(): number {
    return this.#groups.size * 120;
  }

  of(account: number): readonly number[] {
    return this.#accounts.grouped(account) === 0 ? NO_GROUPS : (this.#groups.get(account) ?? NO_GROUPS);
  }

  add(account: number, group: number): void {
    const groups = this.of(account);
    if (!groups.includes(group)) this.#groups.set(account, [...groups, group]);
    this.#accounts.setGrouped(account, 1);
  }

  remove(account: number, group: number): void {
    const kept = this.of(account).filter((each) => each !== group);
    if (kept.length > 0) this.#groups.set(account, kept);
    else this.#groups.delete(account);
    this.#accounts.setGrouped(account, kept.length > 0 ? 1 : 0);
  }
}
