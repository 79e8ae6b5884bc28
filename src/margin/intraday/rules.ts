/** FINRA 4210(d)(2) and, as it was, (f)(8)(B), as the rulebook has them, and as numbers: section `intraday`. */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import { type Day, parseDay } from "../../base/time.ts";
import type { Problem } from "../../rulebook/problems.ts";
import {
  closed,
  dayTerm,
  deadlineTerm,
  dollarsTerm,
  parseSignedDollars,
  parseSpan,
  portionTerm,
  rateTerm,
  type Span,
  spanTerm,
  textTerm,
} from "../../rulebook/terms.ts";
import { businessDaysOf, judgeBusinessDays } from "../reg-t/rules.ts";

const paragraph = textTerm("The paragraph of law.");
const times = (description: string) => Type.Integer({ minimum: 1, description });

export const intradaySchema = closed(
  {
    standards: closed({
      paragraph,
      effective: dayTerm(
        "The first day of the intraday margin standard; before it every account is held to the old one.",
      ),
      onlyFrom: dayTerm(
        "The first day on which the old standard may no longer be used, whatever an account's terms say.",
      ),
      unlessStated: Type.Enum(["intraday", "pattern-day-trader"], {
        description: "Between those days, of an account whose terms do not say.",
      }),
    }),
    deficit: closed({
      paragraph,
      policy: Type.Enum(["after-each-transaction", "running-minimum"], {
        description:
          "Reads the intraday margin level after each transaction that lowers it, or also at every price after the first.",
      }),
    }),
    cure: closed({
      paragraph,
      promptly: deadlineTerm("Until the close of which business day."),
      expires: deadlineTerm("After the close of which business day it is outstanding no more."),
      charged: deadlineTerm("For how many business days after the prompt ones it is deducted from net capital."),
    }),
    deMinimis: closed({
      paragraph,
      ofEquity: portionTerm("Of the account's equity."),
      dollars: dollarsTerm("And no more than this."),
    }),
    freeze: closed({
      paragraph,
      practice: times("So many deficits not cured promptly, this one counted, are a practice."),
      within: spanTerm("Within how long."),
      lasts: spanTerm("Calendar time from the last prompt day."),
    }),
    dayTrading: closed(
      {
        paragraph,
        dayTrades: times("So many of them make a pattern day trader."),
        within: deadlineTerm("Within how many business days."),
        share: portionTerm("Unless they are no more than this of all trades."),
        minimumEquity: dollarsTerm("Equity before day trading, and while."),
        buyingPower: rateTerm("Of maintenance excess at the last close."),
        call: rateTerm("Of what was day traded beyond buying power."),
        due: deadlineTerm("When the special call is due."),
        restricted: spanTerm("Calendar time on a cash-available basis after it was missed."),
        depositsStay: deadlineTerm("How long deposits stay."),
      },
      "The standard as it was until 2026-06-04.",
    ),
  },
  "Trading within the day.",
);
type IntradaySection = Static<typeof intradaySchema>;

export type DayTradingStandard = IntradaySection["standards"]["unlessStated"];

export interface DayTradingRules {
  readonly paragraph: string;
  readonly dayTrades: number;
  /** Business days, the present one counted. */
  readonly within: number;
  readonly share: Rate;
  readonly minimumEquity: Cents;
  readonly buyingPower: Rate;
  readonly call: Rate;
  readonly due: number;
  readonly restricted: Span;
  readonly depositsStay: number;
}

/** Counts are of business days. */
export interface IntradayRules {
  readonly standards: {
    readonly paragraph: string;
    readonly effective: Day;
    readonly onlyFrom: Day;
    readonly unlessStated: DayTradingStandard;
  };
  readonly deficit: IntradaySection["deficit"];
  readonly cure: {
    readonly paragraph: string;
    readonly promptly: number;
    readonly expires: number;
    readonly charged: number;
  };
  readonly deMinimis: { readonly paragraph: string; readonly ofEquity: Rate; readonly dollars: Cents };
  readonly freeze: {
    readonly paragraph: string;
    readonly practice: number;
    readonly within: Span;
    readonly lasts: Span;
  };
  readonly dayTrading: DayTradingRules;
}

/** The section as numbers. It has been judged. */
export function intradayRulesOf(section: IntradaySection): IntradayRules {
  const { standards, deficit, cure, deMinimis, freeze, dayTrading } = section;
  return {
    standards: { ...standards, effective: parseDay(standards.effective), onlyFrom: parseDay(standards.onlyFrom) },
    deficit,
    cure: {
      paragraph: cure.paragraph,
      promptly: businessDaysOf(cure.promptly),
      expires: businessDaysOf(cure.expires),
      charged: businessDaysOf(cure.charged),
    },
    deMinimis: {
      paragraph: deMinimis.paragraph,
      ofEquity: parseRate(deMinimis.ofEquity),
      dollars: parseSignedDollars(deMinimis.dollars),
    },
    freeze: { ...freeze, within: parseSpan(freeze.within), lasts: parseSpan(freeze.lasts) },
    dayTrading: {
      paragraph: dayTrading.paragraph,
      dayTrades: dayTrading.dayTrades,
      within: businessDaysOf(dayTrading.within),
      share: parseRate(dayTrading.share),
      minimumEquity: parseSignedDollars(dayTrading.minimumEquity),
      buyingPower: parseRate(dayTrading.buyingPower),
      call: parseRate(dayTrading.call),
      due: businessDaysOf(dayTrading.due),
      restricted: parseSpan(dayTrading.restricted),
      depositsStay: businessDaysOf(dayTrading.depositsStay),
    },
  };
}

/** What is wrong with the section beyond its schema. */
export function judgeIntraday({ standards, cure, dayTrading }: IntradaySection): Problem[] {
  const problems = [
    ...(["promptly", "expires", "charged"] as const).flatMap((field) =>
      judgeBusinessDays(cure[field], ["intraday", "cure", field]),
    ),
    ...(["within", "due", "depositsStay"] as const).flatMap((field) =>
      judgeBusinessDays(dayTrading[field], ["intraday", "dayTrading", field]),
    ),
  ];
  if (standards.onlyFrom < standards.effective) {
    problems.push({
      code: "bad-value",
      path: ["intraday", "standards", "onlyFrom"],
      summary: "is before the standard takes effect",
      value: standards.onlyFrom,
      expected: `${standards.effective} or later`,
    });
  }
  return problems;
}

/** Which standard an account is held to on a day, 4210(d)(2) as phased in. `stated` is what its terms say. */
export function standardOn(
  { standards }: IntradayRules,
  day: Day,
  stated: DayTradingStandard | undefined,
): DayTradingStandard {
  if (day < standards.effective) return "pattern-day-trader";
  if (day >= standards.onlyFrom) return "intraday";
  return stated ?? standards.unlessStated;
}
