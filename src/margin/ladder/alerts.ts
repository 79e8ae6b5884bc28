/**
 * Who is told that an account fell to a rung or rose from one. The rung changes with the figure, at once; what is told of it
 * waits until the account has stood there for as long as the rulebook says, so that a figure that hovers at a boundary is
 * told once. Many accounts at one fact are told together.
 */
import { assertNever } from "../../base/assert.ts";
import type { Emit } from "../../base/effect.ts";
import type { Instant } from "../../base/time.ts";
import { Alarms } from "./alarms.ts";
import { FIGURE_RUNGS, type FigureRung } from "./boundaries.ts";
import type { LadderRules, RungRules } from "./rules.ts";

/** More accounts than these that fall to one rung at one fact are told of in one effect. */
const TOLD_APART_MAX = 20;

interface Alert {
  readonly account: number;
  /** The rung that was told last. */
  said: FigureRung;
  rung: FigureRung;
  /** When the account came to stand on `rung`. */
  since: Instant;
}

export class Alerts {
  readonly #alerts = new Map<number, Alert>();
  readonly #alarms = new Alarms();

  get nextAlarm(): number {
    return this.#alarms.next;
  }

  /** The account stands on another rung. */
  turned(account: number, rung: FigureRung, at: Instant, rules: LadderRules): void {
    const alert = this.#alerts.get(account) ?? { account, said: "healthy", rung, since: at };
    this.#alerts.set(account, alert);
    alert.rung = rung;
    alert.since = at;
    if (rung === alert.said) this.#forget(alert);
    else this.#alarms.set(at + waitOf(alert, rules), account);
  }

  #forget(alert: Alert): void {
    if (alert.rung === "healthy" && alert.said === "healthy") this.#alerts.delete(alert.account);
  }

  /** Tells what has stood for long enough. */
  ring(at: Instant, rules: LadderRules, emit: Emit, name: (account: number) => string): void {
    if (at < this.#alarms.next) return;
    const told = new Map<FigureRung, { readonly fell: number[]; readonly rose: number[] }>();
    for (const account of this.#alarms.take(at)) {
      const alert = this.#alerts.get(account);
      if (alert === undefined || alert.rung === alert.said || at < alert.since + waitOf(alert, rules)) continue;
      const lists = told.get(alert.rung) ?? { fell: [], rose: [] };
      told.set(alert.rung, lists);
      (rankOf(alert.rung) > rankOf(alert.said) ? lists.fell : lists.rose).push(account);
      alert.said = alert.rung;
      this.#forget(alert);
    }
    for (const rung of FIGURE_RUNGS) {
      const lists = told.get(rung);
      if (lists === undefined) continue;
      const to = rungRules(rung, rules)?.tells ?? rules.warning.tells;
      const paragraph = rungRules(rung, rules)?.paragraph ?? rules.paragraph;
      tell(lists.fell, rung, true, { to, paragraph, emit, name });
      tell(lists.rose, rung, false, { to, paragraph, emit, name });
    }
  }

  toJSON(): object {
    return [...this.#alerts.values()].sort((a, b) => a.account - b.account);
  }

  restore(all: readonly Alert[]): void {
    this.#alerts.clear();
    for (const alert of all) this.#alerts.set(alert.account, { ...alert });
  }

  /** After `restore`, and under other rules. */
  setAlarms(rules: LadderRules): void {
    this.#alarms.clear();
    for (const alert of this.#alerts.values())
      if (alert.rung !== alert.said) this.#alarms.set(alert.since + waitOf(alert, rules), alert.account);
  }
}

function rankOf(rung: FigureRung): number {
  return FIGURE_RUNGS.indexOf(rung);
}

/** The rules of the worse of the rung told and the rung it stands on say how long it waits. */
function waitOf({ said, rung }: Alert, rules: LadderRules): number {
  return rungRules(rankOf(said) > rankOf(rung) ? said : rung, rules)?.alertAfter ?? 0;
}

function rungRules(rung: FigureRung, rules: LadderRules): RungRules | undefined {
  switch (rung) {
    case "healthy":
      return undefined;
    case "warning":
      return rules.warning;
    case "call":
      return rules.call;
    case "deficit":
      return rules.deficit;
    default:
      return assertNever(rung);
  }
}

interface Telling {
  readonly to: readonly string[];
  readonly paragraph: string;
  readonly emit: Emit;
  readonly name: (account: number) => string;
}

function tell(
  accounts: readonly number[],
  rung: FigureRung,
  fell: boolean,
  { to, paragraph, emit, name }: Telling,
): void {
  if (accounts.length === 0 || to.length === 0) return;
  const verb = fell ? "fell to" : "rose to";
  const severity = !fell ? "good" : rung === "deficit" ? "critical" : "warning";
  const shared = { kind: "margin-standing", severity, to, paragraph } as const;
  if (accounts.length > TOLD_APART_MAX) {
    const named = accounts.slice(0, TOLD_APART_MAX).map(name).join(", ");
    const title = `${accounts.length} accounts ${verb} ${rung}`;
    emit({ ...shared, title, text: `Among them ${named}.`, subject: rung });
    return;
  }
  for (const account of accounts) {
    const title = `Account ${name(account)} ${verb} ${rung}`;
    emit({ ...shared, title, text: `${title}.`, line: `margin/${name(account)}`, subject: name(account) });
  }
}
