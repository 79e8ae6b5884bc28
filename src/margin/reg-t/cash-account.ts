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
  /** Its number among the account's purchases that were not paid for in full at once. */
  readonly number: number;
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

/** A sale of purchases that were not paid for, until it settles: what it did to them, for it may be taken back. */
interface UnpaidSale {
  readonly instrument: number;
  /** Units sold in all, what they brought, and when that settles. */
  readonly units: number;
  readonly money: Cents;
  readonly settles: Day;
  /** Of each purchase the units, and the violation that it was. */
  readonly taken: readonly {
    readonly purchase: number;
    readonly units: number;
    readonly violation: Violation | null;
  }[];
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
  readonly sales: readonly UnpaidSale[];
  /** How many purchases have been numbered. */
  readonly numbered: number;
}

const NONE: Activity = { purchases: [], proceeds: [], violations: [], sales: [], numbered: 0 };

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
  /** Money that has paid for nothing: below zero, a debit. With `unsettled`, less all that is unpaid, the ledger's cash. */
  readonly settled: Cents;
  /** Of it, what a purchase may be paid with: what was sold unpaid takes its payment first. Not negative. */
  readonly available: Cents;
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
      settled: this.#settled(account),
      available: this.#available(account),
      unsettled: sum(proceeds.map(({ amount }) => amount)),
      purchases,
      violations,
      frozenUntil: frozenUntil(violations, day, rules),
      restrictedUntil: restrictedUntil(violations, day, rules),
    };
  }

  #settled(account: number): Cents {
    return account < this.#funds.size ? toCents(this.#funds.columns.settled[account]) : ZERO;
  }

  #available(account: number): Cents {
    const rides = this.#of(account).purchases.filter(({ freeRide }) => freeRide !== null);
    return excessOver(this.#settled(account), sum(rides.map(({ unpaid }) => unpaid)));
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

  /**
   * What its customer is asked to pay in for purchases, and the day of the oldest of them: all of those whose payment period is
   * over, and of the others no more than `debit`, what the account owes with everything that is still to settle. Zero, and no
   * day, where nothing is asked.
   */
  asked(account: number, day: Day, debit: Cents): { readonly amount: Cents; readonly since: Day | undefined } {
    const purchases = this.#of(account).purchases.filter(({ due }) => due !== null);
    const [overdue, others] = [true, false].map((isOver) =>
      sum(purchases.flatMap(({ due, unpaid }) => ((due ?? day) < day === isOver ? [unpaid] : []))),
    );
    const amount = add(overdue, lesser(others, excessOver(debit, overdue)));
    return { amount, since: amount === ZERO ? undefined : purchases[0]?.day };
  }

  tradeBooked(trade: CashTrade, rules: CashAccountRules): void {
    if (trade.units > 0) this.#buy(trade, rules);
    else this.#sell(trade, rules);
  }

  /**
   * An execution was taken back; `trade` is what took it back, of the day, the settlement and the money of what it takes back.
   * A purchase was then never unpaid, and what of it was paid comes back. A sale was no violation, where it has not settled;
   * its proceeds will not come, or have gone again.
   */
  tradeBusted(trade: CashTrade): void {
    if (trade.units < 0) this.#takeBackPurchase(trade);
    else this.#takeBackSale(trade);
  }

  #takeBackPurchase({ account, instrument, money, day }: CashTrade): void {
    const activity = this.#of(account);
    const purchase = activity.purchases.findLast(
      (one) => one.instrument === instrument && one.day === day && one.cost === money,
    );
    if (purchase === undefined) return this.#payBack(account, money);
    const { unpaid, number } = purchase;
    const unfunded = activity.violations.findLastIndex(
      (found) => found.kind === "unfunded-purchase" && found.instrument === instrument && found.day === day,
    );
    this.#keep(account, {
      ...activity,
      purchases: activity.purchases.filter((one) => one.number !== number),
      violations: activity.violations.filter((_, index) => index !== unfunded),
    });
    this.#payBack(account, subtract(money, unpaid));
  }

  /** Money that had paid for something is free again: what is unpaid takes it, but no free ride, which it does not undo. */
  #payBack(account: number, amount: Cents): void {
    const activity = this.#of(account);
    let left = amount;
    const purchases = activity.purchases.flatMap((purchase) => {
      const paid = purchase.freeRide === null ? lesser(left, purchase.unpaid) : ZERO;
      left = subtract(left, paid);
      return paid === purchase.unpaid ? [] : [{ ...purchase, unpaid: subtract(purchase.unpaid, paid) }];
    });
    this.#keep(account, { ...activity, purchases });
    this.#add(account, left);
  }

  #takeBackSale({ account, instrument, units, money, settles }: CashTrade): void {
    const activity = this.#of(account);
    const coming = activity.proceeds.findLastIndex((one) => one.settles === settles && one.amount === money);
    if (coming === -1) this.#add(account, (0 - money) as Cents);
    const proceeds = activity.proceeds.filter((_, index) => index !== coming);
    const sale = activity.sales.findLast(
      (one) => one.instrument === instrument && one.units === units && one.money === money && one.settles === settles,
    );
    const taken = new Map(sale?.taken.map((part) => [part.purchase, part]));
    const purchases = activity.purchases.map((purchase) => {
      const part = taken.get(purchase.number);
      if (part === undefined) return purchase;
      const isRide = part.violation?.kind === "free-riding";
      return {
        ...purchase,
        units: purchase.units + part.units,
        ...(isRide && { freeRide: null, withdrawn: false }),
      };
    });
    const violations = [...activity.violations];
    for (const { violation: found } of sale?.taken ?? []) {
      const index = violations.findLastIndex((one) => found !== null && isSame(one, found));
      if (index !== -1) violations.splice(index, 1);
    }
    const sales = activity.sales.filter((one) => one !== sale);
    this.#keep(account, { ...activity, purchases, proceeds, violations, sales });
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
      const { purchases, proceeds, violations, sales, numbered } = this.#of(account);
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
        sales: sales.filter(({ settles }) => settles > day),
        numbered,
      });
    }
  }

  #buy({ account, instrument, units, money, day, due, exempted }: CashTrade, rules: CashAccountRules): void {
    const activity = this.#of(account);
    const paid = lesser(this.#available(account), money);
    const unpaid = subtract(money, paid);
    this.#add(account, (0 - paid) as Cents);
    if (unpaid === 0) return;
    const expected = subtract(
      sum(activity.proceeds.map(({ amount }) => amount)),
      sum(activity.purchases.map((purchase) => purchase.unpaid)),
    );
    const purchase: Purchase = {
      number: activity.numbered,
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
    const purchases = [...activity.purchases, purchase];
    this.#keep(account, { ...activity, purchases, violations, numbered: activity.numbered + 1 });
  }

  /** Units that are paid for are sold first: what pays, pays the oldest purchase first. */
  #sell({ account, instrument, units, money, day, settles, held }: CashTrade, rules: CashAccountRules): void {
    const activity = this.#of(account);
    const violations = [...activity.violations];
    const unpaidUnits = activity.purchases
      .filter((purchase) => purchase.instrument === instrument)
      .reduce((all, purchase) => all + purchase.units, 0);
    let left = Math.max(0, -units - Math.max(0, held - unpaidUnits));
    const taken: UnpaidSale["taken"][number][] = [];
    const purchases = activity.purchases.map((purchase) => {
      if (purchase.instrument !== instrument || left === 0 || purchase.units === 0) return purchase;
      const sold = Math.min(left, purchase.units);
      left -= sold;
      const rest = { ...purchase, units: purchase.units - sold };
      const found = purchase.freeRide === null ? judgeSale(purchase, day, rules) : undefined;
      taken.push({ purchase: purchase.number, units: sold, violation: found ?? null });
      if (found === undefined) return rest;
      violations.push(found);
      return found.kind === "free-riding" ? { ...rest, freeRide: day } : rest;
    });
    const proceeds = [...activity.proceeds, { settles, amount: money }].sort((a, b) => a.settles - b.settles);
    const sale: UnpaidSale = { instrument, units: -units, money, settles, taken };
    this.#keep(account, {
      ...activity,
      purchases,
      proceeds: money === 0 ? activity.proceeds : proceeds,
      violations,
      sales: taken.length === 0 ? activity.sales : [...activity.sales, sale],
    });
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
    const { purchases, proceeds, violations, sales } = activity;
    const isEmpty = purchases.length + proceeds.length + violations.length + sales.length === 0;
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

function isSame(one: Violation, { kind, day, instrument, amount }: Violation): boolean {
  return one.kind === kind && one.day === day && one.instrument === instrument && one.amount === amount;
}

/**
 * What selling a purchase that is not paid for is, or undefined where it is nothing. A sum that may be disregarded,
 * 220.8(b)(4), is read as one that is not due, and so is ridden on by nobody: (c) itself names no least sum.
 */
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
