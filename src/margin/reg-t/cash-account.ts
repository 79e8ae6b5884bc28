/**
 * Cash accounts, 220.8: what each holds in settled funds, which purchases are not paid for and when payment is due, what was
 * sold unpaid, and what that takes away: 90 calendar days in which a purchase needs funds in the account.
 *
 * Money pays the oldest purchase first. What a sale brings is money once it settles; until then it is proceeds that a
 * purchase may lean on. Selling what was bought with nothing behind it is free-riding, 220.8(c) and 4210(f)(9): the
 * account is frozen from the day of the sale, unless a deposit pays in full within the payment period and the proceeds stay,
 * (c)(2). Selling what was bought with proceeds, before these settle, is a good-faith violation; on one day, the chain that
 * 220.8(a)(1)(ii) does not permit.
 *
 * By the row of the account. Deterministic: told the same again, it is the same to the bit.
 */
import { add, type Cents, excessOver, lesser, subtract, sum, toCents, ZERO } from "../../base/money.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import { Table } from "../../base/table.ts";
import type { Day } from "../../base/time.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { CashAccountRules } from "./rules.ts";

/** A purchase that is not paid for in full. */
export interface Purchase {
  readonly instrument: number;
  readonly day: Day;
  /** Payment is due; null for an exempted security. */
  readonly due: Day | null;
  readonly cost: Cents;
  readonly unpaid: Cents;
  /** Of what was unpaid at first: as much as unsettled proceeds will pay. */
  readonly leansOn: Cents;
  /** Units of it that are still held. */
  readonly units: number;
  /** The day on which it was first sold unpaid with nothing behind it, or null. */
  readonly freeRide: Day | null;
  /** Money left the account since that sale: paying in full no longer helps. */
  readonly withdrawn: boolean;
}

/** Proceeds that will be money on a day. */
interface Proceeds {
  readonly settles: Day;
  readonly amount: Cents;
}

export type ViolationKind = "free-riding" | "same-day-chain" | "good-faith" | "unfunded-purchase";

export interface Violation {
  readonly kind: ViolationKind;
  readonly day: Day;
  readonly instrument: number;
  /** What was not paid for, in cents. */
  readonly amount: Cents;
  /** A free ride that was paid for in full within its time, 220.8(c)(2), and so counts no more. */
  readonly excused: boolean;
}

interface Activity {
  readonly purchases: readonly Purchase[];
  /** By the day of settlement, then as they came. */
  readonly proceeds: readonly Proceeds[];
  readonly violations: readonly Violation[];
}

const NONE: Activity = { purchases: [], proceeds: [], violations: [] };

/** A trade of a cash account. */
export interface CashTrade {
  readonly account: number;
  readonly instrument: number;
  /** Units bought, negative where sold. */
  readonly units: number;
  /** What it cost or brought, charges included: not negative. */
  readonly money: Cents;
  readonly day: Day;
  readonly settles: Day;
  /** When a purchase is to be paid for. */
  readonly due: Day;
  readonly exempted: boolean;
  /** Units that the account held before. */
  readonly held: number;
}

/** What stands of a cash account on a day. */
export interface CashStanding {
  /** Money that no purchase needs: below zero, a debit. */
  readonly settled: Cents;
  readonly unsettled: Cents;
  readonly purchases: readonly Purchase[];
  readonly violations: readonly Violation[];
  /** The last day of the freeze of 220.8(c), or of the firm's own restriction; undefined where purchases may be paid later. */
  readonly frozenUntil: Day | undefined;
  readonly restrictedUntil: Day | undefined;
}

export class CashAccounts implements Stateful {
  readonly #funds = new Table("margin.funds", { settled: "f64" });
  readonly #activity = new Map<number, Activity>();

  of(account: number, day: Day, rules: CashAccountRules): CashStanding {
    const { purchases, proceeds, violations } = this.#of(account);
    return {
      settled: this.available(account),
      unsettled: sum(proceeds.map(({ amount }) => amount)),
      purchases,
      violations,
      frozenUntil: frozenUntil(violations, day, rules),
      restrictedUntil: restrictedUntil(violations, day, rules),
    };
  }

  /** Settled money in cents, less what a sale without payment still has to be paid with. */
  available(account: number): Cents {
    const settled = account < this.#funds.size ? toCents(this.#funds.columns.settled[account]) : ZERO;
    const rides = this.#of(account).purchases.filter(({ freeRide }) => freeRide !== null);
    return subtract(settled, sum(rides.map(({ unpaid }) => unpaid)));
  }

