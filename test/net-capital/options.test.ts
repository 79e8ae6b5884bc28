/** Options in the whole computation: running against scratch, claims, concentration, what cannot be said, the readings. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Day, formatDay } from "../../src/base/time.ts";
import { americanValue } from "../../src/pricing/american.ts";
import { findLine } from "../../src/base/line.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { AS_OF, Firm, inDays, inMonths, RULEBOOK, rulebook } from "./firm.ts";

const STOCK = { type: "equity", listing: "XNYS" } as const;
const THEORETICAL = ["commitmentAddBack: false", "commitmentAddBack: false\n  options: theoretical-pricing"] as const;

type Listing = Parameters<Firm["list"]>[1];

/** The same without what is not stated. */
function stated(listing: { readonly [K in keyof Listing]: Listing[K] | undefined }): Listing {
  return Object.fromEntries(Object.entries(listing).filter(([, value]) => value !== undefined)) as unknown as Listing;
}

const option = (
  right: "call" | "put",
  strike: string,
  more: { readonly [K in keyof Listing]?: Listing[K] | undefined } = {},
): Listing =>
  stated({
    type: "option",
    underlying: "ACME",
    right,
    strike,
    maturity: inMonths(2),
    listing: "XCBO",
    ...more,
  });

/** A firm with the stock at 52 and a few options listed and priced. */
function acme(document = RULEBOOK): Firm {
  const firm = new Firm(document);
  firm.capital(1_000_000);
  firm.list("ACME", STOCK);
  firm.mark("ACME", "52");
  for (const [name, listing, price] of [
    ["C50", option("call", "50"), "3.5"],
    ["C60", option("call", "60"), "1.1"],
    ["P50", option("put", "50"), "1.2"],
    ["OTC-C50", option("call", "50", { listing: undefined }), undefined],
  ] as const) {
    firm.list(name, listing);
    if (price !== undefined) firm.mark(name, price);
  }
  return firm;
}

function values(firm: Firm, instrument: string, base: number, changes: readonly number[]): void {
  const at = (point: number): string => (base + changes[point]).toFixed(4);
  firm.apply({
    kind: "theoretical-values-stated",
    instrument,
    base: base.toFixed(4),
    down5: at(0),
    down4: at(1),
    down3: at(2),
    down2: at(3),
    down1: at(4),
    up1: at(5),
    up2: at(6),
    up3: at(7),
    up4: at(8),
    up5: at(9),
  });
}

test("stock that a call covers leaves its bucket; the rest stays; both count in net worth", () => {
  const firm = acme();
  firm.move("ACME", 1_050, "inventory");
  firm.move("C50", -8, "inventory");
  assert.equal(firm.line("haircuts/options/ACME/covered/C50"), "4640.00");
  assert.equal(firm.line("haircuts/equities/all/ACME"), "13000.00", "250 shares are left");
  assert.equal(firm.line("haircuts/equities"), "1950.00");
  assert.equal(firm.line("equity/securities"), "51800.00", "54,600 of stock less 2,800 of calls");
  firm.move("C50", 8, "inventory");
  assert.equal(firm.line("haircuts/equities"), "8190.00", "what is no longer claimed comes back");
});

test("a tick in the stock or in an option is in the next figure", () => {
  const firm = acme();
  firm.move("C60", -10, "inventory");
  assert.equal(firm.line("haircuts/options"), "3900.00");
  firm.mark("ACME", "64");
  assert.equal(firm.line("haircuts/options"), "9600.00", "in the money: the percentage");
  assert.equal(firm.line("net-worth/options"), "0.00", "no time value at 1.10 when it is 4 in the money");
  firm.mark("C60", "6");
  assert.equal(firm.line("net-worth/options"), "2000.00");
});

test("the market value of options counts with their stock for undue concentration", () => {
  const firm = acme();
  firm.move("ACME", 2_000, "inventory");
  firm.move("C50", 400, "inventory");
  // Calls by themselves: net worth is 1,000,000 and what is held. A tenth of 1,244,000 is free.
  assert.equal(firm.line("haircuts/undue-concentration/ACME"), "17940.00", "104,000 + 140,000 above 124,400, at 15%");
  firm.move("ACME", -2_000, "inventory");
  assert.equal(firm.line("haircuts/undue-concentration/ACME"), "3900.00", "options alone: 140,000 above 114,000");
});

