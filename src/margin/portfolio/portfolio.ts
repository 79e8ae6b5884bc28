/**
 * Portfolio margin of one account, FINRA 4210(g), explained: its equity with options at the prices of the scan, (g)(11);
 * what its positions require together, (g)(7); what its bonds and whatever is not eligible require by (c) and (e); and what the
 * house asks beyond. An account of any kind can be asked: that is the comparison of the regimes.
 */
import { Trouble } from "../../base/errors.ts";
import { type Line, line, total } from "../../base/line.ts";
import { add, type Cents, excessOver, subtract, sum, toCents, ZERO } from "../../base/money.ts";
import { BASE_CURRENCY, holdingsOf } from "../account.ts";
import { contributionsOf } from "../contributions.ts";
import type { Holding, MarginAccount, MarginBooks } from "../account.ts";
import { type Group, type GroupAnswer, type GroupContext, groupRows, groupsOf, valueIn } from "../group.ts";
import { notEligible } from "./not-eligible.ts";
import { PortfolioHouse } from "./house.ts";
import { type LeastEquity, leastEquityOf } from "./least-equity.ts";
import { marketLines, percentage } from "./lines.ts";
import type { PortfolioRules } from "./rules.ts";
import type { ScanTable } from "./scan.ts";
import { PortfolioScans, type Sorted } from "./scans.ts";

/** What portfolio margin comes to, without lines. */
export interface PortfolioFigures {
  /** Cash and everything held, options at the prices of the scan, (g)(11). */
  readonly equity: Cents;
  /** By how much that differs from net liquidation value at market prices. */
  readonly equityAdjustment: Cents;
  /** What 4210(g) requires, and what the house does, never less. */
  readonly requirement: Cents;
  readonly house: Cents;
  /** Equity less the greater of both. */
  readonly excess: Cents;
  /** The least equity, by how the account is watched, and how much of it is missing. */
  readonly minimumEquity: Cents;
  readonly minimumEquityShortfall: Cents;
  /** What equity lacks to hold the unlisted derivatives that it holds, (g)(4)(C) and (g)(9). */
  readonly unlistedShortfall: Cents;
  /** What lacks to the larger of both, of an account that is held to portfolio margin; undefined where nothing does. */
  readonly leastEquity: LeastEquity | undefined;
  /** (g)(1)(K): below so much equity the margin of the end of the day is held within the day too. */
  readonly heldWithinDay: boolean;
  /** Whether its approval to write uncovered options was stated, which (g)(4)(C) asks of whoever is no broker or dealer. */
  readonly isApproved: boolean;
  /** Each a `missing-input` or a `missing-rule`; with any, the figures above say nothing. */
  readonly troubles: readonly Trouble[];
}

export interface PortfolioMargin extends PortfolioFigures {
  /** The requirement; its parts sum to it. */
  readonly line: Line;
  readonly equityLine: Line;
  /** What of the requirement comes from each group, by the row of its underlying. */
  readonly contributions: ReadonlyMap<number, Cents>;
  /** The house's requirement; undefined where it asks nothing of this account. */
  readonly houseLine: Line | undefined;
}

/** What portfolio margin is asked with. */
export type PortfolioAsk = Omit<GroupContext, "rules"> & {
  readonly rules: GroupContext["rules"] & { readonly portfolio: PortfolioRules };
};

/** Scans for many accounts: pass them to `portfolioMargin`. */
export function portfolioScans({ books, rules, asOf, price }: PortfolioAsk): PortfolioScans {
  return new PortfolioScans({ books, rules: rules.portfolio, asOf, ...(price !== undefined && { price }) });
}

export function portfolioMargin(ask: PortfolioAsk, scans: PortfolioScans = portfolioScans(ask)): PortfolioMargin {
  return new Asked(ask, scans).answer();
}

/** The same without lines. */
export function portfolioFigures(ask: PortfolioAsk, scans: PortfolioScans = portfolioScans(ask)): PortfolioFigures {
  return new Asked(ask, scans).figures;
}

