/**
 * What facts make of the accounts of some books, one after the other: the state of every account after each, and what the
 * end of each day asks for, as plain JSON. What `subsequently` of a book document is answered with.
 */
import { type Cents, formatDollars, greater, negate, subtract, toCents, ZERO } from "../../base/money.ts";
import { multiplyDivide } from "../../base/divide.ts";
import { type Day, formatDay } from "../../base/time.ts";
import type { Fact } from "../../facts/kinds.ts";
import { type MarginAccount, type MarginBooks, marginAccounts } from "../account.ts";
import type { DayTradeCall } from "../intraday/day-trades.ts";
import { chargeOf, type IntradayDeficit, levelOf } from "../intraday/levels.ts";
import { standardOn } from "../intraday/rules.ts";
import type { MarginRules } from "../rules.ts";
import { figuresFromBooks } from "./account-figures.ts";
import { owed, type RegTCall } from "./calls.ts";
import type { Purchase } from "./cash-account.ts";
import { excessOf } from "./entries.ts";
import type { AccountFigures } from "./figures.ts";
import type { Memorandum } from "./special-memorandum.ts";
import { followFact } from "./transaction-facts.ts";
import { type DayAsked, TransactionState } from "./transaction-state.ts";
import { withdrawableCash } from "./withdrawals.ts";

/** After one fact. */
export interface TransactionAnswer {
  readonly fact: string;
  readonly at: string;
  /** Every margin and cash account by the name of its principal. */
  readonly accounts: Readonly<Record<string, object>>;
  /** What the end of a day asks for, where the fact ended one. */
  readonly asked?: object;
}

/**
 * Applies the facts by `apply`, which posts in `books`, and says what follows. `day` is the day that is open before the
 * first. Throws what `apply` throws.
 */
export function transactionAnswers(
  books: MarginBooks,
  rulesOn: (day: Day) => MarginRules | undefined,
  day: Day,
  facts: readonly Fact[],
  apply: (fact: Fact) => void,
): readonly TransactionAnswer[] {
  const figuresOf = figuresFromBooks(books, rulesOn, () => state.day);
  const state = new TransactionState(books, { figuresOf, rulesOn });
  state.dayOpened(day);
  state.begin();
  return facts.map((fact) => {
    const asked = followFact(state, books, fact, apply);
    if (fact.kind === "mark" || fact.kind === "quote" || fact.kind === "market-trade")
      for (const { account } of marginAccounts(books)) state.priceMoved(account);
    return {
      fact: fact.kind,
      at: fact.at,
      accounts: standings(state, books, figuresOf),
      ...(asked !== undefined && isAnything(asked) && { asked: askedJson(asked, books) }),
    };
  });
}

function isAnything({ regT, intraday, dayTrading }: DayAsked): boolean {
  return regT.length + intraday.length + dayTrading.length > 0;
}

function nameOf({ accounts }: MarginBooks, row: number): string {
  return accounts.attributes(row).account;
}

function standings(
  state: TransactionState,
  books: MarginBooks,
  figuresOf: (account: number) => AccountFigures | undefined,
): Record<string, object> {
  const { rules, day } = state;
  if (rules === undefined) return {};
  const entries = marginAccounts(books).flatMap((account): (readonly [string, object])[] => {
    const name = nameOf(books, account.account);
    if (account.regime === "cash") return [[name, cashJson(state, books, account.account, day, rules)]];
    if (account.regime !== "margin") return [];
    return [[name, marginJson(state, books, account, rules, figuresOf(account.account))]];
  });
  return Object.fromEntries(entries);
}

function marginJson(
  state: TransactionState,
  books: MarginBooks,
  account: MarginAccount,
  rules: MarginRules,
  figures: AccountFigures | undefined,
): object {
  const { day } = state;
  const memorandum = state.memoranda.of(account.account);
  const { balance, calls } = memorandum;
  const context = { books, rules, account, asOf: day };
  const withdrawable = withdrawableCash(state, context, figures);
  const isIntraday = standardOn(rules.intraday, day, account.terms.dayTrading) === "intraday";
  return {
    ...(figures !== undefined && {
      equity: formatDollars(figures.equity),
      maintenance: formatDollars(figures.maintenance),
      regT: formatDollars(figures.regT),
      regTExcess: formatDollars(excessOf(figures)),
    }),
    sma: optional(balance),
    buyingPower: balance === undefined ? null : formatDollars(buyingPower(balance, rules)),
    deficiency: balance === undefined ? null : formatDollars(deficiencyOf(balance, memorandum, figures)),
    withdrawable: optional(withdrawable),
    calls: calls.map(callJson),
    ...(isIntraday
      ? { intraday: intradayJson(state, account, figures) }
      : dayTradingJson(state, books, account, rules)),
  };
}

function optional(amount: Cents | undefined): string | null {
  return amount === undefined ? null : formatDollars(amount);
}

