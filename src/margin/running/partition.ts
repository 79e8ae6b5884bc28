/**
 * Which of an account's positions are margined by themselves, and which in groups. Most accounts hold plain positions alone,
 * and are told apart by a look at what they hold: no options, nothing that converts, no member accounts, no rules for whole
 * accounts. Of all others the parts are found anew when a position changes.
 */
import { holdingsOf, type MarginAccount, type MarginBooks } from "../account.ts";
import { type Group, groupsOf } from "../group.ts";
import type { House } from "../house/house.ts";

export interface Partition {
  /** Units by instrument, of what stands by itself. */
  readonly plain: ReadonlyMap<number, number>;
  readonly groups: readonly Group[];
  /** Everything is one group. */
  readonly isWhole: boolean;
}

/** Whether the account is margined as a whole. */
export function isWhole(house: House, account: MarginAccount): boolean {
  if (account.regime === "portfolio") return true;
  const { concentration, blockSize, liquidity, lossCapacity, betaWeighted } = house.rules;
  for (const rules of [concentration, blockSize, liquidity, lossCapacity, betaWeighted])
    for (const rule of rules) if (house.covers(rule, account)) return true;
  return false;
}

/** The parts of an account that is not margined as a whole. `isPlain`: whether such a position by itself is linear. */
export function partitionOf(
  books: MarginBooks,
  account: MarginAccount,
  isPlain: (instrument: number) => boolean,
): Partition {
  const plain = new Map<number, number>();
  const groups: Group[] = [];
  for (const group of groupsOf(books, holdingsOf(books, account))) {
    const { holdings } = group;
    const [{ instrument, units }] = holdings;
    const isOne = holdings.every((held) => held.instrument === instrument && held.units > 0 === units > 0);
    if (isOne && isPlain(instrument))
      plain.set(
        instrument,
        holdings.reduce((sum, held) => sum + held.units, 0),
      );
    else groups.push(group);
  }
  return { plain, groups, isWhole: false };
}
