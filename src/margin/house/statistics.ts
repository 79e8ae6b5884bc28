/**
 * What is known of an instrument beyond its terms: what was stated of it, else what the tape says over the windows of the
 * rulebook. What neither says is undefined; a rule that turns on it then cannot be decided.
 */
import { parseDecimal } from "../../base/decimal.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import type { Report, Reports } from "../../books/reports.ts";
import type { TapeStatistics } from "../../books/tape-statistics.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import type { MarginBooks } from "../account.ts";
import type { StatisticsRules } from "./rules.ts";

export type Tape = Pick<TapeStatistics, "averageDailyVolume" | "beta" | "dailyVolatility" | "sessionsEnded">;

export interface Statistics {
  /** Per year, of daily returns. */
  readonly volatility: number | undefined;
  readonly beta: number | undefined;
  /** Whole units a session. */
  readonly averageDailyVolume: number | undefined;
  /** Whole units. */
  readonly outstanding: number | undefined;
  readonly sector: string | undefined;
  readonly hardToBorrow: boolean | undefined;
  readonly fee: Rate | undefined;
}

interface Stated {
  readonly revisions: readonly number[];
  readonly statistics: ReadonlyMap<string, Report<"market-statistics-stated">>;
  readonly borrow: ReadonlyMap<string, Report<"borrow-terms-stated">>;
}

const known = new WeakMap<Reports, Stated>();

/** What was stated, by instrument: gathered once for each revision. */
function statedIn(reports: Reports): Stated {
  const revisions = [reports.revision("market-statistics-stated"), reports.revision("borrow-terms-stated")];
  const before = known.get(reports);
  if (before !== undefined && before.revisions.every((revision, index) => revision === revisions[index])) return before;
  const stated = {
    revisions,
    statistics: new Map(reports.list("market-statistics-stated").map((report) => [report.instrument, report])),
    borrow: new Map(reports.list("borrow-terms-stated").map((report) => [report.instrument, report])),
  };
  known.set(reports, stated);
  return stated;
}

/** What is known of the instrument. The tape is asked only for what was not stated. */
export function statisticsOf(
  { instruments, reports }: MarginBooks,
  rules: StatisticsRules,
  instrument: number,
  tape: Tape | undefined,
): Statistics {
  const { instrument: name } = instruments.attributes(instrument);
  const { statistics, borrow } = statedIn(reports);
  const said = statistics.get(name);
  const terms = borrow.get(name);
  const market = rules.market === undefined ? -1 : instruments.findText(rules.market);
  return {
    volatility:
      said?.volatility === undefined
        ? wholeOf(tape?.dailyVolatility(instrument, rules.volatilityReturns), Math.sqrt(rules.sessionsPerYear))
        : ratioOf(parseRate(said.volatility)),
    beta:
      said?.beta === undefined
        ? market < 0
          ? undefined
          : wholeOf(tape?.beta(instrument, market, rules.betaReturns))
        : Number(said.beta),
    averageDailyVolume:
      quantityOf(said?.averageDailyVolume) ?? wholeOf(tape?.averageDailyVolume(instrument, rules.volumeSessions)),
    outstanding: quantityOf(said?.outstanding),
    sector: said?.sector,
    hardToBorrow: terms?.hardToBorrow,
    fee: terms?.fee === undefined ? undefined : parseRate(terms.fee),
  };
}

/** A figure of the tape; undefined where its window is not whole. */
function wholeOf(figure: number | undefined, times = 1): number | undefined {
  return figure === undefined || Number.isNaN(figure) ? undefined : figure * times;
}

function quantityOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDecimal(text, QUANTITY_SCALE) / 10 ** QUANTITY_SCALE;
}

function ratioOf({ numerator, denominator }: Rate): number {
  return numerator / denominator;
}
