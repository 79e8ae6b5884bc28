/**
 * Every deficiency that stands and the call that was made for it. A deficiency becomes a call once it has lasted as long as
 * the rulebook says (an alert is put off, never a figure); the call falls due on the business calendar, is raised where the
 * deficiency deepens, and ends by a deposit, by positions closed, by the market where that satisfies it, or by lapsing.
 *
 * It is told of a deficiency whenever that may have changed (`look`), and lets clocks go off (`ring`). What goes off at one
 * fact goes off in the order of time, account and layer, so that a replay says the same under the same identifiers.
 */
import { type Cents, displayDollars, ZERO } from "../../base/money.ts";
import { type Day, formatDay, type Instant } from "../../base/time.ts";
import { businessDayFrom } from "../../books/deadlines.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import { Alarms } from "./alarms.ts";
import { type CallEnd, type Cause, leastDeeper, type MarginCall } from "./call.ts";
import { callClocks, endOfDue, liquidationAt } from "./clocks.ts";
import type { StepKind } from "./history.ts";
import { CALL_LAYERS, type CallLayer, type LayerRules } from "./rules.ts";
import { type CurrentRules, FIGURED_LAYERS, isFigured, type LadderContext } from "./view.ts";
import { callTitle, draftCall, dueInWords, endInWords, layerInWords, sentence, withStop } from "./words.ts";

/** Of calls that have ended; beyond them the oldest are in the journal alone. */
const ENDED_MAX = 5000;
/** What could not be done, on figures that are unreliable or while prices cover the call, is tried again after a minute. */
const HELD_FOR = 60_000_000;

const LAYERS = CALL_LAYERS.length;

/** What is told with a deficiency. */
export interface Look {
  readonly cause: Cause;
  /** The day from which its clocks count, where that is not the day of the fact. */
  readonly day?: Day;
  /** Cents brought in by the fact. */
  readonly credit?: Cents;
}

export class Calls {
  /** Accounts whose calls changed since this was last emptied. */
  readonly changed = new Set<number>();
  /** Accounts of which a call fell due so long ago that positions are to be closed. */
  readonly toLiquidate = new Set<number>();
  /** Accounts of which a deficiency or a call may be another since this was last emptied. */
  readonly looked = new Set<number>();
  /** Calls that ended since this was last emptied. */
  readonly justEnded: MarginCall[] = [];
  readonly #context: LadderContext;
  readonly #rules: CurrentRules;
  /** By account and layer: those that stand. */
  readonly #standing = new Map<number, MarginCall>();
  #ended: MarginCall[] = [];
  #endedMost = ENDED_MAX;
  #forgotten = 0;
  readonly #alarms = new Alarms();

  constructor(context: LadderContext, rules: CurrentRules) {
    this.#context = context;
    this.#rules = rules;
  }

  get nextAlarm(): number {
    return this.#alarms.next;
  }

