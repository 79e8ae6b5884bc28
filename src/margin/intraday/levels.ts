/**
 * The intraday margin standard, 4210(d)(2): the intraday margin level (IML, margin equity less maintenance) after each
 * transaction that lowers it, a day's intraday margin deficit (IMD), its cure and its clocks.
 *
 * A deficit is made by transactions only: prices alone make none (unless the firm's policy reads every price after the
 * first such transaction, which is stricter). Of activities whose order cannot be shown, because they carry one time, those
 * that lower the level are taken first. A deficit is satisfied when, from the end of its day to the end of a later one, net
 * deposits or any other rise of the level come to it; what satisfies one deficit satisfies no other.
 *
 * By the row of a margin account's principal. Deterministic: told the same again, it is the same to the bit.
 */
import { type Cents, excessOver, greater, lesser, subtract, toCents, ZERO } from "../../base/money.ts";
import { portion } from "../../base/rate.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import { Table } from "../../base/table.ts";
import type { Day, Instant } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { addBusinessDays } from "../../books/deadlines.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { AccountFigures } from "../reg-t/figures.ts";
import type { IntradayRules } from "./rules.ts";

export interface IntradayDeficit {
  /** The principal's row. */
  readonly account: number;
  readonly day: Day;
  /** Cents: the largest negative level with respect to a transaction that lowered it. */
  readonly amount: Cents;
  /** Up to this it counts toward no practice, (d)(2)(D)(i): the lesser of a share of equity and an amount. */
  readonly deMinimis: Cents;
  readonly counts: boolean;
  /** The close of this day ends prompt cure; the close of the next ends the deficit itself. */
  readonly promptUntil: Day;
  readonly expires: Day;
  /** The last day on which it is deducted from net capital, if it is not satisfied. */
  readonly chargedUntil: Day;
  /** Net deposits and the level at the close of its day, from which a cure is measured. */
  readonly depositsFrom: Cents;
  readonly levelFrom: Cents | null;
  readonly satisfied: Day | null;
  readonly missedPrompt: boolean;
}

/** Amounts are cents. */
const SCHEMA = {
  /** Today's lowest level with respect to a transaction that lowered it; NaN where there was none. */
  lowest: "f64",
  /** Activities of one time: when, the level before the first of them, and by how much they lowered it in all. */
  at: "f64",
  base: "f64",
  lowered: "f64",
  /** All deposits ever, less withdrawals. */
  deposits: "f64",
  /** The last day of the freeze, or 0. */
  frozenUntil: "i32",
  /** 1 where a level could not be computed today. */
  unknown: "u8",
} as const;

/** What stands of an account now. */
export interface IntradayStanding {
  /** What the day's deficit comes to so far, in cents. */
  readonly today: Cents;
  /** A level could not be computed today: the deficit may be more. */
  readonly unknown: boolean;
  /** Not satisfied and not expired, the oldest first. */
  readonly deficits: readonly IntradayDeficit[];
  /** The last day without new short positions or debits, (d)(2)(D); undefined where there is no freeze. */
  readonly frozenUntil: Day | undefined;
}

export class IntradayLevels implements Stateful {
  readonly #table = new Table("margin.levels", SCHEMA);
  /** Deficits that stand, and those that count toward a practice. */
  readonly #deficits = new Map<number, readonly IntradayDeficit[]>();

