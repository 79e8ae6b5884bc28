/**
 * Which option is paired with what. Appendix A leaves that to the firm, so the pairing taken is the one that costs the least
 * net capital, deductions and adjustments of net worth together.
 *
 * It is exact: positions that gain with the underlying are supplies, those that lose are demands, every pair that the rule
 * knows is an arc whose cost is what the pair saves against both by themselves, and the cheapest flow is the best pairing.
 * Stock stands among the supplies (or, sold short, among what gains when it falls). A conversion is a path from stock
 * through a long option to a short one.
 *
 * Stock is weighed at its own rate: what its haircut really changes by depends on the whole portfolio, (J).
 */
import { FlowNetwork } from "./flow.ts";
import { IN_MICROS, type Series, unitsPerContract } from "./series.ts";
import { adjustmentOf, type ClassTerms, deductionOf, percentage, STRATEGIES, type Strategy } from "./strategies.ts";

const SOURCE = 0;
const STOCK = 1;
const FIRST_SERIES = 2;
const NO_PAIR = -1;

/** One network serves every pairing: nothing of it outlives one. */
const network = new FlowNetwork();

export class Pairing {
  /** How many strategies there are; each is read by its index. */
  count = 0;
  /** Units of the underlying in strategies, of the sign of the position. */
  stockUnits = 0;
  #strategy = new Uint8Array(64);
  #series = new Int32Array(64);
  #other = new Int32Array(64);
  #contracts = new Float64Array(64);

  /** By arc pair of the network: what it stands for. */
  #arcStrategy = new Int32Array(256);
  #arcSeries = new Int32Array(256);
  #arcOther = new Int32Array(256);
  #arcs = 0;
  /** By series: contracts not yet in a strategy, positive; what one costs by itself; its node. */
  #left = new Float64Array(64);
  #alone = new Float64Array(64);
  #nodes = new Int32Array(64);

  strategy(index: number): Strategy {
    return STRATEGIES[this.#strategy[index]];
  }

  /** The option: the short one of a spread or of a conversion. */
  series(index: number): number {
    return this.#series[index];
  }

  /** The long one of a spread or of a conversion; else the option again. */
  other(index: number): number {
    return this.#other[index];
  }

  contracts(index: number): number {
    return this.#contracts[index];
  }

  /**
   * Pairs the series of a class with each other and with `stock` units of the underlying, which counts so many decimals.
   * Series of another multiplier are another class of contracts; the stock goes to the first multiplier first.
   */
  pair(terms: ClassTerms, series: readonly Series[], stock: number, scale: number): void {
    this.count = 0;
    this.stockUnits = 0;
    this.#reserve(series.length);
    for (let index = 0; index < series.length; index++) {
      const one = series[index];
      this.#left[index] = Math.abs(one.contracts);
      this.#alone[index] = effect(aloneStrategy(one), terms, one, one);
    }
    for (let index = 0; index < series.length; index++) {
      const { multiplier } = series[index];
      let isFirst = true;
      for (let before = 0; before < index; before++) if (series[before].multiplier === multiplier) isFirst = false;
      if (isFirst) this.#pairMultiplier(terms, series, multiplier, stock, scale);
    }
    for (let index = 0; index < series.length; index++) {
      if (this.#left[index] > 0) this.#push(aloneStrategy(series[index]), index, index, this.#left[index]);
    }
  }

  #pairMultiplier(
    terms: ClassTerms,
    series: readonly Series[],
    multiplier: number,
    stock: number,
    scale: number,
  ): void {
    const side = stock < 0 ? -1 : 1;
    const sink = this.#numberNodes(series, multiplier, side);
    if (sink === FIRST_SERIES) return;
    network.clear(sink + 1);
    this.#arcs = 0;
    const example = series[this.#firstOf(series, multiplier)];
    const perContract = unitsPerContract(example, scale);
    const stockLeft = Math.abs(stock - this.stockUnits);
    const stockContracts = Number.isNaN(perContract) ? 0 : Math.floor(stockLeft / perContract);
    const stockSaved = terms.readings.pairedStock === "own-rate" ? percentage(IN_MICROS, terms, example) : 0;
    this.#arc(SOURCE, STOCK, stockContracts, 0, NO_PAIR, 0, 0);
    for (let index = 0; index < series.length; index++) {
      const node = this.#nodes[index];
      if (node === 0) continue;
      const one = series[index];
      if (direction(one) === side) {
        this.#arc(SOURCE, node, this.#left[index], 0, NO_PAIR, 0, 0);
        this.#addSpreads(terms, series, index);
        continue;
      }
      if (one.isListed || one.contracts < 0) this.#arc(node, sink, this.#left[index], 0, NO_PAIR, 0, 0);
      if (stockContracts > 0) this.#addStock(terms, series, index, side, stockSaved);
    }
    network.solve();
    this.#take(perContract, side);
  }

  /** Numbers what can be in a pair: what gains as the stock does, then long unlisted options, then the rest. Gives the sink. */
  #numberNodes(series: readonly Series[], multiplier: number, side: number): number {
    let next = FIRST_SERIES;
    for (let pass = 0; pass < 3; pass++) {
      for (let index = 0; index < series.length; index++) {
        const one = series[index];
        if (one.multiplier !== multiplier) continue;
        const isWith = direction(one) === side;
        const isUnlistedLong = !one.isListed && one.contracts > 0;
        if (pass === 0) this.#nodes[index] = isWith && one.isListed ? next++ : 0;
        else if (!isWith && isUnlistedLong === (pass === 1)) this.#nodes[index] = next++;
      }
    }
    for (let index = 0; index < series.length; index++) {
      if (series[index].multiplier !== multiplier) this.#nodes[index] = 0;
    }
    return next;
  }

  #firstOf(series: readonly Series[], multiplier: number): number {
    let index = 0;
    while (series[index].multiplier !== multiplier) index++;
    return index;
  }

