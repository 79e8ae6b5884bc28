/**
 * What a transaction enters in the SMA, 220.5: by how much it changes Regulation T excess when everything is worth what
 * the transaction says. A purchase at 10,000 that requires half takes 5,000; a sale gives half of its proceeds back, also
 * in a restricted account; cash that comes in counts in full; securities that come in count for their loan value.
 *
 * On the day of a trade a security is worth what it cost or brought, charges included (220.2, current market value). Interest
 * and service charges take nothing, 220.4(f). Corrections and opening balances are no transactions.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import { type Cents, subtract, toCents, ZERO } from "../../base/money.ts";
import type { FactOfKind } from "../../facts/kinds.ts";
import { inDollars, type MarginAccount, type MarginBooks } from "../account.ts";
import { followedIndex, type GroupContext, underlyingOf, valueIn } from "../group.ts";
import type { AccountFigures } from "./figures.ts";
import { initialKind, initialOn } from "./initial.ts";

export type CashReason = FactOfKind<"cash-moved">["reason"];
export type SecuritiesReason = FactOfKind<"securities-moved">["reason"];

/** A trade of a margin account, booked. */
export interface BookedTrade {
  readonly instrument: number;
  /** Units bought, negative where sold. */
  readonly units: number;
  /** Dollars in cents that came in, negative where paid; charges and accrued interest included. */
  readonly cash: Cents;
}

/** Regulation T excess, in cents. */
export function excessOf({ equity, regT }: AccountFigures): Cents {
  return subtract(equity, regT);
}

/** Charges that an account is debited with without a requirement, 220.4(f). */
const CHARGES: ReadonlySet<CashReason> = new Set(["interest", "fee", "commission", "dividend", "tax"]);
const CORRECTIONS: ReadonlySet<CashReason> = new Set(["adjustment", "settlement"]);

/** What cash that came in (positive) or left for a reason enters, in cents; undefined where it is no entry at all. */
export function cashEntry(amount: Cents, reason: CashReason): Cents | undefined {
  if (CORRECTIONS.has(reason) || (amount < 0 && CHARGES.has(reason))) return undefined;
  return amount;
}

/** Whether cash that moved is a deposit or a withdrawal, and no income or charge. */
export function isDeposit(reason: CashReason): boolean {
  return !CORRECTIONS.has(reason) && !CHARGES.has(reason);
}

/** Whether securities came in or left as a customer's transaction. */
export function isTransfer(reason: SecuritiesReason): boolean {
  return reason !== "opening" && reason !== "adjustment";
}

/** What the Supplement asks of a plain position of so many units that is worth so many cents. NaN where that is unknown. */
export type InitialOf = (instrument: number, units: number, value: Cents) => number;

/** The same as `initialOn` explains it. */
export function explainedInitial(context: GroupContext): InitialOf {
  return (instrument, units, value) => {
    try {
      return initialOn(context, instrument, units, value).amount;
    } catch (error) {
      if (error instanceof Trouble) return Number.NaN;
      throw error;
    }
  };
}

/**
 * What a trade enters, in cents, of which the cost says all: what is closed gives its requirement back, what is opened takes
 * it, at cost, or at what it brought. `held`: net units after it. Undefined where that cannot be said: a price or a rule is
 * missing.
 */
export function plainEntry(
  { instrument, units, cash }: BookedTrade,
  held: number,
  initialOf: InitialOf,
): Cents | undefined {
  const value = toCents(Math.abs(cash));
  const before = held - units;
  const size = Math.abs(units);
  const isClosing = before !== 0 && before > 0 !== units > 0;
  const closed = isClosing ? Math.min(size, Math.abs(before)) : 0;
  const closedValue = toCents(multiplyDivide(value, closed, size));
  const given = closed === 0 ? 0 : initialOf(instrument, Math.sign(before) * closed, closedValue);
  const openedValue = subtract(value, closedValue);
  const taken = closed === size ? 0 : initialOf(instrument, Math.sign(units) * (size - closed), openedValue);
  const entered = given - taken;
  return Number.isNaN(entered) ? undefined : toCents(entered);
}

/** What any other trade enters: the change of Regulation T excess, less what it gained at once. */
export function groupEntry(
  context: GroupContext,
  trade: BookedTrade,
  before: AccountFigures | undefined,
  after: AccountFigures | undefined,
): Cents | undefined {
  if (before === undefined || after === undefined) return undefined;
  try {
    return subtract(subtract(excessOf(after), excessOf(before)), gainOf(context, trade));
  } catch (error) {
    if (error instanceof Trouble) return undefined;
    throw error;
  }
}

/** Net units of an instrument in all members of the account. */
export function netUnits({ ledger }: MarginBooks, { members }: MarginAccount, instrument: number): number {
  let net = 0;
  for (const member of members) net += ledger.balance(member, instrument);
  return net;
}

/** Whether nothing else of an instrument's group is held, so that the cost of a trade in it says all. */
export function standsAlone(books: MarginBooks, { members }: MarginAccount, instrument: number): boolean {
  const { instruments, ledger } = books;
  const type = instruments.type(instrument);
  if (type === "option" || type === "future") return false;
  const underlying = underlyingOf(books, instrument);
  const followed = followedIndex(books, instrument);
  for (const member of members) {
    for (let row = ledger.firstRow(member); row !== -1; row = ledger.nextRow(row)) {
      const { asset, quantity } = ledger.rows.columns;
      const held = asset[row];
      if (quantity[row] === 0 || held === instrument || instruments.type(held) === "currency") continue;
      if (underlyingOf(books, held) === underlying || underlyingOf(books, held) === followed) return false;
    }
  }
  return true;
}

/** What the trade gained at once, by the difference between its price and the market's: no part of the entry. */
function gainOf(context: GroupContext, { instrument, units, cash }: BookedTrade): Cents {
  const kind = initialKind(context.books, instrument);
  if (kind === "option" || context.books.instruments.type(instrument) === "future") return ZERO;
  return toCents(valueIn(context, instrument, units) + cash);
}

/** Cents of the instrument's currency, or of a currency itself, in dollars at market; undefined where that is unknown. */
export function dollarsOf(books: MarginBooks, instrument: number, amount: Cents): Cents | undefined {
  try {
    return inDollars(books, instrument, amount);
  } catch (error) {
    if (error instanceof Trouble) return undefined;
    throw error;
  }
}