test("unlisted options are in net worth at what they are in the money, and need no price", () => {
  const firm = acme();
  firm.move("OTC-C50", 5, "inventory");
  assert.equal(firm.line("equity/securities"), "1000.00");
  firm.mark("ACME", "53");
  assert.equal(firm.line("equity/securities"), "1500.00");
  firm.mark("ACME", "49");
  assert.equal(firm.line("equity/securities"), "0.00");
});

test("what is missing for an option is named", () => {
  const firm = acme();
  firm.list("BETA", STOCK);
  firm.list("BETA-C", option("call", "10", { underlying: "BETA" }));
  firm.move("BETA-C", 1, "inventory");
  assert.deepEqual(firm.troubles(), [
    "missing-input: BETA-C: no price for BETA-C; expected a quote, a trade or a mark",
    "missing-input: BETA: no price for BETA; expected a quote, a trade or a mark",
  ]);
  firm.mark("BETA", "11");
  firm.mark("BETA-C", "2");
  firm.list("C50", option("call", "50", { maturity: inDays(-1) }));
  firm.move("C50", 1, "inventory");
  assert.deepEqual(firm.troubles(), [
    `missing-input: C50: C50 expired on ${inDays(-1)} and is still held; expected its exercise, assignment or expiry in the books`,
  ]);
  firm.list("C50", option("call", "50", { maturity: inDays(0) }));
  assert.equal(firm.line("haircuts/options"), "275.00", "an option lives through the day of its expiry");
});

test("theoretical pricing needs the values of an approved model", () => {
  const firm = acme(rulebook(THEORETICAL));
  firm.move("P50", 10, "inventory");
  firm.move("ACME", 1_000, "inventory");
  assert.deepEqual(firm.troubles(), [
    "missing-input: P50: no theoretical values for P50; expected a theoretical-values-stated fact from an approved model, or the election ownModelEstimate",
  ]);
  values(firm, "P50", 1.2, [6.5, 5, 3.6, 2.3, 1, -0.3, -0.6, -0.8, -0.9, -1]);
  assert.equal(firm.line("haircuts/options/ACME/theoretical"), "1300.00", "down 15%: −7,800 and +6,500");
  assert.equal(firm.line("haircuts/equities"), "0.00");
  values(firm, "P50", 1.2, [7.8, 6.3, 4.7, 3.2, 1.6, -0.1, -0.2, -0.3, -0.4, -0.5]);
  assert.equal(firm.line("haircuts/options/ACME/theoretical"), "250.00", "no loss: $25 for each contract");
  firm.mark("P50", "0.2");
  assert.equal(firm.line("haircuts/options/ACME/theoretical"), "200.00", "never more than long options are worth");
});

test("an unlisted option stays with (c) where the rest is priced theoretically", () => {
  const firm = acme(rulebook(THEORETICAL));
  firm.move("ACME", 500, "inventory");
  firm.move("OTC-C50", -5, "inventory");
  assert.equal(
    firm.line("haircuts/options/ACME/unlisted-covered/OTC-C50"),
    "2900.00",
    "no portfolio: the stock covers",
  );
  firm.move("P50", 5, "inventory");
  values(firm, "P50", 1.2, [7, 5, 4, 3, 1, -0.1, -0.2, -0.3, -0.4, -0.5]);
  assert.equal(firm.line("haircuts/options/ACME/unlisted-short/OTC-C50"), "3900.00", "the stock is in the portfolio");
});

