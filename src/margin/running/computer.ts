/**
 * Groups as the explained computation sees them: an underlying by 4210(c), (e) and (f) with what the house adds to it, an
 * account as a whole by everything that `marginOf` knows.
 */
import type { Cents } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import type { Cursor } from "../../base/effect.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { cashOf, type Holding, holdingsOf, type MarginAccount, type MarginBooks } from "../account.ts";
import { groupRequirement, marginFigures } from "../computation.ts";
import { type Group, type GroupContext, type GroupSlopes, hasOptions, valueIn } from "../group.ts";
import { houseAddition } from "../house/requirement.ts";
import type { Tape } from "../house/statistics.ts";
import { asksNothing } from "../house/rules.ts";
import type { Boundary } from "../ladder/boundaries.ts";
import { marketValues } from "../maintenance/plain-group.ts";
import { plainSlopes } from "../maintenance/slopes.ts";
import { optionsGroup } from "../options/group-answer.ts";
import { optionsSlopes } from "../options/slopes.ts";
import { portfolioScans } from "../portfolio/portfolio.ts";
import { RunningPortfolio } from "../portfolio/running.ts";
import type { PortfolioScans } from "../portfolio/scans.ts";
import type { MarginRules } from "../rules.ts";
import { type GroupComputer, type GroupFigures, type RunningGroup, unsaid } from "./group-values.ts";

const ONE = 10 ** PRICE_SCALE;

export class ExplainedGroups implements GroupComputer {
  readonly #books: MarginBooks;
  readonly #rules: MarginRules;
  #asOf: Day;
  readonly #tape: Tape | undefined;
  readonly #cursor: Pick<Cursor, "seq">;
  /** The greatest cushion of a boundary. */
  readonly #cushion: number;
  #scans: PortfolioScans | undefined;
  #scannedAt = -1;

  /** `cursor` is at the fact that is being applied. */
  constructor(
    books: MarginBooks,
    rules: MarginRules,
    given: {
      readonly asOf: Day;
      readonly tape: Tape | undefined;
      readonly ladder: readonly Boundary[];
      readonly cursor: Pick<Cursor, "seq">;
    },
  ) {
    this.#books = books;
    this.#rules = rules;
    this.#asOf = given.asOf;
    this.#tape = given.tape;
    this.#cursor = given.cursor;
    this.#cushion = Math.max(...given.ladder.map(({ cushion }) => cushion.numerator / cushion.denominator));
  }

  /** Another day. */
  reset(asOf: Day): void {
    this.#asOf = asOf;
    this.#scans = undefined;
  }

  figures({ account, group }: RunningGroup): GroupFigures {
    return group === undefined ? this.#ofAccount(account) : this.#ofGroup(account, group);
  }

  #context(account: MarginAccount): GroupContext & { readonly tape?: Tape } {
    const tape = this.#tape;
    return { books: this.#books, rules: this.#rules, account, asOf: this.#asOf, ...(tape !== undefined && { tape }) };
  }

  #ofGroup(account: MarginAccount, group: Group): GroupFigures {
    const context = this.#context(account);
    const { requirement, equityAdjustment, troubles } = groupRequirement(group, context);
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
    const options = account.regime === "portfolio" ? { scans: this.#scansOfFact(account) } : {};
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
    const found = isAsked
      ? undefined
      : group === undefined
        ? this.#slopesOfAccount(account)
        : slopesOfGroup(group, context);
    const held = group?.holdings ?? holdingsOf(this.#books, account);
    return found === undefined ? unsaid(rowsOf(this.#books, account, group)) : this.#overAllBoundaries(found, held);
  }

  #slopesOfAccount(account: MarginAccount): GroupSlopes | undefined {
    const portfolio = new RunningPortfolio(this.#scansOfFact(account), account, holdingsOf(this.#books, account));
    if (portfolio.others.length > 0 || !portfolio.isBounded || Number.isNaN(portfolio.compute(0))) return undefined;
    return portfolio.slopes();
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

  /** Volatilities that are implied from prices of now are those of this fact. */
  #scansOfFact(account: MarginAccount): PortfolioScans {
    if (this.#scans === undefined || this.#scannedAt !== this.#cursor.seq) {
      this.#scans = portfolioScans(this.#context(account));
      this.#scannedAt = this.#cursor.seq;
    }
    return this.#scans;
  }
}

/** Undefined where nothing can be said. */
function slopesOfGroup(group: Group, context: GroupContext): GroupSlopes | undefined {
  if (!hasOptions(context.books, group)) return plainSlopes(group, context);
  const { provenWithin, troubles } = optionsGroup(group, context);
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
