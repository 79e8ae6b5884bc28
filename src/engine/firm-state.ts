/**
 * The firm as the facts make it: books, monitors, history. `apply` is deterministic: it reads the record and the state,
 * never a clock, and does no I/O, so that live, replayed and restored state are the same to the bit. The engine, a replay,
 * a what-if and the snapshot thread all hold one of these.
 */
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { bytesOf, hashSections, type Section, SectionReader, type Stateful } from "../base/state.ts";
import type { Day, Instant } from "../base/time.ts";
import { Books } from "../books/books.ts";
import { Postings } from "../books/postings.ts";
import { newYorkDay } from "../books/new-york-time.ts";
import { NO_DAY } from "../books/settlement.ts";
import { decodeFact } from "../facts/codec.ts";
import { AT_WORD, KIND_WORD, layoutOf, SOURCE_WORD } from "../facts/layout.ts";
import { type Records, recordsOf } from "../facts/records.ts";
import { DebtEquityClock } from "../net-capital/capital/debt-equity-clock.ts";
import { isOverDebtEquity } from "../net-capital/capital/acts.ts";
import { type CapitalPosition, capitalPosition, debtEquityNow } from "../net-capital/capital/position.ts";
import { MarginMonitor } from "../margin/monitor.ts";
import { NetCapitalMonitor } from "../net-capital/monitor.ts";
import { NO_TIER } from "../net-capital/tiers.ts";
import { CapitalWatch } from "../net-capital/watch/watch.ts";
import { ColdFacts } from "./cold-facts.ts";
import { Outbox } from "./effects.ts";
import { FollowUps } from "./follow-ups.ts";
import { CapitalHistory } from "./history.ts";
import { HotFacts } from "./hot-facts.ts";
import { type BookFollower, Monitors } from "./monitors.ts";
import { Refusals } from "./refusals.ts";
import { SourceCounts } from "./source-counts.ts";

const QUOTE = layoutOf("quote").number;
const MARKET_TRADE = layoutOf("market-trade").number;
const MARK = layoutOf("mark").number;
const TRADE_EXECUTED = layoutOf("trade-executed").number;
const CASH_MOVED = layoutOf("cash-moved").number;
const NAME_GIVEN = layoutOf("name-given").number;

