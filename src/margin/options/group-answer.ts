/**
 * FINRA 4210(f)(2): what a group with options requires, the least over all permitted pairings, explained strategy by
 * strategy. Stock that no option needs is margined as if there were no options, `maintenance/plain-group.ts`.
 */
import { Trouble } from "../../base/errors.ts";
import { type Line, line } from "../../base/line.ts";
import { add, type Cents, sum, toCents, ZERO } from "../../base/money.ts";
import type { Holding } from "../account.ts";
import { type Group, type GroupAnswer, type GroupContext, valueIn } from "../group.ts";
import { plainGroup, treatmentsIn } from "../maintenance/plain-group.ts";
import { positionAnswer } from "../maintenance/position.ts";
import { FORBIDDEN } from "./columns.ts";
import { type Cover, coversOf, netStockOf } from "./covers.ts";
import type { KnownPairing } from "./known-pairing.ts";
import { NO_STOCK, type Stock, type Strategy, type Terms } from "./legs.ts";
import { StrategyAnswers } from "./lines.ts";
import { pair, type Paired } from "./pairing.ts";
import { type Series, seriesOf } from "./series.ts";
import { strategiesOf } from "./strategies.ts";

/** Millionths of a dollar in a cent. */
const MICROS_PER_CENT = 10_000;

export interface OptionsAnswer extends GroupAnswer {
  /** No pairing requires less than this answer does by more than so much: zero where it is proven to be the least. */
  readonly provenWithin: Cents;
}

export interface OptionsPurpose {
  /** Maintenance lets hedged stock require less; initial margin does not. */
  readonly purpose?: "maintenance" | "initial";
  /** What is known of the group at other prices, for one purpose: kept by who asks again, and told what is found. */
  readonly known?: KnownPairing;
}

/** What a group with options requires; lines are `margin/<account>/options/<underlying>/<n>`. */
export function optionsGroup(group: Group, context: GroupContext, options: OptionsPurpose = {}): OptionsAnswer {
  const { series, troubles } = seriesOf(group, context);
  if (troubles.length > 0) return { ...NOTHING, troubles };
  try {
    const covers = coversOf(group, context, series, options.purpose === "initial");
    return answerOf(group, context, series, covers, options);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { ...NOTHING, troubles: [error] };
  }
}

const NOTHING: OptionsAnswer = {
  requirement: ZERO,
  equityAdjustment: ZERO,
  lines: [],
  troubles: [],
  provenWithin: ZERO,
};

function answerOf(
  group: Group,
  context: GroupContext,
  series: readonly Series[],
  covers: readonly Cover[],
  { purpose = "maintenance", known }: OptionsPurpose,
): OptionsAnswer {
  const paired = pair([...series, ...covers], stockOf(group, context), termsOf(context, purpose), known);
  const strategies = strategiesOf(paired);
  const forbidden = strategies.find(({ kind, legs }) => kind === "uncovered" && series[legs[0]].uncovered >= FORBIDDEN);
  if (forbidden !== undefined) return { ...NOTHING, troubles: [notInCash(series[forbidden.legs[0]].instrument)] };
  const answers = new StrategyAnswers(group, context, series, covers);
  const root = rootOf(group, context);
  const lines: Line[] = [];
  const isCash = context.account.regime === "cash";
  let [equityAdjustment, atRisk] = [ZERO, ZERO];
  for (const [index, strategy] of strategies.entries()) {
    const answer = answers.line(strategy, `${root}/${index + 1}`);
    lines.push(answer.line);
    if (isCash && strategy.stock === 0) atRisk = add(atRisk, answer.line.amount);
    equityAdjustment = add(equityAdjustment, answer.equityAdjustment);
  }
  const left = withoutCovers(stockLeft(group, context, strategies), usedOf(strategies, series, covers));
  const plain = isCash ? paidFor(left, context) : plainGroup(left, context);
  return {
    requirement: sum([...lines.map(({ amount }) => amount), plain.requirement]),
    equityAdjustment: add(equityAdjustment, plain.equityAdjustment),
    ...(isCash && { atRisk }),
    lines: [...lines, ...plain.lines],
    troubles: plain.troubles,
    provenWithin: withinCents(paired),
  };
}

function withinCents({ cost, bound }: Paired): Cents {
  return toCents(Math.floor((cost - bound) / MICROS_PER_CENT));
}

function termsOf({ account, rules }: GroupContext, purpose: "maintenance" | "initial"): Terms {
  const { hedged, longBox } = rules.options;
  const share = ({ numerator, denominator }: { readonly numerator: number; readonly denominator: number }): number =>
    numerator / denominator;
  return {
    hedgedStock: purpose === "maintenance",
    isCash: account.regime === "cash",
    hedgedShare: share(hedged.exercise),
    conversionShare: share(hedged.conversion),
    collarShare: share(hedged.collar),
    boxShare: share(longBox.requirement),
    boxHasLoanValue: longBox.loanValue,
  };
}