/** Currencies other than the dollar as positions, beside what else is held. */
export function portfolioHoldings(books: MarginBooks, account: MarginAccount): readonly Holding[] {
  const { instruments, ledger } = books;
  const { asset, quantity } = ledger.rows.columns;
  const currencies: Holding[] = [];
  for (const member of account.members)
    for (let row = ledger.firstRow(member); row !== -1; row = ledger.nextRow(row)) {
      const isForeign =
        instruments.type(asset[row]) === "currency" && instruments.attributes(asset[row]).instrument !== BASE_CURRENCY;
      if (isForeign && quantity[row] !== 0)
        currencies.push({ instrument: asset[row], units: quantity[row], account: member });
    }
  return [...holdingsOf(books, account), ...currencies];
}

/** Its dollars, a debit negative. */
export function dollarsOf({ instruments, ledger }: MarginBooks, { members }: MarginAccount): Cents {
  const dollar = instruments.findText(BASE_CURRENCY);
  return sum(members.map((member) => toCents(ledger.balance(member, dollar))));
}

class Asked {
  readonly figures: PortfolioFigures;
  readonly #ask: PortfolioAsk;
  readonly #scans: PortfolioScans;
  readonly #sorted: Sorted;
  readonly #slots: Int32Array;
  readonly #name: string;
  readonly #isKnown: boolean;
  /** What is not eligible, and bonds: by the maintenance rules, and what it is worth. */
  readonly #others: readonly GroupAnswer[];
  readonly #otherGroups: readonly Group[];
  readonly #othersValue: Cents;
  /** Undefined where it asks nothing. */
  readonly #house: PortfolioHouse | undefined;
  readonly #troubles: Trouble[];