  of(account: number, day: Day): IntradayStanding {
    const deficits = this.outstanding(account, day);
    if (account >= this.#table.size) return { today: ZERO, unknown: false, deficits, frozenUntil: undefined };
    const { lowest, unknown, frozenUntil } = this.#table.columns;
    const until = frozenUntil[account] as Day;
    return {
      today: deficitOf(lowest[account]),
      unknown: unknown[account] === 1,
      deficits,
      frozenUntil: until >= day && until > 0 ? until : undefined,
    };
  }

  /** Not satisfied by now, and not expired before `day`. */
  outstanding(account: number, day: Day): readonly IntradayDeficit[] {
    return (this.#deficits.get(account) ?? []).filter(({ satisfied, expires }) => satisfied === null && expires >= day);
  }

  /** Rows for which anything is kept. */
  *accounts(): Iterable<number> {
    for (let row = 0; row < this.#table.size; row++) yield row;
  }

  /** A transaction was booked, or money or securities moved, at `at`: the figures before and after it, at one set of prices. */
  transacted(
    account: number,
    at: Instant,
    before: AccountFigures | undefined,
    after: AccountFigures | undefined,
  ): void {
    this.#reach(account);
    const columns = this.#table.columns;
    if (before === undefined || after === undefined) {
      columns.unknown[account] = 1;
      return;
    }
    const from = levelOf(before);
    const change = levelOf(after) - from;
    if (columns.at[account] !== at) {
      columns.at[account] = at;
      columns.base[account] = from;
      columns.lowered[account] = 0;
    }
    if (change >= 0) return;
    columns.lowered[account] += change;
    this.#lower(account, columns.base[account] + columns.lowered[account]);
  }

  /** Money, or securities at their value, came in (positive) or left. */
  deposited(account: number, amount: Cents): void {
    this.#reach(account);
    const { deposits } = this.#table.columns;
    deposits[account] = toCents(deposits[account] + amount);
  }

  /** Prices moved: counts under the policy of the running minimum, and only after a transaction that lowered the level. */
  observed(account: number, figures: AccountFigures | undefined, { deficit }: IntradayRules): void {
    if (deficit.policy !== "running-minimum" || account >= this.#table.size) return;
    if (figures === undefined || Number.isNaN(this.#table.columns.lowest[account])) return;
    this.#lower(account, levelOf(figures));
  }

  /**
   * The end of a day: deficits of earlier days that have been satisfied, or missed their prompt day, and the day's own. A
   * practice of missing freezes the account from then on, (d)(2)(D).
   */
  close(
    account: number,
    day: Day,
    figures: AccountFigures | undefined,
    rules: IntradayRules,
    calendar: Calendar,
  ): IntradayDeficit | undefined {
    this.#reach(account);
    const { lowest, at, unknown, deposits } = this.#table.columns;
    const level = figures === undefined ? null : levelOf(figures);
    const total = toCents(deposits[account]);
    const earlier = judgePrompt(satisfy(this.#deficits.get(account) ?? [], day, total, level), day);
    const amount = deficitOf(lowest[account]);
    const made =
      amount === 0 ? undefined : deficitOn(account, day, amount, figures, { deposits: total, level }, rules, calendar);
    lowest[account] = Number.NaN;
    at[account] = Number.NaN;
    unknown[account] = 0;
    this.#freeze(account, earlier, day, rules);
    const kept = made === undefined ? earlier : [...earlier, made];
    const remembered = kept.filter((deficit) => isRemembered(deficit, day, rules));
    if (remembered.length === 0) this.#deficits.delete(account);
    else this.#deficits.set(account, remembered);
    return made;
  }

  /** Freezes on the close of a prompt day that a practice misses; releases where the deficit behind it is satisfied. */
  #freeze(account: number, deficits: readonly IntradayDeficit[], day: Day, { freeze }: IntradayRules): void {
    const { frozenUntil } = this.#table.columns;
    let until = 0;
    const missed = deficits.filter(({ missedPrompt, counts }) => missedPrompt && counts);
    for (const [index, deficit] of missed.entries()) {
      const first = missed[index - freeze.practice + 1];
      if (index + 1 < freeze.practice || addSpan(first.promptUntil, freeze.within) <= deficit.promptUntil) continue;
      if (deficit.satisfied === null) until = Math.max(until, addSpan(deficit.promptUntil, freeze.lasts));
    }
    frozenUntil[account] = until >= day ? until : 0;
  }

  #lower(account: number, level: number): void {
    const { lowest } = this.#table.columns;
    if (!(lowest[account] <= level)) lowest[account] = level;
  }

  #reach(account: number): void {
    while (this.#table.size <= account) {
      const row = this.#table.add();
      this.#table.columns.lowest[row] = Number.NaN;
      this.#table.columns.at[row] = Number.NaN;
    }
  }

  sections(): Section[] {
    const deficits = [...this.#deficits].sort(([a], [b]) => a - b);
    return [...this.#table.sections(), jsonSection("margin.intradayDeficits", deficits)];
  }

  restore(sections: SectionReader): void {
    this.#table.restore(sections);
    this.#deficits.clear();
    for (const [account, deficits] of sections.json("margin.intradayDeficits") as [number, IntradayDeficit[]][])
      this.#deficits.set(account, deficits);
  }
}

/** The intraday margin level, 4210(a)(17): cash that could be withdrawn, or that is missing. */
export function levelOf({ equity, maintenance }: AccountFigures): Cents {
  return subtract(equity, maintenance);
}

function deficitOf(lowest: number): Cents {
  return lowest < 0 ? toCents(-lowest) : ZERO;
}

/** The day's deficit with its clocks, (d)(2)(B) to (D). Its size is judged by the account's equity at the close. */
function deficitOn(
  account: number,
  day: Day,
  amount: Cents,
  figures: AccountFigures | undefined,
  from: { readonly deposits: Cents; readonly level: Cents | null },
  { deMinimis, cure }: IntradayRules,
  calendar: Calendar,
): IntradayDeficit {
  const equity = figures === undefined ? ZERO : greater(figures.equity, ZERO);
  const limit = lesser(portion(equity, deMinimis.ofEquity), deMinimis.dollars);
  return {
    account,
    day,
    amount,
    deMinimis: limit,
    counts: amount > limit,
    promptUntil: addBusinessDays(day, cure.promptly, calendar),
    expires: addBusinessDays(day, cure.expires, calendar),
    chargedUntil: addBusinessDays(day, cure.promptly + cure.charged, calendar),
    depositsFrom: from.deposits,
    levelFrom: from.level,
    satisfied: null,
    missedPrompt: false,
  };
}

/** Satisfies the oldest first; what satisfied one is taken from what could satisfy the others, (d)(2)(C). */
function satisfy(
  deficits: readonly IntradayDeficit[],
  day: Day,
  deposits: Cents,
  level: Cents | null,
): readonly IntradayDeficit[] {
  let used = ZERO;
  return deficits.map((deficit) => {
    if (deficit.satisfied !== null || deficit.expires < day) return deficit;
    const brought = deposits - deficit.depositsFrom - used;
    const risen = level === null || deficit.levelFrom === null ? 0 : level - deficit.levelFrom - used;
    if (brought < deficit.amount && risen < deficit.amount) {
      if (used === 0) return deficit;
      return {
        ...deficit,
        depositsFrom: toCents(deficit.depositsFrom + used),
        levelFrom: deficit.levelFrom === null ? null : toCents(deficit.levelFrom + used),
      };
    }
    used = toCents(used + deficit.amount);
    return { ...deficit, satisfied: day };
  });
}

/** At the close of its prompt day what is not satisfied has missed it, whatever becomes of it later. */
function judgePrompt(deficits: readonly IntradayDeficit[], day: Day): readonly IntradayDeficit[] {
  return deficits.map((deficit) =>
    deficit.satisfied === null && !deficit.missedPrompt && day >= deficit.promptUntil
      ? { ...deficit, missedPrompt: true }
      : deficit,
  );
}

/** Whether it stands, is part of a practice that can still come, or holds a freeze. */
function isRemembered(deficit: IntradayDeficit, day: Day, { freeze }: IntradayRules): boolean {
  if (deficit.satisfied === null && deficit.expires > day) return true;
  if (!deficit.missedPrompt || !deficit.counts) return false;
  return addSpan(deficit.promptUntil, freeze.within) > day || addSpan(deficit.promptUntil, freeze.lasts) >= day;
}

/** What deficits are deducted from net capital on `day`: from the close of the prompt days until the charge ends, (d)(2)(C). */
export function chargeOf(deficits: readonly IntradayDeficit[], day: Day): Cents {
  const charged = deficits.filter(
    ({ satisfied, promptUntil, chargedUntil }) => satisfied === null && day > promptUntil && day <= chargedUntil,
  );
  return toCents(charged.reduce((all, { amount }) => all + excessOver(amount, ZERO), 0));
}
