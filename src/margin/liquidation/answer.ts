/**
 * What there is to say of a margin account that is short: the rung it stands on, by which layer it is called and until when,
 * what would meet the call, and which positions a liquidation would close. For one look at one book; what stands over time
 * is the ladder's.
 */
import { formatDecimal } from "../../base/decimal.ts";
import { type Cents, displayDollars, formatDollars, negate } from "../../base/money.ts";
import { rate } from "../../base/rate.ts";
import { type Day, formatDay } from "../../base/time.ts";
import type { Lots } from "../../books/lots.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { holdingsOf, type MarginBooks } from "../account.ts";
import type { AccountMargin, GroupMargin, MarginFigures, RegimeName } from "../answer.ts";
import { marginFigures } from "../computation.ts";
import { houseOf } from "../house/house.ts";
import type { Tape } from "../house/statistics.ts";
import { bandOf, Rungs } from "../ladder/boundaries.ts";
import { callClocks } from "../ladder/clocks.ts";
import { accountFigures } from "../ladder/figures.ts";
import { FIGURED_LAYERS } from "../ladder/view.ts";
import { portfolioScans } from "../portfolio/portfolio.ts";
import type { MarginRules } from "../rules.ts";
import { MarginBranch } from "./branch.ts";
import type { Margin } from "./case.ts";
import type { TradingStatistics } from "./costs.ts";
import { type GroupCureTerms, groupCures } from "./group-cures.ts";
import { securitiesToBring, shareOf, unitsWorth, valueToClose } from "./cures.ts";
import { type ProposedLiquidation, proposeLiquidation } from "./propose.ts";

type LotBooks = MarginBooks & { readonly lots?: Lots };

/** A position that would meet a call by itself: cents to close and the fewest units, without cost and with it and the cushion. */
export interface PositionCure {
  readonly instrument: number;
  readonly value: Cents;
  readonly units: number | undefined;
  /** At the cost of the rulebook, without a cushion. Of positions that are margined together, the proposal says it. */
  readonly valueAtCost?: Cents | undefined;
  readonly valueWithCushion?: Cents | undefined;
  readonly unitsWithCushion?: number | undefined;
}

export interface Cures {
  readonly cash: Cents;
  /** Market value of marginable stock to bring in; undefined in a portfolio margin account, where it depends on what. */
  readonly securities: Cents | undefined;
  readonly positions: readonly PositionCure[];
}

const NOTHING = rate(0, 1);

/** What would meet a regime, or what binds; positions margined with others only where `terms` say how they are computed. */
export function curesOf(
  books: MarginBooks,
  rules: MarginRules,
  margin: AccountMargin,
  name: RegimeName | undefined = margin.requirements.binding,
  terms?: GroupCureTerms,
): Cures | undefined {
  const regime = name === undefined ? undefined : margin.requirements[name];
  if (regime === undefined || regime.excess >= 0) return undefined;
  const ofPortfolio = name === "portfolio";
  const together = new Set<number>();
  const alone = margin.groups.flatMap((group) => {
    // What binds, of the group alone; of an account that is one group, all of it.
    const required = group.requirement[regime.regime] ?? (margin.groups.length === 1 ? regime.requirement : undefined);
    const cure = positionCure(books, rules, regime, group, required);
    if (cure === undefined) for (const { instrument } of group.holdings) together.add(instrument);
    return cure ?? [];
  });
  const others =
    terms === undefined || margin.troubles.length > 0
      ? []
      : groupCures(books, rules, margin, regime.regime, together, terms);
  return {
    cash: negate(regime.excess),
    securities: ofPortfolio ? undefined : securitiesToBring(regime, rules.maintenance.longSecurity.rate),
    positions: [...alone, ...others],
  };
}

function positionCure(
  { instruments }: MarginBooks,
  { liquidation }: MarginRules,
  short: Margin,
  { holdings, value }: GroupMargin,
  required: Cents | undefined,
): PositionCure | undefined {
  const [holding] = holdings;
  if (holdings.length !== 1 || value === undefined || required === undefined) return undefined;
  const { instrument, units } = holding;
  if (instruments.type(instrument) === "option") return undefined;
  const worth = Math.abs(value) as Cents;
  const share = shareOf(required, worth);
  const plain = share && valueToClose(short, share, NOTHING, NOTHING);
  if (share === undefined || plain === undefined) return undefined;
  const step = 10 ** instruments.columns.scale[instrument];
  const cost = liquidation.costs.withoutStatistics;
  const cushioned = valueToClose(short, share, cost, liquidation.cushion);
  return {
    instrument,
    value: plain,
    units: unitsWorth(plain, Math.abs(units), worth, step),
    valueAtCost: valueToClose(short, share, cost, NOTHING),
    valueWithCushion: cushioned,
    unitsWithCushion: cushioned === undefined ? undefined : unitsWorth(cushioned, Math.abs(units), worth, step),
  };
}

/** What a proposal knows beside the books. */
export interface ProposalOptions {
  /** What closing costs is estimated from; absent: every cost is the one of instruments without statistics. */
  readonly statistics?: (instrument: number) => TradingStatistics;
  /** What the house's rules know of past days. */
  readonly tape?: Tape | undefined;
}

