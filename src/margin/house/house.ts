/**
 * The house rules as they stand on one day over one set of books: which rules hold for which accounts and instruments, and
 * the rates that follow. What the terms, the statistics and the day decide is decided once for each instrument.
 *
 * Accounts for which the same rules hold form a *house class*: a rate is one of a class, an instrument and a side, so that a
 * changed rate is a change of unit values and of nothing else.
 */
import { Trouble } from "../../base/errors.ts";
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { Decision } from "../../rulebook/conditions/condition.ts";
import type { MarginAccount, MarginBooks } from "../account.ts";
import type { HouseRule, HouseRules, InstrumentRule, Raise, RateRule, Sigma } from "./rules.ts";
import { type Statistics, statisticsOf, type Tape } from "./statistics.ts";
import { houseValues, rateOf } from "./variables.ts";

export type Side = "long" | "short";

/** What one rule asks of one position, or of one name of an account. */
export interface Demand {
  readonly rule: HouseRule;
  /** What it asks, as it is written. */
  readonly words: string;
  readonly raise:
    | { readonly kind: "at-least" | "add"; readonly rate: Rate }
    /** The requirement is at least so many cents. */
    | { readonly kind: "amount"; readonly cents: Cents };
  readonly inputs?: Readonly<Record<string, string>>;
}

/** What a rule of `rates` asks of one instrument on one side. */
export interface RateDemand {
  readonly rule: RateRule;
  readonly raise: Exclude<Raise, { readonly kind: "sigma" }>;
}

/** What is asked while the price is below `below` (10^-8) and not below the step before. */
export interface HouseStep {
  readonly below: number;
  /** In the order of the rulebook. */
  readonly demands: readonly RateDemand[];
}

export interface HouseRates {
  /** Rising; the last has no end. */
  readonly steps: readonly HouseStep[];
  /** Rules that cannot be decided: the requirement is then not known. */
  readonly troubles: readonly Trouble[];
}

/** Accounts for which the same of `rates` hold. */
export interface HouseClass {
  /** Dense, in the order in which classes were first met. */
  readonly index: number;
  readonly rules: readonly RateRule[];
}

interface Known {
  readonly attributes: InstrumentAttributes;
  readonly statistics: Statistics;
  readonly values: ReturnType<typeof houseValues>;
  readonly decisions: Map<InstrumentRule, Decision>;
  /** By class and side. */
  readonly rates: Map<string, HouseRates>;
}

const NO_RATES: HouseRates = { steps: [{ below: Number.POSITIVE_INFINITY, demands: [] }], troubles: [] };

export class House {
  readonly rules: HouseRules;
  readonly asOf: Day;
  readonly #books: MarginBooks;
  readonly #tape: Tape | undefined;
  readonly #known: (Known | undefined)[] = [];
  readonly #classes = new Map<string, HouseClass>();

  /** Good until statistics, borrow terms or the day change; terms of instruments may change at any time. */
  constructor(books: MarginBooks, rules: HouseRules, asOf: Day, tape?: Tape) {
    this.#books = books;
    this.rules = rules;
    this.asOf = asOf;
    this.#tape = tape;
  }

