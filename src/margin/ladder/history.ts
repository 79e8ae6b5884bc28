/** The audit trail of each account: every step of the ladder with the fact that made it. The newest of each are kept. */
import type { Cents } from "../../base/money.ts";
import type { Moment } from "./call.ts";
import type { CallLayer } from "./rules.ts";

export type StepKind =
  | "rung"
  | "deficiency"
  | "recovered"
  | "called"
  | "told-again"
  | "reduced"
  | "covered"
  | "short-again"
  | "announced"
  | "extended"
  | "overdue"
  | "ended"
  | "restricted"
  | "unrestricted"
  | "liquidation-due"
  | "proposed"
  | "approved"
  | "rejected"
  | "proposal-ended";

export interface Step extends Moment {
  readonly kind: StepKind;
  readonly layer?: CallLayer;
  /** The call, or the proposal. */
  readonly subject?: string;
  readonly amount?: Cents;
  /** Of the law, or of the house's procedures. */
  readonly paragraph?: string;
  /** The officer, or whoever else decided. */
  readonly by?: string;
  /** In few words: from which rung to which, how it ended, why. */
  readonly words: string;
}

/** Of each account; beyond them the oldest are in the journal alone. */
const STEPS_MAX = 200;

export class History {
  readonly #steps = new Map<number, Step[]>();

  add(account: number, step: Step): void {
    const steps = this.#steps.get(account);
    if (steps === undefined) this.#steps.set(account, [step]);
    else {
      steps.push(step);
      if (steps.length > STEPS_MAX) steps.shift();
    }
  }

  /** Oldest first. */
  of(account: number): readonly Step[] {
    return this.#steps.get(account) ?? [];
  }

  toJSON(): readonly (readonly [number, readonly Step[]])[] {
    return [...this.#steps];
  }

  restore(all: readonly (readonly [number, readonly Step[]])[]): void {
    this.#steps.clear();
    for (const [account, steps] of all) this.#steps.set(account, [...steps]);
  }
}