test("the program's own model stands in where the firm elects it, and says so", () => {
  const firm = acme(rulebook([THEORETICAL[0], `${THEORETICAL[1]}\n  ownModelEstimate: true`]));
  firm.move("P50", 10, "inventory");
  firm.move("ACME", 1_000, "inventory");
  assert.deepEqual(firm.troubles(), [
    "missing-input: interest-rate-stated: no riskless rate of dollars to estimate options with; expected an interest-rate-stated fact",
  ]);
  firm.apply({ kind: "interest-rate-stated", currency: "USD", days: 90, rate: "4%" });
  firm.apply({ kind: "volatility-stated", instrument: "ACME", volatility: "30%" });
  const terms = { right: "put", strike: 50, volatility: 0.3, rate: 0.04, dividendYield: 0, years: 61 / 365 } as const;
  const profit = [-0.15, -0.12, -0.09, -0.06, -0.03, 0.03, 0.06, 0.09, 0.12, 0.15].map(
    (move) => 1_000 * (americanValue(52 * (1 + move), terms) - americanValue(52, terms) + 52 * move),
  );
  const line = findLine(firm.figure().waterfall, "haircuts/options/ACME/theoretical");
  assert.ok(line !== undefined && line.label.endsWith("an estimate"));
  assert.equal(line.inputs.estimate, "the values of 1 of 1 options are the program's own estimate");
  assert.ok(Math.abs(line.amount / 100 + Math.min(...profit)) < 0.1, `${line.amount} ${profit.join(" ")}`);
  values(firm, "P50", 1.2, [7.8, 6.3, 4.7, 3.2, 1.6, -0.1, -0.2, -0.3, -0.4, -0.5]);
  assert.equal(firm.line("haircuts/options/ACME/theoretical"), "250.00", "a vendor's values come first");
});

test("an implied volatility follows the option's price; a price that implies none is named", () => {
  const firm = acme(rulebook([THEORETICAL[0], `${THEORETICAL[1]}\n  ownModelEstimate: true`]));
  firm.apply({ kind: "interest-rate-stated", currency: "USD", days: 90, rate: "4%" });
  firm.move("P50", 10, "inventory");
  firm.move("C50", -5, "inventory");
  const before = firm.line("haircuts/options/ACME/theoretical");
  firm.mark("C50", "5");
  assert.notEqual(firm.line("haircuts/options/ACME/theoretical"), before);
  firm.mark("C50", "1.5");
  assert.deepEqual(firm.troubles(), [
    "missing-input: C50: the price of C50 implies no volatility; expected a volatility-stated fact",
  ]);
});

test("an index says its class before its options make a portfolio", () => {
  const firm = acme(rulebook(THEORETICAL));
  firm.list("IDX", { type: "index" });
  firm.mark("IDX", "1000");
  firm.list("IDX-C", option("call", "1000", { underlying: "IDX" }));
  firm.mark("IDX-C", "20");
  firm.move("IDX-C", 3, "inventory");
  values(firm, "IDX-C", 20, [-19, -15, -12, -8, -4, 4, 8, 12, 16, 20]);
  assert.deepEqual(firm.troubles(), ["missing-input: IDX: cannot be classified without its class of index"]);
  firm.list("IDX", { type: "index", indexClass: "narrow-based" });
  assert.equal(firm.line("haircuts/options/market/narrow/IDX"), "5700.00");
});

