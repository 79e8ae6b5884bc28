/**
 * A firm in the engine for tests of margin: stocks, a Treasury, a convertible, a euro stock and options; margin, short and
 * portfolio accounts and one for cash; facts from a seed. `check` holds every account against the books and the explanation.
 */
import assert from "node:assert/strict";
import { formatInstant, type Instant, parseInstant } from "../../src/base/time.ts";
import { FactsRefused } from "../../src/engine/admission.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { random } from "../../bench/random.ts";
import { activation, EFFECTIVE, RULEBOOK, VERSION } from "../margin-rulebook.ts";

/** Rules of the house for instruments, and one for whole accounts. */
export const RATES = `rates:
    - { name: Base, side: long, when: 'instrument.type in ["equity", "etf"]', atLeast: 30%, paragraph: Policy 1, meaning: The base rate. }
    - { name: New customers, groups: [new], side: long, atLeast: 40%, paragraph: Policy 1, meaning: The first year. }
    - { name: Volatile, when: 'has(statistics.volatility) && statistics.volatility > rate("40%")', add: 5%, paragraph: Policy 2, meaning: Names that move much. }
    - { name: Low price, side: long, below: $5, atLeast: 100%, paragraph: Policy 3, meaning: No credit on low-priced stock. }`;
export const CONCENTRATION = `concentration:
    - { name: Concentration, of: long, tiers: [{ above: 30%, add: 10% }, { above: 70%, add: 20% }], paragraph: Policy 6, meaning: One name that is most of an account. }`;

export function withHouse(...sections: readonly string[]): string {
  return sections.reduce((text, section) => {
    const [name] = section.split(":");
    assert.ok(text.includes(`\n  ${name}: []`), `the shipped rulebook has no ${name}`);
    return text.replace(`${name}: []`, section);
  }, RULEBOOK);
}

const START = parseInstant("2026-11-20T14:00:00Z");

const STOCKS = ["AAA", "BBB", "CCC", "LOW"];
export const LISTED = [...STOCKS, "TRE", "CNV", "EUS", "AAA-C", "AAA-P"];
const ACCOUNTS = Array.from({ length: 12 }, (_, index) => `M${index}`);
const SHORTS = ["M0-short", "M1-short"];
const PORTFOLIOS = ["P0", "P1"];
export const ALL = [...ACCOUNTS, ...SHORTS, ...PORTFOLIOS, "C0"];

function opening(): Fact[] {
  const at = formatInstant(START);
  const account = (name: string, type: string) => ({ kind: "account-opened", at, account: name, type }) as Fact;
  const list = (instrument: string, terms: object) =>
    ({ kind: "instrument-listed", at, instrument, currency: "USD", ...terms }) as Fact;
  return [
    list("USD", { type: "currency" }),
    list("EUR", { type: "currency", currency: "EUR" }),
    ...STOCKS.map((name) => list(name, { type: "equity", listing: "exchange" })),
    list("TRE", { type: "treasury", issued: "2024-11-15", maturity: "2034-11-15", coupon: "4%" }),
    list("CNV", {
      type: "convertible",
      convertsInto: "AAA",
      conversionUnits: "20",
      principal: "1000",
      maturity: "2030-01-15",
      coupon: "2%",
      grade: "investment-grade",
    }),
    list("EUS", { type: "equity", listing: "exchange", currency: "EUR" }),
    list("AAA-C", {
      type: "option",
      listing: "XCBO",
      underlying: "AAA",
      right: "call",
      strike: "55",
      style: "american",
      maturity: "2027-01-15",
      multiplier: "100",
    }),
    list("AAA-P", {
      type: "option",
      listing: "XCBO",
      underlying: "AAA",
      right: "put",
      strike: "45",
      style: "american",
      maturity: "2027-01-15",
      multiplier: "100",
    }),
    { kind: "interest-rate-stated", at, currency: "USD", days: 365, rate: "3%" },
    account("market", "clearing"),
    account("bank", "bank"),
    { kind: "account-opened", at, account: "capital", type: "general-ledger", ledgerClass: "ownership-equity" },
    { kind: "account-opened", at, account: "commission-revenue", type: "general-ledger", ledgerClass: "revenue" },
    { kind: "account-opened", at, account: "fees-payable", type: "general-ledger", ledgerClass: "liability" },
    ...ACCOUNTS.map((name) => account(name, "customer-margin")),
    ...SHORTS.map((name) => account(name, "customer-margin")),
    ...PORTFOLIOS.map((name) => account(name, "customer-portfolio-margin")),
    account("C0", "customer-cash"),
    ...SHORTS.map((name) => ({ kind: "margin-terms-stated", at, account: name, marginedWith: name.slice(0, 2) })),
    ...ALL.map((to) => ({
      kind: "cash-moved",
      at,
      from: "bank",
      to,
      currency: "USD",
      amount: "20000",
      reason: "deposit",
    })),
  ] as Fact[];
}

