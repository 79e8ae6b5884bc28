/** What there is to say of a margin account: its equity in both conventions, each regime's requirement, and what binds. */
import type { Trouble } from "../base/errors.ts";
import type { Line } from "../base/line.ts";
import type { Cents } from "../base/money.ts";
import type { Holding, MarginAccount } from "./account.ts";
import type { LeastEquity } from "./portfolio/least-equity.ts";
import type { SevereStress } from "./severe-stress.ts";

/**
 * The regimes side by side. `cash`: 12 CFR 220.8, everything paid in full. `regT`: initial, 220.12, of what is held now.
 * `maintenance`: FINRA 4210(b) to (f). `portfolio`: 4210(g). `house`: what the firm asks, never less than the rules.
 */
export const REGIME_NAMES = ["cash", "regT", "maintenance", "portfolio", "house"] as const;
export type RegimeName = (typeof REGIME_NAMES)[number];

/** A requirement and the equity it is compared with. With troubles, none of its figures is known. */
export interface RegimeFigures {
  readonly regime: RegimeName;
  /** In the regime's own convention: portfolio margin takes net liquidation value, the others margin equity. */
  readonly equity: Cents;
  readonly requirement: Cents;
  /** Equity less requirement. */
  readonly excess: Cents;
  /** Whether an account of this kind is held to it at all times; Regulation T asks when something is bought or sold. */
  readonly isInForce: boolean;
  /** Each a `missing-input` or a `missing-rule`. */
  readonly troubles: readonly Trouble[];
}

/** The same, explained. */
export interface RegimeAnswer extends RegimeFigures {
  readonly line: Line;
}

/** What a group is worth, and what each regime requires of it. */
export interface GroupMargin {
  readonly underlying: number;
  readonly holdings: readonly Holding[];
  /** What the group is worth, options too, shorts negative. */
  readonly value: Cents | undefined;
  /** What the rules that go by groups require of this one, in cents; absent where it is not known. */
  readonly requirement: Readonly<Partial<Record<RegimeName, Cents>>>;
  /**
   * What of every regime's requirement comes from this group, in cents; negative where it offsets another's. What groups
   * have in common is no group's. Absent where it is not known, or the regime does not say by group.
   */
  readonly contribution: Readonly<Partial<Record<RegimeName, Cents>>>;
}

/** The figures of an account alone, of the regimes in force alone. */
export interface MarginFigures {
  readonly account: MarginAccount;
  readonly cash: Cents;
  /** Stock and bonds, and options; none is negative. */
  readonly longMarketValue: Cents;
  readonly shortMarketValue: Cents;
  readonly longOptionValue: Cents;
  readonly shortOptionValue: Cents;
  /** Cash and everything held, shorts negative. */
  readonly netLiquidation: Cents;
  /** Cash and stock and bonds, shorts negative; options by their loan value alone. What `excess` starts from. */
  readonly equity: Cents;
  /** Everything held long and short, without signs. */
  readonly marketValue: Cents;
  readonly requirements: Requirements<RegimeFigures>;
  /** Over the binding requirement. */
  readonly excess: Cents;
  readonly groups: readonly Omit<GroupMargin, "requirement" | "contribution">[];
  /** What keeps the excess from being known; with any, no figure above says anything. */
  readonly troubles: readonly Trouble[];
}

/** The same figures with every regime beside those in force, explained. */
export interface AccountMargin extends MarginFigures {
  /** The principal's name. */
  readonly name: string;
  readonly requirements: Requirements<RegimeAnswer>;
  /** What a first purchase would have to bring in so that equity is the least to trade on margin with, 4210(b)(4). */
  readonly minimumEquityDeposit: Cents;
  readonly groups: readonly GroupMargin[];
  /** What a portfolio account lacks to the least equity of one, 4210(g)(4) and (9); undefined where it lacks nothing. */
  readonly leastEquity: LeastEquity | undefined;
  /** What was stated of severe stress scenarios, where one would leave the account owing. */
  readonly severeStress: SevereStress | undefined;
  /** The whole explanation; its amount is the excess. */
  readonly lines: Line;
}

type Requirements<R extends RegimeFigures> = Readonly<Partial<Record<RegimeName, R>>> & {
  /** Which of those in force leaves least; undefined while that is not known. */
  readonly binding: RegimeName | undefined;
};
