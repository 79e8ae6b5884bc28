/**
 * Accounts from which only closing orders are taken, and every reason for it. The restriction begins with the first reason
 * and ends with the last; the gate asks here.
 */
import { assertNever } from "../../base/assert.ts";
import type { Emit } from "../../base/effect.ts";
import type { Day } from "../../base/time.ts";
import { formatDay } from "../../base/time.ts";
import type { Moment } from "./call.ts";
import type { History } from "./history.ts";
import type { CallLayer } from "./rules.ts";
import { layerInWords } from "./words.ts";

/** Why an account is restricted. */
export type ReasonCode = `call-${CallLayer}` | "deficit" | "practice" | "liquidation" | "unreliable" | "unknown";

export interface Reason {
  readonly code: ReasonCode;
  readonly paragraph: string;
  /** The call, or the proposal. */
  readonly subject?: string;
  /** The last day of it, where that is known. */
  readonly until?: Day;
}

export interface StandingReason extends Reason {
  readonly since: Moment;
}

export interface Restriction {
  readonly kind: "closing-only";
  readonly reasons: readonly StandingReason[];
}

export function reasonInWords({ code, until, subject }: Reason): string {
  switch (code) {
    case "deficit":
      return "equity is below zero";
    case "practice":
      return `calls were met by closing positions too often${until === undefined ? "" : `, until ${formatDay(until)}`}`;
    case "liquidation":
      return "a liquidation was approved";
    case "call-stress":
      return "a severe stress scenario would leave it owing more than it is worth";
    case "unreliable":
      return "a price is too old to rely on";
    case "unknown":
      return "something that it holds cannot be margined";
    case "call-reg-t":
    case "call-cash-payment":
    case "call-maintenance":
    case "call-house":
    case "call-day-trade":
    case "call-intraday":
      return notMet(code, subject);
    case "call-portfolio":
    case "call-portfolio-minimum":
      // 4210(g)(9), (10)
      return `${notMet(code, subject)}; orders that lower its risk are taken`;
    default:
      return assertNever(code);
  }
}

function notMet(code: `call-${CallLayer}`, subject: string | undefined): string {
  const what = subject === undefined ? "deficiency" : `call ${subject}`;
  return `the ${layerInWords(code.slice("call-".length) as CallLayer)} ${what} is not met`;
}

interface Told {
  readonly now: Moment;
  readonly emit: Emit;
  readonly history: History;
  readonly to: readonly string[];
  readonly name: (account: number) => string;
}

export class Restrictions {
  readonly #reasons = new Map<number, readonly StandingReason[]>();

  of(account: number): readonly StandingReason[] {
    return this.#reasons.get(account) ?? [];
  }

  /** Accounts that are restricted, by row. */
  accounts(): number[] {
    return [...this.#reasons.keys()].sort((a, b) => a - b);
  }

  /** These are the reasons now. */
  set(account: number, reasons: readonly Reason[], told: Told): void {
    const before = this.of(account);
    if (before.length === 0 && reasons.length === 0) return;
    const after = reasons.map(
      (reason) =>
        before.find(({ code, subject }) => code === reason.code && subject === reason.subject) ?? {
          ...reason,
          since: told.now,
        },
    );
    if (after.length === 0) this.#reasons.delete(account);
    else this.#reasons.set(account, after);
    const begun = after.filter((reason) => !before.includes(reason));
    const over = before.filter((reason) => !after.includes(reason));
    for (const reason of begun) note(account, "restricted", reason, told);
    for (const reason of over) note(account, "unrestricted", reason, told);
    if (before.length === 0 || after.length === 0)
      tell(account, before.length === 0, after.length === 0 ? over : after, told);
  }

  toJSON(): object {
    return [...this.#reasons].sort(([a], [b]) => a - b);
  }

  restore(all: readonly (readonly [number, readonly StandingReason[]])[]): void {
    this.#reasons.clear();
    for (const [account, reasons] of all) this.#reasons.set(account, reasons);
  }
}

function note(account: number, kind: "restricted" | "unrestricted", reason: Reason, { history, now }: Told): void {
  const { subject, paragraph } = reason;
  const words = kind === "restricted" ? reasonInWords(reason) : `no longer: ${reasonInWords(reason)}`;
  history.add(account, { ...now, kind, ...(subject !== undefined && { subject }), paragraph, words });
}

function tell(account: number, begins: boolean, reasons: readonly Reason[], { emit, to, name }: Told): void {
  const words = reasons.map(reasonInWords).join("; ");
  emit({
    kind: begins ? "margin-restriction-imposed" : "margin-restriction-ended",
    severity: begins ? "critical" : "good",
    to,
    title: begins ? `Closing orders only: account ${name(account)}` : `No longer restricted: account ${name(account)}`,
    text: begins ? `Because ${words}.` : `No longer: ${words}.`,
    ...(reasons.length > 0 && { paragraph: reasons[0].paragraph }),
    line: `margin/${name(account)}`,
    subject: name(account),
  });
}