  /** Deficiencies that stand, called or not, in the order of accounts and layers. */
  standing(): MarginCall[] {
    return [...this.#standing].sort(([a], [b]) => a - b).map(([, call]) => call);
  }

  of(account: number): MarginCall[] {
    return CALL_LAYERS.flatMap((layer) => this.find(account, layer) ?? []);
  }

  find(account: number, layer: CallLayer): MarginCall | undefined {
    return this.#standing.get(keyOf(account, layer));
  }

  /** Calls that have ended, oldest first. */
  ended(): readonly MarginCall[] {
    return this.#ended;
  }

  /** How many that have ended are no longer in memory. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** From now on none leaves memory: for a reader of the journal, never for a firm that runs. */
  keepAll(): void {
    this.#endedMost = Number.POSITIVE_INFINITY;
  }

  /** The call that stands under this identifier. */
  byId(id: string): MarginCall | undefined {
    if (id === "") return undefined;
    for (const call of this.#standing.values()) if (call.id === id) return call;
    return undefined;
  }

  layer(layer: CallLayer): LayerRules | undefined {
    return this.#rules()?.layers[layer];
  }

  // ——— what is found ———

  /** What the account is short of in a layer now; zero or less: nothing. */
  look(account: number, layer: CallLayer, deficiency: Cents, found: Look): void {
    this.looked.add(account);
    const rules = this.layer(layer);
    const call = this.find(account, layer);
    if (rules === undefined) {
      if (call !== undefined) this.#end(call, "rules");
      return;
    }
    if (call === undefined) {
      if (deficiency > rules.ignoreUpTo) this.#begin(account, rules, deficiency, found);
      return;
    }
    const before = call.deficiency;
    if (call.id !== "") call.credited = (call.credited + (found.credit ?? 0)) as Cents;
    call.deficiency = deficiency > 0 ? deficiency : ZERO;
    if (deficiency > 0) this.#stillShort(call, rules, before, found);
    else this.#noLongerShort(call, rules, found);
    this.#setAlarm(call, rules);
  }

  /** Cash came in while a call stands of which transactions say what is left. */
  credited(account: number, layer: CallLayer, credit: Cents): void {
    const call = this.find(account, layer);
    if (call !== undefined && call.id !== "") call.credited = (call.credited + credit) as Cents;
  }

  #begin(account: number, rules: LayerRules, deficiency: Cents, { day }: Look): void {
    const { calendar, cursor } = this.#context;
    const from = businessDayFrom(day ?? newYorkDay(cursor.at), calendar);
    const call: MarginCall = {
      id: "",
      account,
      layer: rules.layer,
      since: this.#now(),
      day: from,
      deficiency,
      amount: ZERO,
      told: ZERO,
      credited: ZERO,
      issued: null,
      covered: null,
      due: callClocks(rules, from, calendar).due,
      overdue: null,
      liquidation: null,
      heldUntil: 0,
      extensions: [],
      announced: [],
      ended: null,
    };
    this.#standing.set(keyOf(account, rules.layer), call);
    this.#step(call, "deficiency", layerInWords(rules.layer), { amount: deficiency });
    this.#setAlarm(call, rules);
  }

  #stillShort(call: MarginCall, rules: LayerRules, before: Cents, { cause, credit = ZERO }: Look): void {
    if (call.covered !== null) {
      call.covered = null;
      this.#step(call, "short-again", "before the call had ended", { amount: call.deficiency });
    }
    if (call.id === "") return;
    if (credit > 0) this.#metInPart(call, rules, `${displayDollars(credit)} came in`);
    else if (cause !== "market" && call.deficiency < before)
      this.#metInPart(call, rules, cause === "deposit" ? "a deposit came in" : "positions were closed");
    else if (call.deficiency > call.told + leastDeeper(call.told, rules)) this.#tellAgain(call, rules);
  }

