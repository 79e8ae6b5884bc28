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
  readonly purpose: "maintenance" | "initial";
}

/** What a group with options requires; lines are `margin/<account>/options/<underlying>/<n>`. */
export function optionsGroup(
  group: Group,
  context: GroupContext,
  { purpose }: OptionsPurpose = { purpose: "maintenance" },
): OptionsAnswer {
  const { series, troubles } = seriesOf(group, context);
  if (troubles.length > 0) return { ...NOTHING, troubles };
  try {
    return answerOf(group, context, series, purpose);
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
  purpose: OptionsPurpose["purpose"],
): OptionsAnswer {
  const paired = pair(series, stockOf(group, context), termsOf(context, purpose));
  const strategies = strategiesOf(paired);
  const forbidden = strategies.find(({ kind, legs }) => kind === "uncovered" && series[legs[0]].uncovered >= FORBIDDEN);
  if (forbidden !== undefined) return { ...NOTHING, troubles: [notInCash(series[forbidden.legs[0]].instrument)] };
  const answers = new StrategyAnswers(group, context, series);
  const root = rootOf(group, context);
  const lines: Line[] = [];
  let equityAdjustment = ZERO;
  for (const [index, strategy] of strategies.entries()) {
    const answer = answers.line(strategy, `${root}/${index + 1}`);
    lines.push(answer.line);
    equityAdjustment = add(equityAdjustment, answer.equityAdjustment);
  }
  const left = stockLeft(group, context, strategies);
  const plain = context.account.regime === "cash" ? paidFor(left, context) : plainGroup(left, context);
  return {
    requirement: sum([...lines.map(({ amount }) => amount), plain.requirement]),
    equityAdjustment: add(equityAdjustment, plain.equityAdjustment),
    lines: [...lines, ...plain.lines],
    troubles: plain.troubles,
    provenWithin: withinCents(paired),
  };
}

function withinCents({ cost, bound }: Paired): Cents {
  return toCents(Math.floor((cost - bound) / MICROS_PER_CENT));
}

function termsOf({ account, rules }: GroupContext, purpose: OptionsPurpose["purpose"]): Terms {
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

/** The group's stock, and what a unit of it requires; units as whole as the books have them. */
function stockOf({ underlying, holdings }: Group, context: GroupContext): Stock {
  let long = 0;
  let short = 0;
  for (const { instrument, units } of holdings) {
    if (instrument !== underlying) continue;
    if (units > 0) long += units;
    else short -= units;
  }
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
