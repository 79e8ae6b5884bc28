/**
 * Groups as the explained computation sees them: an underlying by 4210(c), (e) and (f) with what the house adds to it, an
 * account as a whole by everything that `marginOf` knows.
 */
import type { Cents } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { cashOf, type Holding, type MarginAccount, type MarginBooks } from "../account.ts";
import { groupRequirement, marginFigures } from "../computation.ts";
import { type Group, type GroupContext, type GroupSlopes, hasOptions, valueIn } from "../group.ts";
import { houseAddition } from "../house/requirement.ts";
import type { Tape } from "../house/statistics.ts";
import { asksNothing } from "../house/rules.ts";
import type { Boundary } from "../ladder/boundaries.ts";
import { marketValues } from "../maintenance/plain-group.ts";
import { plainSlopes } from "../maintenance/slopes.ts";
import { optionsGroup } from "../options/group-answer.ts";
import { KnownPairing } from "../options/known-pairing.ts";
import { optionsSlopes } from "../options/slopes.ts";
import type { Placement } from "../portfolio/placement.ts";
import { portfolioHoldings, portfolioScans } from "../portfolio/portfolio.ts";
import { RunningPortfolio } from "../portfolio/running.ts";
import type { PortfolioScans } from "../portfolio/scans.ts";
import { PortfolioSlopes } from "../portfolio/slopes.ts";
import type { MarginRules } from "../rules.ts";
import { type GroupComputer, type GroupFigures, type RunningGroup, unsaid } from "./group-values.ts";

const ONE = 10 ** PRICE_SCALE;

interface Measured {
  /** What it depends on, and the prices of that. */
  readonly rows: readonly number[];
  readonly prices: Float64Array;
  readonly figures: GroupFigures;
}

export class ExplainedGroups implements GroupComputer {
  readonly #books: MarginBooks;
  readonly #rules: MarginRules;
  #asOf: Day;
  readonly #tape: Tape | undefined;
  /** The greatest cushion of a boundary. */
  readonly #cushion: number;
  /** Shared by all accounts, until something is stated or closed. */
  #scans: PortfolioScans | undefined;
  #slopes = new PortfolioSlopes();
  /** What groups came to when they were measured last: one that is another is another object. */
  #measured = new WeakMap<RunningGroup, Measured>();
  /** What is known of the pairings of groups with options, while their legs stay. */
  readonly #pairings = new WeakMap<Group, KnownPairing>();

  constructor(
    books: MarginBooks,
    rules: MarginRules,
    given: {
      readonly asOf: Day;
      readonly tape: Tape | undefined;
      readonly ladder: readonly Boundary[];
    },
  ) {
    this.#books = books;
    this.#rules = rules;
    this.#asOf = given.asOf;
    this.#tape = given.tape;
    this.#cushion = Math.max(...given.ladder.map(({ cushion }) => cushion.numerator / cushion.denominator));
  }

  /** Another day. */
  reset(asOf: Day): void {
    this.#asOf = asOf;
    this.#measured = new WeakMap();
    this.#scans = undefined;
  }