test("what an index and its basket, or two classes, do not offset", () => {
  const firm = new Firm(rulebook(THEORETICAL));
  firm.capital(50_000_000);
  const only = (point: number, change: number): number[] =>
    Array.from({ length: 10 }, (_, k) => (k === point ? change : 0));
  for (const [name, more] of [
    ["BIG", { indexClass: "high-capitalization", productGroup: "LARGE", marketGroup: "US" }],
    ["BIGGER", { indexClass: "high-capitalization", productGroup: "LARGE", marketGroup: "US" }],
    ["SMALL", { indexClass: "non-high-capitalization", productGroup: "SMALL", marketGroup: "US" }],
    ["NARROW", { indexClass: "narrow-based", productGroup: "LARGE", marketGroup: "US" }],
  ] as const) {
    firm.list(name, { type: "index", ...more });
    firm.mark(name, "1000");
    firm.list(`${name}-C`, option("call", "1000", { underlying: name }));
    firm.mark(`${name}-C`, "20");
    firm.list(`${name}-BASKET`, { type: "stock-basket", underlying: name });
    firm.mark(`${name}-BASKET`, "100");
    values(firm, `${name}-C`, 20, only(0, 10));
    values(firm, `${name}-BASKET`, 100, only(0, 1));
  }
  const loss = "haircuts/options/market/US/loss";
  firm.move("BIG-C", -10, "inventory");
  assert.equal(firm.line(loss), "10000.00");
  firm.move("BIG-BASKET", 4_000, "inventory");
  assert.equal(firm.line(loss), "6200.00", "95 percent of 4,000");
  firm.move("BIGGER-C", 1, "inventory");
  firm.move("BIGGER-BASKET", 2_000, "inventory");
  assert.equal(firm.line(loss), "3500.00", "and 90 percent of the 3,000 of another class and its basket");
  firm.move("SMALL-C", 2, "inventory");
  assert.equal(firm.line(loss), "2500.00", "and half of the 2,000 of another group");
  firm.move("NARROW-C", 5, "inventory");
  assert.equal(firm.line(loss), "2500.00", "nothing of a narrow-based index");
  firm.move("BIG-C", 10, "inventory");
  firm.move("BIGGER-C", -1, "inventory");
  firm.move("BIGGER-BASKET", -2_000, "inventory");
  assert.equal(firm.line("haircuts/equities"), "60000.00", "without options a basket is stocks: 15 percent of 400,000");
});

test("the readings of a spread, and of a put with short stock", () => {
  const spread = acme(rulebook(["optionSpreadAdjustment: replaces", "optionSpreadAdjustment: adds"]));
  spread.move("C50", -10, "inventory");
  spread.move("C60", 10, "inventory");
  assert.equal(spread.line("net-worth/options"), "3900.00", "the net short value of 2,400, and 1,500 of time value");
  for (const [reading, code] of [
    ["apart", "haircuts/options/ACME/uncovered/P50"],
    ["covered", "haircuts/options/ACME/covered/P50"],
  ] as const) {
    const firm = acme(rulebook(["shortPutWithShortStock: apart", `shortPutWithShortStock: ${reading}`]));
    firm.move("P50", -5, "inventory");
    firm.move("ACME", -500, "inventory");
    assert.equal(firm.line(code), reading === "apart" ? "2900.00" : "3900.00");
    assert.equal(firm.line("haircuts/equities"), reading === "apart" ? "3900.00" : "0.00");
  }
});

test("the account of a specialist is charged by itself, against what it would liquidate to", () => {
  const firm = acme();
  firm.open("specialist", { type: "pab", optionsSpecialist: true });
  firm.move("C60", 10, "inventory");
  firm.move("C60", -10, "specialist");
  // Uncovered calls 3,900, less 1,100 of time value; the account is short 1,100 of calls and has no money.
  assert.equal(firm.line("charges/options-specialists/specialist"), "3900.00");
  assert.equal(firm.line("haircuts/options/ACME/long/C60"), "550.00", "the firm's own do not offset them");
  firm.cash("bank", "specialist", 3_000);
  assert.equal(firm.line("charges/options-specialists/specialist"), "900.00");
  firm.move("ACME", 1_100, "specialist");
  // Covered: 7,800 less 1,100; 100 shares at 15 percent; equity 59,100.
  assert.equal(firm.line("charges/options-specialists/specialist"), "0.00", "never a credit");
  firm.cash("specialist", "bank", 55_000);
  assert.equal(firm.line("charges/options-specialists/specialist"), "3380.00");
  firm.mark("ACME", "51");
  assert.equal(firm.line("charges/options-specialists/specialist"), "4315.00");
  firm.open("specialist", { type: "pab" });
  assert.equal(firm.line("charges"), "0.00");
});