  /** (b)(2)(iii)(E): listed, of one right, and the long one lasts at least as long. */
  #addSpreads(terms: ClassTerms, series: readonly Series[], index: number): void {
    const one = series[index];
    for (let against = 0; against < series.length; against++) {
      const another = series[against];
      if (this.#nodes[against] <= this.#nodes[index] || direction(another) === direction(one)) continue;
      if (!another.isListed || another.isCall !== one.isCall) continue;
      const [short, bought] = one.contracts < 0 ? [index, against] : [against, index];
      if (series[bought].expiry < series[short].expiry) continue;
      const apart = this.#alone[index] + this.#alone[against];
      const saved = apart - effect("spread", terms, series[short], series[bought]);
      this.#pairArc(this.#nodes[index], this.#nodes[against], saved, "spread", short, bought);
    }
  }

  /** What stock does with an option that gains when the stock loses. */
  #addStock(terms: ClassTerms, series: readonly Series[], index: number, side: number, stockSaved: number): void {
    const one = series[index];
    const node = this.#nodes[index];
    if (!one.isListed && one.contracts > 0) {
      this.#arc(STOCK, node, this.#left[index], 0, NO_PAIR, 0, 0);
      for (let against = 0; against < series.length; against++) {
        if (this.#nodes[against] <= node || !isConversion(one, series[against])) continue;
        const apart = this.#alone[index] + this.#alone[against] + stockSaved;
        const saved = apart - effect("conversion", terms, series[against], one);
        this.#pairArc(node, this.#nodes[against], saved, "conversion", against, index);
      }
      return;
    }
    const strategy = withStock(one, side, terms);
    if (strategy === undefined) return;
    const saved = this.#alone[index] + stockSaved - effect(strategy, terms, one, one);
    this.#pairArc(STOCK, node, saved, strategy, index, index);
  }

