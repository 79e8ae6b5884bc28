/**
 * Portfolio margin of random books: against a slow and obvious version; running figures against those from scratch after
 * every step of a walk; and no change ever larger than the slopes allow.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { multiplyDivide } from "../../src/base/divide.ts";
import { formatDay, type Day, type Instant } from "../../src/base/time.ts";
import { holdingsOf } from "../../src/margin/account.ts";
import { portfolioMargin, portfolioScans } from "../../src/margin/portfolio/portfolio.ts";
import { RunningPortfolio } from "../../src/margin/portfolio/running.ts";
import type { HouseScan } from "../../src/margin/portfolio/rules.ts";
import { americanValue } from "../../src/pricing/american.ts";
import { europeanValue } from "../../src/pricing/black-scholes.ts";
import { PortfolioBooks } from "./portfolio-books.ts";

const UNITS = 1e8;

/** Small numbers from a seed (mulberry32), below 1. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Spot {
  readonly name: string;
  readonly row: number;
  readonly kind: "equity" | "highCapitalization" | "narrowBased";
  readonly group: string;
  readonly market: string | undefined;
  readonly isHeld: boolean;
  price: number;
}

interface Option {
  readonly row: number;
  readonly on: Spot;
  readonly right: "call" | "put";
  readonly strike: number;
  readonly years: number;
  readonly style: "american" | "european";
}

const VOLATILITY = 0.3;
const RATE = 0.04;

/** Two stocks, three indices in two product groups of one market, a narrow one, a fund, and options on all of them. */
class RandomBooks extends PortfolioBooks {
  readonly roll: () => number;
  readonly spots: Spot[] = [];
  readonly options: Option[] = [];
  readonly held = new Map<number, number>();

  constructor(seed: number, { isStated = true } = {}) {
    super();
    this.roll = dice(seed);
    this.rate("4%");
    const stock = (name: string) => this.spot({ name, kind: "equity", group: name, market: undefined, isHeld: true });
    const index = (name: string, group: string, market: string) =>
      this.spot({ name, kind: "highCapitalization", group, market, isHeld: false });
    stock("AAA");
    stock("BBB");
    index("SPX", "LARGE", "US");
    index("OEX", "LARGE", "US");
    index("RUT", "SMALL", "US");
    this.spot({ name: "SOX", kind: "narrowBased", group: "CHIPS", market: "US", isHeld: false });
    this.spot({ name: "SPY", kind: "highCapitalization", group: "LARGE", market: "US", isHeld: true });
    for (const spot of this.spots) {
      if (isStated) this.volatility(spot.name, "30%");
      for (let count = 0; count < 4; count++) this.add4(spot);
    }
    for (const row of [
      ...this.spots.filter(({ isHeld }) => isHeld).map(({ row }) => row),
      ...this.options.map(({ row }) => row),
    ])
      if (this.roll() < 0.6) this.trade(row);
  }

  spot(of: Omit<Spot, "row" | "price">): void {
    const price = Math.round((20 + this.roll() * 200) * 100) / 100;
    const { name, kind, group, market } = of;
    const listed = { instrument: name, price: String(price) };
    const row =
      kind === "equity"
        ? this.list({ ...listed, type: "equity", listing: "XNYS" })
        : of.isHeld
          ? this.list({ ...listed, type: "etf", listing: "ARCX", underlying: "SPX" })
          : this.list({
              ...listed,
              type: "index",
              indexClass: kind === "narrowBased" ? "narrow-based" : "high-capitalization",
              productGroup: group,
              ...(market !== undefined && { marketGroup: market }),
            });
    this.spots.push({ ...of, row, price: Math.round(price * UNITS) });
  }

  add4(on: Spot): void {
    const strike = Math.round((on.price / UNITS) * (0.7 + this.roll() * 0.6) * 100) / 100;
    const days = 5 + Math.floor(this.roll() * 300);
    const right = this.roll() < 0.5 ? "call" : "put";
    const style = this.roll() < 0.5 ? "american" : "european";
    const name = `${on.name}-${this.options.length}`;
    const row = this.option(name, {
      underlying: on.name,
      right,
      style,
      strike: String(strike),
      maturity: formatDay((this.asOf + days) as Day),
    });
    this.options.push({ row, on, right, strike, years: days / 365, style });
  }

