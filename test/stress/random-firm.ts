/** Firms with a few accounts of every kind, and scenarios of every kind, from a seed. */
import type { Fact } from "../../src/facts/kinds.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { FactsRefused } from "../../src/engine/admission.ts";
import { random } from "../../bench/random.ts";
import { shipped } from "./subject.ts";

const AT = "2026-11-20T14:00:00Z";
const STOCKS = ["AAA", "BBB", "CCC", "LOW", "FUND"];
const PRICES: Readonly<Record<string, number>> = {
  EUR: 1.1,
  AAA: 50,
  BBB: 20,
  CCC: 120,
  LOW: 4.5,
  FUND: 80,
  TRE: 99,
  CNV: 1010,
  EUS: 30,
  "AAA-C55": 2.5,
  "AAA-P45": 2.1,
  "AAA-C40": 9.5,
  "BBB-P20": 1.3,
};
const OPTIONS = Object.keys(PRICES).filter((name) => /-[CP]\d+$/.test(name));
const LISTED = Object.keys(PRICES).filter((name) => name !== "EUR");
const MARGIN = Array.from({ length: 10 }, (_, index) => `M${index}`);
const CASH = ["C0", "C1"];
const PORTFOLIO = ["P0", "P1"];

/** The shipped rules of margin with rules of the house: none, for instruments, for whole accounts too. */
const HOUSES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replace("rates: []", RATES),
  (text) => text.replace("rates: []", RATES).replace("concentration: []", CONCENTRATION),
];
const RATES = `rates:
    - { name: Base, side: long, when: 'instrument.type in ["equity", "etf"]', atLeast: 30%, paragraph: Policy 1, meaning: The base rate. }
    - { name: New customers, groups: [new], side: long, atLeast: 40%, paragraph: Policy 1, meaning: The first year. }
    - { name: Low price, side: long, below: $5, atLeast: 100%, paragraph: Policy 3, meaning: No credit on low-priced stock. }`;
const CONCENTRATION = `concentration:
    - { name: Concentration, groups: [new], of: long, tiers: [{ above: 30%, add: 10% }, { above: 70%, add: 20% }], paragraph: Policy 6, meaning: One name that is most of an account. }`;

export interface RandomFirm {
  readonly state: FirmState;
  /** The document of scenarios. */
  readonly scenarios: string;
  /** One more fact: a price, a trade, money that comes or goes. */
  happen(): void;
  /** Opens one more margin account, that owes for what it holds. */
  open(account: string): void;
  /** Opens one with money in it, and then has it margined with another. */
  join(account: string, marginedWith: string): void;
}

export interface RandomFirmOptions {
  /** Which rules of the house; drawn where absent. */
  readonly house?: 0 | 1 | 2;
  /** Every price and rate is known. */
  readonly complete?: boolean;
  /** Stock in margin accounts alone, and no scenario that depends on what is held. */
  readonly linear?: boolean;
}

class Maker {
  readonly state = new FirmState();
  readonly draw: () => number;

  readonly options: RandomFirmOptions;

  constructor(seed: number, options: RandomFirmOptions) {
    this.draw = random(seed);
    this.options = options;
  }