/** The group's stock that stands against options, and what a unit of it requires; units as whole as the books have them. */
function stockOf(group: Group, context: GroupContext): Stock {
  const { underlying } = group;
  const { long, short } = netStockOf(group, context);
  if (long === 0 && short === 0) return NO_STOCK;
  const { sameSecurity } = context.rules.maintenance.offsets;
  const isCash = context.account.regime === "cash";
  const unit = (units: number): number => {
    if (units === 0) return 0;
    const cents = isCash
      ? valueIn(context, underlying, units)
      : positionAnswer(context, treatmentsIn(context), underlying, units, "").requirement;
    return (cents * MICROS_PER_CENT) / Math.abs(units);
  };
  const value = long === 0 ? 0 : (valueIn(context, underlying, long) * MICROS_PER_CENT) / long;
  return {
    long,
    short,
    longUnit: unit(long),
    shortUnit: unit(-short),
    bothUnit: (value * sameSecurity.rate.numerator) / sameSecurity.rate.denominator,
  };
}

/** The group without its options, and without the stock that strategies took: from the first holding on. */
function stockLeft({ underlying, holdings }: Group, { books }: GroupContext, strategies: readonly Strategy[]): Group {
  let long = 0;
  let short = 0;
  for (const { stock } of strategies) {
    if (stock > 0) long += stock;
    else short -= stock;
  }
  const left: Holding[] = [];
  for (const holding of holdings) {
    const { instrument, units } = holding;
    if (books.instruments.type(instrument) === "option") continue;
    if (instrument !== underlying) {
      left.push(holding);
      continue;
    }
    const taken = units > 0 ? Math.min(units, long) : -Math.min(-units, short);
    if (units > 0) long -= taken;
    else short += taken;
    if (units !== taken) left.push({ ...holding, units: units - taken });
  }
  return { underlying, holdings: left };
}

/** Units of what covers calls in place of stock, by row, as far as they do. */
function usedOf(
  strategies: readonly Strategy[],
  series: readonly Series[],
  covers: readonly Cover[],
): Map<number, number> {
  const used = new Map<number, number>();
  for (const { kind, legs, contracts } of strategies) {
    if (kind !== "exchange-covered-call") continue;
    const cover = covers[legs[1] - series.length];
    if ("lot" in cover) used.set(cover.row, (used.get(cover.row) ?? 0) + cover.lot * contracts[1]);
  }
  return used;
}

/** From the first holding on. */
function withoutCovers(group: Group, used: Map<number, number>): Group {
  if (used.size === 0) return group;
  const holdings = group.holdings.flatMap((holding) => {
    const taken = Math.min(Math.max(0, holding.units), used.get(holding.instrument) ?? 0);
    if (taken > 0) used.set(holding.instrument, (used.get(holding.instrument) ?? 0) - taken);
    return taken === holding.units ? [] : [{ ...holding, units: holding.units - taken }];
  });
  return { ...group, holdings };
}

/** 220.8(a): stock of a cash account is paid for in full. */
function paidFor({ holdings }: Group, context: GroupContext): GroupAnswer {
  const { books, account } = context;
  const name = books.names.text(books.accounts.nameId(account.account));
  const lines = holdings.map(({ instrument, units, account: member }) => {
    const { instrument: held } = books.instruments.attributes(instrument);
    if (units < 0) throw shortInCash(held, books.names.text(books.accounts.nameId(member)));
    return line(
      `margin/${name}/cash/${held}`,
      `Paid in full: ${held}`,
      "220.8(a)",
      valueIn(context, instrument, units),
    );
  });
  return { requirement: sum(lines.map(({ amount }) => amount)), equityAdjustment: ZERO, lines, troubles: [] };
}

function rootOf({ underlying }: Group, { books, account }: GroupContext): string {
  const name = books.names.text(books.accounts.nameId(account.account));
  return `margin/${name}/options/${books.instruments.attributes(underlying).instrument}`;
}

function notInCash(instrument: string): Trouble {
  return new Trouble("missing-rule", "a cash account cannot write what nothing covers, 4210(f)(2)", {
    field: "instrument",
    value: instrument,
    expected: "a covered call, a put secured by cash, or a European cash-settled spread",
  });
}

function shortInCash(instrument: string, account: string): Trouble {
  return new Trouble("missing-rule", "a cash account cannot be short, 220.8", { field: account, value: instrument });
}
