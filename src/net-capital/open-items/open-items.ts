/**
 * Open items of operations as a part of the computation: everything that ages, moves with the market or is short of
 * collateral. From scratch, and kept by deltas: a price makes stale only what is valued by it, a report only its own item, a
 * posting only the account that it is in; a new day or other rules make everything anew.
 */
import { assert } from "../../base/assert.ts";
import { Trouble } from "../../base/errors.ts";
import type { Cents } from "../../base/money.ts";
import { ZERO } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { Classifier } from "../classify.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { MarginCharges, SaidCharges } from "../margin-charges.ts";
import { type PartAnswer, PLACES, type RunningPart } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import { AccountUnit } from "./account-securities.ts";
import { Ages } from "./ages.ts";
import { type ChargeContext, type ChargedUnit, groupLines } from "./charge.ts";
import { accountsWithItems, COVERING } from "./covering.ts";
import type { OpenItem } from "./item.ts";
import { UnreadableUnit } from "./item-unit.ts";
import { repoCharge, repoLines } from "./repo-tests.ts";
import { RepoParty } from "./repos.ts";
import { StandingUnits } from "./standing.ts";
import { type SparedUnits, youngUnderwritings } from "./underwritings.ts";
import { isRepo } from "./units.ts";
import { UnsecuredAccounts } from "./unsecured-accounts.ts";

/** What the items cost, from the books alone. Of accounts that margin charges, the books are not asked for deficits. */
export function openItemsFromBooks(
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  asOf: Day,
  charges: SaidCharges,
): PartAnswer {
  const context = contextOf(books, rules, asOf);
  const items = books.reports.list("open-item-reported");
  const units = [...new StandingUnits(context, items).inOrder(items)];
  if (rules.firm.deficitsFromBooks) units.push(new UnsecuredAccounts(context, saidOtherwise(books, items, charges)));
  for (const unit of units) unit.revalue();
  return answerOf(units, rules);
}

function contextOf(books: NetCapitalBooks, rules: NetCapitalRules, asOf: Day): ChargeContext {
  return { books, rules, asOf, classifier: new Classifier(rules, asOf), ages: new Ages(books.calendar, asOf) };
}

/** Accounts of which items or margin say what the firm is charged: the books are not asked about them. */
function saidOtherwise(books: NetCapitalBooks, items: readonly OpenItem[], charges: SaidCharges): ReadonlySet<number> {
  const charged = charges instanceof Trouble ? [] : charges;
  return accountsWithItems(books, items).union(new Set(charged.flatMap(({ members }) => members)));
}

function answerOf(units: readonly ChargedUnit[], rules: NetCapitalRules): PartAnswer {
  const parties = units.filter((unit) => unit instanceof RepoParty);
  return {
    lines: groupLines(units.flatMap((unit) => unit.lines())),
    chargesOn: (base) => repoLines(parties, base, rules),
    troubles: units.flatMap((unit): readonly Trouble[] => unit.troubles()),
  };
}

interface Slot {
  readonly unit: ChargedUnit;
  /** Of how many of its instruments it is told the prices. */
  watched: number;
  isKnown: boolean;
  isStale: boolean;
}

/** The firm's positions, as far as underwritings concern them. */
interface Concentrated {
  spare(units: SparedUnits): void;
}

export class RunningOpenItems implements RunningPart {
  readonly #books: NetCapitalBooks;
  readonly #positions: Concentrated;
  readonly #charges: MarginCharges;
  /** Which accounts margin charged when it was last asked. */
  #chargedAsOf = -1;
  #context: ChargeContext | undefined;
  #standing: StandingUnits | undefined;
  /** Of the reports, when they were last looked at. */
  #revision = -1;
  readonly #slots = new Map<ChargedUnit, Slot>();
  #parties: readonly RepoParty[] = [];
  #unsecured: UnsecuredAccounts | undefined;
  /** Over books that branch off others: what the books show of all accounts is taken over, not looked up. */
  #isBranch = false;
  /** Who is valued by a price, by row of the instrument. */
  readonly #byInstrument = new Map<number, Slot[]>();
  readonly #byAccount = new Map<number, Slot[]>();
  /** Slots to be revalued; as many as count are in use. */
  #stale: Slot[] = [];
  #staleCount = 0;
  #unknown = 0;
  /** In cents by `PLACE`: what all known units enter. */
  readonly #sums = new Float64Array(PLACES.length);

