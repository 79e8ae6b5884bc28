/**
 * The ladder of every account: healthy, warning, call, restricted to closing orders, liquidating, deficit. Figures decide
 * warning, call and deficit (`boundaries.ts`); time and officers decide the rest (`calls.ts`, `../liquidation/proposals.ts`).
 * Told in the order of facts, it is state: live, replayed and restored it stands the same and says the same, once.
 *
 * What it must be told, all of it while the fact is being applied, then `settle` once:
 *   - `bandChanged`: an account is past more or fewer boundaries than before (from the certificate index), BAND_UNKNOWN
 *     where something it holds has no price or no rule;
 *   - `touched`: money, securities or positions of an account with an open call changed, and by what;
 *   - `stated`: what a layer is short of that transactions decide (Regulation T, payment, intraday, stress);
 *   - `dayOpened`, `calendarChanged`, `setRules`, and the facts that `isLadderFact` names.
 * Calls that stand are held against prices when a day opens, when a fact touches the account, and at the rulebook's times of
 * day. `isDue` says whether `settle` has anything to do: it was told something, or a clock goes off.
 */
import type { Cursor, Emit } from "../../base/effect.ts";
import { type Cents, ZERO } from "../../base/money.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import { type Day, formatDay, type Instant } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import { Liquidations, type LiquidationView } from "../liquidation/liquidations.ts";
import type { LiquidationRules } from "../liquidation/rules.ts";
import { Alerts } from "./alerts.ts";
import { BAND_UNKNOWN, bandOf, type Boundary, FIGURE_RUNGS, type FigureRung, Rungs } from "./boundaries.ts";
import { type Cause, type MarginCall, restrictsNow } from "./call.ts";
import { Calls, type Look } from "./calls.ts";
import { type CapitalCharge, chargeOf } from "./charges.ts";
import { nextLook } from "./clocks.ts";
import { History, type Step } from "./history.ts";
import { Practice } from "./practice.ts";
import { type CallRecord, dailyRecord } from "./record.ts";
import { type LadderFact, Requests } from "./requests.ts";
import { type Reason, type Restriction, Restrictions } from "./restrictions.ts";
import { CALL_LAYERS, type CallLayer, type LadderRules } from "./rules.ts";
import { FIGURED_LAYERS, isFigured, type LadderView } from "./view.ts";
import { layerInWords } from "./words.ts";

/**
 * A fall of everything may concern many thousand accounts at once. So many calls are made, and so many accounts held against
 * prices, by one fact; the facts that follow go on with it, so that none waits for all.
 */
const AT_ONCE = 20;

/** From the best to the worst. `unknown`: a figure is missing; calls and restrictions stand as they were. */
export type Rung = FigureRung | "restricted" | "liquidating" | "unknown";

export interface Standing {
  readonly rung: Rung;
  /** By figures alone, with what holds a rung; as last known. */
  readonly byFigure: FigureRung;
  /** How many boundaries it is past, or BAND_UNKNOWN. */
  readonly band: number;
}

/** What the ladder asks: figures and names, and for liquidations positions and proposals. */
export interface MarginView extends LadderView, LiquidationView {
  /** The margin account that the account of this name is part of; -1 where there is none. */
  find(name: string): number;
}

export interface MarginLadderOptions {
  readonly calendar: Calendar;
  readonly cursor: Cursor;
  readonly emit: Emit;
  readonly view: MarginView;
}

