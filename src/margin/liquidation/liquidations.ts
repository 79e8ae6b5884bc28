/**
 * Proposals to close positions, from the fact that made them necessary to their end. One stands for an account at a time. It
 * is held against the market again and again: it lapses when the account is cured or a price in it has moved past the
 * limit, and is then made anew on the prices of that moment. An officer approves or rejects it; what is approved becomes
 * closing orders, which are effects for others to work, and the account takes closing orders only.
 *
 * Nothing is proposed on prices that cannot be relied on.
 */
import type { Cursor, Emit } from "../../base/effect.ts";
import { Trouble } from "../../base/errors.ts";
import { displayDollars } from "../../base/money.ts";
import { formatDecimal } from "../../base/decimal.ts";
import { formatRate, type Rate } from "../../base/rate.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { FactOfKind } from "../../facts/kinds.ts";
import { Alarms } from "../ladder/alarms.ts";
import type { Moment } from "../ladder/call.ts";
import type { History, StepKind } from "../ladder/history.ts";
import { sentence } from "../ladder/words.ts";
import type { ClosingOrder, ProposedLiquidation } from "./propose.ts";
import type { LiquidationRules } from "./rules.ts";

export interface LiquidationView {
  /** The account's name, for people. */
  name(account: number): string;
  /** The smallest set of closing orders now; undefined where that cannot be said. */
  propose(account: number): ProposedLiquidation | undefined;
  /** The valuation price, 10^-8; NaN where unknown. */
  price(instrument: number): number;
  /** Units that a ledger account holds. */
  units(account: number, instrument: number): number;
  /** A quantity of an instrument in words: "84 XYZ". */
  quantityInWords(instrument: number, units: number): string;
}

interface LiquidationContext {
  readonly cursor: Cursor;
  readonly emit: Emit;
  readonly view: LiquidationView;
  readonly history: History;
  /** Why positions of the account must be closed; undefined where they need not. */
  readonly needOf: (account: number) => string | undefined;
  readonly isReliable: (account: number) => boolean;
}

/** How a proposal ended: the account was cured, a price moved past the limit, it was rejected, its orders are done. */
export type ProposalEnd = "cured" | "moved" | "rejected" | "done";

export interface Proposal extends ProposedLiquidation, Moment {
  readonly id: string;
  readonly account: number;
  /** By order: what the position was when it was made. */
  readonly held: readonly number[];
  readonly decided:
    | (Moment & { readonly decision: "approved" | "rejected"; readonly by: string; readonly reason: string })
    | null;
  /** The effects of its orders, once it is approved. */
  readonly orderIds: readonly string[];
  readonly ended: (Moment & { readonly how: ProposalEnd }) | null;
}

/** Orders of a proposal that its step in the audit trail names. */
const ORDERS_NAMED = 3;

/** So many accounts are looked at by one fact; the facts that follow go on with the others. */
const AT_ONCE = 10;

/** Of proposals that have ended; beyond them the oldest are in the journal alone. */
const ENDED_MAX = 2000;

export class Liquidations {
  readonly #context: LiquidationContext;
  #rules: LiquidationRules | undefined;
  #notify: readonly string[] = [];
  /** By account: when a proposal is made, or the one that stands is looked at. */
  readonly #reviews = new Map<number, number>();
  readonly #alarms = new Alarms();
  readonly #standing = new Map<number, Proposal>();
  /** Accounts whose proposal changed since `settle`. */
  readonly #changed = new Set<number>();
  #ended: Proposal[] = [];

  constructor(context: LiquidationContext) {
    this.#context = context;
  }

  get nextAlarm(): number {
    return this.#alarms.next;
  }

  setRules(rules: LiquidationRules, notify: readonly string[]): void {
    this.#rules = rules;
    this.#notify = notify;
  }

  /** Positions of the account are to be closed: proposed as this fact settles, unless a proposal stands or was rejected. */
  want(account: number): void {
    if (!this.#reviews.has(account)) this.#reviewAt(account, this.#context.cursor.at);
  }

  #reviewAt(account: number, at: number): void {
    this.#reviews.set(account, at);
    this.#alarms.set(at, account);
  }

