/** A random walk of a firm through everything that can change its net capital: one fact a step, all from one seed. */
import { formatDay } from "../../src/base/time.ts";
import { LEDGER_CLASSES } from "../../src/facts/kinds.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { NetCapitalMonitor } from "../../src/net-capital/monitor.ts";
import { AS_OF, Firm, inMonths, RULEBOOK } from "./firm.ts";

/** Small numbers from a seed (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** One of every class, and some that no rule covers. */
function listings(roll: (sides: number) => number): Parameters<Firm["list"]>[1][] {
  const maturity = inMonths(1 + roll(400));
  const soon = formatDay((AS_OF + roll(300)) as typeof AS_OF);
  return [
    { type: "equity", listing: "XNYS" },
    { type: "equity", listing: "XNYS", scale: 3 },
    { type: "equity", marketMakers: roll(5) },
    { type: "etf", listing: "ARCX", restricted: roll(2) === 1 },
    { type: "treasury", maturity },
    { type: "treasury", maturity: soon },
    { type: "agency", maturity, country: "CA" },
    { type: "municipal", maturity: soon, issued: "2026-01-15" },
    { type: "municipal", maturity, inDefault: roll(4) === 0 },
    { type: "corporate", maturity, minimalCreditRisk: roll(3) > 0, listing: "XNYS" },
    { type: "commercial-paper", maturity: soon, minimalCreditRisk: true },
    { type: "certificate-of-deposit", maturity },
    { type: "convertible", maturity, principal: "1", multiplier: "0.01", minimalCreditRisk: true, listing: "XNYS" },
    { type: "preferred", cumulative: true, minimalCreditRisk: roll(2) === 1, listing: "XNYS" },
    { type: "money-market-fund" },
    { type: "mutual-fund", fundClass: "other" },
    { type: "index" },
  ];
}

const TREATMENTS = [
  "equity-not-allowable",
  "other-credit",
  "non-allowable",
  "charge",
  "other-addition",
  "haircut",
  "aggregate-debit-item",
  "aggregate-indebtedness",
  "indebtedness-excluded",
  "requirement-addition",
] as const;

/** Walks a firm through what a seed says, one fact a step. */
export class Walk {
  readonly firm: Firm;
  readonly roll: (sides: number) => number;
  readonly instruments: string[] = [];
  readonly accounts = ["capital", "inventory", "error", "bank", "clearing", "customer"];
  day = AS_OF;
  version = 0;

  constructor(seed: number, Monitor = NetCapitalMonitor) {
    this.firm = new Firm(RULEBOOK, Monitor);
    this.roll = dice(seed);
    this.firm.capital(2_000_000);
    this.firm.apply({ kind: "instrument-listed", instrument: "EUR", type: "currency", currency: "EUR" });
    this.firm.mark("EUR", "1.1");
    for (const type of ["pab", "bank-loan", "stock-loaned", "customer-cash", "suspense"] as const)
      this.open(type, type);
    for (let step = 0; step < 30; step++) this.list();
  }