  constructor(ask: PortfolioAsk, scans: PortfolioScans) {
    this.#ask = ask;
    this.#scans = scans;
    this.#sorted = scans.sort(portfolioHoldings(ask.books, ask.account));
    const { scanned, others, troubles } = this.#sorted;
    this.#slots = scanned.slotsIn(scans.rule);
    this.#name = ask.books.accounts.attributes(ask.account.account).account;
    this.#troubles = [...troubles];
    this.#lookThrough(scans.rule, this.#slots);
    this.#isKnown = scanned.compute(scans.rule, this.#slots);
    this.#otherGroups = groupsOf(ask.books, others);
    this.#others = this.#otherGroups.map((group) => notEligible(group, ask));
    this.#troubles.push(...this.#others.flatMap((answer) => answer.troubles));
    this.#othersValue = sum(
      others.map(({ instrument, units }) => this.#attempt(() => valueIn(this.#ask, instrument, units))),
    );
    const byMaintenance = sum(this.#others.map((answer) => answer.requirement));
    const scannedValue = this.#isKnown ? toCents(scanned.value) : ZERO;
    const requirement = this.#isKnown ? add(toCents(scanned.requirement), byMaintenance) : byMaintenance;
    const equity = sum([dollarsOf(ask.books, ask.account), scannedValue, this.#othersValue]);
    this.#house = this.#isKnown ? this.#houseOf(equity) : undefined;
    const house = this.#house === undefined ? requirement : add(toCents(this.#house.requirement), byMaintenance);
    const minimums = this.#minimums(equity);
    this.figures = {
      equity,
      equityAdjustment: this.#isKnown ? this.#adjustment() : ZERO,
      requirement,
      house,
      excess: subtract(equity, house),
      ...minimums,
      leastEquity: this.#leastEquity(equity, minimums),
      isApproved: ask.account.terms.uncoveredOptions,
      troubles: distinct(this.#troubles),
    };
  }

  /** Asks for every slot, so that each that has no values says why. */
  #lookThrough(table: ScanTable, slots: Int32Array): void {
    for (const slot of slots) {
      const trouble = table.ensure(slot) ? undefined : table.trouble(slot);
      if (trouble !== undefined) this.#troubles.push(trouble);
    }
  }

  #houseOf(equity: Cents): PortfolioHouse | undefined {
    const house = new PortfolioHouse(this.#scans, this.#ask.account, this.#sorted.scanned, this.#slots);
    if (house.isEmpty) return undefined;
    if (house.compute(equity)) return house;
    for (const { table, slots } of [...house.whole, ...house.concentrated, ...house.expected])
      this.#lookThrough(table, slots);
    return undefined;
  }

  answer(): PortfolioMargin {
    const { scanned } = this.#sorted;
    const { paragraph } = this.#ask.rules.portfolio;
    const root = `margin/${this.#name}/portfolio`;
    const rule = this.#isKnown ? marketLines(scanned, this.#scans.rule, this.#slots, root) : [];
    const groupBy = this.#isKnown ? this.#groupsByCode(root) : new Map<string, number>();
    const ofOthers = this.#others.flatMap((answer, index) => {
      const { lines } = answer;
      for (const { code } of lines) groupBy.set(code, this.#otherGroups[index].underlying);
      return lines;
    });
    if (ofOthers.length > 0)
      rule.push(total(`${root}/not-eligible`, "Bonds, and what is not eligible", "4210(c), (e)", ofOthers));
    return {
      ...this.figures,
      line: total(root, "Portfolio margin requirement", paragraph, rule, this.#conditions()),
      equityLine: this.#equityLine(`${root}/equity`),
      contributions: contributionsOf(rule, ({ code }) => groupBy.get(code)),
      houseLine: this.#house && this.#houseLine(this.#house),
    };
  }

  /** By the code of a scanned position's line, the group of the account that the position is in. */
  #groupsByCode(root: string): Map<string, number> {
    const { books } = this.#ask;
    const nameOf = (row: number): string => books.instruments.attributes(row).instrument;
    const groupOf = groupRows(groupsOf(books, portfolioHoldings(books, this.#ask.account)));
    return new Map(
      this.#sorted.scanned.positions.map(({ row, placement: { market, group, classRow } }) => [
        `${root}/${market}/${group}/${nameOf(classRow)}/${nameOf(row)}`,
        groupOf.get(row) ?? row,
      ]),
    );
  }

  /** Of an account that is held to portfolio margin: what it has to be and to have beside the requirement. */
  #conditions(): Readonly<Record<string, Cents | string>> {
    const { account, rules } = this.#ask;
    if (account.regime !== "portfolio") return {};
    const { minimumEquity, minimumEquityShortfall, unlistedShortfall, isApproved } = this.figures;
    const { minimumEquity: least, unlistedDerivatives } = rules.portfolio;
    return {
      [`least equity, ${least.paragraph}`]: minimumEquity,
      ...(minimumEquityShortfall > 0 && { "lacking to the least equity": minimumEquityShortfall }),
      ...(unlistedShortfall > 0 && {
        [`lacking for unlisted derivatives, ${unlistedDerivatives.paragraph}`]: unlistedShortfall,
      }),
      ...(!isApproved && { eligibility: `no approval to write uncovered options was stated, ${least.paragraph}(C)` }),
    };
  }

  #equityLine(code: string): Line {
    const { scanned, others } = this.#sorted;
    const paragraph = "4210(g)(11)";
    const parts = [line(`${code}/cash`, "Cash", paragraph, dollarsOf(this.#ask.books, this.#ask.account))];
    if (this.#isKnown)
      parts.push(line(`${code}/scanned`, "Eligible positions, options as scanned", paragraph, toCents(scanned.value)));
    if (others.length > 0)
      parts.push(line(`${code}/not-eligible`, "Bonds, and what is not eligible", paragraph, this.#othersValue));
    return total(code, "Equity for portfolio margin", paragraph, parts);
  }

  /** The scan's prices of options against the market's: nothing is added where the market has no price. */
  #adjustment(): Cents {
    const { positions } = this.#sorted.scanned;
    return sum(
      positions.map(({ row, units, placement }, index) => {
        const price = this.#scans.view.price(row);
        if (placement.form !== "option" || Number.isNaN(price)) return ZERO;
        return subtract(toCents(this.#scans.rule.worth(this.#slots[index], units)), valueIn(this.#ask, row, units));
      }),
    );
  }

  #houseLine(house: PortfolioHouse): Line {
    const { scanned } = this.#sorted;
    const { equity, requirement } = this.figures;
    const code = `margin/${this.#name}/house/portfolio`;
    const raised: Line[] = [];
    for (let market = 0; market < scanned.markets; market++) {
      const table = house.asking[market];
      if (table?.scan === undefined) continue;
      const { placement } = scanned.positions[scanned.firstOf[scanned.marketOf.indexOf(market)]];
      const more = subtract(toCents(house.requirements[market]), this.#ruleRequirement(market));
      raised.push(
        line(`${code}/${placement.market}`, `${placement.market}: ${table.scan.name}`, table.scan.paragraph, more, {
          requirement: toCents(house.requirements[market]),
        }),
      );
    }
    const rule = line(`${code}/rule`, "What 4210(g) requires", this.#ask.rules.portfolio.paragraph, requirement);
    return total(code, "House requirement", "4210(d)", [rule, ...raised], this.#noReturn(house, equity));
  }

  #ruleRequirement(market: number): Cents {
    const { scanned } = this.#sorted;
    scanned.compute(this.#scans.rule, this.#slots);
    return toCents(scanned.requirements[market]);
  }

  /** Points of no return of the classes with an expected range, in words. */
  #noReturn(house: PortfolioHouse, equity: Cents): Readonly<Record<string, string>> {
    return Object.fromEntries(
      house.expected.flatMap((expected) => {
        const { down, up } = house.pointsOfNoReturn(expected, equity);
        const words = [down, up].filter((move) => move !== undefined).map(percentage);
        const { instrument } = expected.expected.stated;
        return words.length === 0 ? [] : [[`point of no return, ${instrument}`, words.join(", ")]];
      }),
    );
  }

  #minimums(
    equity: Cents,
  ): Pick<PortfolioMargin, "minimumEquity" | "minimumEquityShortfall" | "unlistedShortfall" | "heldWithinDay"> {
    const { minimumEquity: least, unlistedDerivatives, intraday } = this.#ask.rules.portfolio;
    const { monitoring } = this.#ask.account.terms;
    const minimumEquity =
      monitoring === "real-time"
        ? least.realTime
        : monitoring === "executed-away"
          ? least.executedAway
          : least.endOfDay;
    const holdsUnlisted = this.#sorted.scanned.positions.some(({ placement }) => placement.isUnlisted);
    return {
      minimumEquity,
      minimumEquityShortfall: excessOver(minimumEquity, equity),
      unlistedShortfall: holdsUnlisted ? excessOver(unlistedDerivatives.minimumEquity, equity) : ZERO,
      heldWithinDay: equity < intraday.below,
    };
  }

  #leastEquity(
    equity: Cents,
    minimums: Pick<PortfolioFigures, "minimumEquity" | "minimumEquityShortfall" | "unlistedShortfall">,
  ): LeastEquity | undefined {
    const { account, rules } = this.#ask;
    const isAsked = account.regime === "portfolio" && this.#troubles.length === 0;
    const holdsAnything = this.#sorted.scanned.positions.length + this.#sorted.others.length > 0;
    return isAsked && holdsAnything ? leastEquityOf({ equity, ...minimums }, rules.portfolio) : undefined;
  }

  #attempt(what: () => Cents): Cents {
    try {
      return what();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#troubles.push(error);
      return ZERO;
    }
  }
}

function distinct(troubles: readonly Trouble[]): readonly Trouble[] {
  return [...new Map(troubles.map((trouble) => [trouble.message, trouble])).values()];
}

/** 4210(g)(12): whether the requirements of all portfolio margin accounts are above the limit, and what that is. */
export function firmLimit(
  requirements: Iterable<Cents>,
  netCapital: Cents,
  { firmLimit: { timesNetCapital } }: PortfolioRules,
): { readonly total: Cents; readonly limit: Cents; readonly isOver: boolean } {
  const all = sum(requirements);
  const limit = toCents(Math.max(0, netCapital) * timesNetCapital);
  return { total: all, limit, isOver: all > limit };
}
