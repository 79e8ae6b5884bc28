/**
 * Whether money or securities may leave a margin account, 220.4(e) and 4210(b): not where that creates or increases a
 * deficiency under Regulation T, so no more than the SMA has; and not where an account that owes money, or is short, would
 * be left with less equity than 4210 asks to maintain, or than the minimum of 4210(b)(4).
 */
import { Trouble } from "../../base/errors.ts";
import { type Cents, displayDollars, greater, lesser, negate, subtract, toCents, ZERO } from "../../base/money.ts";
import { cashOf, holdingsOf, type MarginAccount, type MarginBooks } from "../account.ts";
import type { GroupContext } from "../group.ts";
import { valueIn } from "../group.ts";
import { positionMaintenance } from "../maintenance/plain-group.ts";
import type { MarginRules } from "../rules.ts";
import type { AccountFigures } from "./figures.ts";
import { initialKind, initialOn } from "./initial.ts";
import type { TransactionState } from "./transaction-state.ts";

/** What is to leave the account. */
export type Withdrawal =
  | { readonly kind: "cash"; readonly amount: Cents }
  | { readonly kind: "securities"; readonly instrument: number; readonly units: number };

export interface Objection {
  readonly paragraph: string;
  readonly reason: string;
}

export interface WithdrawalAnswer {
  readonly allowed: boolean;
  readonly objections: readonly Objection[];
  /** What is not known and would have to be. */
  readonly troubles: readonly Trouble[];
}

/** What leaving takes: from the SMA, from equity, from what must be maintained. All in cents, none negative. */
interface Taken {
  readonly memorandum: Cents;
  readonly equity: Cents;
  readonly maintenance: Cents;
}

/** Whether `withdrawal` may leave the account now. */
export function mayWithdraw(
  state: TransactionState,
  context: GroupContext,
  figures: AccountFigures | undefined,
  withdrawal: Withdrawal,
): WithdrawalAnswer {
  const { books, rules, account } = context;
  const { balance } = state.memoranda.of(account.account);
  if (figures === undefined || balance === undefined) return unknown(books, account, balance === undefined);
  try {
    const taken = takenBy(context, withdrawal);
    const sma = balance;
    const cash = subtract(cashOf(books, account), withdrawal.kind === "cash" ? withdrawal.amount : ZERO);
    const objections = [
      ...regTObjection(rules, sma, taken),
      ...equityObjection(rules, figures, taken, cash < 0 || isShort(books, account)),
      ...depositObjection(state, context, withdrawal),
    ];
    return { allowed: objections.length === 0, objections, troubles: [] };
  } catch (error) {
    if (error instanceof Trouble) return { allowed: false, objections: [], troubles: [error] };
    throw error;
  }
}

/** The most cash that may leave the account now, in cents; undefined where that is not known. */
export function withdrawableCash(
  state: TransactionState,
  context: GroupContext,
  figures: AccountFigures | undefined,
): Cents | undefined {
  const { balance } = state.memoranda.of(context.account.account);
  if (figures === undefined || balance === undefined) return undefined;
  const { dollars: least } = context.rules.maintenance.minimumEquity;
  const byEquity = lesser(subtract(figures.equity, figures.maintenance), subtract(figures.netLiquidation, least));
  // An account that owes nothing and is short of nothing may be emptied of its own money.
  const cash = cashOf(context.books, context.account);
  const own = isShort(context.books, context.account) ? ZERO : greater(cash, ZERO);
  return greater(lesser(balance, greater(byEquity, own)), ZERO);
}

function unknown({ accounts }: MarginBooks, { account }: MarginAccount, isMemorandum: boolean): WithdrawalAnswer {
  const { account: name } = accounts.attributes(account);
  const summary = isMemorandum ? "what its SMA stands at is not known" : "its equity or requirement is not known";
  return {
    allowed: false,
    objections: [],
    troubles: [new Trouble("missing-input", summary, { field: "account", value: name })],
  };
}

function takenBy(context: GroupContext, withdrawal: Withdrawal): Taken {
  if (withdrawal.kind === "cash")
    return { memorandum: withdrawal.amount, equity: withdrawal.amount, maintenance: ZERO };
  const { instrument, units } = withdrawal;
  const kind = initialKind(context.books, instrument);
  if (kind === "option" || kind === "security-future") {
    throw new Trouble("missing-rule", "no rule yet for options and futures that leave an account", {
      field: "instrument",
      value: context.books.instruments.attributes(instrument).instrument,
    });
  }
  const value = valueIn(context, instrument, units);
  return {
    memorandum: subtract(value, initialOn(context, instrument, units, value).amount),
    equity: value,
    maintenance: positionMaintenance(context, instrument, units),
  };
}

function regTObjection({ regT }: MarginRules, sma: Cents, { memorandum }: Taken): Objection[] {
  const left = subtract(sma, memorandum);
  if (left >= 0 || memorandum === 0) return [];
  const reason = `the SMA of ${displayDollars(sma)} is ${displayDollars(negate(left))} too little`;
  return [{ paragraph: regT.withdrawals.paragraph, reason }];
}

function equityObjection(
  { regT, maintenance: { minimumEquity } }: MarginRules,
  { equity, netLiquidation, maintenance }: AccountFigures,
  taken: Taken,
  owes: boolean,
): Objection[] {
  if (!owes) return [];
  const compared = [
    [subtract(equity, taken.equity), toCents(Math.max(0, maintenance - taken.maintenance))],
    [subtract(netLiquidation, taken.equity), minimumEquity.dollars],
  ] as const;
  const missed = compared.find(([after, least]) => after < least);
  if (missed === undefined) return [];
  const [after, least] = missed;
  const reason = `equity would be ${displayDollars(after)}, below ${displayDollars(least)}`;
  return [{ paragraph: regT.withdrawals.equityParagraph, reason }];
}

/** Deposits of a pattern day trader stay for two business days, 4210(f)(8)(B). */
function depositObjection(state: TransactionState, context: GroupContext, withdrawal: Withdrawal): Objection[] {
  const { dayTrading } = context.rules.intraday;
  const { books, account, asOf } = context;
  const { held } = state.dayTrades.of(account.account, asOf, dayTrading, books.calendar);
  if (held === 0 || withdrawal.kind !== "cash") return [];
  const free = subtract(state.memoranda.of(account.account).balance ?? ZERO, held);
  if (withdrawal.amount <= free) return [];
  return [{ paragraph: dayTrading.paragraph, reason: `${displayDollars(held)} was deposited and must stay` }];
}

function isShort(books: MarginBooks, account: MarginAccount): boolean {
  return holdingsOf(books, account).some(({ units }) => units < 0);
}