  #metInPart(call: MarginCall, rules: LayerRules, words: string): void {
    call.told = call.deficiency;
    this.#step(call, "reduced", words, { amount: call.deficiency });
    const title = `Met in part, ${displayDollars(call.told)} left: ${this.#title(call)}`;
    const text = `${sentence(words)} ${dueInWords(call)}`;
    this.#tell(call, rules, "margin-call-reduced", "info", title, text);
  }

  #tellAgain(call: MarginCall, rules: LayerRules): void {
    const before = call.told;
    call.told = call.deficiency;
    this.#step(call, "told-again", `deeper than ${displayDollars(before)}`, { amount: call.told });
    const text = `The account fell further: ${displayDollars(before)} was asked for before. ${dueInWords(call)}`;
    this.#tell(
      call,
      rules,
      "margin-call-deepened",
      "critical",
      `Deeper, ${displayDollars(call.told)} now: ${this.#title(call)}`,
      text,
    );
  }

  #noLongerShort(call: MarginCall, rules: LayerRules, { cause }: Look): void {
    if (call.id === "" && rules.called) return this.#end(call, cause);
    if (cause !== "market") return this.#end(call, cause);
    if (call.id !== "" && rules.market === "does-not-satisfy") return;
    if (rules.endsAfter === 0) return this.#end(call, "market");
    if (call.covered !== null) return;
    call.covered = this.#now();
    this.#step(call, "covered", "prices cover it for now");
  }

  #end(call: MarginCall, how: CallEnd): void {
    call.ended = { ...this.#now(), how };
    this.#standing.delete(keyOf(call.account, call.layer));
    this.#alarms.set(Number.POSITIVE_INFINITY, keyOf(call.account, call.layer));
    this.changed.add(call.account);
    if (call.id === "") {
      this.#step(call, "recovered", "before a call was made");
      return;
    }
    this.#step(call, "ended", endInWords(how), { amount: call.amount });
    this.#ended.push(call);
    this.justEnded.push(call);
    if (this.#ended.length > this.#endedMost) {
      this.#ended.shift();
      this.#forgotten++;
    }
    const rules = this.layer(call.layer);
    this.#context.emit({
      kind: "margin-call-ended",
      severity: how === "lapsed" ? "warning" : "good",
      to: this.#told,
      title: `${sentence(endInWords(how)).slice(0, -1)}: ${this.#title(call)}`,
      text: `Called ${displayDollars(call.amount)}; ${displayDollars(call.credited)} came in.`,
      ...(rules !== undefined && { paragraph: rules.paragraph }),
      line: this.#line(call),
      subject: call.id,
    });
  }

  // ——— clocks ———

  /**
   * Lets clocks of an account go off that say what was over before the fact that is being applied: a recovery that lasted, a
   * due day, a lapse.
   */
  ringBefore(account: number): void {
    const { at } = this.#context.cursor;
    for (const call of this.of(account)) {
      const rules = this.layer(call.layer);
      if (rules === undefined || !this.#alarms.isDue(keyOf(account, call.layer), at)) continue;
      this.looked.add(account);
      this.#advance(call, rules, at);
      if (call.ended === null) this.#setAlarm(call, rules);
    }
  }

  /** Lets clocks go off, no more than `most`, the earliest first: calls are made on what the fact left. */
  ring(most: number): void {
    const { at } = this.#context.cursor;
    for (const key of this.#alarms.take(at, most)) {
      const call = this.#standing.get(key);
      if (call === undefined) continue;
      this.looked.add(call.account);
      const rules = this.layer(call.layer);
      if (rules === undefined) continue;
      this.#advance(call, rules, at);
      // A call that is made late may be overdue, and its liquidation due, at the same fact.
      for (let acts = true; acts && call.ended === null;) {
        acts = this.#act(call, rules, at);
        if (acts) this.#advance(call, rules, at);
      }
      if (call.ended === null) this.#setAlarm(call, rules);
    }
  }

  #advance(call: MarginCall, rules: LayerRules, at: Instant): void {
    if (call.id !== "" && call.overdue === null && call.covered === null && at >= endOfDue(call.due))
      this.#fallDue(call, rules);
    if (call.covered !== null && at >= call.covered.at + rules.endsAfter) return this.#end(call, "market");
    const { lapses } = callClocks(rules, call.day, this.#context.calendar);
    if (lapses !== undefined && at >= endOfDue(lapses)) this.#end(call, "lapsed");
  }

  #fallDue(call: MarginCall, rules: LayerRules): void {
    call.overdue = this.#now();
    this.changed.add(call.account);
    this.#lookNow(call);
    this.#step(call, "overdue", `due by the end of ${formatDay(call.due)}`, { amount: call.deficiency });
    const text = `It was due by the end of ${formatDay(call.due)}; ${displayDollars(call.deficiency)} would meet it now.`;
    this.#tell(
      call,
      rules,
      "margin-call-overdue",
      "critical",
      `Overdue, ${displayDollars(call.deficiency)} now: ${this.#title(call)}`,
      text,
    );
  }

  /** What would meet the call at the fact that is being applied; false where that cannot be relied on, or said. */
  #lookNow(call: MarginCall): boolean {
    const figured = FIGURED_LAYERS.find((layer) => layer === call.layer);
    if (figured === undefined) return true;
    const figures = this.#context.view.figures(call.account);
    if (figures === undefined) return false;
    const deficiency = figures.deficiency[figured] ?? ZERO;
    call.deficiency = deficiency > 0 ? deficiency : ZERO;
    return figures.unreliable === undefined;
  }

  /** Makes the call, or asks for a liquidation; neither on figures that cannot be relied on. Whether it did. */
  #act(call: MarginCall, rules: LayerRules, at: Instant): boolean {
    const issues = call.id === "" && rules.called && at >= call.since.at + rules.issueAfter;
    const liquidates = this.#liquidatesAt(call, rules) <= at;
    if (!issues && !liquidates) return false;
    const { layer, account } = call;
    if (!this.#lookNow(call)) {
      call.heldUntil = at + HELD_FOR;
      return false;
    }
    if (call.deficiency <= 0 && isFigured(layer)) {
      this.#noLongerShort(call, rules, { cause: "market" });
      if (call.covered === null) call.heldUntil = at + HELD_FOR;
      return false;
    }
    call.heldUntil = 0;
    if (issues) this.#issue(call, rules);
    else {
      call.liquidation = this.#now();
      this.#step(call, "liquidation-due", `it was due on ${formatDay(call.due)}`, { amount: call.deficiency });
      this.toLiquidate.add(account);
      this.changed.add(account);
    }
    return true;
  }

  #issue(call: MarginCall, rules: LayerRules): void {
    const { view, emit } = this.#context;
    call.issued = this.#now();
    call.amount = call.told = call.deficiency;
    const name = view.name(call.account);
    const cures = view.cures?.(call.account, call.layer, call.deficiency) ?? [];
    call.id = emit({
      kind: "margin-call-issued",
      severity: "critical",
      to: this.#told,
      title: callTitle(call, name),
      text: draftCall(call, name, rules, cures),
      paragraph: rules.paragraph,
      line: `margin/${name}`,
      due: endOfDue(call.due),
      subject: name,
    });
    this.changed.add(call.account);
    this.#step(call, "called", `due by the end of ${formatDay(call.due)}`, { amount: call.amount });
  }

  #liquidatesAt(call: MarginCall, rules: LayerRules): number {
    if (call.overdue === null || call.liquidation !== null || call.covered !== null) return Number.POSITIVE_INFINITY;
    return liquidationAt(rules, call.due, this.#context.calendar);
  }

  #setAlarm(call: MarginCall, rules: LayerRules): void {
    if (call.ended !== null) return;
    const { lapses } = callClocks(rules, call.day, this.#context.calendar);
    const acts = Math.min(
      call.id === "" && rules.called && call.covered === null
        ? call.since.at + rules.issueAfter
        : Number.POSITIVE_INFINITY,
      this.#liquidatesAt(call, rules),
    );
    const at = Math.min(
      acts < call.heldUntil ? call.heldUntil : acts,
      call.covered === null ? Number.POSITIVE_INFINITY : call.covered.at + rules.endsAfter,
      call.id !== "" && call.overdue === null && call.covered === null ? endOfDue(call.due) : Number.POSITIVE_INFINITY,
      lapses === undefined ? Number.POSITIVE_INFINITY : endOfDue(lapses),
    );
    this.#alarms.set(at, keyOf(call.account, call.layer));
  }

  /** Days of the calendar changed: what was not extended is due as the calendar says now. */
  calendarChanged(): void {
    for (const call of this.standing()) {
      const rules = this.layer(call.layer);
      if (rules === undefined) continue;
      if (call.extensions.length === 0 && call.overdue === null)
        call.due = callClocks(rules, call.day, this.#context.calendar).due;
      this.#setAlarm(call, rules);
    }
  }

  /** Other rules: layers that are gone end their calls, and clocks run as the new ones say. */
  rulesChanged(): void {
    for (const call of this.standing()) {
      const rules = this.layer(call.layer);
      if (rules === undefined) this.#end(call, "rules");
      else this.#setAlarm(call, rules);
    }
    this.calendarChanged();
  }

  // ——— what officers and customers say ———

  extend(call: MarginCall, until: Day, by: string, reason: string): void {
    const rules = this.layer(call.layer);
    if (rules === undefined) return;
    const before = call.due;
    call.extensions = [...call.extensions, { ...this.#now(), until, by, reason }];
    call.due = until;
    call.overdue = null;
    call.liquidation = null;
    this.changed.add(call.account);
    this.#lookNow(call);
    this.#step(call, "extended", `from ${formatDay(before)} to ${formatDay(until)} by ${by}: ${reason}`, { by });
    const text = `Extended from ${formatDay(before)} to ${formatDay(until)} by ${by}: ${withStop(reason)} ${dueInWords(call)}`;
    this.#tell(call, rules, "margin-call-extended", "info", `Extended: ${this.#title(call)}`, text);
    this.#setAlarm(call, rules);
  }

  announce(account: number, amount: Cents, expected: Day): void {
    for (const call of this.of(account)) {
      if (call.id === "") continue;
      call.announced = [...call.announced, { ...this.#now(), amount, expected }];
      this.#step(call, "announced", `expected on ${formatDay(expected)}; it cures nothing until it is in`, { amount });
    }
  }

  #now() {
    const { seq, at } = this.#context.cursor;
    return { seq, at };
  }

  #title(call: MarginCall): string {
    return callTitle(call, this.#context.view.name(call.account));
  }

  #line(call: MarginCall): string {
    return `margin/${this.#context.view.name(call.account)}`;
  }

  /** Who hears of a call: the desk, and its customer. */
  get #told(): readonly string[] {
    const rules = this.#rules();
    return rules === undefined ? [] : [...rules.notify, rules.customer];
  }

  #tell(
    call: MarginCall,
    { paragraph }: LayerRules,
    kind: "margin-call-reduced" | "margin-call-deepened" | "margin-call-overdue" | "margin-call-extended",
    severity: "info" | "critical",
    title: string,
    text: string,
  ): void {
    const to = this.#told;
    const line = this.#line(call);
    this.#context.emit({ kind, severity, to, title, text, paragraph, line, due: endOfDue(call.due), subject: call.id });
  }

  #step(
    { account, layer, id }: MarginCall,
    kind: StepKind,
    words: string,
    more: { readonly amount?: Cents; readonly by?: string } = {},
  ): void {
    const paragraph = this.layer(layer)?.paragraph;
    this.changed.add(account);
    this.#context.history.add(account, {
      ...this.#now(),
      kind,
      layer,
      ...(id !== "" && { subject: id }),
      ...(paragraph !== undefined && { paragraph }),
      ...more,
      words,
    });
  }

  toJSON(): object {
    return { standing: this.standing(), ended: this.#ended, forgotten: this.#forgotten };
  }

  restore({ standing, ended, forgotten }: { standing: MarginCall[]; ended: MarginCall[]; forgotten: number }): void {
    this.#forgotten = forgotten;
    this.#standing.clear();
    this.#alarms.clear();
    for (const call of standing) this.#standing.set(keyOf(call.account, call.layer), { ...call });
    this.#ended = [...ended];
  }

  /** After `restore`, once the rules are known. */
  setAlarms(): void {
    this.#alarms.clear();
    for (const call of this.#standing.values()) {
      const rules = this.layer(call.layer);
      if (rules !== undefined) this.#setAlarm(call, rules);
    }
  }
}

function keyOf(account: number, layer: CallLayer): number {
  return account * LAYERS + CALL_LAYERS.indexOf(layer);
}