/** What of margin equity securities the SMA would buy: twice itself at 50%. */
function buyingPower(balance: Cents, { regT }: MarginRules): Cents {
  const { numerator, denominator } = regT.marginEquity.rate;
  const free = greater(balance, ZERO);
  return numerator === 0 ? free : (multiplyDivide(free, denominator, numerator) as Cents);
}

/** What the day's transactions so far would ask for at these prices, beyond what is asked for already. */
function deficiencyOf(balance: Cents, { calls, disregarded }: Memorandum, figures: AccountFigures | undefined): Cents {
  const lifted = figures === undefined ? balance : greater(balance, excessOf(figures));
  const asked = calls.reduce((all, call) => all + owed(call), Number(disregarded));
  return greater(ZERO, subtract(negate(lifted), toCents(asked)));
}

function intradayJson(
  state: TransactionState,
  { account }: MarginAccount,
  figures: AccountFigures | undefined,
): object {
  const { today, unknown, deficits, frozenUntil } = state.levels.of(account, state.day);
  return {
    level: optional(figures && levelOf(figures)),
    deficitToday: formatDollars(today),
    ...(unknown && { unknown }),
    deficits: deficits.map(deficitJson),
    charge: formatDollars(chargeOf(deficits, state.day)),
    ...(frozenUntil !== undefined && { frozenUntil: formatDay(frozenUntil) }),
  };
}

function dayTradingJson(
  state: TransactionState,
  { calendar }: MarginBooks,
  { account }: MarginAccount,
  { intraday }: MarginRules,
): object {
  const standing = state.dayTrades.of(account, state.day, intraday.dayTrading, calendar);
  return {
    dayTrading: {
      dayTrades: standing.dayTrades,
      trades: standing.trades,
      patternDayTrader: standing.isPattern,
      mayDayTrade: standing.mayDayTrade,
      buyingPower: optional(standing.buyingPower),
      calls: standing.calls.map(specialJson),
      ...(standing.restrictedUntil !== undefined && { restrictedUntil: formatDay(standing.restrictedUntil) }),
    },
  };
}

function cashJson(
  state: TransactionState,
  { instruments }: MarginBooks,
  account: number,
  day: Day,
  { cashAccounts }: MarginRules,
): object {
  const standing = state.cash.of(account, day, cashAccounts);
  const purchaseJson = ({ instrument, day: bought, due, cost, unpaid }: Purchase): object => ({
    instrument: instruments.attributes(instrument).instrument,
    day: formatDay(bought),
    due: due === null ? null : formatDay(due),
    cost: formatDollars(cost),
    unpaid: formatDollars(unpaid),
  });
  return {
    settledFunds: formatDollars(standing.settled),
    availableFunds: formatDollars(standing.available),
    unsettledProceeds: formatDollars(standing.unsettled),
    unpaid: standing.purchases.map(purchaseJson),
    overdue: state.cash.overdue(account, day, cashAccounts).map(purchaseJson),
    violations: standing.violations.map(({ kind, day: on, instrument, amount, excused }) => ({
      kind,
      day: formatDay(on),
      instrument: instruments.attributes(instrument).instrument,
      amount: formatDollars(amount),
      ...(excused && { excused }),
    })),
    ...(standing.frozenUntil !== undefined && { frozenUntil: formatDay(standing.frozenUntil) }),
    ...(standing.restrictedUntil !== undefined && { settledFundsOnlyUntil: formatDay(standing.restrictedUntil) }),
  };
}

function askedJson({ day, regT, intraday, dayTrading }: DayAsked, books: MarginBooks): object {
  const named = <T extends { readonly account: number }>(items: readonly T[], json: (item: T) => object): object[] =>
    items.map((item) => ({ account: nameOf(books, item.account), ...json(item) }));
  return {
    day: formatDay(day),
    ...(regT.length > 0 && { regT: named(regT, callJson) }),
    ...(intraday.length > 0 && { intraday: named(intraday, deficitJson) }),
    ...(dayTrading.length > 0 && { dayTrading: named(dayTrading, specialJson) }),
  };
}

function callJson({ day, due, amount, deficiency, remaining }: RegTCall): object {
  return {
    day: formatDay(day),
    due: formatDay(due),
    amount: formatDollars(amount),
    deficiency: formatDollars(deficiency),
    remaining: formatDollars(remaining),
  };
}

function deficitJson({ day, amount, deMinimis, counts, promptUntil, expires }: IntradayDeficit): object {
  return {
    day: formatDay(day),
    amount: formatDollars(amount),
    deMinimis: formatDollars(deMinimis),
    countsTowardPractice: counts,
    promptUntil: formatDay(promptUntil),
    expires: formatDay(expires),
  };
}

function specialJson({ day, due, amount, remaining }: DayTradeCall): object {
  return {
    day: formatDay(day),
    due: formatDay(due),
    amount: formatDollars(amount),
    remaining: formatDollars(remaining),
  };
}