  #pairArc(from: number, to: number, saved: number, strategy: Strategy, series: number, other: number): void {
    if (saved <= 0) return;
    const room = Math.min(this.#left[series], this.#left[other]);
    this.#arc(from, to, room, -saved, STRATEGIES.indexOf(strategy), series, other);
  }

  #arc(from: number, to: number, room: number, cost: number, strategy: number, series: number, other: number): void {
    network.arc(from, to, room, cost);
    const index = this.#arcs++;
    if (index >= this.#arcStrategy.length) this.#growArcs();
    this.#arcStrategy[index] = strategy;
    this.#arcSeries[index] = series;
    this.#arcOther[index] = other;
  }

  /** Enters what flowed. */
  #take(perContract: number, side: number): void {
    for (let index = 0; index < this.#arcs; index++) {
      const strategy = this.#arcStrategy[index];
      const flow = network.flow(index);
      if (strategy === NO_PAIR || flow === 0) continue;
      const [series, other] = [this.#arcSeries[index], this.#arcOther[index]];
      this.#push(STRATEGIES[strategy], series, other, flow);
      this.#left[series] -= flow;
      if (other !== series) this.#left[other] -= flow;
      if (STRATEGIES[strategy] !== "spread") this.stockUnits += flow * perContract * side;
    }
  }

  #push(strategy: Strategy, series: number, other: number, contracts: number): void {
    if (this.count === this.#contracts.length) this.#growStrategies();
    const index = this.count++;
    this.#strategy[index] = STRATEGIES.indexOf(strategy);
    this.#series[index] = series;
    this.#other[index] = other;
    this.#contracts[index] = contracts;
  }

  #reserve(series: number): void {
    if (series <= this.#left.length) return;
    this.#left = new Float64Array(series * 2);
    this.#alone = new Float64Array(series * 2);
    this.#nodes = new Int32Array(series * 2);
  }

  #growArcs(): void {
    const grow = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(values.length * 2);
      grown.set(values);
      return grown;
    };
    this.#arcStrategy = grow(this.#arcStrategy);
    this.#arcSeries = grow(this.#arcSeries);
    this.#arcOther = grow(this.#arcOther);
  }

  #growStrategies(): void {
    const size = this.#contracts.length * 2;
    const [strategy, series] = [new Uint8Array(size), new Int32Array(size)];
    const [other, contracts] = [new Int32Array(size), new Float64Array(size)];
    strategy.set(this.#strategy);
    series.set(this.#series);
    other.set(this.#other);
    contracts.set(this.#contracts);
    this.#strategy = strategy;
    this.#series = series;
    this.#other = other;
    this.#contracts = contracts;
  }
}

/** What one contract costs of net capital in a strategy, in millionths of a dollar. */
function effect(strategy: Strategy, terms: ClassTerms, series: Series, other: Series): number {
  return (
    deductionOf(strategy, IN_MICROS, terms, series, other) - adjustmentOf(strategy, IN_MICROS, terms, series, other)
  );
}

function aloneStrategy({ isListed, contracts }: Series): Strategy {
  if (isListed) return contracts < 0 ? "uncovered" : "long";
  return contracts < 0 ? "unlisted-short" : "unlisted-long";
}

/** 1 where the position gains with the underlying, -1 where it loses. */
function direction({ isCall, contracts }: Series): number {
  return isCall === contracts > 0 ? 1 : -1;
}

/** One strike and one expiry, both unlisted. */
function isConversion(bought: Series, short: Series): boolean {
  const isShort = !short.isListed && short.contracts < 0 && short.isCall !== bought.isCall;
  return isShort && short.strike === bought.strike && short.expiry === bought.expiry;
}

/** The strategy of stock (long: `side` 1) with an option that gains when the stock loses; undefined where there is none. */
function withStock({ isListed, contracts }: Series, side: number, { readings }: ClassTerms): Strategy | undefined {
  if (!isListed) return "unlisted-covered";
  if (contracts > 0) return "protective";
  return side === 1 || readings.shortPutWithShortStock === "covered" ? "covered" : undefined;
}