  get #names(): readonly string[] {
    return this.options.linear === true ? STOCKS : LISTED;
  }

  one<T>(of: readonly T[]): T {
    return of[Math.floor(this.draw() * of.length)];
  }

  apply(fact: object): void {
    try {
      applyHypothetical(this.state, [{ at: AT, ...fact } as Fact]);
    } catch (error) {
      if (!(error instanceof FactsRefused)) throw error;
    }
  }

  activate(rulebook: string, document: string): void {
    const said = (field: string): string => new RegExp(`^${field}: "([^"]+)"`, "m").exec(document)?.[1] ?? "";
    this.apply({
      kind: "rulebook-activated",
      rulebook,
      version: said("version"),
      effective: said("effective"),
      document,
      approvedBy: "first officer",
      secondApproval: "second officer",
    });
  }

  list(): void {
    const list = (instrument: string, terms: object): void =>
      this.apply({ kind: "instrument-listed", instrument, currency: "USD", ...terms });
    list("USD", { type: "currency" });
    list("EUR", { type: "currency", currency: "EUR" });
    for (const name of STOCKS.slice(0, -1)) list(name, { type: "equity", listing: "exchange", sector: "Media" });
    list("FUND", { type: "etf", listing: "exchange", leverage: "-2" });
    list("TRE", { type: "treasury", issued: "2024-11-15", maturity: "2034-11-15", coupon: "4%" });
    list("CNV", {
      type: "convertible",
      convertsInto: "AAA",
      conversionUnits: "20",
      principal: "1000",
      maturity: "2030-01-15",
      coupon: "2%",
      grade: "investment-grade",
    });
    list("EUS", { type: "equity", listing: "exchange", currency: "EUR" });
    for (const name of OPTIONS)
      list(name, {
        type: "option",
        listing: "XCBO",
        underlying: name.slice(0, 3),
        right: name[4] === "C" ? "call" : "put",
        strike: name.slice(5),
        style: "american",
        maturity: "2027-01-15",
        multiplier: "100",
      });
  }

  open(): void {
    const open = (account: string, type: string, more: object = {}): void =>
      this.apply({ kind: "account-opened", account, type, ...more });
    open("market", "clearing");
    open("bank", "bank");
    open("inventory", "firm-inventory");
    open("capital", "general-ledger", { ledgerClass: "ownership-equity" });
    for (const name of MARGIN)
      open(name, "customer-margin", { ...(this.draw() < 0.4 && { ownerGroup: this.one(["bell", "cobb"]) }) });
    for (const name of PORTFOLIO) open(name, "customer-portfolio-margin");
    for (const name of CASH) open(name, "customer-cash");
    if (this.options.linear === true) return;
    this.apply({ kind: "margin-terms-stated", account: "M1", marginedWith: "M0" });
    for (const account of MARGIN.slice(2))
      this.apply({
        kind: "margin-terms-stated",
        account,
        exempt: this.draw() < 0.2,
        uncoveredOptions: this.draw() < 0.95,
        ...(this.draw() < 0.7 && { houseGroup: "new" }),
      });
  }

  stateAndMark(): void {
    if (this.options.complete === true || this.draw() < 0.85)
      this.apply({ kind: "interest-rate-stated", currency: "USD", days: 30, rate: "4%" });
    if (this.draw() < 0.5) this.apply({ kind: "volatility-stated", instrument: "AAA", volatility: "35%" });
    for (const instrument of STOCKS)
      if (this.draw() < 0.7)
        this.apply({
          kind: "market-statistics-stated",
          instrument,
          asOf: "2026-11-19",
          beta: (this.draw() * 2 - 0.3).toFixed(2),
          volatility: `${(20 + this.draw() * 50).toFixed(0)}%`,
          averageDailyVolume: String(100 + Math.floor(this.draw() * 5000)),
        });
    const missing = this.options.complete !== true && this.draw() < 0.5 ? this.one(LISTED) : undefined;
    for (const [instrument, price] of Object.entries(PRICES)) {
      if (instrument === missing) continue;
      const moved = price * (0.7 + this.draw() * 0.6);
      this.apply({ kind: "mark", instrument, price: moved.toFixed(4), basis: "manual" });
    }
  }

  move(to: string, currency: string, amount: number): void {
    this.apply({ kind: "cash-moved", from: "bank", to, currency, amount: amount.toFixed(2), reason: "deposit" });
  }

  fill(): void {
    const move = (to: string, currency: string, amount: number): void => this.move(to, currency, amount);
    move("capital", "USD", 500_000);
    for (const account of [...MARGIN, ...PORTFOLIO, ...CASH]) {
      move(account, "USD", 3000 + this.draw() * 30_000);
      if (this.options.linear !== true && this.draw() < 0.2) move(account, "EUR", 700);
    }
    const holders = this.options.linear === true ? MARGIN : [...MARGIN, ...PORTFOLIO, ...CASH];
    for (const account of [...holders, "inventory", "inventory"]) {
      const trades = Math.floor(this.draw() * 6);
      for (let index = 0; index < trades; index++) this.trade(account);
    }
  }

  trade(account: string): void {
    const instrument = this.one(CASH.includes(account) ? STOCKS : this.#names);
    const most = OPTIONS.includes(instrument) ? 6 : instrument === "CNV" ? 20 : 700;
    this.apply({
      kind: "trade-executed",
      execution: `X${this.state.seq}`,
      account,
      contra: "market",
      instrument,
      side: this.one(CASH.includes(account) ? ["buy"] : ["buy", "buy", "sell-short"]),
      quantity: String(1 + Math.floor(this.draw() * most)),
      price: PRICES[instrument].toFixed(2),
      tradeDay: "2026-11-20",
    });
  }

  happen(): void {
    const dice = this.draw();
    const accounts = this.options.linear === true ? MARGIN : [...MARGIN, ...PORTFOLIO, ...CASH];
    if (dice < 0.4) {
      const instrument = this.one(this.#names);
      const price = (PRICES[instrument] * (0.6 + this.draw() * 0.8)).toFixed(4);
      this.apply({ kind: "mark", instrument, price, basis: "manual" });
    } else if (dice < 0.8) this.trade(this.one(accounts));
    else this.move(this.one(accounts), "USD", 200 + this.draw() * 900);
  }

  openLate(account: string): void {
    this.apply({ kind: "account-opened", account, type: "customer-margin" });
    this.move(account, "USD", 4000);
    this.trade(account);
    this.trade(account);
  }

  scenarios(): string {
    const percent = (most: number): string => {
      const change = (this.draw() * 2 - 1) * most;
      return `${change < 0 ? "" : "+"}${Math.max(-100, change).toFixed(2)}%`;
    };
    const held = [
      `{ of: instruments, instruments: [EUR], change: "${percent(20)}" }`,
      `{ of: largest-longs, count: 2, change: "-100%" }`,
      `{ of: largest-shorts, count: 1, change: "+90%" }`,
    ];
    const move = (): string =>
      this.one([
        `{ of: all, change: "${percent(60)}" }`,
        `{ of: index, change: "${percent(30)}" }`,
        `{ of: instruments, instruments: [AAA, LOW], change: "${percent(100)}" }`,
        `{ of: instruments, instruments: [TRE, CNV], change: "${percent(15)}" }`,
        `{ of: own-volatility, deviations: "-4" }`,
        `{ of: index-products, change: "${percent(20)}" }`,
        ...(this.options.linear === true ? [] : held),
      ]);
    const scenarios = Array.from(
      { length: 6 },
      (_, index) =>
        `  - { name: s${index}, title: One, moves: [${this.draw() < 0.3 ? `${move()}, ` : ""}${move()}]${this.draw() < 0.5 ? `, volatility: "${this.one(["+50%", "-25%"])}"` : ""} }`,
    );
    const text = shipped("stress");
    return `${text.slice(0, text.indexOf("\nscenarios:"))}\nscenarios:\n${scenarios.join("\n")}\n`;
  }
}

export function randomFirm(seed: number, options: RandomFirmOptions = {}): RandomFirm {
  const maker = new Maker(seed, options);
  maker.list();
  maker.open();
  maker.activate("net-capital", shipped("net-capital"));
  const house = options.house === undefined ? maker.one(HOUSES) : HOUSES[options.house];
  maker.activate("margin", house(shipped("margin")));
  maker.apply({ kind: "business-day-opened", day: "2026-11-20" });
  maker.stateAndMark();
  maker.fill();
  return {
    state: maker.state,
    scenarios: maker.scenarios(),
    happen: () => maker.happen(),
    open: (account) => maker.openLate(account),
    join: (account, marginedWith) => {
      maker.apply({ kind: "account-opened", account, type: "customer-margin" });
      maker.move(account, "USD", 5000);
      maker.apply({ kind: "margin-terms-stated", account, marginedWith });
    },
  };
}