/** The proposal for an account as the books are now; undefined where it cannot be computed. */
export function proposalFor(
  books: LotBooks,
  rules: MarginRules,
  margin: AccountMargin,
  asOf: Day,
  { statistics, tape }: ProposalOptions = {},
): ProposedLiquidation | undefined {
  const { account, cash } = margin;
  const options = {
    ...(account.regime === "portfolio" && { scans: portfolioScans({ books, rules, account, asOf }) }),
    ...(tape !== undefined && { tape }),
  };
  const branch = new MarginBranch(books, account, (changed) =>
    bindingOf(marginFigures(changed, rules, account, asOf, options)),
  );
  return proposeLiquidation({
    books,
    rules: rules.liquidation,
    account,
    holdings: holdingsOf(books, account),
    cash,
    marginAfter: (holdings, left) => branch.marginAfter(holdings, left),
    ...(statistics !== undefined && { statistics }),
  });
}

function bindingOf({ requirements, troubles }: MarginFigures): Margin | undefined {
  const regime = requirements.binding === undefined ? undefined : requirements[requirements.binding];
  return troubles.length > 0 ? undefined : regime;
}

/** As plain JSON: dollars and quantities as decimal strings. A rung, and where the account is short how it can be cured. */
export function standingJson(books: LotBooks, rules: MarginRules, margin: AccountMargin, asOf: Day): object {
  const figures = accountFigures(books, margin, rules.ladder);
  if (figures === undefined) return { rung: "unknown" };
  const rungs = new Rungs(rules.ladder);
  const rung = rungs.after("healthy", bandOf(rungs.boundaries, figures));
  const cures = curesOf(books, rules, margin, undefined, { asOf });
  const short = { ...figures.deficiency, "portfolio-minimum": margin.leastEquity?.lacking };
  const calls = ([...FIGURED_LAYERS, "portfolio-minimum"] as const).flatMap((layer) => {
    const amount = short[layer] ?? 0;
    const layerRules = rules.ladder.layers[layer];
    if (amount <= 0 || layerRules === undefined) return [];
    const { due, latest } = callClocks(layerRules, asOf, books.calendar);
    const { paragraph } = layerRules;
    return [
      { layer, amount: formatDollars(amount as Cents), due: formatDay(due), latest: formatDay(latest), paragraph },
    ];
  });
  if (cures === undefined) return calls.length === 0 ? { rung } : { rung, calls };
  const house = houseOf(books, rules.house, asOf);
  const proposal = proposalFor(books, rules, margin, asOf, {
    statistics: (instrument) => house.statistics(instrument),
  });
  return {
    rung,
    calls,
    cures: curesJson(books, cures),
    ...(proposal !== undefined && { proposal: proposalJson(books, proposal) }),
  };
}

/** A sentence for each cure, as a notice lists them. */
export function curesInWords(books: MarginBooks, { cash, securities, positions }: Cures): readonly string[] {
  return [
    `${displayDollars(cash)} in cash`,
    ...(securities === undefined ? [] : [`marginable securities worth ${displayDollars(securities)}`]),
    ...positions.flatMap(({ instrument, value, units }) => {
      if (units === undefined) return [];
      const { instrument: name } = books.instruments.attributes(instrument);
      return [`closing ${quantity(books, instrument, units)} ${name}, worth ${displayDollars(value)}, before costs`];
    }),
  ];
}

function curesJson(books: MarginBooks, { cash, securities, positions }: Cures): object {
  const dollars = (amount: Cents | undefined): string | null => (amount === undefined ? null : formatDollars(amount));
  return {
    cash: formatDollars(cash),
    securities: dollars(securities),
    positions: positions.map(({ instrument, value, units, valueAtCost, valueWithCushion, unitsWithCushion }) => ({
      instrument: books.instruments.attributes(instrument).instrument,
      value: formatDollars(value),
      quantity: units === undefined ? null : quantity(books, instrument, units),
      valueAtCost: dollars(valueAtCost),
      valueWithCushion: dollars(valueWithCushion),
      quantityWithCushion: unitsWithCushion === undefined ? null : quantity(books, instrument, unitsWithCushion),
    })),
  };
}

/** A proposal as plain JSON. */
export function proposalJson(books: MarginBooks, proposal: ProposedLiquidation): object {
  const { orders, policy, after, cost, exact, cures } = proposal;
  return {
    policy,
    exact,
    cures,
    cost: formatDollars(cost),
    after: { equity: formatDollars(after.equity), requirement: formatDollars(after.requirement) },
    orders: orders.map(({ instrument, account, units, price, value, cost: each }) => ({
      account: books.accounts.attributes(account).account,
      side: units < 0 ? "sell" : "buy",
      quantity: quantity(books, instrument, Math.abs(units)),
      instrument: books.instruments.attributes(instrument).instrument,
      price: formatDecimal(price, PRICE_SCALE, 2),
      value: formatDollars(value),
      cost: formatDollars(each),
    })),
  };
}

function quantity({ instruments }: MarginBooks, instrument: number, units: number): string {
  return formatDecimal(units, instruments.columns.scale[instrument]);
}
