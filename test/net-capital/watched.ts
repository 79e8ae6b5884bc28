/** A watch over figures that a test sets, with the effects that it emits. */
import type { EffectNote } from "../../src/base/effect.ts";
import { Trouble } from "../../src/base/errors.ts";
import { type Cents, toCents } from "../../src/base/money.ts";
import { SectionReader } from "../../src/base/state.ts";
import { type Instant, parseInstant } from "../../src/base/time.ts";
import { Calendar } from "../../src/books/calendar.ts";
import type { RunningFigures } from "../../src/net-capital/reading.ts";
import { type NetCapitalRules, readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { tierIndex } from "../../src/net-capital/tiers.ts";
import { CapitalWatch } from "../../src/net-capital/watch/watch.ts";
import { RULEBOOK } from "./firm.ts";

/** Figures in dollars. */
export interface Given {
  readonly netCapital?: number;
  readonly requirement?: number;
  readonly indebtedness?: number;
  readonly debitItems?: number;
  readonly tentative?: number;
  readonly payable?: number;
  readonly receivable?: number;
}

const COMFORTABLE: Required<Given> = {
  netCapital: 2_000_000,
  requirement: 1_000_000,
  indebtedness: 0,
  debitItems: 0,
  tentative: 9_000_000,
  payable: 0,
  receivable: 0,
};

const read = new Map<string, NetCapitalRules>();

/** Reads a rulebook once. */
function rulesOf(text: string): NetCapitalRules {
  const rules = read.get(text) ?? readNetCapitalRules(text);
  read.set(text, rules);
  return rules;
}

export interface Said extends EffectNote {
  readonly id: string;
  readonly at: Instant;
}

export class Watched {
  readonly effects: Said[] = [];
  readonly calendar = new Calendar();
  watch: CapitalWatch;
  rules: NetCapitalRules;
  readonly cursor = { seq: 0, at: 0 as Instant };
  #figures: RunningFigures = this.#running({});
  /** Restores the watch from its own sections before every fact. */
  readonly #restarts: boolean;

  constructor({ rulebook = RULEBOOK, restarts = false }: { rulebook?: string; restarts?: boolean } = {}) {
    this.rules = rulesOf(rulebook);
    this.#restarts = restarts;
    this.watch = this.#newWatch();
  }

  #newWatch(): CapitalWatch {
    const [figures, rules] = [() => this.#figures, () => this.rules];
    const monitor = {
      get figures() {
        return figures();
      },
      get rules() {
        return rules();
      },
      answer: () => ({ kind: "unknown" as const, troubles: [new Trouble("missing-input", "no price for XYZ")] }),
    };
    return new CapitalWatch(monitor, this.calendar, this.cursor, (note) => {
      const { seq, at } = this.cursor;
      const id = `${seq}.${this.effects.filter((said) => said.id.startsWith(`${seq}.`)).length + 1}`;
      this.effects.push({ ...note, id, at });
      return id;
    });
  }

  #running(given: Given): RunningFigures {
    const { netCapital, requirement, indebtedness, debitItems, tentative, payable, receivable } = {
      ...COMFORTABLE,
      ...given,
    };
    const cents = (dollars: number): Cents => toCents(Math.round(dollars * 100));
    return {
      unknown: false,
      netCapitalCents: cents(netCapital),
      requirementCents: cents(requirement),
      excessCents: cents(netCapital - requirement),
      tentativeCents: cents(tentative),
      aggregateIndebtednessCents: cents(indebtedness),
      aggregateDebitItemsCents: cents(debitItems),
      tentativeByRuleCents: cents(tentative),
      financingPayableCents: cents(payable),
      financingReceivableCents: cents(receivable),
      tierIndex: this.rules === undefined ? -1 : tierIndex(cents(netCapital), cents(requirement), this.rules.tiers),
    };
  }

  /** A fact at this time makes these figures; "unknown" where none can be made. Gives what was said. */
  fact(at: string, figures?: Given | "unknown"): Said[] {
    if (this.#restarts) this.restart();
    const before = this.effects.length;
    this.cursor.seq++;
    this.cursor.at = parseInstant(at);
    if (figures === "unknown") this.#figures = { ...this.#figures, unknown: true };
    else if (figures !== undefined) this.#figures = this.#running(figures);
    this.watch.observe();
    return this.effects.slice(before);
  }

  /** The same watch, made anew from its sections. */
  restart(): void {
    const sections = this.watch.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }));
    this.watch = this.#newWatch();
    this.watch.restore(new SectionReader(sections));
  }
}
