/**
 * What transactions make of accounts, kept as they come: the SMA and Regulation T deficiencies of margin accounts, intraday
 * margin levels or day trades, whichever standard an account is held to, and the payments and freezes of cash accounts.
 *
 * To be told: `before` ahead of every fact that will change an account's money or securities, then, once the books have it,
 * `tradeBooked`, `cashMoved` or `securitiesMoved`; `dayOpened` and `dayClosed`; `smaStated`; `priceMoved` where the firm
 * reads every price. A day that was not closed is closed when the next opens. Told the same facts over the same books, it
 * is the same to the bit. Accounts are named by any row that is part of them, answers are by the principal's row.
 */
import { assert } from "../../base/assert.ts";
import { Trouble } from "../../base/errors.ts";
import { type Cents, excessOver, negate, subtract, toCents, ZERO } from "../../base/money.ts";
import { bytesOf, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import type { Day, Instant } from "../../base/time.ts";
import { NO_DAY } from "../../books/settlement.ts";
import { BASE_CURRENCY, type MarginAccount, type MarginBooks, marginAccountOf, marginAccounts } from "../account.ts";
import type { GroupContext } from "../group.ts";
import { type DayTradeCall, DayTrades } from "../intraday/day-trades.ts";
import { type IntradayDeficit, IntradayLevels } from "../intraday/levels.ts";
import { standardOn } from "../intraday/rules.ts";
import type { MarginRules } from "../rules.ts";
import { paymentDue, type RegTCall } from "./calls.ts";
import { CashAccounts, type CashTrade } from "./cash-account.ts";
import {
  cashEntry,
  type CashReason,
  excessOf,
  explainedInitial,
  groupEntry,
  type InitialOf,
  isDeposit,
  isTransfer,
  netUnits,
  plainEntry,
  type SecuritiesReason,
  standsAlone,
} from "./entries.ts";
import type { AccountFigures, FiguresOf, PlainFigures } from "./figures.ts";
import { SpecialMemoranda } from "./special-memorandum.ts";

/** A trade that the books have. */
export interface TransactedTrade {
  /** The account that traded. */
  readonly account: number;
  readonly instrument: number;
  /** Units bought, negative where sold. */
  readonly units: number;
  /** Dollars in cents that came in, negative where paid. */
  readonly cash: Cents;
  readonly at: Instant;
  readonly tradeDay: Day;
  readonly settleDay: Day;
  /** It takes back an execution. */
  readonly busted: boolean;
}

/** What the end of a day asks for. */
export interface DayAsked {
  readonly day: Day;
  readonly regT: readonly RegTCall[];
  readonly intraday: readonly IntradayDeficit[];
  readonly dayTrading: readonly DayTradeCall[];
}

/** What the state reads beside the books. */
export interface TransactionSources {
  readonly figuresOf: FiguresOf;
  /** Where accounts of plain positions have shorter ways. */
  readonly plain?: PlainFigures;
  /** The rules in force on a day; nothing is kept while there are none. */
  readonly rulesOn: (day: Day) => MarginRules | undefined;
}

/** Figures before a transaction that are worked out once the books have it. */
const LATER = Symbol("later");

interface BeforeAndAfter {
  readonly before: AccountFigures | undefined;
  readonly after: AccountFigures | undefined;
}

const NOT_ASKED: BeforeAndAfter = { before: undefined, after: undefined };

export class TransactionState implements Stateful {
  readonly memoranda = new SpecialMemoranda();
  readonly cash = new CashAccounts();
  readonly levels = new IntradayLevels();
  readonly dayTrades = new DayTrades();
  readonly #books: MarginBooks;
  readonly #sources: TransactionSources;
  /** The day that is open, and 1 where it has been closed. */
  readonly #days = new Int32Array([NO_DAY, 0]);
  /** Between `before` and what follows it: figures by principal, or that they can be said afterwards. */
  readonly #before = new Map<number, AccountFigures | typeof LATER | undefined>();

  constructor(books: MarginBooks, sources: TransactionSources) {
    this.#books = books;
    this.#sources = sources;
  }

  /** The day whose transactions are being kept, or `NO_DAY`. */
  get day(): Day {
    return this.#days[0] as Day;
  }

  /** The rules of the day. */
  get rules(): MarginRules | undefined {
    return this.day === NO_DAY ? undefined : this.#sources.rulesOn(this.day);
  }

  /** Money or securities of the account are about to change: keeps its figures as they are. */
  before(account: number): void {
    const margin = this.#marginAccount(account);
    if (margin === undefined) return;
    const { plain, figuresOf } = this.#sources;
    const principal = margin.account;
    this.#before.set(principal, plain?.canLookBack(principal) === true ? LATER : figuresOf(principal));
  }

  /** The books have a trade of the account. */
  tradeBooked(trade: TransactedTrade): void {
    const { rules } = this;
    const account = marginAccountOf(this.#books, trade.account);
    if (rules === undefined || account === undefined) return;
    if (account.regime === "cash") this.#cashTrade(trade, account, rules);
    else if (account.regime === "margin") this.#marginTrade(trade, account, rules);
  }

  #marginTrade(trade: TransactedTrade, account: MarginAccount, rules: MarginRules): void {
    const { instrument, units, cash } = trade;
    const principal = account.account;
    const books = this.#books;
    const context = { books, rules, account, asOf: this.day } satisfies GroupContext;
    const standard = this.#standard(account, rules);
    const now = netUnits(books, account, instrument);
    const isAlone = standsAlone(books, account, instrument);
    // Figures are worked out only where the trade's own cost does not say all.
    const figures = !isAlone || standard === "intraday" ? this.#figures(principal) : this.#forget(principal);
    const entry = isAlone
      ? plainEntry(trade, now, this.#initialOf(context))
      : groupEntry(context, trade, figures.before, figures.after);
    if (entry === undefined) this.memoranda.unknown(principal);
    else this.memoranda.enter(principal, entry, "sale");
    if (standard === "intraday") this.levels.transacted(principal, trade.at, figures.before, figures.after);
    const held = now - units;
    const traded = { account: principal, instrument, units, money: toCents(Math.abs(cash)), day: this.day, held };
    const { dayTrading } = rules.intraday;
    if (trade.busted) {
      if (trade.tradeDay !== this.day) return;
      // What was bought today counts no more.
      if (units < 0) this.memoranda.opened(principal, negate(traded.money), false);
      if (standard === "pattern-day-trader") this.dayTrades.tradeBusted(traded, dayTrading, books.calendar);
      return;
    }
    const isShort = units < 0 && now < 0;
    const isPurchase = units > 0 && now > 0;
    if (isPurchase || isShort) this.memoranda.opened(principal, excessOver(negate(cash), ZERO), isShort);
    if (standard === "pattern-day-trader") this.dayTrades.tradeBooked(traded, dayTrading, books.calendar);
  }

  /** By the compiled rules where the account has plain positions alone, else as it is explained. */
  #initialOf(context: GroupContext): InitialOf {
    const { plain } = this.#sources;
    const { account } = context.account;
    if (plain?.canLookBack(account) !== true) return explainedInitial(context);
    return (instrument, units, value) => plain.initialOn(account, instrument, units, value);
  }

  #cashTrade(trade: TransactedTrade, account: MarginAccount, rules: MarginRules): void {
    const { instrument, units, tradeDay, settleDay } = trade;
    const { instruments } = this.#books;
    const type = instruments.type(instrument);
    const booked: CashTrade = {
      account: account.account,
      instrument,
      units,
      money: toCents(Math.abs(trade.cash)),
      day: tradeDay,
      settles: settleDay,
      due: this.#paymentDue(tradeDay, rules),
      exempted: type === "treasury" || type === "agency" || type === "municipal",
      held: netUnits(this.#books, account, instrument) - units,
    };
    if (trade.busted) this.cash.tradeBusted(booked);
    else this.cash.tradeBooked(booked, rules.cashAccounts);
  }

  /** Of a trade that is booked ahead of its day, as of today; of one from before the calendar's time, at once. */
  #paymentDue(tradeDay: Day, { cashAccounts }: MarginRules): Day {
    const day = tradeDay < this.day ? tradeDay : this.day;
    try {
      return paymentDue(this.#books.calendar, day, cashAccounts.payment);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      return this.day;
    }
  }

  /** The books have cash of the account that came in (positive, cents) or left. */
  cashMoved(account: number, amount: Cents, reason: CashReason, at: Instant): void {
    const { rules } = this;
    const margin = marginAccountOf(this.#books, account);
    if (margin === undefined || rules === undefined || margin.regime === "portfolio") return;
    const principal = margin.account;
    if (margin.regime === "cash") {
      if (amount >= 0) this.cash.deposited(principal, amount, this.day);
      else this.cash.withdrawn(principal, negate(amount));
      return;
    }
    const entry = cashEntry(amount, reason);
    const isIntraday = entry !== undefined && this.#standard(margin, rules) === "intraday";
    const { before, after } = isIntraday ? this.#figures(principal) : this.#forget(principal);
    if (entry === undefined) return;
    this.memoranda.enter(principal, entry, "deposit");
    if (isIntraday) this.levels.transacted(principal, at, before, after);
    if (isDeposit(reason)) this.#deposited(margin, amount);
  }

  /** The books have securities of the account that came in (units positive) or left. */
  securitiesMoved(account: number, instrument: number, units: number, reason: SecuritiesReason, at: Instant): void {
    const { rules } = this;
    const margin = marginAccountOf(this.#books, account);
    if (margin === undefined || rules === undefined || margin.regime === "portfolio") return;
    const principal = margin.account;
    if (margin.regime === "cash") {
      const settleDay = this.day;
      if (units < 0 && isTransfer(reason))
        this.#cashTrade(
          { account, instrument, units, cash: ZERO, at, tradeDay: this.day, settleDay, busted: false },
          margin,
          rules,
        );
      return;
    }
    const { before, after } = isTransfer(reason) ? this.#figures(principal) : this.#forget(principal);
    if (!isTransfer(reason)) return;
    if (this.#standard(margin, rules) === "intraday") this.levels.transacted(principal, at, before, after);
    if (before === undefined || after === undefined) return this.memoranda.unknown(principal);
    this.memoranda.enter(principal, subtract(excessOf(after), excessOf(before)), "deposit");
    this.#deposited(margin, subtract(after.equity, before.equity));
  }

  #deposited(account: MarginAccount, amount: Cents): void {
    this.levels.deposited(account.account, amount);
    this.dayTrades.deposited(account.account, amount, this.day);
  }

  /** Where an SMA stands that was kept elsewhere before, or that had become unknown. */
  smaStated(account: number, amount: Cents): void {
    const margin = this.#marginAccount(account);
    if (margin !== undefined) this.memoranda.state(margin.account, amount);
  }

  /** Prices moved: only the running minimum of 4210(d)(2)(B) asks for it, of accounts that hold what moved. */
  priceMoved(account: number): void {
    const { rules } = this;
    if (rules === undefined || rules.intraday.deficit.policy !== "running-minimum") return;
    const margin = this.#marginAccount(account);
    if (margin === undefined) return;
    this.levels.observed(margin.account, this.#sources.figuresOf(margin.account), rules.intraday);
  }

  /**
   * The books were filled by other means than transactions: an SMA that was not stated is at least what Regulation T excess
   * is now, and the last close, for day trading, is as it is now.
   */
  begin(): void {
    const { rules } = this;
    if (rules === undefined) return;
    for (const account of marginAccounts(this.#books)) {
      if (account.regime === "cash") this.#beginCash(account);
      if (account.regime !== "margin") continue;
      const figures = this.#sources.figuresOf(account.account);
      if (figures !== undefined && !this.memoranda.has(account.account))
        this.memoranda.ratchet(account.account, excessOf(figures));
      if (this.#standard(account, rules) === "pattern-day-trader")
        this.dayTrades.close(account.account, this.day, figures, rules.intraday.dayTrading, this.#books.calendar);
    }
  }

  /** What a cash account has is settled, but for what is still to settle. */
  #beginCash({ account }: MarginAccount): void {
    const { instruments, ledger } = this.#books;
    const currency = instruments.findText(BASE_CURRENCY);
    if (currency >= 0) this.cash.deposited(account, toCents(ledger.settledBalance(account, currency)), this.day);
  }

  /** A business day opened, its settlements are in the books. What the day before asks for, where it was still open. */
  dayOpened(day: Day): DayAsked | undefined {
    const asked = this.day !== NO_DAY && this.#days[1] === 0 && day > this.day ? this.dayClosed(this.day) : undefined;
    this.#days[0] = day;
    this.#days[1] = 0;
    const { rules } = this;
    if (rules !== undefined) this.cash.dayOpened(day, rules.cashAccounts);
    return asked;
  }

  /** The day's end, by the prices that are in the books: what its transactions ask for. */
  dayClosed(day: Day): DayAsked {
    assert(day >= this.day, "a day that is closed has been opened, or is the present one");
    this.#days[0] = day;
    this.#days[1] = 1;
    const asked = { day, regT: [] as RegTCall[], intraday: [] as IntradayDeficit[], dayTrading: [] as DayTradeCall[] };
    const { rules } = this;
    if (rules === undefined) return asked;
    const { calendar } = this.#books;
    for (const account of marginAccounts(this.#books)) {
      if (account.regime !== "margin") continue;
      const row = account.account;
      const figures = this.#sources.figuresOf(row);
      const call = this.memoranda.close(row, day, figures, rules, calendar);
      if (call !== undefined) asked.regT.push(call);
      const isOld = this.#standard(account, rules) === "pattern-day-trader";
      const deficit = this.levels.close(row, day, figures, rules.intraday, calendar);
      if (deficit !== undefined) asked.intraday.push(deficit);
      const special = isOld ? this.dayTrades.close(row, day, figures, rules.intraday.dayTrading, calendar) : undefined;
      if (special !== undefined) asked.dayTrading.push(special);
    }
    return asked;
  }

  #standard({ terms }: MarginAccount, rules: MarginRules): ReturnType<typeof standardOn> {
    return standardOn(rules.intraday, this.day, terms.dayTrading);
  }

  #marginAccount(account: number): MarginAccount | undefined {
    const found = marginAccountOf(this.#books, account);
    return found?.regime === "margin" ? found : undefined;
  }

  /** The figures before, and those of now. */
  #figures(principal: number): BeforeAndAfter {
    assert(this.#before.has(principal), "an account's figures are kept before it changes");
    const kept = this.#before.get(principal);
    this.#before.delete(principal);
    const { plain, figuresOf } = this.#sources;
    return { before: kept === LATER ? plain?.lookBack(principal) : kept, after: figuresOf(principal) };
  }

  /** Nobody asks for them. */
  #forget(principal: number): BeforeAndAfter {
    this.#before.delete(principal);
    return NOT_ASKED;
  }

  sections(): Section[] {
    return [
      { name: "margin.transactionDays", bytes: bytesOf(this.#days) },
      ...this.memoranda.sections(),
      ...this.cash.sections(),
      ...this.levels.sections(),
      ...this.dayTrades.sections(),
    ];
  }

  restore(sections: SectionReader): void {
    bytesOf(this.#days).set(sections.bytes("margin.transactionDays"));
    for (const part of [this.memoranda, this.cash, this.levels, this.dayTrades]) part.restore(sections);
    this.#before.clear();
  }
}
