/**
 * What the house rules charge on one position. A rate and an amount of dollars come on top of the haircut, and of each other.
 * "At least" raises the haircut: what the rate of the position's bucket lacks is charged; where several such rules hold, the
 * one that asks for most is, the first of equals.
 */
import { Trouble } from "../../base/errors.ts";
import { type Cents, ZERO } from "../../base/money.ts";
import { portion, type Rate, rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { Decision } from "../../rulebook/conditions/condition.ts";
import type { Classification, Classifier } from "../classify.ts";
import { missingPrice, principalOf, valueOrNaN } from "../holdings.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { Addition, HouseRule } from "./rules.ts";
import { firmValues, type HousePosition, instrumentValues, positionValues } from "./variables.ts";

type Books = Pick<NetCapitalBooks, "instruments" | "market">;
type Bucketed = Extract<Classification, { readonly kind: "bucket" }>;

/** What one rule charges on one position. */
export interface HouseCharge {
  /** Index among the rules. */
  readonly rule: number;
  readonly amount: Cents;
}

/** All that is charged on one position; `value` in cents, without a sign, NaN where no rule asked for it and it is not known. */
export interface HouseCharges {
  readonly value: number;
  readonly charges: readonly HouseCharge[];
  readonly troubles: readonly Trouble[];
}

/** How the rules look at one instrument, whatever the firm holds of it. */
export interface HouseView {
  readonly instrument: number;
  readonly found: Bucketed;
  /** For each rule: always, never, or undefined: it reads the position, or cannot be decided. */
  readonly settled: readonly (boolean | undefined)[];
  readonly values: object;
}

/** The house rules of one version of the rulebook, on one day. */
export class HouseCharger {
  readonly rules: readonly HouseRule[];
  readonly #all: NetCapitalRules;
  readonly #asOf: Day;
  readonly #books: Books;
  readonly #classifier: Classifier;
  readonly #firm: object;

  constructor(books: Books, rules: NetCapitalRules, asOf: Day, classifier: Classifier) {
    this.rules = rules.houseRules;
    this.#all = rules;
    this.#asOf = asOf;
    this.#books = books;
    this.#classifier = classifier;
    this.#firm = firmValues(rules.firm);
  }

  /** Undefined where no rule can ever hold, or where the position cannot be classified, which is said elsewhere. */
  view(instrument: number): HouseView | undefined {
    const attributes = this.#books.instruments.attributes(instrument);
    const found = this.#classifier.classify(attributes);
    // Balances of currency are no positions to the house.
    if (attributes.type === "currency" || found.kind !== "bucket") return undefined;
    const values = instrumentValues(attributes, this.#asOf);
    const settled = this.rules.map(({ when }) => {
      if (when.groups.has("position")) return undefined;
      const decision = when.decide({ instrument: values, firm: this.#firm });
      return typeof decision === "boolean" ? decision : undefined;
    });
    return settled.every((holds) => holds === false) ? undefined : { instrument, found, settled, values };
  }

  /** What is charged on `units` of it. */
  charges(view: HouseView, units: number): HouseCharges {
    const { instruments } = this.#books;
    const attributes = instruments.attributes(view.instrument);
    const position = this.#position(view, units);
    const troubles: Trouble[] = [];
    const holding: number[] = [];
    let values: object | undefined;
    for (const [index, { name, when }] of this.rules.entries()) {
      let decision: Decision | undefined = view.settled[index];
      if (decision === undefined) {
        values ??= positionValues(position);
        decision = when.decide({ instrument: view.values, position: values, firm: this.#firm });
      }
      if (decision === true) holding.push(index);
      else if (decision !== false) troubles.push(this.#undecided(name, decision.unknown, attributes, position));
    }
    const charged = holding.filter((index) => this.#counts(index, holding));
    const charges = charged.flatMap((index): HouseCharge[] => {
      const amount = this.#amount(this.rules[index], attributes, position);
      if (!(amount instanceof Trouble)) return [{ rule: index, amount }];
      troubles.push(amount);
      return [];
    });
    return { value: position.value, charges, troubles };
  }

  #position({ instrument, found }: HouseView, units: number): HousePosition {
    const { instruments, market } = this.#books;
    const price = market.price(instrument);
    const value = Number.isNaN(price) ? Number.NaN : Math.abs(valueOrNaN(instruments, instrument, units, price));
    const { bucketAtPrincipal } = found;
    const atPrincipal = bucketAtPrincipal !== undefined && value >= principalOf(instruments, instrument, units);
    const bucket = atPrincipal ? bucketAtPrincipal : found.bucket;
    return {
      units,
      scale: instruments.columns.scale[instrument],
      price,
      value,
      haircut: bucket === this.#classifier.elsewhere ? undefined : this.#all.schedule.buckets[bucket].rate,
    };
  }

  /** Of the rules that raise the haircut, only the one that raises it most counts. */
  #counts(index: number, holding: readonly number[]): boolean {
    const own = raisedTo(this.rules[index].add);
    if (own === undefined) return true;
    return holding.every((other) => {
      const rival = raisedTo(this.rules[other].add);
      if (rival === undefined || other === index) return true;
      const difference = subtractRates(own, rival).numerator;
      return other < index ? difference > 0 : difference >= 0;
    });
  }

  #amount(
    { name, add }: HouseRule,
    { instrument }: InstrumentAttributes,
    { value, haircut }: HousePosition,
  ): Cents | Trouble {
    if (add.kind === "dollars") return add.dollars;
    if (Number.isNaN(value)) return missingPrice(instrument);
    if (add.kind === "rate") return portion(value as Cents, add.rate);
    if (haircut === undefined) {
      return new Trouble("missing-rule", `house rule "${name}" cannot raise what other paragraphs charge`, {
        field: instrument,
        expected: "a rate or dollars in place of atLeast, or a condition that leaves it out",
      });
    }
    const lacking = subtractRates(add.rate, haircut);
    return lacking.numerator > 0 ? portion(value as Cents, lacking) : ZERO;
  }

  #undecided(name: string, unknown: string, { instrument }: InstrumentAttributes, { value }: HousePosition): Trouble {
    if (Number.isNaN(value) && unknown !== "position.haircut" && unknown.startsWith("position."))
      return missingPrice(instrument);
    return new Trouble("missing-input", `house rule "${name}" cannot be decided without ${unknown}`, {
      field: instrument,
      ...(unknown.startsWith("instrument.") && {
        expected: `an instrument-listed fact that says it, or has(${unknown}) in the condition`,
      }),
    });
  }
}

function raisedTo(add: Addition): Rate | undefined {
  return add.kind === "at-least" ? add.rate : undefined;
}

function subtractRates(a: Rate, b: Rate): Rate {
  return rate(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
}
