/**
 * In how many securities the firm made a market on each business day, apart by price: what the minimum of 15c3-1(a)(4)
 * averages. Counted once a day, when the day opens, from the reports and the prices of that moment.
 */
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Day } from "../base/time.ts";
import type { Instruments } from "./instruments.ts";
import type { Market } from "./market.ts";
import type { Reports } from "./reports.ts";

export interface MarketCount {
  /** Securities above the price that parts them, and those whose price is not known: they take the higher amount. */
  readonly above: number;
  readonly upTo: number;
}

const COLUMNS = { day: "i32", above: "u32", upTo: "u32" } as const;

export class MarketMakingCounts implements Stateful {
  readonly #reports: Pick<Reports, "list">;
  readonly #instruments: Instruments;
  readonly #market: Pick<Market, "price">;
  readonly #counts = new Table("market-making.counts", COLUMNS, { capacity: 256 });

  constructor(reports: Pick<Reports, "list">, instruments: Instruments, market: Pick<Market, "price">) {
    this.#reports = reports;
    this.#instruments = instruments;
    this.#market = market;
  }

  /** A business day opens; `partingPrice` is in units of 10^-8. Days without a market count once there was one. */
  open(day: Day, partingPrice: number): void {
    const { above, upTo } = countMarkets(this.#reports, this.#instruments, this.#market, partingPrice);
    const { columns, size } = this.#counts;
    if (size === 0 ? above + upTo === 0 : columns.day[size - 1] >= day) return;
    const row = this.#counts.add();
    const added = this.#counts.columns;
    added.day[row] = day;
    added.above[row] = above;
    added.upTo[row] = upTo;
  }

  /** The counts of the days from `from` on, before `before`. */
  between(from: Day, before: Day): readonly MarketCount[] {
    const { day, above, upTo } = this.#counts.columns;
    const found: MarketCount[] = [];
    for (let row = this.#counts.size - 1; row >= 0 && day[row] >= from; row--)
      if (day[row] < before) found.push({ above: above[row], upTo: upTo[row] });
    return found;
  }

  sections(): Section[] {
    return this.#counts.sections();
  }

  restore(sections: SectionReader): void {
    this.#counts.restore(sections);
  }
}

/** The markets made now. */
export function countMarkets(
  reports: Pick<Reports, "list">,
  instruments: Instruments,
  market: Pick<Market, "price">,
  partingPrice: number,
): MarketCount {
  const made = reports.list("market-making-changed");
  const upTo = made.filter(({ instrument }) => market.price(instruments.findText(instrument)) <= partingPrice).length;
  return { above: made.length - upTo, upTo };
}