  trade(row: number): void {
    const units = Math.round((this.roll() - 0.5) * (this.options.some((option) => option.row === row) ? 40 : 4000));
    this.hold(row, units);
    this.held.set(row, (this.held.get(row) ?? 0) + units);
  }

  move(spot: Spot, share: number): void {
    spot.price = Math.max(UNITS / 100, Math.round(spot.price * (1 + share)));
    this.price(spot.row, spot.price);
  }

  /** An option's value in 10^-8 with its underlying at so much. */
  model({ right, strike, years, style }: Option, spot: number): number {
    const terms = { right, strike, years, volatility: VOLATILITY, rate: RATE, dividendYield: 0 };
    const at = Math.max(1, spot) / UNITS;
    return Math.round((style === "european" ? europeanValue(at, terms) : americanValue(at, terms)) * UNITS);
  }

  /** The requirement by the words of the rule, in cents. */
  slow(): number {
    const markets = new Map<string, { groups: Map<string, Map<string, number[]>>; minimum: number }>();
    for (const [row, units] of this.held) {
      if (units === 0) continue;
      const option = this.options.find((one) => one.row === row);
      const spot = option?.on ?? this.spots.find((one) => one.row === row);
      assert.ok(spot);
      const range = spot.kind === "highCapitalization" ? [8, 6] : [15, 15];
      const market = spot.kind === "narrowBased" ? spot.group : (spot.market ?? spot.group);
      const found = markets.get(market) ?? { groups: new Map<string, Map<string, number[]>>(), minimum: 0 };
      markets.set(market, found);
      const classes = found.groups.get(spot.group) ?? new Map<string, number[]>();
      found.groups.set(spot.group, classes);
      const profit = classes.get(spot.name) ?? Array.from({ length: 10 }, () => 0);
      classes.set(spot.name, profit);
      for (let point = 0; point < 10; point++) {
        const steps = point < 5 ? point - 5 : point - 4;
        const percent = (steps / 5) * (steps < 0 ? range[0] : range[1]);
        const moved = Math.round((spot.price * percent) / 100);
        const change =
          option === undefined ? moved : this.model(option, spot.price + moved) - this.model(option, spot.price);
        profit[point] += multiplyDivide(units * (option === undefined ? 1 : 100), change, 1_000_000);
      }
      if (option === undefined) continue;
      const worth = multiplyDivide(units * 100, this.model(option, spot.price), 1_000_000);
      found.minimum += units < 0 ? -units * 3750 : Math.min(units * 3750, worth);
    }
    const counted = (gain: number, percent: number) => (gain < 0 ? gain : multiplyDivide(gain, percent, 100));
    let required = 0;
    for (const { groups, minimum } of markets.values()) {
      let worst = 0;
      for (let point = 0; point < 10; point++) {
        let net = 0;
        for (const classes of groups.values()) {
          let ofGroup = 0;
          for (const profit of classes.values()) ofGroup += counted(profit[point], 90);
          net += counted(ofGroup, 50);
        }
        worst = Math.min(worst, net);
      }
      required += Math.max(-worst, minimum);
    }
    return required;
  }
}

test("the requirement is that of the slow and obvious version", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const books = new RandomBooks(seed);
    const positions = [...books.held.values()].filter((units) => units !== 0).length;
    const { requirement } = books.margin();
    const slow = books.slow();
    // A model value that stands between two units of price may be rounded either way.
    assert.ok(Math.abs(requirement - slow) <= positions, `seed ${seed}: ${requirement} against ${slow}`);
  }
});

const SHOCKED: HouseScan = {
  name: "volatility up",
  paragraph: "firm policy",
  groups: undefined,
  kinds: undefined,
  range: undefined,
  deviations: undefined,
  volatility: 1.15,
  concentratedAbove: undefined,
  isUnleveraged: false,
};