test("the ranges of a specialist are narrower than those that a vendor states", () => {
  const firm = acme(rulebook(THEORETICAL));
  firm.open("specialist", { type: "pab", optionsSpecialist: true });
  firm.list("IDX", { type: "index", indexClass: "high-capitalization" });
  firm.mark("IDX", "1000");
  firm.list("IDX-P", option("put", "1000", { underlying: "IDX" }));
  firm.mark("IDX-P", "20");
  firm.move("IDX-P", -1, "specialist");
  firm.move("IDX-P", -1, "inventory");
  values(firm, "IDX-P", 20, [80, 60, 42, 26, 12, -4, -8, -12, -15, -17]);
  assert.equal(firm.line("haircuts/options/market/IDX/loss"), "8000.00", "down 10 percent");
  assert.equal(
    firm.line("charges/options-specialists/specialist"),
    "8000.00",
    "6,000 down 8 percent, and a deficit of 2,000",
  );
  const line = findLine(firm.figure().computation, "charges/options-specialists/specialist/options/market/IDX/IDX");
  assert.equal(line?.inputs["-6 2/5%"], "-4560.00", "a fifth of the way from 6 to 8 percent");
});

test("the readings of what stock costs by itself, and of a conversion of ordinary stock", () => {
  for (const [reading, code, amount] of [
    ["own-rate", "haircuts/options/ACME/protective/P50", "2000.00"],
    ["not-counted", "haircuts/options/ACME/long/P50", "600.00"],
  ] as const) {
    const firm = acme(rulebook(["pairedStock: own-rate", `pairedStock: ${reading}`]));
    firm.move("ACME", 1_000, "inventory");
    firm.move("P50", 10, "inventory");
    assert.equal(firm.line(code), amount);
  }
  for (const [reading, amount] of [
    ["stated", "1300.00"],
    ["half-class-rate", "1950.00"],
  ] as const) {
    const firm = acme(rulebook(["conversionRate: stated", `conversionRate: ${reading}`]));
    firm.list("OTC-P50", option("put", "50", { listing: undefined }));
    firm.move("ACME", 500, "inventory");
    firm.move("OTC-C50", -5, "inventory");
    firm.move("OTC-P50", 5, "inventory");
    assert.equal(firm.line("haircuts/options/ACME/conversion/OTC-C50/OTC-P50"), amount);
  }
});

/** Walks a firm with options through prices, trades, listings, values, days and rules. */
class Walk {
  readonly firm = new Firm();
  readonly #roll: (sides: number) => number;
  readonly #held: string[] = ["ACME", "BETA"];
  readonly #priced: string[] = ["ACME", "BETA", "IDX-A", "IDX-B"];
  #options = 0;
  #day = AS_OF;
  #version = 0;

  constructor(roll: (sides: number) => number) {
    this.#roll = roll;
    this.firm.capital(3_000_000);
    this.firm.apply({ kind: "interest-rate-stated", currency: "USD", days: 30, rate: "4%" });
    this.firm.open("specialist", { type: "pab", optionsSpecialist: true });
    for (const stock of ["ACME", "BETA"]) this.firm.list(stock, STOCK);
    this.firm.apply({ kind: "volatility-stated", instrument: "ACME", volatility: "40%" });
    for (const index of ["IDX-A", "IDX-B"]) this.#listIndex(index);
    for (const name of this.#priced) this.firm.mark(name, "50");
    for (const index of ["IDX-A", "IDX-B"]) {
      const basket = `${index}-BASKET`;
      this.firm.list(basket, { type: "stock-basket", underlying: index });
      this.firm.mark(basket, "40");
      this.#held.push(basket);
      this.#priced.push(basket);
    }
    for (let count = 0; count < 12; count++) this.#listOption();
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#roll(from.length)];
  }

  #listIndex(index: string): void {
    const indexClass = this.#pick(["high-capitalization", "non-high-capitalization", "narrow-based"] as const);
    const productGroup = this.#pick(["LARGE", "SMALL", undefined]);
    const marketGroup = this.#pick(["US", undefined]);
    this.firm.list(index, stated({ type: "index", indexClass, productGroup, marketGroup }));
  }