  figures(running: RunningGroup): GroupFigures {
    const { account, group } = running;
    if (group === undefined) return this.#ofAccount(account);
    const known = this.#measured.get(running);
    if (known !== undefined && this.#stands(known)) return known.figures;
    const rows = known?.rows ?? [...new Set(rowsOf(this.#books, account, group))];
    const prices = Float64Array.from(rows, (row) => this.#books.market.price(row));
    const figures = this.#ofGroup(account, group);
    this.#measured.set(running, { rows, prices, figures });
    return figures;
  }

  /** Whether every price that the figures rest on stands as it stood. */
  #stands({ rows, prices }: Measured): boolean {
    const { market } = this.#books;
    for (let index = 0; index < rows.length; index++) if (market.price(rows[index]) !== prices[index]) return false;
    return true;
  }

  #context(account: MarginAccount): GroupContext & { readonly tape?: Tape } {
    const tape = this.#tape;
    return { books: this.#books, rules: this.#rules, account, asOf: this.#asOf, ...(tape !== undefined && { tape }) };
  }

  #knownOf(group: Group): KnownPairing {
    let known = this.#pairings.get(group);
    if (known === undefined) this.#pairings.set(group, (known = new KnownPairing()));
    return known;
  }

  #ofGroup(account: MarginAccount, group: Group): GroupFigures {
    const context = this.#context(account);
    const { requirement, equityAdjustment, troubles } = hasOptions(context.books, group)
      ? optionsGroup(group, context, { known: this.#knownOf(group) })
      : groupRequirement(group, context);
    if (troubles.length > 0) throw troubles[0];
    const { long, short } = marketValues(group, context);
    const house = houseAddition(context, [{ ...group, requirement }]);
    const binding = requirement + house.rates;
    return {
      equity: long - short + equityAdjustment,
      worth: long - short + optionsWorth(group, context),
      binding,
      ruled: requirement,
      base: long > 0 && !hasOptions(context.books, group) ? long : binding,
    };
  }

  /** Cash is kept apart: what the account has beside it. */
  #ofAccount(account: MarginAccount): GroupFigures {
    const options = account.regime === "portfolio" ? { scans: this.#scansOf(account) } : {};
    const tape = this.#tape === undefined ? {} : { tape: this.#tape };
    const margin = marginFigures(this.#books, this.#rules, account, this.#asOf, { ...options, ...tape });
    const [trouble] = margin.troubles;
    if (trouble !== undefined) throw trouble;
    const cash = cashOf(this.#books, account);
    const { netLiquidation, longMarketValue, requirements } = margin;
    const ruled = requirements.portfolio ?? requirements.maintenance;
    const bound = requirements.binding === undefined ? undefined : requirements[requirements.binding];
    const [equity, binding] = [bound?.equity ?? margin.equity, bound?.requirement ?? (0 as Cents)];
    const own = ruled === undefined ? binding : ruled.requirement + (equity - ruled.equity);
    return {
      equity: equity - cash,
      worth: netLiquidation - cash,
      binding,
      ruled: own,
      base: longMarketValue > 0 ? longMarketValue : binding,
    };
  }

  /** Of accounts that the house asks something of, nothing is said: they are measured at every tick of what they hold. */
  slopes({ account, group }: RunningGroup): GroupSlopes {
    const isAsked = !asksNothing(this.#rules.house);
    const context = this.#context(account);
    if (group === undefined) return this.#slopesOfAccount(account, isAsked);
    const found = isAsked ? undefined : slopesOfGroup(group, context, this.#knownOf(group));
    if (found === undefined) return unsaid(rowsOf(this.#books, account, group));
    return this.#overAllBoundaries(found, group.holdings);
  }

  #slopesOfAccount(account: MarginAccount, isAsked: boolean): GroupSlopes {
    if (account.regime !== "portfolio") return this.#unsaidOf(account);
    const scans = this.#scansOf(account);
    const held = portfolioHoldings(this.#books, account);
    const portfolio = new RunningPortfolio(scans, account, held, this.#slopes);
    if (isAsked || portfolio.others.length > 0 || Number.isNaN(portfolio.compute(0)) || !portfolio.isBounded)
      return this.#unsaidOf(account, portfolio.borrowing);
    return this.#overAllBoundaries(portfolio.slopes(), held);
  }

  /** Where an option's volatility is that of another, the prices of all options on its underlying count. */
  #unsaidOf(account: MarginAccount, borrowing: readonly Placement[] = []): GroupSlopes {
    const { instruments } = this.#books;
    const rows = [...rowsOf(this.#books, account, undefined)];
    const underlyings = new Set(borrowing.map(({ spotRow }) => spotRow));
    if (underlyings.size > 0)
      for (let row = 0; row < instruments.size; row++)
        if (instruments.type(row) === "option" && underlyings.has(instruments.columns.underlying[row])) rows.push(row);
    return unsaid(rows);
  }

  /** A boundary compares worth, or what is left of it by the rules, less a cushion: none falls faster than this. */
  #overAllBoundaries({ instruments, slope, low, high }: GroupSlopes, held: readonly Holding[]): GroupSlopes {
    const { columns } = this.#books.instruments;
    const cushion = this.#cushion;
    const worth = new Map<number, number>();
    for (const { instrument, units } of held) {
      const dollar = (Math.abs(units) * columns.valueNumerator[instrument] * ONE) / columns.valueDivisor[instrument];
      worth.set(instrument, (worth.get(instrument) ?? 0) + dollar);
    }
    return {
      instruments,
      slope: slope.map((each, index) => {
        const ofWorth = worth.get(instruments[index]) ?? 0;
        return Math.max(each, ofWorth) * (1 + cushion) + ofWorth * cushion;
      }),
      low,
      high,
    };
  }

  #scansOf(account: MarginAccount): PortfolioScans {
    if (this.#scans?.view.isCurrent === true) return this.#scans;
    this.#slopes = new PortfolioSlopes();
    return (this.#scans = portfolioScans(this.#context(account)));
  }
}

/** Undefined where nothing can be said. */
function slopesOfGroup(group: Group, context: GroupContext, known: KnownPairing): GroupSlopes | undefined {
  if (!hasOptions(context.books, group)) return plainSlopes(group, context);
  const { provenWithin, troubles } = optionsGroup(group, context, { known });
  return troubles.length > 0 ? undefined : optionsSlopes(group, context, provenWithin === 0);
}

function optionsWorth({ holdings }: Group, context: GroupContext): number {
  const { instruments } = context.books;
  return holdings
    .filter(({ instrument }) => instruments.type(instrument) === "option")
    .reduce((sum, { instrument, units }) => sum + valueIn(context, instrument, units), 0);
}

/** What a group depends on: what it holds, and what that is on. */
export function* rowsOf(books: MarginBooks, account: MarginAccount, group: Group | undefined): Generator<number> {
  const { ledger, instruments } = books;
  const { asset } = ledger.rows.columns;
  const held = group?.holdings.map(({ instrument }) => instrument) ?? [];
  if (group === undefined)
    for (const member of account.members)
      for (let row = ledger.firstRow(member); row !== -1; row = ledger.nextRow(row)) held.push(asset[row]);
  for (const row of held) {
    yield row;
    const underlying = instruments.columns.underlying[row];
    if (underlying !== -1) yield underlying;
    const currency = instruments.columns.currency[row];
    if (instruments.attributes(currency).instrument !== "USD") yield currency;
  }
}
