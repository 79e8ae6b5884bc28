/** A margin ladder over figures that a test sets, with the effects that it emits. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EffectNote } from "../../src/base/effect.ts";
import { type Cents, toCents } from "../../src/base/money.ts";
import { SectionReader } from "../../src/base/state.ts";
import { type Day, type Instant, parseDay, parseInstant } from "../../src/base/time.ts";
import { Calendar } from "../../src/books/calendar.ts";
import type { Cause } from "../../src/margin/ladder/call.ts";
import { MarginLadder } from "../../src/margin/ladder/ladder.ts";
import { isLadderFact } from "../../src/margin/ladder/requests.ts";
import type { CallLayer } from "../../src/margin/ladder/rules.ts";
import type { AccountFigures } from "../../src/margin/ladder/view.ts";
import type { ProposedLiquidation } from "../../src/margin/liquidation/propose.ts";
import { type MarginRules, readMarginRules } from "../../src/margin/rules.ts";
import { parseFact } from "../../src/facts/parse.ts";

export const RULEBOOK = readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8");

/** Dollars. The binding requirement is the greater of the two. */
export interface Given {
  readonly equity: number;
  readonly maintenance: number;
  readonly house?: number;
  readonly value: number;
  readonly unreliable?: string;
}

export interface Said extends EffectNote {
  readonly id: string;
}

const cents = (dollars: number): Cents => toCents(Math.round(dollars * 100));

export class Desk {
  readonly effects: Said[] = [];
  readonly calendar = new Calendar();
  readonly cursor = { seq: 0, at: 0 as Instant };
  readonly figures = new Map<number, Given | "unknown">();
  /** By account: what is proposed for it. */
  readonly proposals = new Map<number, ProposedLiquidation>();
  readonly prices = new Map<number, number>();
  readonly units = new Map<string, number>();
  readonly rules: MarginRules;
  ladder: MarginLadder;

  constructor({ rulebook = RULEBOOK }: { rulebook?: string } = {}) {
    this.rules = readMarginRules(rulebook);
    this.ladder = this.#newLadder();
    this.ladder.setRules(this.rules.ladder, this.rules.liquidation);
  }

  #newLadder(): MarginLadder {
    const { calendar, cursor } = this;
    return new MarginLadder({
      calendar,
      cursor,
      emit: (note) => {
        const within = this.effects.filter(({ id }) => id.startsWith(`${cursor.seq}.`)).length + 1;
        const id = `${cursor.seq}.${within}`;
        this.effects.push({ ...note, id });
        return id;
      },
      view: {
        figures: (account) => this.figuresOf(account),
        name: (account) => `account-${account}`,
        find: (name) => (name.startsWith("account-") ? Number(name.slice("account-".length)) : -1),
        propose: (account) => this.proposals.get(account),
        price: (instrument) => this.prices.get(instrument) ?? Number.NaN,
        units: (account, instrument) => this.units.get(`${account} ${instrument}`) ?? 0,
        quantityInWords: (instrument, units) => `${units} of ${instrument}`,
      },
    });
  }

  figuresOf(account: number): AccountFigures | undefined {
    const given = this.figures.get(account);
    if (given === undefined) return healthy;
    if (given === "unknown") return undefined;
    const { equity, maintenance, house = 0, value, unreliable } = given;
    return {
      equity: cents(equity),
      requirement: cents(Math.max(maintenance, house)),
      regulatory: cents(maintenance),
      base: cents(value),
      deficiency: { maintenance: cents(maintenance - equity), house: cents(house > maintenance ? house - equity : 0) },
      ...(unreliable !== undefined && { unreliable }),
    };
  }

  /** A fact at this time; what it says is in force when it is settled. Gives what was said. */
  fact(at: string | Instant, tell: (ladder: MarginLadder) => void = () => undefined): Said[] {
    const before = this.effects.length;
    this.cursor.seq++;
    this.cursor.at = typeof at === "string" ? parseInstant(at) : at;
    tell(this.ladder);
    this.ladder.settle();
    return this.effects.slice(before);
  }

  /** The account has these figures now, because of `cause`. */
  figured(
    at: string | Instant,
    account: number,
    given: Given | "unknown",
    cause: Cause = "market",
    credit = 0,
  ): Said[] {
    return this.fact(at, (ladder) => {
      this.figures.set(account, given);
      if (cause !== "market") ladder.touched(account, cause, cents(credit));
      ladder.bandChanged(account, ladder.bandFromScratch(account));
    });
  }

  stated(at: string, account: number, layer: CallLayer, amount: number, cause: Cause = "positions", day?: Day): Said[] {
    return this.fact(at, (ladder) => ladder.stated(account, layer, cents(amount), cause, day));
  }

  day(at: string, day: string): Said[] {
    return this.fact(at, (ladder) => ladder.dayOpened(parseDay(day)));
  }

  /** A fact as it would be sent; throws what refuses it. */
  send(at: string, fact: Readonly<Record<string, unknown>>): Said[] {
    const parsed = parseFact({ at, ...fact });
    if (!isLadderFact(parsed)) throw new Error("not a fact of the ladder");
    this.ladder.check(parsed);
    return this.fact(at, (ladder) => ladder.apply(parsed));
  }

  /** The same ladder, made anew from its sections. */
  restart(): void {
    const sections = this.ladder.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }));
    this.ladder = this.#newLadder();
    this.ladder.restore(new SectionReader(sections));
    this.ladder.resume(this.rules.ladder, this.rules.liquidation);
  }
}

const healthy: AccountFigures = {
  equity: cents(1),
  requirement: cents(0),
  regulatory: cents(0),
  base: cents(0),
  deficiency: {},
};

export const kinds = (said: readonly Said[]): string[] => said.map(({ kind }) => kind);