  #listOption(): void {
    const isNew = this.#options < 25;
    const name = `OPT-${isNew ? this.#options++ : this.#roll(this.#options)}`;
    const right = this.#pick(["call", "put"] as const);
    this.firm.list(
      name,
      option(right, String(this.#pick([45, 50, 55])), {
        underlying: this.#pick(["ACME", "BETA", "ACME", "IDX-A", "IDX-B"]),
        maturity: formatDay((this.#day + 10 + this.#roll(3) * 100) as Day),
        listing: this.#roll(4) > 0 ? "XCBO" : undefined,
      }),
    );
    if (!isNew) return;
    this.#held.push(name);
    this.#priced.push(name);
    if (this.#roll(60) > 0) this.firm.mark(name, `${(100 + this.#roll(900)) / 100}`);
    if (this.#roll(30) > 0) this.#stateValues(name);
  }

  #stateValues(name: string): void {
    const slope = (this.#roll(21) - 10) / 10;
    const curve = (this.#roll(21) - 10) / 50;
    const points = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5];
    values(
      this.firm,
      name,
      20,
      points.map((point) => point * slope + point * point * curve),
    );
  }

  step(): void {
    const roll = this.#roll(100);
    if (roll < 45) this.#price();
    else if (roll < 80) this.#trade();
    else if (roll < 88) this.#stateValues(this.#pick(this.#held));
    else if (roll < 93) this.#listOption();
    else if (roll < 94) this.firm.cash("bank", "specialist", 1 + this.#roll(200_000));
    else if (roll < 95) this.#listIndex(this.#pick(["IDX-A", "IDX-B"]));
    else if (roll < 97) this.#nextDay();
    else this.#rules();
  }

  #price(): void {
    const name = this.#pick(this.#priced);
    const cents = name.startsWith("OPT") ? 1 + this.#roll(1_200) : 4_000 + this.#roll(2_000);
    this.firm.mark(name, `${cents / 100}`);
  }

  #trade(): void {
    const name = this.#pick(this.#held);
    const most = name.startsWith("OPT") ? 20 : 3_000;
    this.firm.move(
      name,
      (this.#roll(2) === 0 ? 1 : -1) * (1 + this.#roll(most)),
      this.#pick(["inventory", "error", "inventory", "specialist"]),
    );
  }

  #nextDay(): void {
    this.#day = (this.#day + 1 + this.#roll(3)) as Day;
    this.firm.apply({ kind: "business-day-opened", day: formatDay(this.#day) });
  }

  /** Other rules, in force from the next day. */
  #rules(): void {
    this.#version++;
    this.#day = (this.#day + 1) as Day;
    const [none, elected] = THEORETICAL;
    this.firm.activate(
      RULEBOOK.replace('version: "2025-03-14"', `version: "walk-${this.#version}"`)
        .replace('effective: "2025-03-14"', `effective: "${formatDay(this.#day)}"`)
        .replace(none, this.#pick([none, none, elected, `${elected}\n  ownModelEstimate: true`]))
        .replace("optionSpreadAdjustment: replaces", `optionSpreadAdjustment: ${this.#pick(["replaces", "adds"])}`),
    );
    this.firm.apply({ kind: "business-day-opened", day: formatDay(this.#day) });
  }
}

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

test("running options are those from scratch after every step", () => {
  const seen = { figures: 0, unknown: 0, portfolios: 0, spreads: 0, covered: 0, specialists: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
      const walk = new Walk(dice(seed));
      for (let step = 0; step < 140; step++) {
        walk.step();
        const { books, monitor } = walk.firm;
        assert.deepEqual(auditNetCapital(books, monitor), [], `seed ${seed}, step ${step}`);
        const answer = monitor.answer(0);
        seen[answer.kind === "figure" ? "figures" : "unknown"]++;
        if (answer.kind !== "figure") continue;
        const said = JSON.stringify(answer.waterfall);
        if (said.includes("theoretical") || said.includes("options/market")) seen.portfolios++;
        if (said.includes("/spread/")) seen.spreads++;
        if (said.includes("/covered/")) seen.covered++;
        if ((findLine(answer.waterfall, "charges/options-specialists")?.amount ?? 0) > 0) seen.specialists++;
      }
    }),
    { numRuns: 9, seed: 15_031, endOnFailure: true },
  );
  for (const [what, times] of Object.entries(seen)) assert.ok(times > 10, `${what} was seen ${times} times`);
});
