/**
 * Reverse stress: the smallest move that breaks an account or the firm. The function that is searched is the exact one. The
 * search walks away from zero in steps and narrows the first step at whose end it breaks, so the answer is the smallest move to
 * within a step, and to within the tolerance where the function is monotone: an account that is all long, or all short, has an
 * excess that never turns (see `unit-values.ts` in margin), and is said to be proven.
 *
 * Of an account whose every position is held long at one rate the lines have a closed form; a test holds the search against it.
 */
import { assert } from "../base/assert.ts";
import type { Trouble } from "../base/errors.ts";
import { type Cents, greater, ZERO } from "../base/money.ts";
import { portion } from "../base/rate.ts";
import { holdingsOf } from "../margin/account.ts";
import type { NetCapitalAnswer, NetCapitalFigure } from "../net-capital/computation.ts";
import { type Move, searchScenario } from "./rules.ts";
import type { Stress } from "./stress.ts";

/** What moves: everything alike, everything by beta, or one name. */
export type Direction = Pick<Move, "of" | "instruments"> & { readonly sign: 1 | -1 };

export interface Break {
  readonly direction: Direction;
  /** A share, signed: -0.125 is a fall by an eighth. The smallest at which it breaks; undefined: it does not break at all. */
  readonly move: number | undefined;
  /** What keeps it from being known; with any, `move` says nothing. */
  readonly troubles: readonly Trouble[];
  /** Whether no smaller move breaks it, by monotony; otherwise none does at any step of the walk before. */
  readonly isProven: boolean;
}

const STEP = 0.025;
/** The furthest fall loses everything; a rise is looked for as far as four times the price. */
const FURTHEST = { "-1": 1, "1": 3 } as const;
const TOLERANCE = 1e-7;
/** The firm is asked for less often, because each answer is of every account. */
const FIRM_STEP = 0.05;
const FIRM_FURTHEST = 1;
const FIRM_TOLERANCE = 1e-5;

/** The smallest size from 0 at which `breaks` holds, to within the tolerance; undefined where none is found. */
export function smallest(
  breaks: (size: number) => boolean,
  furthest: number,
  step = STEP,
  tolerance = TOLERANCE,
): number | undefined {
  const search = searching(breaks, furthest, step, tolerance);
  for (;;) {
    const { done = false, value } = search.next();
    if (done) return value ?? undefined;
  }
}

/** The same, a pause after every question: for those who have other things to do in between. */
function* searching(
  breaks: (size: number) => boolean,
  furthest: number,
  step: number,
  tolerance: number,
): Generator<undefined, number | undefined> {
  assert(step > 0 && furthest > 0, "a search walks somewhere");
  if (breaks(0)) return 0;
  const steps = Math.round(furthest / step);
  for (let index = 1; index <= steps; index++) {
    yield;
    if (!breaks((index * furthest) / steps)) continue;
    let [low, high] = [((index - 1) * furthest) / steps, (index * furthest) / steps];
    while (high - low > tolerance) {
      yield;
      const middle = (low + high) / 2;
      if (breaks(middle)) high = middle;
      else low = middle;
    }
    return high;
  }
  return undefined;
}

/** What it means that an account breaks: called, with the requirement recomputed or held; or unsecured. */
export type AccountBreak = "called" | "called-held" | "unsecured";

const FIGURES = { called: "excess", "called-held": "excessHeld", unsecured: "netLiquidation" } as const;

/** The smallest move that breaks an account. */
export function breakOfAccount(stress: Stress, place: number, kind: AccountBreak, direction: Direction): Break {
  const troubles: Trouble[] = [];
  const breaks = (size: number): boolean => {
    const moved = stress.moved(searchScenario({ ...direction, change: direction.sign * size }));
    const found = stress.table.underAlone(moved, place);
    if (!("troubles" in found)) return found[FIGURES[kind]] < 0;
    // What cannot be said ends the search.
    troubles.push(...found.troubles);
    return true;
  };
  const size = smallest(breaks, FURTHEST[direction.sign]);
  const move = size === undefined || troubles.length > 0 ? undefined : direction.sign * size;
  return {
    direction,
    move,
    troubles: troubles.slice(0, 1),
    isProven: troubles.length === 0 && isOneSided(stress, place),
  };
}

