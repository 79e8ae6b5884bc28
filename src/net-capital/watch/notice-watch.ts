/**
 * The clocks of 17a-11 and FINRA 4110 and 4120: each test that is met opens its notice or says what binds the firm, once
 * for as long as its condition stands; what is not sent by its time is overdue; what lasts longer than the rule allows is
 * said. Clocks move with the time of the facts.
 */
import { assert } from "../../base/assert.ts";
import type { Cursor, Emit } from "../../base/effect.ts";
import type { Instant } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { dueAt } from "../../books/deadlines.ts";
import { formatNewYork } from "../../books/new-york-time.ts";
import type { FactOfKind } from "../../facts/kinds.ts";
import type { NetCapitalRules } from "../rules.ts";
import { isMet, type NoticeFigures, noticesThatBind } from "../tiers.ts";
import { type Condition, Conditions } from "./conditions.ts";
import { conditionInWords, draftNotice } from "./letter.ts";
import { type Notice, Notices } from "./notices.ts";
import type { LastingRule, NoticeRule } from "./rules.ts";

export class NoticeWatch {
  readonly notices = new Notices();
  readonly conditions: Conditions;
  readonly #calendar: Calendar;
  readonly #cursor: Cursor;
  readonly #emit: Emit;
  #rules: NetCapitalRules | undefined;
  /** The rules that bind the firm, and for each whether its test is met now. */
  #binding: readonly NoticeRule[] = [];
  #met = new Uint8Array(0);
  /** Since when the figure is unknown that was known before; NaN where it is known, or never was. */
  #unknownSince = Number.NaN;
  /** When the next clock goes off. */
  #alarmAt = Number.POSITIVE_INFINITY;

  constructor(calendar: Calendar, cursor: Cursor, emit: Emit) {
    this.#calendar = calendar;
    this.#cursor = cursor;
    this.#emit = emit;
    this.conditions = new Conditions(calendar);
  }

  get alarmAt(): number {
    return this.#alarmAt;
  }

  /** The rules that bind the firm now. */
  get binding(): readonly NoticeRule[] {
    return this.#binding;
  }

