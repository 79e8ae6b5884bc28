/**
 * The walk through everything: what `Walk` does, and open items, subordination, options and the values for them, futures,
 * commodities, swaps, conversions, market making, calendars, elections and readings, all in one firm. In every other firm
 * customers are margined: they buy on credit and sell short, and what they lack is charged.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Day, formatDay } from "../../src/base/time.ts";
import { OPEN_ITEM_TYPES } from "../../src/facts/kinds.ts";
import { auditMargin } from "../../src/margin/audit.ts";
import { type Firm, inDays, inMonths, RULEBOOK } from "./firm.ts";
import { Walk } from "./walk.ts";

const STOCKS = ["STK-A", "STK-B", "STK-C"] as const;
const HOLDERS = ["customer", "customer-cash", "pab"] as const;
const MARGIN_RULEBOOK = readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8");
/** The last but one are margined as one account. */
const MARGINED = ["margin-a", "margin-b", "margin-c", "margin-a-short", "portfolio"] as const;
const BOUGHT = [...STOCKS, "CONV", "CALLED", "UST-B"] as const;

export class WholeWalk extends Walk {
  readonly #options: string[] = [];
  readonly #held: string[] = [];
  readonly #isMargined: boolean;
  #audits = 0;

  constructor(...given: ConstructorParameters<typeof Walk>) {
    super(...given);
    const [seed] = given;
    this.#isMargined = seed % 2 === 1;
    const { firm } = this;
    for (const stock of STOCKS) this.#add(stock, { type: "equity", listing: "XNYS" }, 95 + this.roll(10));
    for (const [index, underlying] of STOCKS.entries())
      for (const strike of [90, 100, 110])
        for (const right of ["call", "put"] as const) {
          const name = `OPT-${index}-${strike}-${right}`;
          const listed = strike === 110 && index === 2 ? {} : { listing: "XCBO" };
          const maturity = inMonths(26 + this.roll(12));
          this.#add(
            name,
            { type: "option", underlying, right, strike: String(strike), maturity, ...listed },
            2 + this.roll(10),
          );
          this.#options.push(name);
        }
    this.#add("GOLD", { type: "commodity", deliverable: true }, 100);
    const margins = { clearingMargin: "900", maintenanceMargin: "1000", initialMargin: "1100" };
    this.#add(
      "GOLD-F",
      { type: "future", underlying: "GOLD", maturity: inMonths(6), multiplier: "10", ...margins },
      101,
    );
    this.#add("UST-A", { type: "treasury", maturity: inMonths(11) }, 99);
    this.#add("UST-B", { type: "treasury", maturity: inMonths(13) }, 98);
    this.#add("CORP-A", { type: "corporate", maturity: inMonths(84), minimalCreditRisk: true, listing: "XNYS" }, 97);
    this.#add("CORP-B", { type: "corporate", maturity: inMonths(88), minimalCreditRisk: true, listing: "XNYS" }, 98);
    this.#add("UST-C", { type: "treasury", maturity: inMonths(90) }, 96);
    this.#add("CDS", { type: "credit-default-swap", maturity: inMonths(50), spread: 250, issuer: "ISSUER" }, 1);
    const conversion = { convertsInto: "STK-A", convertibleFrom: inDays(-5), conversionUnits: "1" };
    this.#add("CONV", { type: "equity", listing: "XNYS", ...conversion }, 97);
    this.#add("CALLED", { type: "equity", listing: "XNYS", called: inDays(60) }, 97);
    firm.open("non-customer", { type: "non-customer" });
    firm.apply({ kind: "interest-rate-stated", currency: "USD", days: 365, rate: "3%" });
    for (const instrument of STOCKS) firm.apply({ kind: "volatility-stated", instrument, volatility: "30%" });
    firm.ledger("loan", "subordinated-satisfactory", 500_000);
    if (this.#isMargined) this.#openMargin();
  }

  #openMargin(): void {
    const { firm } = this;
    for (const account of MARGINED) {
      firm.open(account, { type: account === "portfolio" ? "customer-portfolio-margin" : "customer-margin" });
      firm.cash("bank", account, 30_000);
    }
    firm.apply({ kind: "margin-terms-stated", account: "margin-a-short", marginedWith: "margin-a" });
    firm.activate(MARGIN_RULEBOOK, "margin");
  }

  #add(instrument: string, listing: Parameters<Firm["list"]>[1], price: number): void {
    this.firm.list(instrument, listing);
    this.firm.mark(instrument, String(price));
    this.#held.push(instrument);
  }

  override step(): void {
    if (this.#isMargined && this.roll(6) === 0) return this.#customerStep();
    const roll = this.roll(100);
    if (roll < 40) super.step();
    else if (roll < 62) this.tick();
    else if (roll < 78) this.deal();
    else if (roll < 88) this.openItem();
    else if (roll < 90) this.subordination();
    else if (roll < 93) this.vendor();
    else if (roll < 95) this.making();
    else if (roll < 96) this.closure();
    else if (roll < 98) this.elections();
    else this.terms();
  }

  #customerStep(): void {
    const { firm } = this;
    const roll = this.roll(20);
    const account = this.pick(MARGINED);
    if (roll < 9) this.#buy(account);
    else if (roll < 14) firm.cash("bank", account, 1 + this.roll(20_000));
    else if (roll < 15) firm.cash(account, "bank", 1 + this.roll(20_000));
    else if (roll < 16) firm.cash("bank", account, 1 + this.roll(5_000), "EUR");
    else if (roll < 18)
      firm.apply({
        kind: "market-statistics-stated",
        instrument: this.pick(STOCKS),
        asOf: formatDay((this.day - 1) as Day),
        volatility: `${20 + this.roll(60)}%`,
        beta: `1.${this.roll(9)}`,
      });
    else if (roll < 19)
      firm.apply({
        kind: "margin-terms-stated",
        account: this.pick(["margin-b", "margin-c"]),
        exempt: this.roll(4) === 0,
        uncoveredOptions: true,
      });
    else
      firm.apply({
        kind: "margin-terms-stated",
        account: "margin-a-short",
        marginedWith: this.pick(["margin-a", "margin-b"]),
      });
  }

  /** Or sells, or sells short; at a price that nobody asks about. */
  #buy(account: (typeof MARGINED)[number]): void {
    const isOption = account === "margin-c" && this.roll(3) === 0;
    const instrument = isOption ? this.pick(this.#options) : this.pick(BOUGHT);
    const quantity = 1 + this.roll(isOption ? 4 : instrument === "UST-B" ? 30_000 : 400);
    const dollars = Math.ceil(quantity * (isOption ? 600 : instrument === "UST-B" ? 1 : 100));
    const isSale = account === "margin-a-short" || this.roll(3) === 0;
    const [from, to] = isSale ? [account, "clearing"] : ["clearing", account];
    this.firm.apply({
      kind: "securities-moved",
      from,
      to,
      instrument,
      quantity: String(quantity),
      reason: "transfer",
      cost: "0",
    });
    this.firm.cash(to, from, dollars);
  }

  /** Margin has walks of its own: here it is audited now and then. */
  override audit(): string[] {
    const isMarginsTurn = this.#audits++ % 10 === 0;
    return [...super.audit(), ...(isMarginsTurn ? auditMargin(this.firm.margin) : [])];
  }

  tick(): void {
    const instrument = this.pick(this.#held);
    const cents = instrument.startsWith("OPT") ? 5 + this.roll(1500) : 8_500 + this.roll(3_000);
    this.firm.mark(instrument, `${cents / 100}`);
  }

  deal(): void {
    const instrument = this.pick(this.#held);
    const [from, to] = this.roll(2) === 0 ? ["clearing", "inventory"] : ["inventory", "clearing"];
    const most = instrument.startsWith("OPT") || instrument === "GOLD-F" ? 30 : 4000;
    const quantity = String(1 + this.roll(most));
    this.firm.apply({ kind: "securities-moved", from, to, instrument, quantity, reason: "transfer", cost: "0" });
  }

  openItem(): void {
    const type = this.roll(8) === 0 ? "repo" : this.pick(OPEN_ITEM_TYPES);
    // An account with options in it secures nothing that a rule could judge: rarely, or no figure would ever be known.
    if (type === "collateralized-debt" && this.roll(60) > 0) return;
    const secured = type === "collateralized-debt";
    const calls = this.roll(3) === 0;
    this.firm.apply({
      kind: "open-item-reported",
      item: `open-${this.roll(40)}`,
      type,
      party: this.pick(["A", "B"]),
      account: secured ? "inventory" : this.pick(this.#isMargined ? [...HOLDERS, ...MARGINED] : HOLDERS),
      instrument: this.pick([...STOCKS, "UST-A", "CORP-A"]),
      quantity: String(1 + this.roll(5_000)),
      amount: String(this.roll(secured ? 90_000 : type === "repo" ? 60_000 : 600_000)),
      since: formatDay((this.day - this.roll(60)) as Day),
      longValue: String(this.roll(300_000)),
      shortValue: String(this.roll(300_000)),
      margin: String(this.roll(80_000)),
      ...(calls && { calls: String(this.roll(60_000)), callsSince: formatDay((this.day - this.roll(10)) as Day) }),
      ...(this.roll(5) === 0 && { extension: this.roll(12) }),
      ...(this.roll(2) === 0 && { sold: true }),
      ...(this.roll(8) === 0 && { clearingAgency: true }),
      ...(this.roll(10) === 0 && { federalReserve: true }),
      ...(this.roll(3) === 0 && { closed: true }),
    });
  }

  subordination(): void {
    const agreement = `agreement-${this.roll(3)}`;
    if (this.roll(4) === 0) {
      const due = formatDay((this.day + this.roll(400)) as Day);
      const amount = String(this.roll(50_000));
      this.firm.apply({ kind: "subordination-payment-scheduled", agreement: "agreement-0", due, amount });
      return;
    }
    this.firm.apply({
      kind: "subordination-agreed",
      agreement,
      lender: "a lender",
      form: this.pick(["loan", "loan", "revolving", "temporary"]),
      principal: agreement === "agreement-0" ? "500000" : String(this.roll(300_000)),
      effective: formatDay((this.day - this.roll(700)) as Day),
      maturity: formatDay((this.day + 100 + this.roll(900)) as Day),
      satisfactory: this.roll(6) > 0,
      ...(agreement === "agreement-0" && { ledgerAccount: "loan" }),
      ...(this.roll(3) === 0 && { ownersEquity: true }),
    });
  }

  /** Values from a vendor, volatilities and interest rates. */
  vendor(): void {
    const roll = this.roll(4);
    if (roll === 0)
      this.firm.apply({
        kind: "volatility-stated",
        instrument: this.pick(STOCKS),
        volatility: `${15 + this.roll(40)}%`,
      });
    else if (roll === 1)
      this.firm.apply({ kind: "interest-rate-stated", currency: "USD", days: 90, rate: `${this.roll(6)}%` });
    else {
      const base = 5 + this.roll(20);
      const at = (points: number): string => String(Math.max(0, base + points * (1 + this.roll(2))));
      this.firm.apply({
        kind: "theoretical-values-stated",
        instrument: this.pick(this.#options),
        base: String(base),
        down5: at(-5),
        down4: at(-4),
        down3: at(-3),
        down2: at(-2),
        down1: at(-1),
        up1: at(1),
        up2: at(2),
        up3: at(3),
        up4: at(4),
        up5: at(5),
      });
    }
  }

  making(): void {
    this.firm.apply({ kind: "market-making-changed", instrument: this.pick(STOCKS), makes: this.roll(2) === 0 });
  }

  closure(): void {
    const day = formatDay((this.day - this.roll(30)) as Day);
    const settlement = this.roll(2) === 0;
    this.firm.apply({ kind: "calendar-day-set", day, session: "closed", settlement, reason: "a storm" });
  }

  /** Reading a rulebook costs as much as hundreds of other facts: the long walks take fewer. */
  override rules(): void {
    if (this.roll(10) === 0) super.rules();
  }

  /** Other elections and readings: a version of the rulebook. */
  elections(): void {
    if (this.roll(10) > 0) return;
    this.version++;
    const effective = formatDay((this.day + this.version) as Day);
    const chosen = [
      this.roll(2) === 0 ? "" : "  options: theoretical-pricing\n  ownModelEstimate: true\n",
      this.roll(2) === 0 ? "" : "  hedges: [(A)(3), (F)(2)]\n",
      `  futuresMembership: ${this.pick(["clearing-member", "member", "none"])}\n`,
      this.roll(3) === 0 ? "  deficitsFromBooks: true\n" : "",
    ].join("");
    const readings: readonly (readonly [string, string])[] = [
      ["optionSpreadAdjustment: replaces", `optionSpreadAdjustment: ${this.pick(["replaces", "adds"])}`],
      ["shortPutWithShortStock: apart", `shortPutWithShortStock: ${this.pick(["apart", "covered"])}`],
      ["partialHedges: equal-values", `partialHedges: ${this.pick(["equal-values", "whole-positions"])}`],
      ["convertibleHedges: security-alone", `convertibleHedges: ${this.pick(["security-alone", "both-sides"])}`],
      ["concentrationSides: larger-side", `concentrationSides: ${this.pick(["larger-side", "larger-side"])}`],
    ];
    let document = RULEBOOK.replace('version: "2025-03-14"', `version: "whole-${this.version}"`)
      .replace('effective: "2025-03-14"', `effective: "${effective}"`)
      .replace("method: aggregate-indebtedness", `method: ${this.pick(["aggregate-indebtedness", "alternative"])}`)
      .replace("  commitmentAddBack: false\n", `  commitmentAddBack: ${this.roll(2) === 0}\n${chosen}`);
    for (const [from, to] of readings) document = document.replace(from, to);
    this.firm.activate(document);
  }

  /** An instrument says something else of itself: called, not called, another dividend. */
  terms(): void {
    const listing = { type: "equity", listing: "XNYS" } as const;
    this.firm.list("CALLED", this.roll(2) === 0 ? listing : { ...listing, called: formatDay((this.day + 60) as Day) });
    this.firm.list(this.pick(STOCKS), { ...listing, dividendYield: `${this.roll(4)}%` });
  }
}
