/**
 * How each account's rung is known. An account is in one of four conditions:
 *
 *     certified   its floor and ceiling prove its rung, until a price passes one of its thresholds
 *     watched     it hugs a boundary: its excess is kept by every tick of what it holds
 *     overdue     a gap took its certificate: it is measured on each tick of what it holds, until it is certified again
 *     unknown     something that it holds has no price
 *
 * Invariants, for an account that is not watched: a threshold that is set has an entry with its key, whose holder stands for as
 * many units as the position has, or more; and each position has at least one entry among those of its instrument, by which it
 * is found.
 */
import { CERTIFIED, OVERDUE, UNKNOWN, WATCHED } from "./accounts.ts";
import { RUNG_UNKNOWN } from "./measure.ts";
import type { Parts } from "./parts.ts";

/** A watched account is let go once each of its positions may move as far as in so many usual ticks. */
const RELEASED = 3.5;

/** Told of every change, as it is found; must not call back. */
export interface RungObserver {
  rungChanged(account: number, from: number, to: number): void;
}

export class Conditions {
  readonly #parts: Parts;
  readonly #observer: RungObserver;

  constructor(parts: Parts, observer: RungObserver) {
    this.#parts = parts;
    this.#observer = observer;
  }

  stand(account: number, rung: number): void {
    const before = this.#parts.accounts.rung(account);
    if (before === rung) return;
    this.#parts.rungs.move(account, rung);
    this.#observer.rungChanged(account, before, rung);
  }

  /** Finds the rung, and certifies the account, or watches it where it is too near a boundary. */
  certify(account: number): void {
    const { accounts, measure, certificates, statistics } = this.#parts;
    statistics.certifications++;
    const rung = measure.rung(account);
    this.stand(account, rung);
    if (rung === RUNG_UNKNOWN) this.#keepUnknown(account);
    else if (certificates.issue(account, rung)) accounts.setCondition(account, CERTIFIED);
    else this.watch(account);
  }

  /** Certifies an account that has no thresholds yet, where everything is built anew. */
  certifyFirst(account: number): void {
    const { accounts, certificates, statistics } = this.#parts;
    accounts.setCondition(account, OVERDUE);
    if (!certificates.issueFirst(account)) {
      this.certify(account);
      return;
    }
    statistics.certifications++;
    this.stand(account, 0);
    accounts.setCondition(account, CERTIFIED);
  }

  /** Finds the rung, and leaves the certificate for later. */
  review(account: number): void {
    const { accounts, glance, backlog, statistics } = this.#parts;
    const rung = glance.rung(account);
    this.stand(account, rung);
    if (rung === RUNG_UNKNOWN) this.#keepUnknown(account);
    else if (accounts.condition(account) !== OVERDUE) {
      accounts.setCondition(account, OVERDUE);
      statistics.overdue++;
      backlog.overdue.add(account);
    }
  }

  /** Watched instead of known by thresholds: from now on by every tick. */
  watch(account: number): void {
    const { accounts, certificates, watch } = this.#parts;
    certificates.unsetAll(account);
    accounts.setCondition(account, WATCHED);
    watch.add(account);
    this.measureWatched(account);
  }

  /** What is followed of a watched account has left its rung, or left it in doubt. */
  standWatched(account: number): void {
    const rung = this.#parts.watch.rung(account);
    if (rung === RUNG_UNKNOWN) this.measureWatched(account);
    else this.stand(account, rung);
  }

  /** Nothing that was followed of a watched account is to be relied on. */
  measureWatched(account: number): void {
    const { measure, watch } = this.#parts;
    const rung = measure.rung(account);
    watch.measured(account, rung, measure.excess, measure.guard);
    this.stand(account, rung);
  }

  /** Measures a watched account, and certifies it where it is far enough from every boundary. */
  look(account: number): void {
    this.measureWatched(account);
    const { accounts, certificates, watch } = this.#parts;
    const rung = accounts.rung(account);
    if (rung === RUNG_UNKNOWN) return;
    if (certificates.issue(account, rung, watch.usualMove * RELEASED)) {
      watch.remove(account);
      accounts.setCondition(account, CERTIFIED);
    } else certificates.unsetAll(account);
  }

  /** An account with groups is watched, because what a group depends on is told by its thresholds. */
  #keepUnknown(account: number): void {
    const { accounts, groups, certificates } = this.#parts;
    if (groups.of(account).length > 0) {
      if (accounts.condition(account) !== WATCHED) this.watch(account);
      return;
    }
    accounts.setCondition(account, UNKNOWN);
    certificates.enterUnset(account);
  }
}
