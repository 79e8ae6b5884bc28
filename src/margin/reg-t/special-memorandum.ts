/**
 * The special memorandum account of every margin account, 220.5, and what each day's transactions ask for, 220.4(c), kept
 * as transactions come:
 *
 *   SMA at the close = max(SMA at the last close + credits − debits, Regulation T excess at the close)
 *
 * A ratchet: prices that rise lift it, prices that fall never lower it, because only a transaction is a credit or a debit.
 * A day's deficiency is what transactions brought it below zero by, beyond what was asked for already; what was deposited
 * for one day's deficiency meets no other's.
 *
 * By the row of a margin account's principal. Deterministic: told the same again, it is the same to the bit.
 */
import { add, type Cents, excessOver, greater, negate, subtract, sum, toCents, ZERO } from "../../base/money.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import { Table } from "../../base/table.ts";
import type { Day } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import type { MarginRules } from "../rules.ts";
import { meet, type Met, owed, paymentDue, type RegTCall } from "./calls.ts";
import type { AccountFigures } from "./figures.ts";
import { minimumEquityDeposit } from "./initial.ts";

const NEVER = 0;
const KNOWN = 1;
const UNKNOWN = 2;

/** Amounts are cents. */
const SCHEMA = {
  /** NEVER, KNOWN, or UNKNOWN: a transaction could not be valued. */
  state: "u8",
  /** Of today: 1 where something was sold short. */
  short: "u8",
  /** The SMA with today's entries; below zero where they ask for more than there was. */
  balance: "f64",
  /** Today's entries, neither below zero. */
  credits: "f64",
  debits: "f64",
  /** What today's purchases cost, for 4210(b)(4). */
  bought: "f64",
  /** Deficiencies so small that nothing was asked for. */
  disregarded: "f64",
} as const;

const NO_CALLS: readonly RegTCall[] = [];

/** What stands of an account now. */
export interface Memorandum {
  /** The SMA as it was at the last close, with today's entries; undefined: a transaction could not be valued. */
  readonly balance: Cents | undefined;
  readonly credits: Cents;
  readonly debits: Cents;
  /** Deficiencies so small that nothing was asked for. */
  readonly disregarded: Cents;
  readonly calls: readonly RegTCall[];
}

const NOTHING: Memorandum = { balance: ZERO, credits: ZERO, debits: ZERO, disregarded: ZERO, calls: NO_CALLS };

export class SpecialMemoranda implements Stateful {
  readonly #table = new Table("margin.memoranda", SCHEMA);
  readonly #calls = new Map<number, readonly RegTCall[]>();

  /** Whether anything was ever entered for the account. */
  has(account: number): boolean {
    return account < this.#table.size && this.#table.columns.state[account] !== NEVER;
  }

  /** What stands of the account; an SMA that nothing was ever entered in is zero. */
  of(account: number): Memorandum {
    if (!this.has(account)) return NOTHING;
    const { state, balance, credits, debits, disregarded } = this.#table.columns;
    return {
      balance: state[account] === UNKNOWN ? undefined : toCents(balance[account]),
      credits: toCents(credits[account]),
      debits: toCents(debits[account]),
      disregarded: toCents(disregarded[account]),
      calls: this.calls(account),
    };
  }

  /** What is still to be deposited, by the day that made it. */
  calls(account: number): readonly RegTCall[] {
    return this.#calls.get(account) ?? NO_CALLS;
  }

