/** The charges on options as lines: a class by its strategies, a portfolio by its points. */
import { type Line, line, type LineInput, total } from "../../base/line.ts";
import { type Cents, formatDollars, negate } from "../../base/money.ts";
import { formatRate, rate } from "../../base/rate.ts";
import type { OptionsCharge } from "./charge.ts";
import type { OptionClass } from "./class.ts";
import { basketCharge, type IndexMarket } from "./market.ts";
import { lossAt } from "./offsets.ts";
import type { Portfolio } from "./portfolio.ts";
import type { OptionsRules, Range } from "./rules.ts";
import { inTheMoney, outOfTheMoney, paragraphsOf, type Strategy } from "./strategies.ts";
import { POINTS, POINTS_EACH_WAY, stepOf } from "../../books/stated-values.ts";

const LABELS: Readonly<Record<Strategy, string>> = {
  uncovered: "short, uncovered",
  long: "long, by itself",
  protective: "long, bounds the loss of the underlying",
  covered: "short, covered by the underlying",
  spread: "spread",
  "unlisted-short": "unlisted, short",
  "unlisted-long": "unlisted, long",
  "unlisted-covered": "unlisted, short, covered by the underlying",
  conversion: "conversion",
};

/** What Appendix A deducts, one line for each class and each market of indices. */
export function deductionLine(
  { classes, markets }: OptionsCharge,
  { paragraph, theoretical }: OptionsRules,
  code = "haircuts/options",
): Line {
  return total(code, "Options", paragraph, [
    ...inOrder(classes).flatMap((one) => classLines(code, one, theoretical)),
    ...markets
      .filter((market) => market.classes.length > 0)
      .sort((a, b) => a.classes[0].underlying - b.classes[0].underlying)
      .map((market) => marketLine(code, market, theoretical)),
  ]);
}

/** What Appendix A adjusts in net worth, one line for each class. */
export function adjustmentLine({ classes }: OptionsCharge, { strategies }: OptionsRules): Line {
  const children = inOrder(classes).flatMap((one): Line[] => {
    const lines = indices(one).flatMap((index) => strategyLine("net-worth/options", one, index, "net-worth"));
    return lines.length === 0
      ? []
      : [total(`net-worth/options/${one.name}`, `Options on ${one.name}`, strategies.paragraph, lines)];
  });
  return total("net-worth/options", "Listed options: time value, spreads", `${strategies.paragraph}(ii)`, children);
}

function inOrder(classes: readonly OptionClass[]): OptionClass[] {
  return [...classes].sort((a, b) => a.underlying - b.underlying);
}

function indices({ pairing }: OptionClass): number[] {
  return Array.from({ length: pairing.count }, (_, index) => index);
}

function classLines(code: string, one: OptionClass, rules: OptionsRules["theoretical"]): Line[] {
  const lines = indices(one).flatMap((index) => strategyLine(code, one, index, "haircuts"));
  const { portfolio } = one;
  if (one.isPortfolio && portfolio !== undefined && portfolio.index === undefined)
    lines.push(portfolioLine(`${code}/${one.name}`, one.name, portfolio, rules));
  return lines.length === 0 ? [] : [total(`${code}/${one.name}`, `Options on ${one.name}`, "15c3-1a", lines)];
}

/** One strategy; in net worth only where the rule adjusts for it. */
function strategyLine(code: string, one: OptionClass, index: number, place: "haircuts" | "net-worth"): Line[] {
  const { pairing, series, terms, name } = one;
  if (terms === undefined) return [];
  const strategy = pairing.strategy(index);
  const [option, other] = [series[pairing.series(index)], series[pairing.other(index)]];
  const [deduction, adjustment] = paragraphsOf(strategy, option);
  if (place === "net-worth" && adjustment === "") return [];
  const names = option === other ? option.instrument : `${option.instrument}/${other.instrument}`;
  const amount = place === "haircuts" ? one.deductionAt(index) : one.adjustmentAt(index);
  const measure = one.measureAt(index);
  const isPriced = option.isListed;
  const inputs: Record<string, LineInput> = {
    contracts: String(pairing.contracts(index)),
    underlying: measure.at(option, terms.price),
    rate: formatRate(strategy === "conversion" ? terms.conversionRate : terms.rate),
    inTheMoney: inTheMoney(measure, terms, option) as Cents,
    outOfTheMoney: outOfTheMoney(measure, terms, option) as Cents,
    ...(isPriced && { marketValue: measure.at(option, option.price) }),
    ...(isPriced && option !== other && { marketValueOfLong: measure.at(other, other.price) }),
  };
  const label = `${names.replace("/", " against ")}, ${LABELS[strategy]}`;
  const paragraph = place === "haircuts" ? deduction : adjustment;
  return [line(`${code}/${name}/${strategy}/${names}`, label, paragraph, amount, inputs)];
}

