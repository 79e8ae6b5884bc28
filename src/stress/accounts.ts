/**
 * Every margin account under a scenario, from scratch, by margin's own functions on the moved prices: the figures that count.
 * The kernel's sums are held against these.
 *
 * Requirements are compared twice, because the two answer different questions: *recomputed* at the moved prices (what is
 * called), and *held* at what they were before the move (what a fall eats of the cushion that stands now). Held is measured in
 * net liquidation value, so that options count once: what the account must keep now is its net liquidation value less its
 * excess.
 */
import type { Trouble } from "../base/errors.ts";
import { type Cents, negate, subtract, ZERO } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import { type MarginAccount, type MarginBooks, marginAccounts } from "../margin/account.ts";
import type { MarginFigures } from "../margin/answer.ts";
import { marginFigures } from "../margin/computation.ts";
import { portfolioScans } from "../margin/portfolio/portfolio.ts";
import type { PortfolioScans } from "../margin/portfolio/scans.ts";
import type { MarginRules } from "../margin/rules.ts";

/** What of an account's margin a stress reads. */
export interface AccountFigures {
  readonly account: MarginAccount;
  /** Below zero: so much of what it owes is unsecured. */
  readonly netLiquidation: Cents;
  /** Below zero: so much is called. */
  readonly excess: Cents;
  /** By group: what its holdings are worth, shorts negative. */
  readonly groups: MarginFigures["groups"];
  /** What keeps the figures from being known. */
  readonly troubles: readonly Trouble[];
}

/** Under one scenario. Amounts are not negative. */
export interface StressedAccount {
  readonly account: MarginAccount;
  readonly netLiquidation: Cents;
  readonly excess: Cents;
  /** Excess with the requirement held at what it was before the move. */
  readonly excessHeld: Cents;
  readonly unsecured: Cents;
  readonly call: Cents;
  readonly callHeld: Cents;
  /** What its groups lost by the move, below zero where they gained; in the order of `groups`. */
  readonly groups: readonly { readonly underlying: number; readonly loss: Cents }[];
}

export interface StressedAccounts {
  readonly accounts: readonly StressedAccount[];
  /** Accounts of which nothing can be said, and why; they are in no figure. */
  readonly unknown: readonly { readonly account: MarginAccount; readonly troubles: readonly Trouble[] }[];
}

/** How an account is margined: margin's own function, or in tests a plain one. */
export type Judge = (books: MarginBooks, account: MarginAccount) => AccountFigures;

/** It keeps scans by books: nothing but prices may change in them while it is in use. */
export function marginJudge(rules: MarginRules, asOf: Day): Judge {
  const kept = new WeakMap<MarginBooks, PortfolioScans>();
  const scansOf = (books: MarginBooks, account: MarginAccount): PortfolioScans => {
    const known = kept.get(books);
    if (known !== undefined) return known;
    const scans = portfolioScans({ books, rules, account, asOf });
    kept.set(books, scans);
    return scans;
  };
  return (books, account) => {
    const options = account.regime === "portfolio" ? { scans: scansOf(books, account) } : {};
    const { netLiquidation, excess, groups, troubles } = marginFigures(books, rules, account, asOf, options);
    return { account, netLiquidation, excess, groups, troubles };
  };
}

/** Every account with something in it as it stands, to compare moved ones with. */
export function standingAccounts(books: MarginBooks, judge: Judge): readonly AccountFigures[] {
  return marginAccounts(books).map((account) => judge(books, account));
}

/** Every account with the books moved. `standing` are the same accounts before. */
export function stressAccounts(
  moved: MarginBooks,
  standing: readonly AccountFigures[],
  judge: Judge,
): StressedAccounts {
  const accounts: StressedAccount[] = [];
  const unknown: { account: MarginAccount; troubles: readonly Trouble[] }[] = [];
  for (const before of standing) {
    const after = judge(moved, before.account);
    const troubles = [...before.troubles, ...after.troubles];
    if (troubles.length > 0) unknown.push({ account: before.account, troubles });
    else accounts.push(stressed(before, after));
  }
  return { accounts, unknown };
}

function stressed(before: AccountFigures, after: AccountFigures): StressedAccount {
  const { account, netLiquidation, excess } = after;
  const kept = subtract(before.netLiquidation, before.excess);
  const excessHeld = subtract(netLiquidation, kept);
  const were = new Map(before.groups.map(({ underlying, value = ZERO }) => [underlying, value]));
  return {
    account,
    netLiquidation,
    excess,
    excessHeld,
    unsecured: shortOf(netLiquidation),
    call: shortOf(excess),
    callHeld: shortOf(excessHeld),
    groups: after.groups.map(({ underlying, value = ZERO }) => ({
      underlying,
      loss: subtract(were.get(underlying) ?? ZERO, value),
    })),
  };
}

/** What is missing to zero. */
function shortOf(figure: Cents): Cents {
  return figure < 0 ? negate(figure) : ZERO;
}