  /** Rows with purchases, proceeds or violations. */
  accounts(): readonly number[] {
    return [...this.#activity.keys()].sort((a, b) => a - b);
  }

  /** Purchases whose payment period was over before `day`, and that are more than may be disregarded, 220.8(b)(4). */
  overdue(account: number, day: Day, rules: CashAccountRules): readonly Purchase[] {
    return this.#of(account).purchases.filter(
      ({ due, unpaid }) => due !== null && due < day && unpaid > rules.disregarded.dollars,
    );
  }

  tradeBooked(trade: CashTrade, rules: CashAccountRules): void {
    if (trade.units > 0) this.#buy(trade, rules);
    else this.#sell(trade, rules);
  }

  /** Money came in: it pays what is unpaid, and what it pays in full in time was no free ride. */
  deposited(account: number, amount: Cents, day: Day): void {
    const { purchases, violations, ...rest } = this.#of(account);
    let left = amount;
    let judged = violations;
    const after = purchases.flatMap((purchase) => {
      const paid = lesser(left, purchase.unpaid);
      left = subtract(left, paid);
      if (paid < purchase.unpaid) return [{ ...purchase, unpaid: subtract(purchase.unpaid, paid) }];
      if (isExcused(purchase, day)) judged = excused(judged, purchase);
      return [];
    });
    this.#keep(account, { ...rest, purchases: after, violations: judged });
    this.#add(account, left);
  }

  withdrawn(account: number, amount: Cents): void {
    this.#add(account, (0 - amount) as Cents);
    const activity = this.#of(account);
    if (!activity.purchases.some(({ freeRide }) => freeRide !== null)) return;
    const purchases = activity.purchases.map((purchase) =>
      purchase.freeRide === null ? purchase : { ...purchase, withdrawn: true },
    );
    this.#keep(account, { ...activity, purchases });
  }