  setRules(rules: NetCapitalRules): void {
    this.#rules = rules;
    this.#binding = noticesThatBind(rules);
    this.#met = Uint8Array.from(this.#binding, ({ code }) => {
      const known = this.conditions.get(code);
      return known?.stands === true && known.cleared === null ? 1 : 0;
    });
    this.#clearUnbound();
    this.setAlarm();
  }

  /** A test that the rules no longer have is met no more. */
  #clearUnbound(): void {
    const { seq, at } = this.#cursor;
    const bound = new Set(this.#binding.map(({ code }) => code));
    for (const condition of this.conditions.standing())
      if (!bound.has(condition.code)) condition.cleared ??= { seq, at };
  }

  /** Takes note of figures that are known: the tests that compare. Allocates nothing where nothing changes. */
  observe(figures: NoticeFigures): void {
    const rules = this.#rules;
    if (rules === undefined) return;
    for (let index = 0; index < this.#binding.length; index++) {
      const met = isMet(this.#binding[index], figures, rules) ? 1 : 0;
      if (met !== this.#met[index]) this.#turn(index, met, figures, []);
    }
  }

  /** The figure is unknown from then on, or (NaN) is known again. While it is unknown, nothing that stands ends. */
  setUnknown(since: number): void {
    this.#unknownSince = since;
    this.setAlarm();
  }

  /** Whether net capital counts as not to be computed: unknown for as long as the grace of the rule. */
  observeUnknown(missing: () => readonly string[]): void {
    const { at } = this.#cursor;
    for (let index = 0; index < this.#binding.length; index++) {
      const { test, grace } = this.#binding[index];
      if (test === "cannot-compute" && this.#met[index] === 0 && at >= this.#unknownSince + grace)
        this.#turn(index, 1, undefined, missing());
    }
  }

  /** Lets the clocks go off that are due. */
  ring(): void {
    const { at } = this.#cursor;
    if (at < this.#alarmAt) return;
    for (const notice of this.notices.fallingDue(at)) this.#sayOverdue(notice);
    for (const condition of this.conditions.standing()) {
      this.#sayLasting(condition, at);
      if (this.#isOver(condition)) this.#end(condition);
    }
    this.setAlarm();
  }

  get #endsAfter(): number {
    return this.#rules?.watch.endsAfter ?? 0;
  }

  /** Whether its test has not been met for as long as a condition takes to end. */
  #isOver({ cleared }: Condition): boolean {
    return cleared !== null && Number.isNaN(this.#unknownSince) && this.#cursor.at >= cleared.at + this.#endsAfter;
  }

  #turn(index: number, met: 0 | 1, figures: NoticeFigures | undefined, missing: readonly string[]): void {
    const rule = this.#binding[index];
    const { seq, at } = this.#cursor;
    this.#met[index] = met;
    const known = this.conditions.get(rule.code);
    // One whose time to end has passed, though no fact came to say so, has ended.
    if (known?.stands === true && this.#isOver(known)) this.#end(known);
    if (met === 0) {
      if (known !== undefined) known.cleared = { seq, at };
    } else if (known?.stands === true) known.cleared = null;
    else this.#begin(rule, figures, missing);
    this.setAlarm();
  }

  #begin(rule: NoticeRule, figures: NoticeFigures | undefined, missing: readonly string[]): void {
    const { seq, at } = this.#cursor;
    const condition = this.conditions.begin(rule.code, at, seq);
    condition.announced =
      rule.due === undefined ? this.#announceCondition(rule) : this.#openNotice(rule, figures, missing);
  }

  #announceCondition(rule: NoticeRule): string {
    return this.#emit({
      kind: "condition-met",
      severity: rule.test === "net-capital-under-requirement" ? "critical" : "warning",
      to: this.#told,
      title: conditionInWords(rule),
      text: rule.meaning,
      paragraph: rule.paragraph,
      line: "excess",
      subject: rule.code,
    });
  }

  #openNotice(rule: NoticeRule, figures: NoticeFigures | undefined, missing: readonly string[]): string {
    const rules = this.#rules;
    assert(rules !== undefined && rule.due !== undefined, "a notice is opened under a rule that says when it is due");
    const { seq, at } = this.#cursor;
    const due = dueAt(at, rule.due, this.#calendar);
    const title = conditionInWords(rule);
    const { name: firm } = rules.firm;
    const text = draftNotice({ rule, figures, missing, firm, version: rules.version, seq, at, due });
    const { code, paragraph, to } = rule;
    const id = this.#emit({
      kind: "notice-due",
      severity: rule.due.kind === "same-day" ? "critical" : "warning",
      to: this.#told,
      title: `Notice due (${rule.dueInWords}): ${title}`,
      text,
      paragraph,
      line: "excess",
      due,
      subject: code,
    });
    this.notices.open({ id, code, title, paragraph, to, text, seq, at, due, ended: null, sent: null, overdue: null });
    return id;
  }

  #end(condition: Condition): void {
    const { announced, cleared, code } = condition;
    this.conditions.end(condition);
    if (cleared === null) return;
    const notice = this.notices.list().find(({ id }) => id === announced);
    this.notices.change(announced, { ended: cleared });
    const rule = this.#binding.find((bound) => bound.code === code);
    const owed = notice?.sent === null ? " The notice of it is still to be sent." : "";
    this.#emit({
      kind: "condition-ended",
      severity: "good",
      to: this.#told,
      title: `Ended: ${rule === undefined ? code : conditionInWords(rule)}`,
      text: `Not met since ${formatNewYork(cleared.at)}.${owed}`,
      ...(rule !== undefined && { paragraph: rule.paragraph }),
      subject: announced,
    });
  }

  #sayOverdue({ id, title, paragraph, due }: Notice): void {
    const { seq, at } = this.#cursor;
    this.notices.change(id, { overdue: { seq, at } });
    this.#emit({
      kind: "notice-overdue",
      severity: "critical",
      to: this.#told,
      title: `Overdue: notice of ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
      text: `It was due by ${formatNewYork(due)} and has not been sent.`,
      paragraph,
      due,
      subject: id,
    });
  }

  /** What binds once a condition has stood on more consecutive business days than the rule allows. */
  #sayLasting(condition: Condition, at: Instant): void {
    const lasting = this.#lastingOf(condition.code);
    if (lasting === undefined || condition.lasted || condition.cleared !== null) return;
    if (at < this.conditions.longerThan(condition, lasting.longerThan)) return;
    condition.lasted = true;
    this.#emit({
      kind: "condition-lasting",
      severity: "critical",
      to: this.#told,
      title: lasting.meaning,
      text: `${this.conditions.businessDays(condition, at)} consecutive business days, which is longer than ${lasting.longerThan}.`,
      paragraph: lasting.paragraph,
      line: "excess",
      subject: condition.announced,
    });
  }

  #lastingOf(code: string): LastingRule | undefined {
    return this.#binding.find((rule) => rule.code === code)?.lasting;
  }

  get #told(): readonly string[] {
    return this.#rules?.watch.notify ?? [];
  }

  /** The notice left the building; the fact has been checked. */
  sent({ notice: id, by, channel }: FactOfKind<"notice-sent">): void {
    const { seq, at } = this.#cursor;
    const notice = this.notices.list().find((known) => known.id === id);
    assert(notice !== undefined, "a notice that was checked is there");
    this.notices.change(id, { sent: { seq, at, by, channel } });
    this.#emit({
      kind: "notice-sent",
      severity: at <= notice.due ? "good" : "warning",
      to: this.#told,
      title: `${at <= notice.due ? "Sent" : "Sent late"}: notice of ${notice.title.charAt(0).toLowerCase()}${notice.title.slice(1)}`,
      text: `Sent by ${by}, ${channel}; it was due by ${formatNewYork(notice.due)}.`,
      paragraph: notice.paragraph,
      subject: id,
    });
    this.setAlarm();
  }

  /** Finds when the next clock goes off; whatever moves one calls it. */
  setAlarm(): void {
    let next = this.notices.nextDue();
    const known = Number.isNaN(this.#unknownSince);
    for (const [index, { test, grace }] of this.#binding.entries())
      if (!known && test === "cannot-compute" && this.#met[index] === 0)
        next = Math.min(next, this.#unknownSince + grace);
    for (const condition of this.conditions.standing()) {
      const lasting = this.#lastingOf(condition.code);
      if (condition.cleared !== null) {
        if (known) next = Math.min(next, condition.cleared.at + this.#endsAfter);
      } else if (lasting !== undefined && !condition.lasted)
        next = Math.min(next, this.conditions.longerThan(condition, lasting.longerThan));
    }
    this.#alarmAt = next;
  }

  toJSON(): object {
    return { notices: this.notices, conditions: this.conditions };
  }

  restore({ notices, conditions }: { notices: Notice[]; conditions: Condition[] }): void {
    this.notices.restore(notices);
    this.conditions.restore(conditions);
    this.setAlarm();
  }
}