  /** Rows that something was entered for, in their order. */
  *accounts(): Iterable<number> {
    for (let row = 0; row < this.#table.size; row++) if (this.#table.columns.state[row] !== NEVER) yield row;
  }

  /** A credit (positive) or a debit of cents. A credit meets what is still asked for first, the oldest day first. */
  enter(account: number, amount: Cents, by: Exclude<Met, "market">): void {
    this.#reach(account);
    const { balance, credits, debits } = this.#table.columns;
    balance[account] = toCents(balance[account] + amount);
    if (amount >= 0) {
      credits[account] = toCents(credits[account] + amount);
      this.#keep(account, meet(this.calls(account), amount, by));
    } else debits[account] = toCents(debits[account] - amount);
  }

  /**
   * Something was bought, or sold short, today: what least equity is asked for depends on it, 4210(b)(4). A cost below zero
   * takes a purchase back.
   */
  opened(account: number, cost: Cents, isShort: boolean): void {
    this.#reach(account);
    const { bought, short } = this.#table.columns;
    bought[account] = toCents(Math.max(0, bought[account] + cost));
    if (isShort) short[account] = 1;
  }

  /** A transaction could not be valued: the SMA is unknown until it is stated. */
  unknown(account: number): void {
    this.#reach(account);
    this.#table.columns.state[account] = UNKNOWN;
  }

  /** What it stands at, where it was kept elsewhere, or where it had become unknown. */
  state(account: number, amount: Cents): void {
    this.#reach(account);
    this.#table.columns.state[account] = KNOWN;
    this.#table.columns.balance[account] = amount;
  }

  /** Lifts the SMA to the Regulation T excess, where that is more, 220.4(e)(2) and 220.5(b)(4). */
  ratchet(account: number, excess: Cents): void {
    this.#reach(account);
    const { balance } = this.#table.columns;
    if (excess > balance[account]) balance[account] = excess;
  }

  /**
   * The day's transactions combined, at its close: lifts the SMA, takes from what is asked for what prices have made
   * needless, and returns what the day itself asks for. `figures` are those of the close, undefined where unknown: the SMA
   * is then not lifted. A second close of the same day asks for nothing more.
   */
  close(
    account: number,
    day: Day,
    figures: AccountFigures | undefined,
    rules: MarginRules,
    calendar: Calendar,
  ): RegTCall | undefined {
    this.#reach(account);
    if (figures !== undefined) this.ratchet(account, subtract(figures.equity, figures.regT));
    const asked = this.#table.columns.state[account] === UNKNOWN ? undefined : this.#asked(account, figures, rules);
    const { credits, debits, bought, short } = this.#table.columns;
    credits[account] = debits[account] = bought[account] = short[account] = 0;
    if (asked === undefined || asked.amount === 0) return undefined;
    const call: RegTCall = {
      account,
      day,
      due: paymentDue(calendar, day, rules.regT.paymentPeriod),
      ...asked,
      remaining: asked.amount,
      bySale: ZERO,
      byMarket: ZERO,
    };
    this.#keep(account, [...this.calls(account), call]);
    return call;
  }

  #asked(
    account: number,
    figures: AccountFigures | undefined,
    rules: MarginRules,
  ): Pick<RegTCall, "amount" | "deficiency"> {
    const { balance, disregarded } = this.#table.columns;
    const deficiency = excessOver(negate(toCents(balance[account])), ZERO);
    this.#satisfiedByMarket(account, deficiency, figures, rules);
    const calls = this.calls(account);
    const outstanding = sum(calls.map(owed));
    disregarded[account] = Math.min(disregarded[account], excessOver(deficiency, outstanding));
    let made = excessOver(deficiency, add(outstanding, toCents(disregarded[account])));
    if (made <= rules.regT.deficiency.disregarded) {
      disregarded[account] = toCents(disregarded[account] + made);
      made = ZERO;
    }
    const least = figures === undefined ? ZERO : this.#leastEquity(account, figures, rules);
    const equity = excessOver(least, sum(calls.map(({ remaining }) => remaining)));
    return { amount: greater(made, equity), deficiency: made };
  }

  /** 4210(b)(4): all that is missed where something was sold short; of what was bought, no more than is owed for it. */
  #leastEquity(account: number, { netLiquidation, owed: unpaid }: AccountFigures, rules: MarginRules): Cents {
    const { bought, short } = this.#table.columns;
    const most = short[account] === 1 ? Number.MAX_SAFE_INTEGER : Math.min(bought[account], unpaid);
    return minimumEquityDeposit(rules.maintenance.minimumEquity.dollars, netLiquidation, toCents(most));
  }

  /** No more is asked for than would be missing at these prices, 220.4(d); equity is missed only up to its minimum. */
  #satisfiedByMarket(
    account: number,
    deficiency: Cents,
    figures: AccountFigures | undefined,
    rules: MarginRules,
  ): void {
    const calls = this.calls(account);
    if (calls.length === 0 || figures === undefined) return;
    const remaining = sum(calls.map((call) => call.remaining));
    const forEquity = calls.some((call) => call.remaining > owed(call));
    const missed = forEquity ? excessOver(rules.maintenance.minimumEquity.dollars, figures.netLiquidation) : ZERO;
    this.#keep(account, meet(calls, excessOver(remaining, greater(deficiency, missed)), "market"));
  }

  #keep(account: number, calls: readonly RegTCall[]): void {
    if (calls.length === 0) this.#calls.delete(account);
    else this.#calls.set(account, calls);
  }

  #reach(account: number): void {
    while (this.#table.size <= account) this.#table.add();
    const { state } = this.#table.columns;
    if (state[account] === NEVER) state[account] = KNOWN;
  }

  sections(): Section[] {
    const calls = [...this.#calls].sort(([a], [b]) => a - b);
    return [...this.#table.sections(), jsonSection("margin.memoranda.calls", calls)];
  }

  restore(sections: SectionReader): void {
    this.#table.restore(sections);
    this.#calls.clear();
    for (const [account, calls] of sections.json("margin.memoranda.calls") as [number, RegTCall[]][])
      this.#calls.set(account, calls);
  }
}
