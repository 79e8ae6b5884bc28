/**
 * Proposes closing orders for an account out of the books: the smallest set, by the rulebook's policy, after which equity is
 * the requirement with its cushion, costs paid. The account is computed anew after every slice by `marginAfter`, which is the
 * computation of margin itself on other holdings. Orders stand in the order in which they are to be worked: shorts before
 * longs where options are, so that no step on the way leaves a short uncovered.
 *
 * It proposes. An officer decides, and nothing here sends an order.
 */
import { type Cents, toCents } from "../../base/money.ts";
import type { InstrumentType } from "../../books/instrument-types.ts";
import type { Lot, Lots } from "../../books/lots.ts";
import { type Holding, type MarginAccount, type MarginBooks, valueOf } from "../account.ts";
import { groupRows, groupsOf } from "../group.ts";
import { burdenOf } from "./burden.ts";
import { type LiquidationCase, type Margin, type Outcome, outcomeOf, type Position } from "./case.ts";
import { expectedCost, type TradingStatistics } from "./costs.ts";
import type { LiquidationRules, Policy } from "./rules.ts";
import { search } from "./search.ts";

/** Shares of a round lot, and what trades in shares. */
const ROUND_LOT = 100;
const SHARES: ReadonlySet<InstrumentType> = new Set(["equity", "etf", "preferred"]);

export interface LiquidationRequest {
  /** Without lots, gains are not known, and the policy least-tax weighs costs alone. */
  readonly books: MarginBooks & { readonly lots?: Lots };
  readonly rules: LiquidationRules;
  readonly account: MarginAccount;
  readonly holdings: readonly Holding[];
  readonly cash: Cents;
  /** Undefined where it cannot be said; what leads there is not proposed. */
  readonly marginAfter: (holdings: readonly Holding[], cash: Cents) => Margin | undefined;
  readonly statistics?: (instrument: number) => TradingStatistics;
}

/** An order that closes, wholly or in part. */
export interface ClosingOrder {
  readonly instrument: number;
  /** The ledger account that holds the position. */
  readonly account: number;
  /** Units of the asset: bought where above zero, sold where below. */
  readonly units: number;
  /** The valuation price that it was worked out at, 10^-8. */
  readonly price: number;
  /** Cents at that price, not negative. */
  readonly value: Cents;
  /** Expected cost in cents: a model. */
  readonly cost: Cents;
}

export interface ProposedLiquidation {
  readonly orders: readonly ClosingOrder[];
  readonly policy: Policy;
  readonly before: Margin;
  readonly after: Margin;
  readonly cost: Cents;
  /** Every set of orders was looked at. */
  readonly exact: boolean;
  /** False: closing all that helps does not restore the requirement with its cushion. */
  readonly cures: boolean;
}

const UNKNOWN: TradingStatistics = { volatility: undefined, averageDailyVolume: undefined, beta: undefined };

/** What is to be closed; no orders where nothing need be or can be. Undefined where the account cannot be computed. */
export function proposeLiquidation(request: LiquidationRequest): ProposedLiquidation | undefined {
  const given = caseOf(request);
  const found = search(given);
  const before = outcomeOf(
    given,
    given.positions.map(() => 0),
  );
  if (found === undefined || before === undefined) return undefined;
  const { outcome, exact, cures } = found;
  const { equity, requirement, cost } = outcome;
  return {
    orders: ordersOf(request, given, outcome),
    policy: request.rules.policy,
    before: { equity: before.equity, requirement: before.requirement },
    after: { equity, requirement },
    cost,
    exact,
    cures,
  };
}

/** Holdings without a price are not closed; those the account has no use of closing are left to the search. */
function caseOf(request: LiquidationRequest): LiquidationCase {
  const { books, holdings, cash, rules, marginAfter } = request;
  const closable = holdings.filter(({ instrument }) => !Number.isNaN(books.market.price(instrument)));
  const others = holdings.filter((holding) => !closable.includes(holding));
  const groupOf = groupRows(groupsOf(books, holdings));
  return {
    cash,
    positions: closable.map((holding) => positionOf(request, holding, groupOf.get(holding.instrument) ?? -1)),
    cushion: rules.cushion,
    marginAfter: (left, cashLeft) => {
      const kept = closable.flatMap((holding, index) =>
        left[index] === 0 ? [] : [{ ...holding, units: left[index] }],
      );
      return marginAfter([...kept, ...others], cashLeft);
    },
  };
}

