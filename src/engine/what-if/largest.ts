/**
 * The largest size of a trade, or multiple of a basket, that keeps a cushion. Sizes are tried on one branch: the trades are
 * applied, the figure is read, and they are busted again, which takes cash and securities back exactly. The size that is
 * found, and the next one, are then tried once more, each on a branch of its own that saw nothing else.
 */
import { assert } from "../../base/assert.ts";
import { formatDecimal, parseDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import { parseDollars } from "../../base/money.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import type { Fact } from "../../facts/kinds.ts";
import type { NetCapitalMonitor } from "../../net-capital/monitor.ts";
import type { RunningFigures } from "../../net-capital/reading.ts";
import { FactsRefused } from "../admission.ts";
import type { Branch } from "./branch.ts";
import { decimalText } from "./decimal-text.ts";
import { placed, type SizedTrade } from "./hypotheses.ts";
import { largestSize } from "./largest-size.ts";
import type { LargestQuestion } from "./question.ts";

/** The figures of one branch, kept. */
type FiguresThen = Pick<RunningFigures, "unknown" | "netCapitalCents" | "excessCents" | "tierIndex">;

export interface LargestAnswer {
  /** In units of the instrument, or as a multiple of the basket; undefined where no size that was tried keeps the cushion. */
  readonly size: string | undefined;
  /** By index of the trade: its quantity at that size, in wire units. */
  readonly quantities: ReadonlyMap<number, number>;
  /** No bound was found: the cushion holds at the largest size that can be asked for. */
  readonly atLimit: boolean;
  /** What stands at that size, and at the next one. */
  readonly figures: FiguresThen | undefined;
  readonly next: FiguresThen | undefined;
  readonly tried: number;
}

/** Multiples of a basket are counted in hundredths where the question does not say. */
const BASKET_SCALE = 2;
/** The largest quantity of one trade, in wire units of 10^-6: a billion. */
const QUANTITY_MAX = 1e15;

/** Trades of a basket whose largest multiple is sought: it is applied and taken back some three hundred times. */
const BASKET_MAX = 100;

type Keeps = (figures: FiguresThen) => boolean;

export class LargestSearch {
  readonly #fresh: () => Branch;
  #base: Branch;
  readonly #sought: readonly { readonly index: number; readonly trade: SizedTrade }[];
  /** Trades that are made whatever the size. */
  readonly #others: readonly Fact[];
  readonly #keeps: Keeps;
  /** One step: wire units of a single trade, or 10^-6 of a basket. */
  readonly #step: number;

  /** `fresh` gives a branch on which everything stands but the trades. */
  constructor(fresh: () => Branch, trades: readonly SizedTrade[], question: LargestQuestion) {
    this.#fresh = fresh;
    this.#base = fresh();
    const indexes = question.trades ?? trades.map((_, index) => index);
    this.#sought = indexes.map((index) => ({ index, trade: tradeAt(trades, index) }));
    if (this.#sought.length === 0)
      throw new Trouble("missing-field", "the largest size of what", {
        field: "trades",
        expected: "at least one trade",
      });
    if (this.#sought.length > BASKET_MAX)
      throw new Trouble("too-large", "the basket has too many trades to seek its largest multiple", {
        field: "largest.trades",
        value: this.#sought.length,
        expected: `at most ${BASKET_MAX}`,
      });
    this.#others = trades.flatMap(({ place, quantity, of }, index) => {
      if (indexes.includes(index)) return [];
      if (quantity === undefined)
        throw new Trouble("missing-field", "how much is traded", { field: `${place}.quantity` });
      return [of(quantity).fact];
    });
    this.#keeps = keepsOf(question.keep, this.#base.netCapital);
    this.#step = this.#stepOf(question.step);
  }

  get #isBasket(): boolean {
    return this.#sought.length > 1;
  }

  #stepOf(step: string | number | undefined): number {
    const [{ trade }] = this.#sought;
    if (step === undefined) return this.#isBasket ? 10 ** (QUANTITY_SCALE - BASKET_SCALE) : Math.max(trade.smallest, 1);
    const units = parseDecimal(decimalText(step, "largest.step"), QUANTITY_SCALE, "largest.step");
    if (units > 0 && (this.#isBasket || units % trade.smallest === 0)) return units;
    throw new Trouble("bad-value", "not a step that the trade can be made in", {
      field: "largest.step",
      value: step,
      expected: `a multiple of ${formatDecimal(trade.smallest, QUANTITY_SCALE)}`,
    });
  }

  /** The quantity of a trade at a size, in wire units; what a basket gives is rounded down to what can be traded. */
  #quantity({ quantity, smallest, place }: SizedTrade, size: number): number {
    if (!this.#isBasket) return size * this.#step;
    if (quantity === undefined)
      throw new Trouble("missing-field", "a basket says how much of each", { field: `${place}.quantity` });
    return Math.floor(((quantity / smallest) * size * this.#step) / 10 ** QUANTITY_SCALE) * smallest;
  }

  #limit(): number {
    const most = this.#isBasket
      ? Math.max(...this.#sought.map(({ trade }) => trade.quantity ?? 0))
      : 10 ** QUANTITY_SCALE;
    return Math.max(1, Math.floor((QUANTITY_MAX / Math.max(most, 1)) * (10 ** QUANTITY_SCALE / this.#step)));
  }

  #tradesAt(size: number): Fact[] {
    return this.#sought.flatMap(({ trade }) => {
      const quantity = this.#quantity(trade, size);
      return quantity === 0 ? [] : [trade.of(quantity).fact];
    });
  }

  run(): LargestAnswer {
    this.#base.apply(this.#others);
    this.#refuseImpossible();
    const { size, atLimit, tried } = largestSize(this.#limit(), (tried) => this.#holdsAt(tried));
    if (size === undefined)
      return { size: undefined, quantities: new Map(), atLimit, tried, figures: undefined, next: undefined };
    const figures = this.#figuresAlone(size);
    const next = atLimit ? undefined : this.#figuresAlone(size + 1);
    assert(
      figures !== undefined && this.#keeps(figures),
      "the size that was found keeps the cushion on its own branch too",
    );
    assert(next === undefined || !this.#keeps(next), "the next size does not");
    return {
      size: formatDecimal(size * this.#step, QUANTITY_SCALE),
      quantities: new Map(this.#sought.map(({ index, trade }) => [index, this.#quantity(trade, size)])),
      atLimit,
      tried,
      figures,
      next,
    };
  }

  /** A trade that is refused at its least size is refused for another reason than its size. */
  #refuseImpossible(): void {
    for (const { trade } of this.#sought) {
      const { fact } = trade.of(trade.smallest);
      try {
        this.#base.apply([fact]);
      } catch (error) {
        if (error instanceof FactsRefused) throw placed(trade.place, error.troubles[0]);
        throw error;
      }
      this.#base.apply([bust(fact)]);
    }
  }

  #holdsAt(size: number): boolean {
    const facts = this.#tradesAt(size);
    let applied = facts.length;
    let holds = false;
    try {
      this.#base.apply(facts);
      holds = this.#keeps(this.#base.netCapital.figures);
    } catch (error) {
      if (!(error instanceof FactsRefused)) throw error;
      applied = error.troubles[0].index;
    }
    this.#takeBack(facts.slice(0, applied));
    return holds;
  }

  /** Sizes near the end of what can be counted cannot be busted either: then the branch is thrown away. */
  #takeBack(facts: readonly Fact[]): void {
    try {
      this.#base.apply(facts.toReversed().map(bust));
    } catch (error) {
      if (!(error instanceof FactsRefused)) throw error;
      this.#base = this.#fresh();
      this.#base.apply(this.#others);
    }
  }

  /** The figures on a branch that never saw another size; undefined where it cannot be traded. */
  #figuresAlone(size: number): FiguresThen | undefined {
    const branch = this.#fresh();
    try {
      branch.apply([...this.#others, ...this.#tradesAt(size)]);
    } catch (error) {
      if (error instanceof FactsRefused) return undefined;
      throw error;
    }
    const { unknown, netCapitalCents, excessCents, tierIndex } = branch.netCapital.figures;
    return { unknown, netCapitalCents, excessCents, tierIndex };
  }
}

function tradeAt(trades: readonly SizedTrade[], index: number): SizedTrade {
  const trade = trades[index];
  if (trade !== undefined) return trade;
  throw new Trouble("bad-value", "there is no such trade", {
    field: "largest.trades",
    value: index,
    expected: `0 to ${trades.length - 1}`,
  });
}

/** The same execution, taken back. */
function bust(fact: Fact): Fact {
  assert(fact.kind === "trade-executed", "only trades are tried at many sizes");
  const { capacity: _capacity, venue: _venue, order: _order, lot: _lot, ...terms } = fact;
  return { ...terms, kind: "trade-busted" };
}

function keepsOf({ excess, tier }: LargestQuestion["keep"], monitor: NetCapitalMonitor): Keeps {
  if (excess === undefined && tier === undefined)
    throw new Trouble("missing-field", "which cushion is kept", { field: "largest.keep", expected: "excess or tier" });
  const least = excess === undefined ? Number.NEGATIVE_INFINITY : parseDollars(decimalText(excess, "excess"), "excess");
  const tiers = monitor.rules?.tiers ?? [];
  const limit = tier === undefined ? Number.POSITIVE_INFINITY : tiers.findIndex(({ name }) => name === tier);
  if (limit < 0)
    throw new Trouble("bad-value", "no such tier", {
      field: "largest.keep.tier",
      value: tier,
      expected: tiers.map(({ name }) => name).join(", ") || "a rulebook with tiers in force",
    });
  return (figures) => !figures.unknown && figures.excessCents >= least && figures.tierIndex < limit;
}