export class MarginLadder implements Stateful {
  readonly calls: Calls;
  readonly liquidations: Liquidations;
  readonly #options: MarginLadderOptions;
  readonly #requests: Requests;
  readonly #history = new History();
  readonly #restrictions = new Restrictions();
  readonly #alerts = new Alerts();
  readonly #practice = new Practice();
  #rules: LadderRules | undefined;
  #rungs: Rungs | undefined;
  /** It was told something since it last settled. */
  #isTold = false;
  /** When calls that stand are next held against prices. */
  #nextLook = Number.POSITIVE_INFINITY;
  /** Accounts that are not simply healthy: past a boundary, unknown, or held on a rung. */
  readonly #standing = new Map<number, Standing>();
  /** Accounts with calls that are still to be held against prices, in order. */
  #toLook: number[] = [];
  /** Touched by the fact that is being applied, and the bands that it left. */
  readonly #touched = new Map<number, Look>();
  readonly #bands = new Map<number, number>();
  readonly #stated: {
    readonly account: number;
    readonly layer: CallLayer;
    readonly amount: Cents;
    readonly look: Look;
  }[] = [];

  constructor(options: MarginLadderOptions) {
    const { calendar, cursor, emit, view } = options;
    this.#options = options;
    this.calls = new Calls({ calendar, cursor, emit, view, history: this.#history }, () => this.#rules);
    this.liquidations = new Liquidations({
      cursor,
      emit,
      view,
      history: this.#history,
      needOf: (account) => this.#needOfLiquidation(account),
      isReliable: (account) => this.#isReliable(account),
    });
    this.#requests = new Requests({
      calls: this.calls,
      liquidations: this.liquidations,
      calendar,
      cursor,
      find: (name) => view.find(name),
    });
  }

  // ——— what it is told ———

  /** The rules in force after `restore`: those under which the state was kept. */
  resume(ladder: LadderRules, liquidation: LiquidationRules): void {
    this.#rules = ladder;
    this.#rungs = new Rungs(ladder);
    this.liquidations.setRules(liquidation, ladder.notify);
    this.calls.setAlarms();
    this.#alerts.setAlarms(ladder);
  }

  /** Other rules. The bands of every account past one of the new boundaries must be told before the next `settle`. */
  setRules(ladder: LadderRules, liquidation: LiquidationRules): void {
    this.resume(ladder, liquidation);
    this.#isTold = true;
    this.#nextLook = nextLook(this.#options.cursor.at, ladder.lookedAt, this.#options.calendar);
    this.calls.rulesChanged();
    for (const call of this.calls.standing()) this.touched(call.account, "rules");
  }

  /** The boundaries whose number past is an account's band; none until there are rules. */
  get boundaries(): readonly Boundary[] {
    return this.#rungs?.boundaries ?? [];
  }

  bandChanged(account: number, band: number): void {
    this.#isTold = true;
    this.#bands.set(account, band);
    if (!this.#touched.has(account)) this.#touched.set(account, { cause: "market" });
  }

  /** What prices did not do to an account: `credit` is what a deposit brought in, in cents. */
  touched(account: number, cause: Cause, credit: Cents = ZERO): void {
    this.#isTold = true;
    const before = this.#touched.get(account);
    const sum = ((before?.credit ?? 0) + credit) as Cents;
    this.#touched.set(account, {
      cause: before === undefined || before.cause === "market" ? cause : before.cause,
      credit: sum,
    });
  }

  /** What the account is short of in a layer that transactions or a stress decide; zero: nothing any more. */
  stated(account: number, layer: CallLayer, amount: Cents, cause: Cause, day?: Day): void {
    this.#isTold = true;
    this.#stated.push({ account, layer, amount, look: { cause, ...(day !== undefined && { day }) } });
  }

  /** A business day opened: what deepened without passing a boundary is looked at. */
  dayOpened(day: Day): void {
    this.#isTold = true;
    this.#lookAtCalls();
    for (const account of this.#practice.release(day)) this.calls.changed.add(account);
    this.calls.calendarChanged();
  }

  calendarChanged(): void {
    this.calls.calendarChanged();
  }

  isDue(at: number): boolean {
    return (
      this.#isTold ||
      this.#toLook.length > 0 ||
      this.looksAt(at) ||
      at >= this.calls.nextAlarm ||
      at >= this.#alerts.nextAlarm ||
      at >= this.liquidations.nextAlarm
    );
  }

  /** Whether a time of day at which calls are held against prices has come. */
  looksAt(at: number): boolean {
    return at >= this.#nextLook;
  }

  #lookAtCalls(): void {
    this.#toLook = [...new Set(this.calls.standing().map(({ account }) => account))];
  }

  /** At the times of day that the rulebook states. */
  #lookOnTime({ lookedAt }: LadderRules): void {
    const { cursor, calendar } = this.#options;
    if (cursor.at < this.#nextLook) return;
    this.#lookAtCalls();
    this.#nextLook = nextLook(cursor.at, lookedAt, calendar);
  }

  /** Everything of the fact has been told: looks at what it touched, by account, and lets clocks go off. */
  settle(): void {
    if (this.#rules === undefined) return;
    this.#isTold = false;
    this.#lookOnTime(this.#rules);
    for (const account of this.#toLook.splice(0, AT_ONCE))
      if (!this.#touched.has(account)) this.#touched.set(account, { cause: "market" });
    const touched = [...this.#touched].sort(([a], [b]) => a - b);
    this.#touched.clear();
    for (const { account } of this.#stated) this.calls.ringBefore(account);
    for (const [account, look] of touched) {
      this.calls.ringBefore(account);
      this.#look(account, look);
    }
    this.#bands.clear();
    const stated = this.#stated.splice(0).sort((a, b) => a.account - b.account);
    for (const { account, layer, amount, look } of stated) this.calls.look(account, layer, amount, look);
    this.calls.ring(AT_ONCE);
    this.#reconcile(touched.map(([account]) => account));
    this.#alerts.ring(this.#options.cursor.at, this.#rules, this.#options.emit, (account) => this.#name(account));
  }

  /** The band that the fact left decides the rung by figure, whatever it went through. */
  #enterBand(account: number): Standing {
    const before = this.#standing.get(account) ?? HEALTHY;
    const band = this.#bands.get(account) ?? before.band;
    if (this.#rules === undefined || this.#rungs === undefined || band === before.band) return before;
    const byFigure = band === BAND_UNKNOWN ? before.byFigure : this.#rungs.after(before.byFigure, band);
    const after = { ...before, byFigure, band };
    this.#standing.set(account, after);
    if (byFigure !== before.byFigure) this.#alerts.turned(account, byFigure, this.#options.cursor.at, this.#rules);
    return after;
  }

  /** Asks for figures only where a layer may be short, or is. */
  #look(account: number, look: Look): void {
    const { band } = this.#enterBand(account);
    if (band === BAND_UNKNOWN) return;
    const isShort = band > this.boundaries.findIndex(({ code }) => code === "call");
    const figured = FIGURED_LAYERS.filter((layer) => isShort || this.calls.find(account, layer) !== undefined);
    if (figured.length === 0 && (look.credit ?? 0) === 0) return;
    const figures = figured.length === 0 ? undefined : this.#options.view.figures(account);
    for (const layer of CALL_LAYERS) {
      const call = this.calls.find(account, layer);
      if (isFigured(layer)) {
        if (figures !== undefined && (isShort || call !== undefined))
          this.calls.look(account, layer, figures.deficiency[layer as (typeof FIGURED_LAYERS)[number]] ?? ZERO, look);
      } else this.calls.credited(account, layer, look.credit ?? ZERO);
    }
  }

  /** What follows of calls and rungs: practice, restrictions, liquidations, the rung of all. */
  #reconcile(touched: readonly number[]): void {
    const rules = this.#rules;
    if (rules === undefined) return;
    for (const account of this.calls.toLiquidate) this.liquidations.want(account);
    this.calls.toLiquidate.clear();
    for (const account of touched) if (this.#liquidatesDeficit(account)) this.liquidations.want(account);
    this.#countPractice(rules);
    for (const account of [...touched, ...this.calls.changed]) this.liquidations.recheck(account);
    const accounts = new Set([...touched, ...this.calls.changed, ...this.liquidations.settle()]);
    this.calls.changed.clear();
    for (const account of [...accounts].sort((a, b) => a - b)) {
      this.#restrict(account, rules);
      this.#setRung(account);
    }
  }

  #countPractice({ practice }: LadderRules): void {
    const { at } = this.#options.cursor;
    for (const { account, layer, ended } of this.calls.justEnded.splice(0))
      if (ended?.how === "positions" && practice.layers.has(layer))
        this.#practice.count(account, newYorkDay(at), practice);
  }

  #restrict(account: number, rules: LadderRules): void {
    const { emit, cursor } = this.#options;
    this.#restrictions.set(account, this.#reasons(account, rules), {
      now: { seq: cursor.seq, at: cursor.at },
      emit,
      history: this.#history,
      to: [...rules.notify, rules.customer],
      name: (row) => this.#name(row),
    });
  }

  #reasons(account: number, rules: LadderRules): readonly Reason[] {
    const reasons: Reason[] = this.calls.of(account).flatMap((call): Reason[] => {
      const layer = rules.layers[call.layer];
      if (layer === undefined || !restrictsNow(call, layer.restricts)) return [];
      return [{ code: `call-${call.layer}`, paragraph: layer.paragraph, ...(call.id !== "" && { subject: call.id }) }];
    });
    const { deficit, practice } = rules;
    if (this.standing(account).byFigure === "deficit" && deficit.restricts)
      reasons.push({ code: "deficit", paragraph: deficit.paragraph });
    const until = this.#practice.restrictedUntil(account, newYorkDay(this.#options.cursor.at));
    if (until !== undefined) reasons.push({ code: "practice", paragraph: practice.paragraph, until });
    const approved = this.liquidations.approved(account);
    if (approved !== undefined) reasons.push({ code: "liquidation", paragraph: rules.paragraph, subject: approved.id });
    return reasons;
  }

  #setRung(account: number): void {
    const before = this.#standing.get(account) ?? HEALTHY;
    const rung = this.#rungOf(account, before);
    if (before.rung !== rung) {
      const { seq, at } = this.#options.cursor;
      const paragraph = this.#paragraphOf(rung);
      this.#history.add(account, {
        seq,
        at,
        kind: "rung",
        ...(paragraph !== undefined && { paragraph }),
        words: `${before.rung} to ${rung}`,
      });
    }
    if (rung === "healthy" && before.band === 0) this.#standing.delete(account);
    else this.#standing.set(account, { ...before, rung });
  }

  /** Of the rungs that figures decide; what else leads to one is a step of its own, with its paragraph. */
  #paragraphOf(rung: Rung): string | undefined {
    return rung === "warning" || rung === "call" || rung === "deficit" ? this.#rules?.[rung].paragraph : undefined;
  }

  #rungOf(account: number, { byFigure, band }: Standing): Rung {
    if (band === BAND_UNKNOWN) return "unknown";
    if (byFigure === "deficit") return "deficit";
    if (this.liquidations.standing(account) !== undefined) return "liquidating";
    if (this.#restrictions.of(account).length > 0) return "restricted";
    const called = this.calls.of(account).some(({ id }) => id !== "");
    return called ? "call" : byFigure;
  }

  /** For what positions are to be closed. */
  #needOfLiquidation(account: number): string | undefined {
    if (this.#liquidatesDeficit(account)) return "equity is below zero, or not yet clear of it";
    const unmet = this.calls
      .of(account)
      .find(({ liquidation, covered, deficiency }) => liquidation !== null && covered === null && deficiency > 0);
    return (
      unmet && `the ${layerInWords(unmet.layer)} call ${unmet.id} was due on ${formatDay(unmet.due)} and is not met`
    );
  }

  #liquidatesDeficit(account: number): boolean {
    return this.#rules?.deficit.liquidates === true && this.standing(account).byFigure === "deficit";
  }

  #isReliable(account: number): boolean {
    if (this.standing(account).band === BAND_UNKNOWN) return false;
    const figures = this.#options.view.figures(account);
    return figures !== undefined && figures.unreliable === undefined;
  }

  #name(account: number): string {
    return this.#options.view.name(account);
  }

  // ——— facts ———

  /** Throws what keeps the fact from being applied. */
  check(fact: LadderFact): void {
    this.#requests.check(fact);
  }

  /** The fact has been checked. `settle` follows. */
  apply(fact: LadderFact): void {
    this.#isTold = true;
    this.#requests.apply(fact);
  }

  // ——— what it answers ———

  standing(account: number): Standing {
    return this.#standing.get(account) ?? HEALTHY;
  }

  /** Accounts that do not simply stand healthy, by row. */
  accounts(): number[] {
    return [...this.#standing.keys()].sort((a, b) => a - b);
  }

  /** Calls that were made and stand, by account and layer. */
  openCalls(): MarginCall[] {
    return this.calls.standing().filter(({ id }) => id !== "");
  }

  /** Whether only closing orders are taken from the account, and why; also while it cannot be margined. For the gate. */
  restrictionOf(account: number): Restriction | undefined {
    const reasons = [...this.#restrictions.of(account)];
    const { seq, at } = this.#options.cursor;
    const since = { seq, at };
    const paragraph = this.#rules?.paragraph ?? "";
    if (this.standing(account).band === BAND_UNKNOWN) reasons.push({ code: "unknown", paragraph, since });
    else if (this.#options.view.figures(account)?.unreliable !== undefined)
      reasons.push({ code: "unreliable", paragraph, since });
    return reasons.length === 0 ? undefined : { kind: "closing-only", reasons };
  }

  /** Accounts that are restricted by what is kept, by row. */
  restricted(): number[] {
    return this.#restrictions.accounts();
  }

  /** The audit trail of an account, oldest first. */
  history(account: number): readonly Step[] {
    return this.#history.of(account);
  }

  /** How many calls it met by closing positions within the time of the rules. */
  liquidationsCounted(account: number): number {
    const { cursor } = this.#options;
    return this.#rules === undefined ? 0 : this.#practice.counted(account, newYorkDay(cursor.at), this.#rules.practice);
  }

  /** FINRA Rule 4220. */
  dailyRecord(day: Day): readonly CallRecord[] {
    return dailyRecord([...this.calls.ended(), ...this.calls.standing()], day);
  }

  /** What net capital is charged for accounts without their margin, by account and layer. */
  capitalCharges(at: Instant): CapitalCharge[] {
    const { calendar, view } = this.#options;
    return this.calls.standing().flatMap((call): readonly CapitalCharge[] => {
      const rules = this.calls.layer(call.layer);
      if (rules?.charge === undefined) return [];
      const figured = FIGURED_LAYERS.find((layer) => layer === call.layer);
      const figures = figured === undefined ? undefined : view.figures(call.account);
      const deficiency =
        figured === undefined || figures === undefined ? call.deficiency : (figures.deficiency[figured] ?? ZERO);
      const charge = chargeOf(call, deficiency, rules, calendar, at);
      return charge === undefined ? [] : [charge];
    });
  }

  /** The band of an account from scratch; what the index keeps must equal it. */
  bandFromScratch(account: number): number {
    const figures = this.#options.view.figures(account);
    return figures === undefined ? BAND_UNKNOWN : bandOf(this.boundaries, figures);
  }

  sections(): Section[] {
    const standing = [...this.#standing].sort(([a], [b]) => a - b);
    const rows = standing.map(([account, { rung, byFigure, band }]) => [
      account,
      rung,
      FIGURE_RUNGS.indexOf(byFigure),
      band,
    ]);
    return [
      jsonSection("margin.ladder", {
        standing: rows,
        calls: this.calls,
        liquidations: this.liquidations,
        restrictions: this.#restrictions,
        alerts: this.#alerts,
        practice: this.#practice,
        nextLook: Number.isFinite(this.#nextLook) ? this.#nextLook : null,
        toLook: this.#toLook,
      }),
      jsonSection("margin.ladder.history", this.#history),
    ];
  }

  /** `resume` follows with the rules in force. */
  restore(sections: SectionReader): void {
    const state = sections.json("margin.ladder") as LadderState;
    this.#standing.clear();
    for (const [account, rung, byFigure, band] of state.standing)
      this.#standing.set(account, { rung, byFigure: FIGURE_RUNGS[byFigure], band });
    this.calls.restore(state.calls);
    this.liquidations.restore(state.liquidations);
    this.#restrictions.restore(state.restrictions);
    this.#alerts.restore(state.alerts);
    this.#practice.restore(state.practice);
    this.#nextLook = state.nextLook ?? Number.POSITIVE_INFINITY;
    this.#toLook = [...state.toLook];
    this.#history.restore(sections.json("margin.ladder.history") as Parameters<History["restore"]>[0]);
  }
}

const HEALTHY: Standing = { rung: "healthy", byFigure: "healthy", band: 0 };

type LadderState = {
  readonly standing: readonly (readonly [account: number, rung: Rung, byFigure: number, band: number])[];
  readonly calls: Parameters<Calls["restore"]>[0];
  readonly liquidations: Parameters<Liquidations["restore"]>[0];
  readonly restrictions: Parameters<Restrictions["restore"]>[0];
  readonly alerts: Parameters<Alerts["restore"]>[0];
  readonly practice: Parameters<Practice["restore"]>[0];
  readonly nextLook: number | null;
  readonly toLook: readonly number[];
};