/** All long or all short, without options, in what moves one way: by leverage and stated betas that are not below zero. */
function isOneSided({ subject, table }: Stress, place: number): boolean {
  const { instruments } = subject.books;
  const account = table.accounts[place];
  const holdings = holdingsOf(subject.books, account);
  const isPlain =
    account.regime === "margin" && holdings.every(({ instrument }) => instruments.type(instrument) !== "option");
  const isForward = holdings.every(({ instrument }) => instruments.attributes(instrument).leverage.numerator > 0);
  const betas = subject.books.reports.list("market-statistics-stated");
  const isBackward = betas.some(({ beta }) => beta?.startsWith("-") === true);
  const signs = new Set(holdings.map(({ units }) => Math.sign(units)));
  return isPlain && isForward && !isBackward && signs.size <= 1;
}

/** Why the firm breaks: it loses more than the rulebook's share of net capital, or falls into its tier. */
export type FirmBreak = "loss" | "tier";

/** Searches for what breaks the firm; both kinds share what they ask. */
export class FirmSearch {
  readonly #stress: Stress;
  readonly #now: NetCapitalAnswer | undefined;
  readonly #asked = new Map<string, NetCapitalAnswer | undefined>();

  constructor(stress: Stress) {
    this.#stress = stress;
    this.#now = stress.netCapital;
  }

  /** The smallest move that breaks the firm; undefined where net capital is not asked for. */
  find(kind: FirmBreak, direction: Direction): Break | undefined {
    const search = this.finding(kind, direction);
    for (;;) {
      const { done = false, value } = search.next();
      if (done) return value ?? undefined;
    }
  }

  /** The same, a pause after every computation of the firm. */
  *finding(kind: FirmBreak, direction: Direction): Generator<undefined, Break | undefined> {
    const now = this.#now;
    if (now === undefined) return undefined;
    if (now.kind === "unknown") return { direction, move: undefined, troubles: now.troubles, isProven: false };
    const troubles: Trouble[] = [];
    const breaks = (size: number): boolean => {
      const answer = this.#capital(direction, size);
      if (answer?.kind === "figure") return this.#isBroken(kind, now.netCapital, answer);
      troubles.push(...(answer?.troubles ?? []));
      return true;
    };
    const size = yield* searching(breaks, FIRM_FURTHEST, FIRM_STEP, FIRM_TOLERANCE);
    const move = size === undefined || troubles.length > 0 ? undefined : direction.sign * size;
    return { direction, move, troubles: troubles.slice(0, 1), isProven: false };
  }

  #capital(direction: Direction, size: number): NetCapitalAnswer | undefined {
    const { of, sign, instruments } = direction;
    const key = `${of} ${instruments.join(" ")} ${sign * size}`;
    if (!this.#asked.has(key))
      this.#asked.set(key, this.#stress.capital(searchScenario({ of, instruments, change: sign * size })));
    return this.#asked.get(key);
  }

  #isBroken(kind: FirmBreak, now: Cents, answer: NetCapitalFigure): boolean {
    const { lossShare, tier } = this.#stress.subject.rules;
    if (kind === "loss") return now - answer.netCapital > portion(greater(now, ZERO), lossShare);
    if (tier === undefined) return answer.excess < 0;
    const tiers = this.#stress.netCapitalRules?.tiers ?? [];
    const index = tiers.findIndex(({ name }) => name === tier);
    return index !== -1 && answer.tierIndex >= index;
  }
}

/**
 * The price now at which a beta stress with the requirement held begins to call a long account of one name, dollars:
 * debit ÷ (units × (1 − rate − beta × |move|)). NaN where no price does.
 */
export function heldLine(debit: number, units: number, requirement: number, beta: number, move: number): number {
  const left = 1 - requirement - beta * Math.abs(move);
  return left > 0 ? debit / (units * left) : Number.NaN;
}
