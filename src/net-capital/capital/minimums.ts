/**
 * Requirements beside the ratio and the dollar minimum: for markets made, 15c3-1(a)(4); the risk margin amount of firms
 * under (a)(7) and (10), which is added to the ratio requirement; futures commission merchants, (a)(1)(iii) and CFTC 1.17.
 */
import { Trouble } from "../../base/errors.ts";
import { type Line, line } from "../../base/line.ts";
import { type Cents, greater, lesser, sum, toCents, ZERO } from "../../base/money.ts";
import { formatRate, portionUp } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { CapitalItem } from "../../books/capital-items.ts";
import { countMarkets, type MarketCount, type MarketMakingCounts } from "../../books/market-making-counts.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { RulebookStore } from "../../rulebook/store.ts";
import { addSpan, type Span } from "../../rulebook/terms.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { type NetCapitalRules, netCapitalRulesInForce } from "../rules.ts";
import type { MarketMakerRules } from "./rules.ts";

/** The price that parts the two amounts of (a)(4), in units of 10^-8. */
export function partingPrice({ price }: MarketMakerRules): number {
  return price * 10 ** (PRICE_SCALE - 2);
}

/** A business day opens: the markets made are counted by the price of the rules in force; without rules, not at all. */
export function countMarketDay(
  { marketMaking, rulebooks }: { readonly marketMaking: MarketMakingCounts; readonly rulebooks: RulebookStore },
  day: Day,
): void {
  try {
    const rules = netCapitalRulesInForce(rulebooks, day);
    if (rules !== undefined) marketMaking.open(day, partingPrice(rules.capital.marketMakers));
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
  }
}

/** The days whose counts are averaged; where there are none yet, the markets made now take their place. */
export function marketCounts(
  { marketMaking, reports, instruments, market }: NetCapitalBooks,
  rules: MarketMakerRules,
  asOf: Day,
): { readonly counts: readonly MarketCount[]; readonly areNow: boolean } {
  const counts = marketMaking.between(before(asOf, rules.average), asOf);
  if (counts.length > 0) return { counts, areNow: false };
  return { counts: [countMarkets(reports, instruments, market, partingPrice(rules))], areNow: true };
}

function before(asOf: Day, { unit, count }: Span): Day {
  return addSpan(asOf, { unit, count: -count });
}

/** (a)(4): so much for each security, by the average of the days, up to a cap. Rounded up. */
export function marketMakerLines(counts: readonly MarketCount[], rules: MarketMakerRules): Line[] {
  const above = counts.reduce((counted, count) => counted + count.above, 0);
  const upTo = counts.reduce((counted, count) => counted + count.upTo, 0);
  if (above + upTo === 0) return [];
  const average = toCents(Math.ceil((above * rules.above + upTo * rules.upTo) / counts.length));
  return [
    line(
      "requirement/market-making/average",
      "For each security in which the firm makes a market, on average",
      rules.paragraph,
      lesser(average, rules.most),
      { above: String(above), upTo: String(upTo), days: String(counts.length), most: rules.most },
    ),
  ];
}

/** Of the risk margin amount, on top of the ratio; a firm that this binds has reported it. */
export function riskMarginLine(
  items: readonly CapitalItem[],
  { minimum }: NetCapitalRules,
): Line | Trouble | undefined {
  const { riskMargin, dollarsParagraph } = minimum;
  if (riskMargin === undefined) return undefined;
  const amount = measure(items, "risk-margin-amount");
  if (amount === ZERO)
    return new Trouble("missing-input", "no risk margin amount is reported", {
      field: "risk-margin-amount",
      expected: "a capital item with this treatment",
    });
  return line(
    "requirement/risk-margin",
    `${formatRate(riskMargin)} of the risk margin amount`,
    dollarsParagraph,
    portionUp(amount, riskMargin),
    { riskMarginAmount: amount },
  );
}

/** The greatest of what futures ask of a commission merchant. */
export function futuresMinimumLine(
  items: readonly CapitalItem[],
  { firm, capital }: NetCapitalRules,
): Line | undefined {
  if (!firm.futuresCommissionMerchant) return undefined;
  const { paragraph, segregatedFunds, riskMarginParagraph, riskMargin, dollars } = capital.futuresMerchants;
  const segregated = measure(items, "segregated-funds");
  const margin = measure(items, "futures-risk-margin");
  const children = [
    line(
      "requirement/futures/segregated-funds",
      `${formatRate(segregatedFunds)} of funds to be segregated`,
      paragraph,
      portionUp(segregated, segregatedFunds),
      { segregated },
    ),
    line(
      "requirement/futures/risk-margin",
      `${formatRate(riskMargin)} of the risk margin of futures`,
      riskMarginParagraph,
      portionUp(margin, riskMargin),
      { margin },
    ),
    line("requirement/futures/dollars", "Minimum of a futures commission merchant", riskMarginParagraph, dollars),
  ];
  const amount = children.map((child) => child.amount).reduce(greater);
  return line("requirement/futures", "Minimum for futures: the greatest of its parts", paragraph, amount, {}, children);
}

/** What is reported as a measure rather than as an amount of the computation. */
export function measure(items: Iterable<CapitalItem>, treatment: CapitalItem["treatment"]): Cents {
  return sum(Array.from(items, (item) => (item.treatment === treatment ? item.amount : ZERO)));
}
