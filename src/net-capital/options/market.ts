/** Index classes that may offset each other, and what they are charged together, 15c3-1a(b)(1)(v). */
import { add, type Cents, greater, ZERO } from "../../base/money.ts";
import { portion } from "../../base/rate.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { OptionClass } from "./class.ts";
import { type IndexProfile, largestLoss, type ProductGroup } from "./offsets.ts";
import type { IndexPortfolio, OptionsRules } from "./rules.ts";

/** A class as the offsets read it. */
class MarketClass implements IndexProfile {
  readonly of: OptionClass;
  readonly profit: Float64Array;
  readonly basketProfit: Float64Array;

  constructor(of: OptionClass) {
    this.of = of;
    this.profit = of.portfolio?.profit ?? new Float64Array(0);
    this.basketProfit = of.portfolio?.basketProfit ?? new Float64Array(0);
  }

  get isPortfolio(): boolean {
    return this.of.isPortfolio && this.of.troubles.length === 0;
  }
}

interface MarketGroup extends ProductGroup {
  readonly name: string;
  readonly classes: MarketClass[];
}

export class IndexMarket {
  /** The market group, or the product group or the index that stands alone. */
  readonly name: string;
  readonly groups: MarketGroup[] = [];
  loss: Cents = ZERO;
  minimum: Cents = ZERO;
  baskets: Cents = ZERO;
  readonly #rules: OptionsRules["theoretical"];

  constructor(name: string, rules: OptionsRules["theoretical"]) {
    this.name = name;
    this.#rules = rules;
  }

  /** The class belongs to it. */
  add(one: OptionClass, group: string, index: IndexPortfolio): void {
    const known = this.groups.find(({ name, index: known }) => name === group && known === index);
    if (known !== undefined) known.classes.push(new MarketClass(one));
    else this.groups.push({ name: group, index, classes: [new MarketClass(one)] });
  }

  /** The classes that are portfolios now, in the order of listing. */
  get classes(): OptionClass[] {
    return this.groups
      .flatMap(({ classes }) => classes.filter(({ isPortfolio }) => isPortfolio).map(({ of }) => of))
      .sort((a, b) => a.underlying - b.underlying);
  }

  get charge(): Cents {
    return add(greater(this.loss, this.minimum), this.baskets);
  }

  compute(): void {
    this.loss = largestLoss(this.groups, this.#rules);
    let minimum = 0;
    let baskets = 0;
    for (const { classes } of this.groups) {
      for (const { of, isPortfolio } of classes) {
        if (!isPortfolio || of.portfolio === undefined) continue;
        minimum += of.portfolio.minimum;
        baskets += basketCharge(of, this.#rules);
      }
    }
    this.minimum = minimum as Cents;
    this.baskets = baskets as Cents;
  }
}

/** (v)(C)(3), (4): on top of the loss, a share of the baskets that offset. */
export function basketCharge({ portfolio }: OptionClass, { basketCharge: rates }: OptionsRules["theoretical"]): Cents {
  return portfolio?.index === undefined ? ZERO : portion(portfolio.basketValue, rates[portfolio.index]);
}

/** The names of its product group and of the market that it offsets in; a narrow-based index offsets in its group only. */
export function marketOf(
  { instrument, productGroup, marketGroup }: InstrumentAttributes,
  index: IndexPortfolio,
): { readonly group: string; readonly market: string } {
  const group = productGroup ?? instrument;
  return { group, market: index === "narrowBased" ? `narrow/${group}` : (marketGroup ?? group) };
}
