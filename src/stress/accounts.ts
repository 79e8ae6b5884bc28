/**
 * What becomes of margin accounts under a scenario: the figures that count, to the cent those that margin explains. The
 * kernel's sums are held against these. How they are worked out for all accounts at once is `account-table.ts`.
 *
 * Requirements are compared twice, because the two answer different questions: *recomputed* at the moved prices (what is
 * called), and *held* at what they were before the move (what a fall eats of the cushion that stands now). Held is measured in
 * net liquidation value, so that options count once: what the account must keep now is its net liquidation value less its
 * excess.
 */
import type { Trouble } from "../base/errors.ts";
import { type Cents, negate, subtract, toCents, ZERO } from "../base/money.ts";
import type { MarginAccount } from "../margin/account.ts";

/** Figures of all accounts, by place: cents, NaN where not known. */
export interface AccountFigures {
  readonly netLiquidation: Float64Array;
  /** Over the requirement that binds. */
  readonly excess: Float64Array;
}

/** Under one scenario. Amounts are not negative. */
export interface StressedAccount {
  /** Among the accounts of the stress. */
  readonly place: number;
  readonly account: MarginAccount;
  /** Below zero: so much of what it owes is unsecured. */
  readonly netLiquidation: Cents;
  /** Below zero: so much is called. */
  readonly excess: Cents;
  /** Excess with the requirement held at what it was before the move. */
  readonly excessHeld: Cents;
  readonly unsecured: Cents;
  readonly call: Cents;
  readonly callHeld: Cents;
}

/** What a group of an account lost by a move, below zero where it gained. */
export interface GroupLoss {
  readonly underlying: number;
  readonly loss: Cents;
}

export interface UnknownAccount {
  readonly account: MarginAccount;
  /** What keeps its figures from being known. */
  readonly troubles: readonly Trouble[];
}

/** Every account under one scenario. */
export class StressedAccounts {
  /** Accounts of which nothing can be said; they are in no figure. */
  readonly unknown: readonly UnknownAccount[];
  /** Known accounts that are called, anew or held, or under water: in the order of places. */
  readonly short: readonly StressedAccount[];
  readonly #accounts: readonly MarginAccount[];
  readonly #before: AccountFigures;
  readonly #after: AccountFigures;

  constructor(
    accounts: readonly MarginAccount[],
    before: AccountFigures,
    after: AccountFigures,
    unknown: readonly UnknownAccount[],
  ) {
    this.#accounts = accounts;
    this.#before = before;
    this.#after = after;
    this.unknown = unknown;
    const short: StressedAccount[] = [];
    for (let place = 0; place < accounts.length; place++) {
      const { netLiquidation, excess } = after;
      const held = netLiquidation[place] - (before.netLiquidation[place] - before.excess[place]);
      if (netLiquidation[place] < 0 || excess[place] < 0 || held < 0) short.push(...this.#known(place));
    }
    this.short = short;
  }

  /** By place, as they are under the scenario. */
  get figures(): AccountFigures {
    return this.#after;
  }

  /** Every known account. */
  get accounts(): readonly StressedAccount[] {
    return this.#accounts.flatMap((_, place) => this.#known(place));
  }

  /** The excess of an account; undefined where it is not known. */
  excess(place: number): Cents | undefined {
    return this.#known(place)[0]?.excess;
  }

  /** What an account lost by the move, below zero where it gained; undefined where it is not known. */
  loss(place: number): Cents | undefined {
    const lost = this.#before.netLiquidation[place] - this.#after.netLiquidation[place];
    return Number.isNaN(lost) ? undefined : toCents(lost);
  }

  #known(place: number): [StressedAccount] | [] {
    const [netLiquidation, excess] = [this.#after.netLiquidation[place] as Cents, this.#after.excess[place] as Cents];
    const kept = (this.#before.netLiquidation[place] - this.#before.excess[place]) as Cents;
    if (Number.isNaN(netLiquidation + excess + kept)) return [];
    return [stressedAccount(place, this.#accounts[place], { netLiquidation, excess, kept })];
  }
}

/** `kept`: the net liquidation value that the account must keep with the requirement held. */
export function stressedAccount(
  place: number,
  account: MarginAccount,
  { netLiquidation, excess, kept }: { readonly netLiquidation: Cents; readonly excess: Cents; readonly kept: Cents },
): StressedAccount {
  const excessHeld = subtract(netLiquidation, kept);
  return {
    place,
    account,
    netLiquidation,
    excess,
    excessHeld,
    unsecured: shortOf(netLiquidation),
    call: shortOf(excess),
    callHeld: shortOf(excessHeld),
  };
}

/** What is missing to zero. */
function shortOf(figure: Cents): Cents {
  return figure < 0 ? negate(figure) : ZERO;
}