export class FirmState implements Stateful {
  readonly books = new Books();
  readonly postings = new Postings(this.books);
  readonly outbox = new Outbox(this);
  readonly margin = new MarginMonitor(this.books, this, this.outbox.emit);
  readonly netCapital = new NetCapitalMonitor(this.books, undefined, this.margin.charges);
  readonly watch = new CapitalWatch(this.netCapital, this.books.calendar, this, this.outbox.emit);
  readonly debtEquity = new DebtEquityClock();
  readonly history = new CapitalHistory();
  readonly refusals = new Refusals();
  readonly sources = new SourceCounts();
  readonly cold: ColdFacts;
  readonly #hot: HotFacts;
  readonly #monitors: Monitors;
  readonly #tiers: { byFigure: string | undefined; inForce: string | undefined } = {
    byFigure: undefined,
    inForce: undefined,
  };
  /** Sequence number and time of the last fact applied. */
  readonly #cursor = new Float64Array(2);

  constructor() {
    const monitors = new Monitors(this.books, this.netCapital, this.margin);
    this.#monitors = monitors;
    this.books.ledger.observer = monitors;
    this.postings.transactions = this.margin;
    const followUps = new FollowUps(this.outbox, this.watch, this.netCapital, this.margin);
    this.cold = new ColdFacts(this.books, this.postings, monitors, followUps);
    this.#hot = new HotFacts(this.books, this.postings, monitors);
  }

  /** Tells `follower` of every account and price that changes from now on. There is one; returns the way to stop. */
  follow(follower: BookFollower): () => void {
    assert(this.#monitors.follower === undefined, "a state has one follower");
    this.#monitors.follower = follower;
    return () => void (this.#monitors.follower = undefined);
  }

  /** What withdrawals and acts of Appendix D are tested against now; undefined while net capital is unknown. */
  capitalPosition(): CapitalPosition | undefined {
    const notices = this.watch.notices.notices.list().map(({ paragraph, at }) => ({ paragraph, day: newYorkDay(at) }));
    return capitalPosition(this.books, this.netCapital, notices);
  }

  /** Sequence number of the last fact applied; 0 before the first. */
  get seq(): number {
    return this.#cursor[0];
  }

  /** The time at which the firm learned the last fact. */
  get at(): Instant {
    return this.#cursor[1] as Instant;
  }

  /** The last business day opened, or `NO_DAY`. */
  get businessDay(): Day {
    return this.books.settlement.openedDay;
  }

  /** Applies whole records, back to back, of which the first has the next sequence number. */
  applyBytes(bytes: Uint8Array): void {
    const records = recordsOf(bytes);
    const end = bytes.byteLength;
    for (let byteOffset = 0; byteOffset < end; byteOffset += records.u32[byteOffset >>> 2])
      this.apply(records, byteOffset);
  }

  /** Applies the record at `byteOffset`. */
  apply(records: Records, byteOffset: number): void {
    const kind = records.u32[(byteOffset >>> 2) + KIND_WORD] & 0xffff;
    this.#cursor[0]++;
    this.#cursor[1] = records.f64[(byteOffset >>> 3) + AT_WORD];
    try {
      if (kind === QUOTE) this.#hot.quote(records, byteOffset);
      else if (kind === MARKET_TRADE) this.#hot.marketTrade(records, byteOffset);
      else if (kind === MARK) this.#hot.mark(records, byteOffset);
      else if (kind === TRADE_EXECUTED && !this.#hot.namesLot(records, byteOffset))
        this.#hot.tradeExecuted(records, byteOffset);
      else if (kind === CASH_MOVED) this.#hot.cashMoved(records, byteOffset);
      else this.#applyDecoded(records, byteOffset, kind);
    } catch (error) {
      if (!(error instanceof Trouble) || error.code === "journal-version") throw error;
      this.refusals.add(this.seq, decodeFact(records, byteOffset, this.books.names).kind, error);
    }
    this.sources.count(records.u32[(byteOffset >>> 2) + SOURCE_WORD]);
    this.margin.settle();
    this.netCapital.marginSettled();
    if (this.businessDay === NO_DAY) return;
    if (this.netCapital.isStale || this.history.isDue(this.at, this.#keepEvery) || this.watch.isDue(this.at))
      this.#observe();
    this.margin.firmLimit.settle(this.#netCapitalCents);
  }

  readonly #netCapitalCents = (): number => this.netCapital.figures.netCapitalCents;

  /** The figures may have changed, or a clock went off: what follows from it, and what is kept of it. */
  #observe(): void {
    const { figures, rules } = this.netCapital;
    this.watch.observe();
    if (this.debtEquity.isDue(this.businessDay)) this.#judgeDebtEquity();
    const tiers = this.#tiers;
    tiers.byFigure = figures.tierIndex === NO_TIER ? undefined : rules?.tiers[figures.tierIndex]?.name;
    tiers.inForce = this.watch.tiers.inForce?.name;
    this.history.observe(figures, tiers, this.#keepEvery, this.seq, this.at);
  }

  #judgeDebtEquity(): void {
    const debtEquity = debtEquityNow(this.books, this.netCapital);
    const rules = this.netCapital.rules?.capital.debtEquity;
    if (debtEquity === undefined || rules === undefined) return;
    this.debtEquity.judge(this.businessDay, isOverDebtEquity(debtEquity, rules.most));
  }

  /** Microseconds of the facts' time between kept figures. */
  get #keepEvery(): number {
    return this.netCapital.rules?.watch.keepFigureEvery ?? Number.POSITIVE_INFINITY;
  }

  #applyDecoded(records: Records, byteOffset: number, kind: number): void {
    const fact = decodeFact(records, byteOffset, this.books.names);
    if (kind === NAME_GIVEN) {
      assert(fact.kind === "name-given", "the number of name-given is its own");
      this.books.names.intern(fact.name);
      return;
    }
    this.cold.apply(fact);
    if (fact.kind === "calendar-day-set") this.watch.calendarChanged();
  }

  get #stores(): Stateful[] {
    const { books, debtEquity, history, outbox, watch, margin, refusals, sources } = this;
    return [books, debtEquity, history, outbox, watch, margin, refusals, sources];
  }

  sections(): Section[] {
    const cursor: Section = { name: "engine.cursor", bytes: bytesOf(this.#cursor) };
    return [cursor, ...this.#stores.flatMap((store) => store.sections())];
  }

  restore(sections: SectionReader): void {
    assert(this.seq === 0, "a state is restored before it has applied anything");
    bytesOf(this.#cursor).set(sections.bytes("engine.cursor"));
    for (const store of this.#stores) store.restore(sections);
    this.netCapital.rebuild();
  }

  /** SHA-256 of everything that the state is, in hexadecimal. */
  hash(): string {
    return hashSections(this.sections());
  }

  /** A state of its own that equals this one: what a hypothetical fact is applied to. */
  branch(): FirmState {
    const branch = new FirmState();
    branch.restore(new SectionReader(this.sections()));
    return branch;
  }
}