const FIRST: Readonly<Record<string, number>> = {
  EUR: 1.1,
  AAA: 50,
  BBB: 20,
  CCC: 120,
  LOW: 6,
  TRE: 99,
  CNV: 1010,
  EUS: 30,
  "AAA-C": 2.5,
  "AAA-P": 2.1,
};

export class MarginWalk {
  readonly state = new FirmState();
  readonly prices = new Map(Object.entries(FIRST));
  readonly draw: () => number;
  #at: number = START;
  #day = "2026-11-20";
  /** How often the rulebook was changed, and the day of the last time. */
  #changes = 0;
  #changed = "";

  constructor(seed: number, document = RULEBOOK) {
    this.draw = random(seed);
    applyHypothetical(this.state, opening());
    this.apply(activation(document));
    this.apply({ kind: "business-day-opened", day: this.#day });
    for (const [instrument, price] of this.prices) this.mark(instrument, price);
    for (const account of ALL) for (let trade = 0; trade < 3; trade++) this.trade(account);
  }

  /** Puts the shipped rulebook with these sections of the house in force from today on, in place of what is. */
  changeRulebook(...sections: readonly string[]): void {
    const version = `${VERSION}-${++this.#changes}`;
    const replaced = this.#changed === this.#day ? `\nreplaces: "${VERSION}-${this.#changes - 1}"` : "";
    this.#changed = this.#day;
    const document = withHouse(...sections)
      .replace(`version: "${VERSION}"`, `version: "${version}"${replaced}`)
      .replace(`effective: "${EFFECTIVE}"`, `effective: "${this.#day}"`);
    assert.ok(this.apply(activation(document)), "the rulebook is taken");
  }

  apply(fact: object): boolean {
    this.#at += 1_000_000 + Math.floor(this.draw() * 60_000_000);
    try {
      applyHypothetical(this.state, [{ at: formatInstant(this.#at as Instant), ...fact } as Fact]);
      return true;
    } catch (error) {
      if (error instanceof FactsRefused) return false;
      throw error;
    }
  }

  one<T>(of: readonly T[]): T {
    return of[Math.floor(this.draw() * of.length)];
  }

  mark(instrument: string, price: number, basis = "manual"): void {
    this.apply({ kind: "mark", instrument, price: price.toFixed(4), basis });
  }

  trade(account: string, instrument = this.one(LISTED)): void {
    const option = instrument.startsWith("AAA-");
    const most = option ? 5 : instrument === "CNV" ? 20 : 300;
    const sides = account === "C0" ? ["buy"] : ["buy", "buy", "sell", "sell-short"];
    this.apply({
      kind: "trade-executed",
      execution: `X${this.state.seq}`,
      account,
      contra: "market",
      instrument,
      side: this.one(sides),
      quantity: String(1 + Math.floor(this.draw() * most)),
      price: (this.prices.get(instrument) ?? 1).toFixed(2),
      tradeDay: this.#day,
    });
  }

  tick(most: number): void {
    const instrument = this.one([...this.prices.keys()]);
    this.move(instrument, (this.draw() - 0.5) * 200 * most);
  }

  step(): void {
    const dice = this.draw();
    if (dice < 0.6) this.tick(0.02);
    else if (dice < 0.68) this.tick(0.3);
    else if (dice < 0.88) this.trade(this.one(ALL));
    else if (dice < 0.94) this.deposit();
    else if (dice < 0.97) this.transfer();
    else if (dice < 0.98)
      this.apply({
        kind: "market-statistics-stated",
        instrument: this.one(STOCKS),
        asOf: "2026-11-19",
        volatility: "45%",
        beta: "1.2",
      });
    else if (dice < 0.99)
      this.apply({
        kind: "margin-terms-stated",
        account: this.one(ACCOUNTS),
        exempt: this.draw() < 0.3,
        uncoveredOptions: true,
        ...(this.draw() < 0.5 && { houseGroup: "new" }),
      });
    else if (dice < 0.995) this.close(this.one([...this.prices.keys()]));
    else this.nextDay();
  }

  /** What it stands at is its close: no price is another. */
  close(instrument: string): void {
    this.mark(instrument, this.prices.get(instrument) ?? 1, "close");
  }

  nextDay(): void {
    const day = new Date(`${this.#day}T00:00:00Z`);
    do day.setUTCDate(day.getUTCDate() + 1);
    while (day.getUTCDay() % 6 === 0);
    this.#day = day.toISOString().slice(0, 10);
    this.apply({ kind: "business-day-opened", day: this.#day });
  }

  /** To another price, which is marked. */
  move(instrument: string, percent: number): void {
    const price = Math.max(0.05, (this.prices.get(instrument) ?? 1) * (1 + percent / 100));
    this.prices.set(instrument, price);
    this.mark(instrument, price);
  }

  deposit(): void {
    this.apply({
      kind: "cash-moved",
      from: "bank",
      to: this.one(ALL),
      currency: this.one(["USD", "USD", "EUR"]),
      amount: "700",
      reason: "deposit",
    });
  }

  transfer(): void {
    this.apply({
      kind: "securities-moved",
      from: this.one(ALL),
      to: this.one(ALL),
      instrument: this.one(STOCKS),
      quantity: "40",
      reason: "transfer",
    });
  }

  /** Every account draws what leaves it this share of its excess. */
  drawDown(left: number): void {
    const { rungs } = this.state.margin;
    for (const principal of rungs?.principals() ?? []) {
      const explained = this.state.margin.marginOf(principal);
      if (explained === undefined || explained.troubles.length > 0 || explained.excess <= 0) continue;
      const amount = Math.floor(explained.excess * (1 - left)) / 100;
      this.apply({
        kind: "cash-moved",
        from: explained.name,
        to: "bank",
        currency: "USD",
        amount: amount.toFixed(2),
        reason: "withdrawal",
      });
    }
  }
}

/**
 * Every account: the band that runs is the one of the books, and what is compared is what is explained. Unknown beside unknown
 * would compare nothing: so many accounts may be.
 */
export function check({ margin, seq }: FirmState, unknownMost = 0): void {
  let unknown = 0;
  const { rungs, ladder } = margin;
  assert.ok(rungs !== undefined, "a rulebook is in force");
  const call = ladder.boundaries.findIndex(({ code }) => code === "call");
  for (const principal of rungs.principals()) {
    const excess: Float64Array = rungs.excessFromScratch(principal);
    const first: number = excess.findIndex((over) => over >= 0);
    const band = Number.isNaN(excess[0]) ? -1 : first === -1 ? excess.length : first;
    assert.equal(rungs.band(principal), band, `fact ${seq}, account ${principal}`);
    assert.equal(ladder.standing(principal).band, rungs.band(principal), `fact ${seq}: the ladder was told`);
    const explained = margin.marginOf(principal);
    assert.ok(explained !== undefined);
    if (explained.troubles.length > 0) {
      const [{ message }] = explained.troubles;
      assert.ok(Number.isNaN(excess[call]), `fact ${seq}: ${message}`);
      assert.ok(++unknown <= unknownMost, `fact ${seq}, account ${explained.name} is unknown: ${message}`);
    } else assert.equal(excess[call], explained.excess, `fact ${seq}, account ${explained.name}`);
  }
}