/** A portfolio that offsets no other: the largest loss, or its minimum. */
function portfolioLine(code: string, name: string, portfolio: Portfolio, rules: OptionsRules["theoretical"]): Line {
  return line(
    `${code}/theoretical`,
    `${name}, largest theoretical loss${portfolio.estimated > 0 ? ", an estimate" : ""}`,
    `${rules.paragraph}(v)(C)`,
    portfolio.charge,
    {
      ...pointInputs(portfolio.range, (point) => portfolio.profit[point] as Cents),
      largestLoss: portfolio.loss,
      minimum: portfolio.minimum,
      ...estimateInput(portfolio),
    },
  );
}

/** Says so where values are the program's own. */
function estimateInput({ estimated, series }: Portfolio): Record<string, string> {
  return estimated === 0
    ? {}
    : { estimate: `the values of ${estimated} of ${series.length} options are the program's own estimate` };
}

/** Indices that offset each other: the largest loss that the offsets leave, or the minimums, and their baskets. */
function marketLine(under: string, market: IndexMarket, rules: OptionsRules["theoretical"]): Line {
  const code = `${under}/market/${market.name}`;
  const classes = market.classes.map((one) => indexLine(code, one, rules));
  const isEstimate = market.classes.some(({ portfolio }) => portfolio !== undefined && portfolio.estimated > 0);
  const losses = Array.from({ length: POINTS }, (_, point) => negate(lossAt(market.groups, point, rules)));
  const loss = line(
    `${code}/loss`,
    `Largest theoretical loss after offsets${isEstimate ? ", an estimate" : ""}`,
    `${rules.paragraph}(v)(B), (C)`,
    market.loss > market.minimum ? market.loss : market.minimum,
    {
      ...Object.fromEntries(losses.map((amount, point) => [`point ${pointName(point)}`, amount])),
      largestLoss: market.loss,
      minimum: market.minimum,
    },
    classes,
  );
  const baskets = market.classes
    .filter((one) => (one.portfolio?.basketValue ?? 0) > 0)
    .map((one) =>
      line(
        `${code}/baskets/${one.name}`,
        `Baskets of stocks of ${one.name}`,
        `${rules.paragraph}(v)(C)(3), (4)`,
        basketCharge(one, rules),
        { marketValue: one.portfolio?.basketValue ?? (0 as Cents) },
      ),
    );
  return total(code, `Options on indices: ${market.name}`, rules.paragraph, [loss, ...baskets]);
}

/** A class by itself, before any offset with others. */
function indexLine(code: string, { name, portfolio }: OptionClass, rules: OptionsRules["theoretical"]): Line {
  const of = (point: number): Cents => (portfolio?.profit[point] ?? 0) as Cents;
  const baskets = (point: number): Cents => (portfolio?.basketProfit[point] ?? 0) as Cents;
  return line(`${code}/${name}`, `${name} by itself`, `${rules.paragraph}(v)(B)(1)`, portfolio?.loss ?? (0 as Cents), {
    ...(portfolio !== undefined && pointInputs(portfolio.range, of)),
    ...(portfolio !== undefined && portfolio.basketValue > 0 && pointInputs(portfolio.range, baskets, "baskets ")),
    ...(portfolio !== undefined && estimateInput(portfolio)),
  });
}

function pointInputs({ down, up }: Range, profit: (point: number) => Cents, prefix = ""): Record<string, string> {
  const entries = Array.from({ length: POINTS }, (_, point) => {
    const step = stepOf(point);
    const { numerator, denominator } = step < 0 ? down : up;
    const share = formatRate(rate(numerator * Math.abs(step), denominator * POINTS_EACH_WAY));
    return [`${prefix}${step < 0 ? "-" : "+"}${share}`, formatDollars(profit(point))];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

function pointName(point: number): string {
  const step = stepOf(point);
  return step < 0 ? String(step) : `+${step}`;
}