  #reviewNoMore(account: number): void {
    this.#reviews.delete(account);
    this.#alarms.set(Number.POSITIVE_INFINITY, account);
  }

  /** Makes proposals that are wanted, and holds those that stand against the market. Gives the accounts it changed. */
  settle(): readonly number[] {
    const { at } = this.#context.cursor;
    const rules = this.#rules;
    if (rules === undefined) return [];
    for (const account of this.#alarms.take(at, AT_ONCE)) this.#review(account, rules);
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** The account may be cured: its proposal lapses at once. */
  recheck(account: number): void {
    const standing = this.#standing.get(account);
    if (standing === undefined || this.#context.needOf(account) !== undefined) return;
    this.#end(standing, "cured");
    this.#reviewNoMore(account);
  }

  #review(account: number, rules: LiquidationRules): void {
    const { cursor, needOf, isReliable } = this.#context;
    const standing = this.#standing.get(account);
    const need = needOf(account);
    if (need === undefined) {
      if (standing !== undefined) this.#end(standing, "cured");
      this.#reviewNoMore(account);
      return;
    }
    this.#reviewAt(account, cursor.at + rules.reviewEvery);
    if (!isReliable(account)) return;
    if (standing !== undefined) {
      const over = standing.decided === null ? this.#hasMoved(standing, rules) : this.#isDone(standing);
      if (!over) return;
      this.#end(standing, standing.decided === null ? "moved" : "done");
    }
    this.#propose(account, rules, need);
  }

  #propose(account: number, rules: LiquidationRules, need: string): void {
    const { view, emit, cursor } = this.#context;
    const proposed = view.propose(account);
    if (proposed === undefined || proposed.orders.length === 0) return;
    const name = view.name(account);
    const id = emit({
      kind: "liquidation-proposed",
      severity: "critical",
      to: this.#notify,
      title: `Proposal to close positions of account ${name}`,
      text: this.#inWords(proposed, rules, need),
      paragraph: rules.paragraph,
      line: `margin/${name}`,
      subject: name,
    });
    const held = proposed.orders.map((order) => view.units(order.account, order.instrument));
    const { seq, at } = cursor;
    this.#standing.set(account, { ...proposed, id, account, seq, at, held, decided: null, orderIds: [], ended: null });
    this.#step(account, "proposed", id, this.#ordersInWords(proposed, rules));
  }

  /** "sell 12883 KITE, sell 100 FERN and 3 more, by the policy least-cost". */
  #ordersInWords({ orders }: ProposedLiquidation, { policy }: LiquidationRules): string {
    const named = orders
      .slice(0, ORDERS_NAMED)
      .map(
        ({ instrument, units }) =>
          `${sideOf(units)} ${this.#context.view.quantityInWords(instrument, Math.abs(units))}`,
      );
    const more = orders.length > ORDERS_NAMED ? ` and ${orders.length - ORDERS_NAMED} more` : "";
    return `${named.join(", ")}${more}, by the policy ${policy}`;
  }

  #inWords(
    { orders, before, after, cost, cures, exact }: ProposedLiquidation,
    rules: LiquidationRules,
    need: string,
  ): string {
    const { view } = this.#context;
    const lines = orders.map(
      ({ instrument, units, price, value, cost: each }) =>
        `- ${sideOf(units)} ${view.quantityInWords(instrument, Math.abs(units))} at ${formatDecimal(price, PRICE_SCALE, 2)}: ${displayDollars(value)}, expected cost ${displayDollars(each)}`,
    );
    return [
      sentence(need),
      ...lines,
      `Equity ${displayDollars(before.equity)} against a requirement of ${displayDollars(before.requirement)} becomes ${displayDollars(after.equity)} against ${displayDollars(after.requirement)}${cures ? `, ${formatRate(rules.cushion)} to spare` : ": not enough, there is nothing more to close"}.`,
      `The smallest set by the policy ${rules.policy}${exact ? "" : ", found slice by slice"}. Expected cost ${displayDollars(cost)} is a model's.`,
      `${rules.meaning} An officer approves or rejects it; until then nothing is ordered.`,
    ].join("\n");
  }

  #hasMoved({ orders }: Proposal, { movedBy }: LiquidationRules): boolean {
    return orders.some(({ instrument, price }) => isMoved(price, this.#context.view.price(instrument), movedBy));
  }

  /** Every order was worked: the position is smaller by as much. */
  #isDone({ orders, held }: Proposal): boolean {
    return orders.every(({ account, instrument, units }, index) => {
      const now = this.#context.view.units(account, instrument);
      return Math.abs(now) <= Math.abs(held[index]) - Math.abs(units);
    });
  }

  #end(proposal: Proposal, how: ProposalEnd): void {
    const { emit, cursor, view } = this.#context;
    const { id, account } = proposal;
    this.#standing.delete(account);
    this.#ended.push({ ...proposal, ended: { seq: cursor.seq, at: cursor.at, how } });
    if (this.#ended.length > ENDED_MAX) this.#ended.shift();
    this.#step(account, "proposal-ended", id, proposalEndInWords(how));
    if (how === "rejected") return;
    emit({
      kind: "liquidation-ended",
      severity: how === "moved" ? "info" : "good",
      to: this.#notify,
      title: `Over: proposal to close positions of account ${view.name(account)}`,
      text: sentence(proposalEndInWords(how)),
      ...(this.#rules !== undefined && { paragraph: this.#rules.paragraph }),
      line: `margin/${view.name(account)}`,
      subject: id,
    });
  }

  // ——— what officers decide ———

  /** Throws what keeps the decision from being taken. */
  check({ proposal: id }: FactOfKind<"liquidation-decided">): void {
    const found = this.#byId(id);
    const at = { field: "proposal", value: id };
    if (found === undefined) throw new Trouble("not-found", "no such proposal stands", at);
    if (found.decided !== null)
      throw new Trouble("not-allowed", `the proposal was ${found.decided.decision} before, by ${found.decided.by}`, at);
  }

  /** The fact has been checked. */
  decide({ proposal: id, decision, by, reason }: FactOfKind<"liquidation-decided">): void {
    const proposal = this.#byId(id);
    const rules = this.#rules;
    if (proposal === undefined || rules === undefined) return;
    const { emit, cursor, view } = this.#context;
    const { seq, at } = cursor;
    const { account } = proposal;
    const decided: Proposal = { ...proposal, decided: { seq, at, decision, by, reason } };
    this.#step(account, decision, id, `by ${by}: ${reason}`, by);
    emit({
      kind: decision === "approved" ? "liquidation-approved" : "liquidation-rejected",
      severity: decision === "approved" ? "critical" : "info",
      to: this.#notify,
      title: `${decision === "approved" ? "Approved" : "Rejected"}: proposal to close positions of account ${view.name(account)}`,
      text: `By ${by}: ${sentence(reason)}`,
      paragraph: rules.paragraph,
      line: `margin/${view.name(account)}`,
      subject: id,
    });
    if (decision === "approved") {
      this.#standing.set(account, {
        ...decided,
        orderIds: proposal.orders.map((order) => this.#order(order, proposal, rules)),
      });
      this.#reviewAt(account, at);
    } else {
      this.#end(decided, "rejected");
      this.#reviewAt(account, at + rules.afterRejection);
    }
  }

  #order(
    { instrument, units, value }: ClosingOrder,
    { id, account }: Proposal,
    { paragraph }: LiquidationRules,
  ): string {
    const { emit, view } = this.#context;
    return emit({
      kind: "closing-order",
      severity: "critical",
      to: this.#notify,
      title: `${units < 0 ? "Sell" : "Buy"} ${view.quantityInWords(instrument, Math.abs(units))} for account ${view.name(account)}`,
      text: `To close, worth ${displayDollars(value)} when it was proposed. Of the proposal ${id}.`,
      paragraph,
      line: `margin/${view.name(account)}`,
      subject: id,
    });
  }

  #byId(id: string): Proposal | undefined {
    for (const proposal of this.#standing.values()) if (proposal.id === id) return proposal;
    return undefined;
  }

  #step(account: number, kind: StepKind, subject: string, words: string, by?: string): void {
    const { seq, at } = this.#context.cursor;
    const paragraph = this.#rules?.paragraph;
    this.#changed.add(account);
    this.#context.history.add(account, {
      seq,
      at,
      kind,
      subject,
      ...(paragraph !== undefined && { paragraph }),
      ...(by !== undefined && { by }),
      words,
    });
  }

  // ——— what it answers ———

  /** The proposal that stands for an account, decided or not. */
  standing(account: number): Proposal | undefined {
    return this.#standing.get(account);
  }

  /** The one that stands and was approved. */
  approved(account: number): Proposal | undefined {
    const proposal = this.#standing.get(account);
    return proposal?.decided?.decision === "approved" ? proposal : undefined;
  }

  /** All that stand, by account. */
  list(): Proposal[] {
    return [...this.#standing.values()].sort((a, b) => a.account - b.account);
  }

  /** Those that ended, oldest first. */
  ended(): readonly Proposal[] {
    return this.#ended;
  }

  toJSON(): object {
    return { reviews: [...this.#reviews].sort(([a], [b]) => a - b), standing: this.list(), ended: this.#ended };
  }

  restore({
    reviews,
    standing,
    ended,
  }: {
    reviews: [number, number][];
    standing: Proposal[];
    ended: Proposal[];
  }): void {
    this.#reviews.clear();
    this.#standing.clear();
    this.#alarms.clear();
    for (const [account, at] of reviews) this.#reviewAt(account, at);
    for (const proposal of standing) this.#standing.set(proposal.account, proposal);
    this.#ended = [...ended];
  }
}

const ENDS: Readonly<Record<ProposalEnd, string>> = {
  cured: "what it was made for is over",
  moved: "a price moved past the limit",
  rejected: "it was rejected",
  done: "its orders were worked",
};

export function proposalEndInWords(how: ProposalEnd): string {
  return ENDS[how];
}

function sideOf(units: number): "sell" | "buy" {
  return units < 0 ? "sell" : "buy";
}

/** Whether a price is further from what it was than the limit; one that is unknown is. */
function isMoved(before: number, now: number, { numerator, denominator }: Rate): boolean {
  return Number.isNaN(now) || Math.abs(now - before) * denominator > before * numerator;
}