  /** Proceeds that settle by `day` are money: they pay what leans on them; a free ride is paid from them once its time is over. */
  dayOpened(day: Day, rules: CashAccountRules): void {
    for (const account of this.accounts()) {
      const { purchases, proceeds, violations } = this.#of(account);
      const settling = proceeds.filter(({ settles }) => settles <= day);
      let money = sum(settling.map(({ amount }) => amount));
      const after = purchases.flatMap((purchase) => {
        const isRide = purchase.freeRide !== null;
        if (isRide && !(purchase.due !== null && day > purchase.due)) return [purchase];
        const paid = isRide ? purchase.unpaid : lesser(money, purchase.unpaid);
        money = (money - paid) as Cents;
        return paid === purchase.unpaid ? [] : [{ ...purchase, unpaid: subtract(purchase.unpaid, paid) }];
      });
      this.#add(account, money);
      this.#keep(account, {
        purchases: after,
        proceeds: proceeds.filter(({ settles }) => settles > day),
        violations: violations.filter((violation) => isRemembered(violation, day, rules)),
      });
    }
  }

  #buy({ account, instrument, units, money, day, due, exempted }: CashTrade, rules: CashAccountRules): void {
    const activity = this.#of(account);
    const funds = excessOver(this.available(account), ZERO);
    const paid = lesser(funds, money);
    const unpaid = subtract(money, paid);
    this.#add(account, (0 - paid) as Cents);
    if (unpaid === 0) return;
    const expected = subtract(
      sum(activity.proceeds.map(({ amount }) => amount)),
      sum(activity.purchases.map((purchase) => purchase.unpaid)),
    );
    const purchase: Purchase = {
      instrument,
      day,
      due: exempted ? null : due,
      cost: money,
      unpaid,
      leansOn: lesser(unpaid, excessOver(expected, ZERO)),
      units,
      freeRide: null,
      withdrawn: false,
    };
    const isStopped =
      frozenUntil(activity.violations, day, rules) !== undefined ||
      restrictedUntil(activity.violations, day, rules) !== undefined;
    const violations = isStopped
      ? [...activity.violations, violation("unfunded-purchase", purchase, day, unpaid)]
      : activity.violations;
    this.#keep(account, { ...activity, purchases: [...activity.purchases, purchase], violations });
  }

  /** Units that are paid for are sold first: what pays, pays the oldest purchase first. */
  #sell({ account, instrument, units, money, day, settles, held }: CashTrade, rules: CashAccountRules): void {
    const activity = this.#of(account);
    const violations = [...activity.violations];
    const unpaidUnits = activity.purchases
      .filter((purchase) => purchase.instrument === instrument)
      .reduce((all, purchase) => all + purchase.units, 0);
    let left = Math.max(0, -units - Math.max(0, held - unpaidUnits));
    const purchases = activity.purchases.map((purchase) => {
      if (purchase.instrument !== instrument || left === 0 || purchase.units === 0) return purchase;
      const sold = Math.min(left, purchase.units);
      left -= sold;
      const rest = { ...purchase, units: purchase.units - sold };
      const found = judgeSale(purchase, day, rules);
      if (found === undefined || purchase.freeRide !== null) return rest;
      violations.push(found);
      return found.kind === "free-riding" ? { ...rest, freeRide: day } : rest;
    });
    const proceeds = [...activity.proceeds, { settles, amount: money }].sort((a, b) => a.settles - b.settles);
    this.#keep(account, { purchases, proceeds: money === 0 ? activity.proceeds : proceeds, violations });
  }

  #of(account: number): Activity {
    return this.#activity.get(account) ?? NONE;
  }

  #add(account: number, amount: Cents): void {
    if (amount === 0) return;
    while (this.#funds.size <= account) this.#funds.add();
    const { settled } = this.#funds.columns;
    settled[account] = add(toCents(settled[account]), amount);
  }

  #keep(account: number, activity: Activity): void {
    const isEmpty = activity.purchases.length + activity.proceeds.length + activity.violations.length === 0;
    if (isEmpty) this.#activity.delete(account);
    else this.#activity.set(account, activity);
  }

  sections(): Section[] {
    const activity = [...this.#activity].sort(([a], [b]) => a - b);
    return [...this.#funds.sections(), jsonSection("margin.cashActivity", activity)];
  }

  restore(sections: SectionReader): void {
    this.#funds.restore(sections);
    this.#activity.clear();
    for (const [account, activity] of sections.json("margin.cashActivity") as [number, Activity][])
      this.#activity.set(account, activity);
  }
}

function violation(kind: ViolationKind, { instrument }: Purchase, day: Day, amount: Cents): Violation {
  return { kind, day, instrument, amount, excused: false };
}

/** What selling a purchase that is not paid for is, or undefined where it is nothing. */
function judgeSale(purchase: Purchase, day: Day, rules: CashAccountRules): Violation | undefined {
  const { unpaid, leansOn, due } = purchase;
  if (due === null || unpaid <= rules.disregarded.dollars) return undefined;
  const uncovered = excessOver(unpaid, leansOn);
  if (uncovered > rules.disregarded.dollars) return violation("free-riding", purchase, day, uncovered);
  return violation(purchase.day === day ? "same-day-chain" : "good-faith", purchase, day, unpaid);
}

/** Whether paying this purchase in full now undoes its free ride, 220.8(c)(2). */
function isExcused({ freeRide, withdrawn, due }: Purchase, day: Day): boolean {
  return freeRide !== null && !withdrawn && due !== null && day <= due;
}

function excused(violations: readonly Violation[], purchase: Purchase): readonly Violation[] {
  const index = violations.findIndex(
    ({ kind, day, instrument, excused: isOver }) =>
      kind === "free-riding" && day === purchase.freeRide && instrument === purchase.instrument && !isOver,
  );
  return violations.map((found, at) => (at === index ? { ...found, excused: true } : found));
}

/** The last day of the freeze that holds on `day`: 90 calendar days after the newest sale without payment, 220.8(c). */
function frozenUntil(violations: readonly Violation[], day: Day, { freeze }: CashAccountRules): Day | undefined {
  const until = violations
    .filter(({ kind, excused: isOver }) => kind === "free-riding" && !isOver)
    .map((ride) => addSpan(ride.day, freeze.lasts));
  const last = Math.max(-1, ...until) as Day;
  return last >= day ? last : undefined;
}

function isGoodFaith({ kind }: Violation): boolean {
  return kind === "good-faith" || kind === "same-day-chain";
}

/** The last day of the firm's own restriction: so many good-faith violations within its window, from the last of them. */
function restrictedUntil(violations: readonly Violation[], day: Day, rules: CashAccountRules): Day | undefined {
  const { most, within, lasts } = rules.goodFaithViolations;
  const days = violations.filter(isGoodFaith).map((found) => found.day);
  for (let last = days.length - 1; last >= most - 1; last--) {
    const first = days[last - most + 1];
    if (addSpan(first, within) > days[last] && addSpan(days[last], lasts) >= day) return addSpan(days[last], lasts);
  }
  return undefined;
}

/** Whether a violation can still matter: its freeze, its window, or a restriction that it is part of. */
function isRemembered({ day: since }: Violation, day: Day, rules: CashAccountRules): boolean {
  const { within, lasts } = rules.goodFaithViolations;
  return addSpan(addSpan(since, within), lasts) >= day || addSpan(since, rules.freeze.lasts) >= day;
}
