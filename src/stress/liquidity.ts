/** What selling does about the calls of a scenario: how much it meets, what stays uncovered, how long it takes. An estimate. */
import { add, type Cents, lesser, subtract, ZERO } from "../base/money.ts";
import { holdingsOf, type MarginBooks, valueOf } from "../margin/account.ts";
import type { StressedAccount } from "./accounts.ts";
import type { Statistics } from "./moves.ts";

/**
 * What would be sold if no call were met by a deposit, at the moved prices: every called account sells the same share of all
 * that it holds, enough to be called no more; everything, where that is not enough. Amounts are not negative.
 */
export interface Liquidity {
  /** What longs are sold for and shorts bought for. */
  readonly sold: Cents;
  /** Of the calls, what it meets by ending requirements; with `uncovered` it is all calls. */
  readonly met: Cents;
  /** What called accounts still owe once they have sold everything. Only money from elsewhere meets it. */
  readonly uncovered: Cents;
  /** The name that takes longest, and its days; undefined where nothing is sold or no volume is stated. */
  readonly slowest: { readonly instrument: string; readonly days: number } | undefined;
  /** Names that would be sold and of which no volume is stated. */
  readonly withoutVolume: number;
}

/**
 * A sale of everything releases all that is required; of a share, that share of it, 4210(c) being in proportion to value. Longs
 * that are worth nothing are not sold: it would raise nothing and release nothing.
 */
export function liquidityOf(
  books: MarginBooks,
  stressed: readonly StressedAccount[],
  { dailyVolume }: Statistics,
  participation: number,
): Liquidity {
  const { instruments, market } = books;
  const units = new Map<number, number>();
  let [met, uncovered] = [ZERO, ZERO];
  for (const { account, call, netLiquidation, excess, unsecured } of stressed) {
    if (call === 0) continue;
    const left = lesser(call, unsecured);
    uncovered = add(uncovered, left);
    met = add(met, subtract(call, left));
    const required = netLiquidation - excess;
    const share = required > 0 ? Math.min(1, call / required) : 1;
    for (const { instrument, units: held } of holdingsOf(books, account)) {
      if (held > 0 && market.price(instrument) === 0) continue;
      units.set(instrument, (units.get(instrument) ?? 0) + Math.abs(held) * share);
    }
  }
  let sold = ZERO;
  let slowest: { instrument: string; days: number } | undefined;
  let withoutVolume = 0;
  for (const [row, quantity] of units) {
    sold = add(sold, valueOf(books, row, Math.round(quantity), market.price(row)));
    const days = quantity / (dailyVolume[row] * participation);
    if (!(dailyVolume[row] > 0)) withoutVolume += 1;
    else if (days > (slowest?.days ?? 0)) slowest = { instrument: instruments.attributes(row).instrument, days };
  }
  return { sold, met, uncovered, slowest, withoutVolume };
}
