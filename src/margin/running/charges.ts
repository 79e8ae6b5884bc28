/**
 * What net capital is charged for accounts without their margin, kept after every fact: the charges of the calls that stand
 * (../ladder/charges.ts), of which prices move a deficiency, postings the account, and the clock what a call still spares.
 * An account is charged anew only when one of these touched it, and then only when somebody asks.
 */
import type { Cursor } from "../../base/effect.ts";
import { Trouble } from "../../base/errors.ts";
import { type Cents, sum, ZERO } from "../../base/money.ts";
import { marginAccountOf, type MarginBooks } from "../account.ts";
import { type CapitalCharge, chargeChangesAt, chargeOf } from "../ladder/charges.ts";
import type { MarginCall } from "../ladder/call.ts";
import type { MarginLadder } from "../ladder/ladder.ts";
import { CALL_LAYERS, type CallLayer, type LayerRules } from "../ladder/rules.ts";
import { type AccountFigures, FIGURED_LAYERS } from "../ladder/view.ts";
import { rowsOf } from "./computer.ts";
import type { RunningRungs } from "./rungs.ts";

type FiguredLayer = (typeof FIGURED_LAYERS)[number];

/** A charge, with the accounts of the ledger that are margined together. */
export interface AccountCharge extends CapitalCharge {
  readonly members: readonly number[];
}

/** An account of which a call stands that may charge net capital. */
interface Charged {
  readonly charges: readonly AccountCharge[];
  readonly amount: number;
  readonly members: readonly number[];
  /** Instruments whose prices move its deficiency. */
  readonly watched: readonly number[];
}

export interface RunningChargesOptions {
  readonly books: MarginBooks;
  readonly cursor: Cursor;
  readonly ladder: MarginLadder;
  /** The rules of a layer now; undefined while there are none. */
  readonly layer: (layer: CallLayer) => LayerRules | undefined;
  readonly rungs: () => RunningRungs | undefined;
  /** Why margin cannot say what accounts lack though rules for it are in force; undefined where it can. */
  readonly trouble: () => Trouble | undefined;
  /** The explained figures of an account; undefined where something is not known. */
  readonly figures: (account: number) => AccountFigures | undefined;
}

const NO_ACCOUNTS: readonly number[] = [];

export class RunningCharges {
  readonly #options: RunningChargesOptions;
  readonly #charged = new Map<number, Charged>();
  /** By row of the instrument: who is watched for its price. */
  readonly #byInstrument: (number[] | undefined)[] = [];
  readonly #stale = new Set<number>();
  /** Of these, more than a price: what they hold, with whom they are margined, or which calls stand. */
  readonly #changed = new Set<number>();
  #isAllStale = true;
  #sum = 0;
  /** When the next charge changes by the clock alone; never later than that. */
  #nextChange = Number.POSITIVE_INFINITY;
  #revision = 0;
  #membership = 0;
  #list: readonly AccountCharge[] | undefined;

  constructor(options: RunningChargesOptions) {
    this.#options = options;
  }

  // ——— what happened ———

  /** Rules, day, calendar or what is known of instruments are others: everything anew. */
  reset(): void {
    this.#isAllStale = true;
    this.#touched();
  }

  priceChanged(instrument: number): void {
    const accounts = this.#byInstrument[instrument];
    if (accounts === undefined || accounts.length === 0) return;
    for (let index = 0; index < accounts.length; index++) this.#stale.add(accounts[index]);
    this.#touched();
  }