test("running figures are those from scratch after every step, whatever scans are shared", () => {
  for (const [seed, impliedFrom] of [
    [101, "close"],
    [102, "now"],
    [103, "close"],
  ] as const) {
    const books = new RandomBooks(seed, { isStated: false });
    const half = { numerator: 1, denominator: 2 };
    const house = {
      scans: [
        SHOCKED,
        { ...SHOCKED, name: "concentration", volatility: 1, range: { down: half, up: half }, concentratedAbove: half },
      ],
      expectedRanges: [{ paragraph: "firm policy", instrument: "AAA", groups: undefined, down: half, up: half }],
    };
    books.rules = { ...books.rules, impliedFrom, house };
    // Closes from which volatilities are implied; some options trade at what they pay.
    for (const option of books.options) {
      const price =
        books.roll() < 0.15
          ? Math.max(0, (option.right === "call" ? 1 : -1) * (option.on.price - option.strike * UNITS))
          : books.model(option, option.on.price);
      books.books.market.mark(option.row, Math.round(price), "close", 0 as Instant);
    }
    for (const spot of books.spots) books.books.market.mark(spot.row, spot.price, "close", 0 as Instant);
    const scans = portfolioScans(books.ask);
    let running = new RunningPortfolio(scans, books.account, holdingsOf(books.books, books.account));
    for (let step = 0; step < 40; step++) {
      const what = books.roll();
      if (what < 0.6)
        books.move(books.spots[Math.floor(books.roll() * books.spots.length)], (books.roll() - 0.5) * 0.1);
      else if (what < 0.8) {
        const option = books.options[Math.floor(books.roll() * books.options.length)];
        books.price(option.row, books.model(option, Math.round(option.on.price * (0.95 + books.roll() * 0.1))));
      } else {
        books.trade(books.options[Math.floor(books.roll() * books.options.length)].row);
        running = new RunningPortfolio(scans, books.account, holdingsOf(books.books, books.account));
      }
      const excess = running.compute(0);
      const fresh = portfolioMargin(books.ask);
      assert.deepEqual(
        fresh.troubles.map(({ message }) => message),
        [],
      );
      assert.equal(running.requirement, fresh.house, `seed ${seed}, step ${step}`);
      assert.equal(excess, fresh.excess, `seed ${seed}, step ${step}`);
    }
  }
});

test("no change is larger than the slopes allow, inside their bands", () => {
  let tight = 0;
  let moves = 0;
  for (let seed = 200; seed < 230; seed++) {
    const books = new RandomBooks(seed);
    if (seed % 2 === 0) books.rules = { ...books.rules, house: { scans: [SHOCKED], expectedRanges: [] } };
    const scans = portfolioScans(books.ask);
    const holdings = holdingsOf(books.books, books.account);
    const running = new RunningPortfolio(scans, books.account, holdings);
    for (let step = 0; step < 12; step++) {
      const before = running.compute(0);
      const { instruments, slope, low, high } = running.slopes();
      const prices = books.spots.map(({ price }) => price);
      let allowed = 2 * holdings.length;
      for (const [index, spot] of books.spots.entries()) {
        const at = instruments.indexOf(spot.row);
        const from = at === -1 ? spot.price * 0.8 : Math.max(low[at] * UNITS, spot.price * 0.8);
        const to = at === -1 ? spot.price * 1.2 : Math.min(high[at] * UNITS, spot.price * 1.2);
        const target = Math.round(from + books.roll() * (to - from));
        spot.price = target;
        books.price(spot.row, target);
        if (at !== -1) allowed += slope[at] * (Math.abs(target - prices[index]) / UNITS);
      }
      const change = Math.abs(running.compute(0) - before);
      assert.ok(change <= allowed, `seed ${seed}, step ${step}: ${change} against ${allowed}`);
      moves++;
      if (change > allowed / 4) tight++;
    }
  }
  // Bounds that allow anything would prove nothing.
  assert.ok(tight > moves / 10, `${tight} of ${moves} changes came near`);
});
