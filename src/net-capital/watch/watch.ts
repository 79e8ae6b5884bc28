/**
 * What follows from net capital after every fact: tiers with what they do, notices with their clocks, a figure that cannot
 * be said. It is told after each fact that may have changed the figures or let a clock go off, looks at the running
 * figures, and emits effects. What it knows is state: live, replayed and restored it says the same, once.
 */
import type { Cursor, Emit } from "../../base/effect.ts";
import type { Cents } from "../../base/money.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import type { Calendar } from "../../books/calendar.ts";
import { dollarMinimum } from "../minimum.ts";
import type { NetCapitalMonitor } from "../monitor.ts";
import type { RunningFigures } from "../reading.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { NoticeFigures } from "../tiers.ts";
import { NoticeWatch } from "./notice-watch.ts";
import { TierWatch } from "./tier-watch.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type WatchState = {
  readonly known: boolean;
  readonly unknownSince: number | null;
  readonly tiers: Parameters<TierWatch["restore"]>[0];
  readonly notices: Parameters<NoticeWatch["restore"]>[0];
};

/** What it looks at. */
export type WatchedMonitor = Pick<NetCapitalMonitor, "figures" | "rules" | "answer">;

/** As many of the things that are missing are named. */
const MISSING_NAMED = 10;

export class CapitalWatch implements Stateful {
  readonly tiers: TierWatch;
  readonly notices: NoticeWatch;
  readonly #monitor: WatchedMonitor;
  readonly #cursor: Cursor;
  readonly #emit: Emit;
  #rules: NetCapitalRules | undefined;
  #known = false;
  /** Since when the figure is unknown that was known before; NaN where it is known, or never was. */
  #unknownSince = Number.NaN;
  readonly #figures: Mutable<NoticeFigures> = {
    netCapital: 0 as Cents,
    requirement: 0 as Cents,
    dollarMinimum: 0 as Cents,
    aggregateIndebtedness: 0 as Cents,
    aggregateDebitItems: 0 as Cents,
    tentativeByRule: 0 as Cents,
    financingPayable: 0 as Cents,
    financingReceivable: 0 as Cents,
  };

  constructor(monitor: WatchedMonitor, calendar: Calendar, cursor: Cursor, emit: Emit) {
    this.#monitor = monitor;
    this.#cursor = cursor;
    this.#emit = emit;
    this.tiers = new TierWatch(cursor, emit);
    this.notices = new NoticeWatch(calendar, cursor, emit);
  }

  /** Whether a clock goes off at `at`, though the figures may not have changed. */
  isDue(at: number): boolean {
    return at >= this.notices.alarmAt;
  }

  /** A day of the calendar is another than it was: clocks that count business days may go off at another time. */
  calendarChanged(): void {
    this.notices.setAlarm();
  }

  /** Takes note of the figures after the fact of the cursor. */
  observe(): void {
    const { rules, figures } = this.#monitor;
    if (rules !== undefined && rules !== this.#rules) this.#setRules(rules);
    if (figures.unknown) this.#observeUnknown();
    else this.#observeKnown(figures);
    this.notices.ring();
  }

  #setRules(rules: NetCapitalRules): void {
    this.#rules = rules;
    this.tiers.setTiers(rules.tiers);
    this.notices.setRules(rules);
    this.#figures.dollarMinimum = dollarMinimum(rules);
  }

  #observeKnown(running: RunningFigures): void {
    if (!this.#known) {
      this.#known = true;
      this.#unknownSince = Number.NaN;
      this.notices.setUnknown(Number.NaN);
      this.#tell("figure-known", "good", "Net capital can be said", "Nothing is missing.");
    }
    const figures = this.#figures;
    figures.netCapital = running.netCapitalCents as Cents;
    figures.requirement = running.requirementCents as Cents;
    figures.aggregateIndebtedness = running.aggregateIndebtednessCents as Cents;
    figures.aggregateDebitItems = running.aggregateDebitItemsCents as Cents;
    figures.tentativeByRule = running.tentativeByRuleCents as Cents;
    figures.financingPayable = running.financingPayableCents as Cents;
    figures.financingReceivable = running.financingReceivableCents as Cents;
    this.tiers.observe(running);
    this.notices.observe(figures);
  }

  /** Tiers and conditions stay as they were; only the clock of what cannot be computed runs. */
  #observeUnknown(): void {
    if (this.#known) {
      this.#known = false;
      this.#unknownSince = this.#cursor.at;
      this.notices.setUnknown(this.#unknownSince);
      this.#tell("figure-unknown", "critical", "Net capital cannot be said", `Missing: ${this.#missing().join("; ")}.`);
    }
    if (!Number.isNaN(this.#unknownSince)) this.notices.observeUnknown(() => this.#missing());
  }

  #missing(): readonly string[] {
    const answer = this.#monitor.answer(0);
    if (answer.kind === "figure") return [];
    const named = answer.troubles.slice(0, MISSING_NAMED).map(({ message }) => message);
    const others = answer.troubles.length - named.length;
    return others === 0 ? named : [...named, `and ${others} more`];
  }

  #tell(kind: "figure-known" | "figure-unknown", severity: "good" | "critical", title: string, text: string): void {
    const to = this.#rules?.watch.notify ?? [];
    this.#emit({ kind, severity, to, title, text, paragraph: "15c3-1(c)(16)(iv)", line: "net-capital" });
  }

  sections(): Section[] {
    const { tiers, notices } = this;
    const unknownSince = Number.isNaN(this.#unknownSince) ? null : this.#unknownSince;
    return [jsonSection("net-capital.watch", { known: this.#known, unknownSince, tiers, notices })];
  }

  restore(sections: SectionReader): void {
    const { known, unknownSince, tiers, notices } = sections.json("net-capital.watch") as WatchState;
    this.#known = known;
    this.#unknownSince = unknownSince ?? Number.NaN;
    this.tiers.restore(tiers);
    this.notices.restore(notices);
    this.notices.setUnknown(this.#unknownSince);
  }
}