  /** `positions` are told which of them undue concentration does not count yet. */
  constructor(books: NetCapitalBooks, positions: Concentrated, charges: MarginCharges) {
    this.#books = books;
    this.#charges = charges;
    this.#positions = positions;
  }

  reset(rules: NetCapitalRules, asOf: Day): void {
    const context = contextOf(this.#books, rules, asOf);
    const items = this.#books.reports.list("open-item-reported");
    this.#slots.clear();
    this.#byInstrument.clear();
    this.#byAccount.clear();
    this.#sums.fill(0);
    this.#staleCount = 0;
    this.#unknown = 0;
    this.#context = context;
    this.#revision = this.#books.reports.revision("open-item-reported");
    this.#standing = new StandingUnits(context, items);
    for (const unit of this.#standing.inOrder(items)) this.#open(unit);
    this.#spareUnderwritings(context);
    this.#listParties(items);
    const debits = this.#isBranch ? this.#unsecured?.debits : undefined;
    this.#unsecured = undefined;
    if (!rules.firm.deficitsFromBooks) return;
    this.#unsecured = new UnsecuredAccounts(context, this.#saidOtherwise(), debits);
    this.#open(this.#unsecured);
  }

  takeOver(trunk: RunningPart): void {
    assert(trunk instanceof RunningOpenItems, "a part takes over from its like");
    this.#isBranch = true;
    this.#unsecured = trunk.#unsecured;
  }

  moved(): void {
    // The firm's own positions are charged elsewhere.
  }

  priced(instrument: number): boolean {
    const slots = this.#byInstrument.get(instrument);
    if (slots === undefined) return false;
    for (let index = 0; index < slots.length; index++) this.#touch(slots[index]);
    return true;
  }

  relisted(instrument: number): void {
    const isConcerned =
      this.#byInstrument.has(instrument) || this.#slots.keys().some((unit) => unit instanceof UnreadableUnit);
    if (isConcerned && this.#context !== undefined) this.reset(this.#context.rules, this.#context.asOf);
  }

  reported(): void {
    const { reports } = this.#books;
    const revision = reports.revision("open-item-reported");
    const context = this.#context;
    if (context === undefined || revision === this.#revision) return;
    const latest = reports.latest("open-item-reported");
    if (revision === this.#revision + 1 && latest !== undefined) this.#change(context, latest.before, latest.after);
    else this.reset(context.rules, context.asOf);
    this.#revision = revision;
  }

  #change(context: ChargeContext, before: OpenItem | undefined, after: OpenItem | undefined): void {
    const items = (): readonly OpenItem[] => this.#books.reports.list("open-item-reported");
    const types = new Set([before?.type, after?.type]);
    // Nothing may be left to revalue of what goes.
    this.#refresh();
    const { opened, closed } = this.#standing?.change(before, after, items) ?? { opened: [], closed: [] };
    for (const unit of closed) this.#close(unit);
    for (const unit of opened) this.#open(unit);
    if (types.has("repo") || types.has("reverse-repo")) this.#listParties(items());
    if (types.has("underwriting-position")) this.#spareUnderwritings(context);
    if (this.#unsecured !== undefined && COVERING.some((type) => types.has(type))) this.#cover(this.#unsecured);
  }

  marginCharged(): boolean {
    if (this.#unsecured === undefined || this.#chargedAsOf === this.#charges.membership) return false;
    this.#cover(this.#unsecured);
    return true;
  }

  #cover(unsecured: UnsecuredAccounts): void {
    unsecured.cover(this.#saidOtherwise());
    this.#touchUnit(unsecured);
  }

  #saidOtherwise(): ReadonlySet<number> {
    this.#chargedAsOf = this.#charges.membership;
    return saidOtherwise(this.#books, this.#books.reports.list("open-item-reported"), this.#charges.list());
  }

  #listParties(items: readonly OpenItem[]): void {
    this.#parties = this.#standing?.inOrder(items.filter(isRepo)).filter((unit) => unit instanceof RepoParty) ?? [];
  }

  #spareUnderwritings({ rules, asOf }: ChargeContext): void {
    this.#positions.spare(youngUnderwritings(this.#books, rules, asOf));
  }

  /** A trade-date balance changed. Whether it matters here. */
  balanceChanged(account: number): boolean {
    let matters = false;
    const slots = this.#byAccount.get(account);
    if (slots !== undefined) {
      matters = true;
      for (const slot of slots) {
        if (slot.unit instanceof AccountUnit) slot.unit.changed();
        this.#touch(slot);
      }
    }
    if (this.#unsecured?.changed(account) === true) {
      matters = true;
      this.#touchUnit(this.#unsecured);
    }
    return matters;
  }

  addTo(sums: Float64Array): boolean {
    this.#refresh();
    if (this.#unknown > 0) return false;
    for (let place = 0; place < sums.length; place++) sums[place] += this.#sums[place];
    return true;
  }

  chargeOn(base: Cents): Cents {
    return this.#context === undefined ? ZERO : repoCharge(this.#parties, base, this.#context.rules);
  }

  answer(): PartAnswer {
    this.#refresh();
    if (this.#context === undefined) return { lines: {}, troubles: [] };
    const units = [...(this.#standing?.inOrder(this.#books.reports.list("open-item-reported")) ?? [])];
    if (this.#unsecured !== undefined) units.push(this.#unsecured);
    return answerOf(units, this.#context.rules);
  }

  #open(unit: ChargedUnit): void {
    const slot: Slot = { unit, watched: 0, isKnown: false, isStale: false };
    this.#slots.set(unit, slot);
    this.#unknown++;
    this.#watch(slot);
    if (unit instanceof AccountUnit) push(this.#byAccount, unit.account, slot);
    this.#touch(slot);
  }

  #close(unit: ChargedUnit): void {
    const slot = this.#slots.get(unit);
    if (slot === undefined) return;
    const { watched, isKnown } = slot;
    this.#slots.delete(unit);
    if (isKnown) unit.addTo(this.#sums, -1);
    else this.#unknown--;
    for (const instrument of unit.instruments.slice(0, watched)) take(this.#byInstrument, instrument, slot);
    if (unit instanceof AccountUnit) take(this.#byAccount, unit.account, slot);
  }

  /** From now on it is told of the prices of all its instruments. */
  #watch(slot: Slot): void {
    const { instruments } = slot.unit;
    for (; slot.watched < instruments.length; slot.watched++) push(this.#byInstrument, instruments[slot.watched], slot);
  }

  #touchUnit(unit: ChargedUnit): void {
    const slot = this.#slots.get(unit);
    if (slot !== undefined) this.#touch(slot);
  }

  #touch(slot: Slot): void {
    if (slot.isStale) return;
    slot.isStale = true;
    this.#stale[this.#staleCount++] = slot;
  }

  #refresh(): void {
    for (let index = 0; index < this.#staleCount; index++) {
      const slot = this.#stale[index];
      slot.isStale = false;
      if (slot.isKnown) slot.unit.addTo(this.#sums, -1);
      else this.#unknown--;
      slot.isKnown = slot.unit.revalue();
      if (slot.isKnown) slot.unit.addTo(this.#sums, 1);
      else this.#unknown++;
      this.#watch(slot);
    }
    this.#staleCount = 0;
  }
}

function push<K>(slots: Map<K, Slot[]>, key: K, slot: Slot): void {
  const known = slots.get(key);
  if (known === undefined) slots.set(key, [slot]);
  else known.push(slot);
}

function take<K>(slots: Map<K, Slot[]>, key: K, slot: Slot): void {
  const left = slots.get(key)?.filter((other) => other !== slot) ?? [];
  if (left.length === 0) slots.delete(key);
  else slots.set(key, left);
}