  open(account: string, type: "pab" | "bank-loan" | "stock-loaned" | "customer-cash" | "suspense"): void {
    this.firm.open(account, { type });
    this.accounts.push(account);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)];
  }

  pair(): [string, string] {
    const from = this.pick(this.accounts);
    const others = this.accounts.filter((account) => account !== from);
    return [from, this.pick(others)];
  }

  step(): void {
    const roll = this.roll(100);
    if (roll < 40) this.price();
    else if (roll < 60) this.firm.cash(...this.pair(), 1 + this.roll(400_000), this.roll(6) === 0 ? "EUR" : "USD");
    else if (roll < 80) this.trade();
    else if (roll < 84) this.list();
    else if (roll < 88) this.ledger();
    else if (roll < 92) this.item();
    else if (roll < 95) this.commitment();
    else if (roll < 98) this.nextDay();
    else this.rules();
  }

  price(): void {
    const cents = this.roll(12) === 0 ? 1 + this.roll(30_000) : 8_000 + this.roll(4_000);
    if (this.roll(15) === 0) this.firm.mark("EUR", `1.${100 + this.roll(100)}`);
    else this.firm.mark(this.pick(this.instruments), `${cents / 100}`);
  }

  /** Between the inventory, the error account and others; most instruments have a price. An index cannot be held. */
  trade(): void {
    const instrument = this.pick(this.instruments);
    if (instrument.startsWith("index")) return;
    const [from, to] = this.pick([
      ["clearing", "inventory"],
      ["inventory", "clearing"],
      ["inventory", "error"],
      ["clearing", "customer"],
    ] as const);
    const quantity = String(1 + this.roll(this.roll(5) === 0 ? 60_000 : 3_000));
    this.firm.apply({ kind: "securities-moved", from, to, instrument, quantity, reason: "transfer", cost: "0" });
  }

  list(): void {
    const listing = this.pick(listings(this.roll));
    if (listing.type === "index" && this.roll(8) > 0) return;
    const again = this.instruments.filter((name) => name.startsWith(`${listing.type}-`) && !name.endsWith("-3"));
    const instrument =
      this.roll(3) === 0 && again.length > 0 && listing.scale === undefined
        ? this.pick(again)
        : `${listing.type}-${this.instruments.length}${listing.scale === undefined ? "" : "-3"}`;
    this.firm.list(instrument, listing);
    if (this.instruments.includes(instrument)) return;
    this.instruments.push(instrument);
    if (this.roll(60) > 0) this.firm.mark(instrument, `${90 + this.roll(20)}`);
  }

  /** A new account of the general ledger, or another class or line for an old one. */
  ledger(): void {
    const name = `ledger-${this.roll(12)}`;
    const capitalLine = this.pick([undefined, "Fixed assets", "Loans"]);
    this.firm.open(name, {
      type: "general-ledger",
      ledgerClass: this.pick(LEDGER_CLASSES),
      ...(capitalLine !== undefined && { capitalLine }),
    });
    if (!this.accounts.includes(name)) this.accounts.push(name);
  }

  item(): void {
    const item = `item-${this.roll(15)}`;
    this.firm.apply({
      kind: "capital-item-reported",
      item,
      treatment: this.pick(TREATMENTS),
      label: item,
      paragraph: "15c3-1",
      amount: String(this.roll(50_000)),
    });
  }

  commitment(): void {
    const instrument = this.pick(this.instruments);
    if (instrument.startsWith("index")) return;
    this.firm.apply({
      kind: "commitment-reported",
      commitment: `commitment-${this.roll(4)}`,
      instrument,
      side: this.pick(["long", "short"]),
      quantity: String(this.roll(3) === 0 ? 0 : this.roll(5_000)),
      contractPrice: `${95 + this.roll(10)}`,
    });
  }

  nextDay(): void {
    this.day = (this.day + this.pick([1, 1, 3, 40])) as typeof AS_OF;
    this.firm.apply({ kind: "business-day-opened", day: formatDay(this.day) });
  }

  rules(): void {
    this.version++;
    const effective = formatDay((this.day + this.version) as typeof AS_OF);
    this.firm.activate(
      RULEBOOK.replace('version: "2025-03-14"', `version: "walk-${this.version}"`)
        .replace('effective: "2025-03-14"', `effective: "${effective}"`)
        .replace("method: aggregate-indebtedness", `method: ${this.pick(["aggregate-indebtedness", "alternative"])}`)
        .replace("governmentNetting: (A)(1)", `governmentNetting: (A)(${1 + this.roll(2)})`)
        .replace("commitmentAddBack: false", `commitmentAddBack: ${this.roll(2) === 0}`)
        .replace("greaterSide: 15%", `greaterSide: ${10 + this.roll(10)}%`)
        .replace("share: 10%", `share: ${5 + this.roll(10)}%`),
    );
  }

  /** What the auditor says. */
  audit(): string[] {
    return auditNetCapital(this.firm.books, this.firm.monitor);
  }
}