  /** Whether the rule is for this account on this day. What the house asks of portfolio margin accounts is that section's. */
  covers(rule: HouseRule, { account, regime, terms }: MarginAccount): boolean {
    const { groups, accounts, from, until } = rule;
    if (regime !== "margin") return false;
    if ((from !== undefined && this.asOf < from) || (until !== undefined && this.asOf > until)) return false;
    if (groups === undefined && accounts === undefined) return true;
    if (terms.houseGroup !== undefined && groups?.has(terms.houseGroup) === true) return true;
    return accounts?.has(this.#books.names.text(this.#books.accounts.nameId(account))) ?? false;
  }

  classOf(account: MarginAccount): HouseClass {
    const rules = this.rules.rates.filter((rule) => this.covers(rule, account));
    const key = rules.map((rule) => rule.code).join(" ");
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const made = { index: this.#classes.size, rules };
    this.#classes.set(key, made);
    return made;
  }

  /** The classes met so far, by index. */
  get classes(): readonly HouseClass[] {
    return [...this.#classes.values()];
  }

  statistics(instrument: number): Statistics {
    return this.#knownOf(instrument).statistics;
  }

  /** Whether the rule speaks of this instrument; a trouble where that cannot be decided. */
  holds(rule: InstrumentRule, instrument: number): boolean | Trouble {
    const { attributes, values, decisions } = this.#knownOf(instrument);
    let decision = decisions.get(rule);
    if (decision === undefined) {
      const named = rule.instruments?.has(attributes.instrument) ?? true;
      decision = named && (rule.when === undefined || rule.when.decide(values));
      decisions.set(rule, decision);
    }
    return typeof decision === "boolean" ? decision : undecided(rule, decision.unknown, attributes.instrument);
  }

  /** What the rules of the class ask of a position in the instrument, by price. */
  rates(instrument: number, side: Side, { index, rules }: HouseClass): HouseRates {
    if (rules.length === 0) return NO_RATES;
    const { rates } = this.#knownOf(instrument);
    const key = `${index} ${side}`;
    const known = rates.get(key);
    if (known !== undefined) return known;
    const made = this.#compile(instrument, side, rules);
    rates.set(key, made);
    return made;
  }

  #compile(instrument: number, side: Side, rules: readonly RateRule[]): HouseRates {
    const troubles: Trouble[] = [];
    const asked: RateDemand[] = [];
    const isOption = this.#books.instruments.type(instrument) === "option";
    for (const rule of rules) {
      if (rule.side !== undefined && rule.side !== side) continue;
      // Rates are taken of stock and bonds; of options, only amounts for each contract are.
      if (isOption && rule.raise.kind !== "per-unit") continue;
      const holds = this.holds(rule, instrument);
      if (holds instanceof Trouble) troubles.push(holds);
      if (holds !== true) continue;
      const raise = this.raise(rule, rule.raise, instrument);
      if (raise instanceof Trouble) troubles.push(raise);
      else asked.push({ rule, raise });
    }
    const endOf = ({ rule }: RateDemand): number => rule.below ?? Number.POSITIVE_INFINITY;
    const bounds = [...new Set([...asked.map(endOf), Number.POSITIVE_INFINITY])].sort((a, b) => a - b);
    return {
      troubles,
      steps: bounds.map((bound) => ({
        below: bound,
        demands: asked.filter((demand) => endOf(demand) >= bound),
      })),
    };
  }

  /** What a rule asks, with its standard deviations as a rate. */
  raise(rule: HouseRule, raise: Raise, instrument: number): RateDemand["raise"] | Trouble {
    if (raise.kind !== "sigma") return raise;
    const rate = this.sigma(rule, raise.sigma, instrument);
    return rate instanceof Trouble ? rate : { kind: "at-least", rate };
  }

  /** So many standard deviations as a share of the price: k × σ per year × √(sessions ÷ sessions a year). */
  sigma(rule: HouseRule, { multiple, days }: Sigma, instrument: number): Rate | Trouble {
    const { attributes, statistics } = this.#knownOf(instrument);
    if (statistics.volatility === undefined) return undecided(rule, "statistics.volatility", attributes.instrument);
    return rateOf(multiple * statistics.volatility * Math.sqrt(days / this.rules.statistics.sessionsPerYear));
  }

  #knownOf(instrument: number): Known {
    const attributes = this.#books.instruments.attributes(instrument);
    const known = this.#known[instrument];
    if (known !== undefined && known.attributes === attributes) return known;
    const statistics = statisticsOf(this.#books, this.rules.statistics, instrument, this.#tape);
    const values = houseValues(attributes, statistics, this.asOf);
    const made = { attributes, statistics, values, decisions: new Map(), rates: new Map() };
    this.#known[instrument] = made;
    return made;
  }
}

const WHAT_SAYS: Readonly<Record<string, string>> = {
  statistics: "a market-statistics-stated fact or a longer tape",
  borrow: "a borrow-terms-stated fact",
  instrument: "an instrument-listed fact",
};

/** The rule turns on something that is not known. */
export function undecided({ name }: HouseRule, unknown: string, instrument: string): Trouble {
  const [group = ""] = unknown.split(".");
  return new Trouble("missing-input", `house rule "${name}" cannot be decided without ${unknown}`, {
    field: instrument,
    expected: `${WHAT_SAYS[group] ?? "it"} that says it, or has(${unknown}) in its condition`,
  });
}

/** What is asked at a price, 10^-8. */
export function demandsAt({ steps }: HouseRates, price: number): readonly RateDemand[] {
  for (const step of steps) if (price < step.below) return step.demands;
  return [];
}

interface Kept {
  readonly books: MarginBooks;
  readonly tape: Tape | undefined;
  readonly marks: readonly number[];
  readonly house: House;
}

const kept = new WeakMap<HouseRules, Kept>();

/** The house rules over these books on this day: made anew when what they rest on has changed. */
export function houseOf(books: MarginBooks, rules: HouseRules, asOf: Day, tape?: Tape): House {
  const marks = [
    asOf,
    books.reports.revision("market-statistics-stated"),
    books.reports.revision("borrow-terms-stated"),
    tape?.sessionsEnded ?? -1,
  ];
  const known = kept.get(rules);
  if (known?.books === books && known.tape === tape && known.marks.every((mark, at) => mark === marks[at]))
    return known.house;
  const house = new House(books, rules, asOf, tape);
  kept.set(rules, { books, tape, marks, house });
  return house;
}