  /** Something of an account changed, by its principal: money, securities, terms. */
  accountTouched(principal: number): void {
    if (!this.#charged.has(principal)) return;
    this.#stale.add(principal);
    this.#changed.add(principal);
    this.#touched();
  }

  /** The ladder looked at a fact: what stands of these accounts may be another. */
  looked(accounts: Set<number>): void {
    if (accounts.size === 0) return;
    for (const account of accounts) {
      this.#stale.add(account);
      this.#changed.add(account);
    }
    accounts.clear();
    this.#touched();
  }

  /** Time passed. */
  passed(at: number): void {
    if (at >= this.#nextChange) this.reset();
  }

  #touched(): void {
    this.#revision++;
    this.#list = undefined;
  }

  // ——— what is asked ———

  /** Another number whenever a charge may be another. */
  get revision(): number {
    return this.#revision;
  }

  /** Another number whenever other accounts are charged, or accounts are charged together with others. */
  get membership(): number {
    this.#refresh();
    return this.#membership;
  }

  /** Why the charges cannot be said. */
  get trouble(): Trouble | undefined {
    const why = this.#options.trouble();
    if (why === undefined) return undefined;
    const code = why.code === "missing-input" ? "missing-input" : "missing-rule";
    return new Trouble(code, `margin cannot say what accounts lack: ${why.message}`);
  }

  /** Cents: all of them. */
  get sum(): number {
    this.#refresh();
    return this.#sum;
  }

  /** Cents: what the account of a principal is charged. */
  amountOf(principal: number): number {
    this.#refresh();
    return this.#charged.get(principal)?.amount ?? 0;
  }

  /** The principal of the account that one of the ledger is margined in, or -1. */
  principalOf(account: number): number {
    return this.#options.rungs()?.principalOf(account) ?? -1;
  }

  /** By account and layer. */
  list(): readonly AccountCharge[] {
    this.#refresh();
    this.#list ??= [...this.#charged].sort(([a], [b]) => a - b).flatMap(([, { charges }]) => charges);
    return this.#list;
  }

  /** The same from the ladder and the explained figures, nothing kept. */
  fromScratch(): readonly AccountCharge[] | Trouble {
    const { trouble } = this;
    if (trouble !== undefined) return trouble;
    const { ladder, layer, cursor } = this.#options;
    return ladder
      .capitalCharges(cursor.at)
      .flatMap((charge) => (layer(charge.layer) === undefined ? [] : [this.#withMembers(charge)]));
  }

  // ——— how it is kept ———

  #refresh(): void {
    if (this.#isAllStale) this.#forgetAll();
    for (const account of this.#stale) this.#charge(account);
    this.#stale.clear();
  }

  #forgetAll(): void {
    this.#isAllStale = false;
    this.#nextChange = Number.POSITIVE_INFINITY;
    for (const account of this.#charged.keys()) this.#stale.add(account);
    for (const { account } of this.#options.ladder.calls.standing()) this.#stale.add(account);
    for (const account of this.#stale) this.#changed.add(account);
  }

  #charge(account: number): void {
    const { ladder, layer, cursor, books } = this.#options;
    const { calendar } = books;
    const before = this.#charged.get(account);
    const known = this.#changed.delete(account) ? undefined : before;
    const members = known?.members ?? this.#membersOf(account);
    const charges: AccountCharge[] = [];
    let isFigured = false;
    let isChargeable = false;
    for (const name of CALL_LAYERS) {
      const call = ladder.calls.find(account, name);
      const rules = call === undefined ? undefined : layer(name);
      if (call === undefined || rules?.charge === undefined) continue;
      isChargeable = true;
      isFigured ||= isFiguredLayer(name);
      const charge = chargeOf(call, this.#deficiency(call), rules, calendar, cursor.at);
      if (charge !== undefined) charges.push({ ...charge, members });
      this.#nextChange = Math.min(this.#nextChange, chargeChangesAt(call, rules, calendar, cursor.at));
    }
    const watched = known?.watched ?? (isFigured ? this.#rows(account) : NO_ACCOUNTS);
    this.#watch(account, before?.watched ?? NO_ACCOUNTS, watched);
    const amount = sum(charges.map((charge) => charge.amount));
    this.#sum += amount - (before?.amount ?? 0);
    const isCharged = charges.length > 0;
    if (isCharged !== (before?.charges.length ?? 0) > 0 || (isCharged && members !== before?.members))
      this.#membership++;
    if (isChargeable) this.#charged.set(account, { charges, amount, members, watched });
    else this.#charged.delete(account);
  }

  /** What is missing now: of plain positions by their compiled rules, else as it is explained; as last seen if unknown. */
  #deficiency(call: MarginCall): Cents {
    const { account, layer, deficiency } = call;
    if (!isFiguredLayer(layer)) return deficiency;
    const quick = layer === "maintenance" ? this.#options.rungs()?.transactionFigures(account) : undefined;
    if (quick !== undefined) return Math.max(0, quick.maintenance - quick.equity) as Cents;
    const figures = this.#options.figures(account);
    return figures === undefined ? deficiency : (figures.deficiency[layer] ?? ZERO);
  }

  #withMembers(charge: CapitalCharge): AccountCharge {
    return { ...charge, members: this.#membersOf(charge.account) };
  }

  #membersOf(account: number): readonly number[] {
    const { rungs, books } = this.#options;
    const known = rungs()?.account(account) ?? marginAccountOf(books, account);
    return known?.members ?? [account];
  }

  #rows(account: number): readonly number[] {
    const { rungs, books } = this.#options;
    const known = rungs()?.account(account);
    return known === undefined ? NO_ACCOUNTS : [...new Set(rowsOf(books, known, undefined))].sort((a, b) => a - b);
  }

  #watch(account: number, before: readonly number[], after: readonly number[]): void {
    if (before.length === after.length && before.every((row, index) => row === after[index])) return;
    for (const row of before) {
      const accounts = this.#byInstrument[row];
      const index = accounts?.indexOf(account) ?? -1;
      if (accounts !== undefined && index !== -1) accounts.splice(index, 1);
    }
    for (const row of after) (this.#byInstrument[row] ??= []).push(account);
  }
}

function isFiguredLayer(layer: CallLayer): layer is FiguredLayer {
  return FIGURED_LAYERS.some((figured) => figured === layer);
}