function positionOf(request: LiquidationRequest, holding: Holding, group: number): Position {
  const { books, rules, account, statistics: statisticsOf } = request;
  const { instrument, units } = holding;
  const { type, instrument: name } = books.instruments.attributes(instrument);
  const whole = 10 ** books.instruments.columns.scale[instrument];
  const price = books.market.price(instrument);
  const value = (closed: number): Cents => valueOf(books, instrument, closed, price);
  const statistics = statisticsOf?.(instrument) ?? UNKNOWN;
  const cost = (closed: number): Cents => expectedCost(value(closed), closed / whole, statistics, rules.costs);
  const isOption = type === "option";
  const lots = lotsOf(books, holding);
  const lot = rules.lots === "round-lots" && SHARES.has(type) ? ROUND_LOT : 1;
  return {
    instrument,
    account: holding.account,
    units,
    step: whole * lot,
    group,
    isOption,
    deliverable: isOption ? deliverableOf(books, instrument) : 0,
    value,
    cost,
    burden: burdenOf(rules, {
      statistics,
      quantity: Math.abs(units) / whole,
      isLast: account.terms.liquidateLast === name,
      value,
      cost,
      gain: (closed) => gainOf(lots, closed, value(closed), units < 0),
    }),
  };
}

/** Units of its underlying that a contract delivers: its multiplier. */
function deliverableOf({ instruments }: MarginBooks, option: number): number {
  const underlying = instruments.columns.underlying[option];
  if (underlying === -1) return 0;
  const units = Number(instruments.attributes(option).multiplier) * 10 ** instruments.columns.scale[underlying];
  return Number.isSafeInteger(units) && SHARES.has(instruments.type(underlying)) ? units : 0;
}

function lotsOf({ ledger, lots }: LiquidationRequest["books"], { account, instrument }: Holding): readonly Lot[] {
  const row = ledger.row(account, instrument);
  return row === -1 || lots === undefined ? [] : lots.list(row);
}

/**
 * Cents gained by closing so many units for `value` in the lots that harm least: of a long position those that cost the most
 * a unit, of a short one those that brought the least.
 */
export function gainOf(lots: readonly Lot[], closed: number, value: Cents, isShort: boolean): number {
  const ordered = [...lots].sort((a, b) => Math.abs(b.cost / b.quantity) - Math.abs(a.cost / a.quantity));
  if (isShort) ordered.reverse();
  if (ordered.length === 0) return 0;
  let left = closed;
  let basis = 0;
  for (const { quantity, cost } of ordered) {
    const taken = Math.min(left, Math.abs(quantity));
    basis += Math.abs(cost) * (taken / Math.abs(quantity));
    left -= taken;
  }
  return isShort ? basis - value : value - basis;
}

function ordersOf({ books }: LiquidationRequest, { positions }: LiquidationCase, { closing }: Outcome): ClosingOrder[] {
  const orders = positions.flatMap((position, index) => {
    const closed = closing[index];
    if (closed === 0) return [];
    const { instrument, account, units, group } = position;
    const order: ClosingOrder = {
      instrument,
      account,
      units: units > 0 ? -closed : closed,
      price: books.market.price(instrument),
      value: toCents(Math.abs(position.value(closed))),
      cost: position.cost(closed),
    };
    return [{ order, group, rank: position.isOption && units < 0 ? 0 : units < 0 ? 1 : position.isOption ? 2 : 3 }];
  });
  return orders
    .sort((a, b) => a.group - b.group || a.rank - b.rank || a.order.instrument - b.order.instrument)
    .map(({ order }) => order);
}
