/**
 * Where the firm's capital stands beside its minimum: what could be withdrawn now, which subordinated capital counts and
 * when it falls due, debt against equity with its ninety days. An explained answer, made when it is asked for.
 */
import { type Line, line, lineToJson, total } from "../../base/line.ts";
import { add, type Cents, formatDollars, lesser, ZERO } from "../../base/money.ts";
import { formatRate } from "../../base/rate.ts";
import { type Day, formatDay } from "../../base/time.ts";
import { addSpan, type Span } from "../../rulebook/terms.ts";
import { percentOf } from "../ratio.ts";
import { type ActTest, isOverDebtEquity, mostWithoutCondition, noticeTests, withdrawalTests } from "./acts.ts";
import type { CapitalPosition } from "./position.ts";
import { dueBy } from "./subordination.ts";

export interface CapitalStanding {
  /** The largest withdrawal that no test of (e)(2) forbids. */
  readonly withdrawable: Cents;
  /** Without notice, approval or permission. */
  readonly withdrawableFreely: Cents;
  /** The tests that forbid more. */
  readonly boundBy: readonly ActTest[];
  readonly debtEquity: {
    /** "71.43", per cent; undefined where there is neither debt nor equity. */
    readonly percent: string | undefined;
    readonly isOver: boolean;
    /** Where it is over: since when, and until when it may be. */
    readonly since: Day | undefined;
    readonly until: Day | undefined;
  };
  /** The tests of 15c3-1d(c)(2) that fail: notice to the examining authority is due at once. */
  readonly notices: readonly ActTest[];
  /** "standing" and all below it. */
  readonly line: Line;
}

/** `overSince` is the day from which debt has been over its share of debt and equity; today where it is over and that is not known. */
export function capitalStanding(position: CapitalPosition, overSince?: Day): CapitalStanding {
  const { rules, asOf } = position;
  const { most, cure } = rules.capital.debtEquity;
  const withdrawable = largestWithdrawal(position);
  const withdrawableFreely = lesser(withdrawable, greaterThanNothing(mostWithoutCondition(position)));
  const boundBy = withdrawalTests(position, add(withdrawable, 1 as Cents)).tests.filter(({ passes }) => !passes);
  const isOver = isOverDebtEquity(position.debtEquity, most);
  const since = isOver ? (overSince ?? asOf) : undefined;
  const debtEquity = {
    percent: percentOf(position.debtEquity.debt, debtAndEquity(position)),
    isOver,
    since,
    until: since === undefined ? undefined : addSpan(since, cure),
  };
  const standing = {
    withdrawable,
    withdrawableFreely,
    boundBy,
    debtEquity,
    notices: noticeTests(position).filter(({ passes }) => !passes),
  };
  return { ...standing, line: standingLine(position, standing) };
}

function greaterThanNothing(amount: Cents): Cents {
  return amount > 0 ? amount : ZERO;
}

/**
 * What a withdrawal takes from net capital only rises with it, so the tests that pass do so up to an amount; found by
 * halving, to the cent.
 */
function largestWithdrawal(position: CapitalPosition): Cents {
  const isAllowed = (amount: number): boolean => withdrawalTests(position, amount as Cents).answer === "allowed";
  if (!isAllowed(0)) return ZERO;
  let allowed = 0;
  let forbidden = Math.max(position.now.netCapital, 0) + 1;
  while (forbidden - allowed > 1) {
    const middle = Math.floor((allowed + forbidden) / 2);
    if (isAllowed(middle)) allowed = middle;
    else forbidden = middle;
  }
  return allowed as Cents;
}

function debtAndEquity({ debtEquity: { debt, subordinatedEquity, ownersEquity } }: CapitalPosition): Cents {
  return add(add(debt, subordinatedEquity), ownersEquity);
}

function standingLine(position: CapitalPosition, standing: Omit<CapitalStanding, "line">): Line {
  const { rules, netWithdrawn, netWithdrawnForApproval, contributed } = position;
  const { withdrawals } = rules.capital;
  const withdrawable = line(
    "standing/withdrawable",
    "Could be withdrawn now",
    withdrawals.forbidden.paragraph,
    standing.withdrawable,
    Object.fromEntries(standing.boundBy.map(({ test, label }) => [`more is forbidden by ${test}`, label])),
  );
  const freely = line(
    "standing/withdrawable-freely",
    "Without notice, approval or permission",
    `${withdrawals.paragraph}(1), FINRA 4110(c)`,
    standing.withdrawableFreely,
    { netWithdrawn, netWithdrawnForApproval, contributed },
  );
  const children = [withdrawable, freely, debtEquityLine(position, standing), countedLine(position), dueLine(position)];
  return line("standing", "Where capital stands", "15c3-1(d), (e), 15c3-1d", standing.withdrawable, {}, children);
}

function debtEquityLine(position: CapitalPosition, { debtEquity }: Omit<CapitalStanding, "line">): Line {
  const { paragraph, most } = position.rules.capital.debtEquity;
  const { debt, subordinatedEquity, ownersEquity } = position.debtEquity;
  const { percent, since, until } = debtEquity;
  return line("standing/debt-equity", "Subordinated debt that is not equity", paragraph, debt, {
    subordinatedEquity,
    ownersEquity,
    share: percent === undefined ? "of nothing" : `${percent}% of debt and equity`,
    most: formatRate(most),
    ...(since !== undefined && { overSince: formatDay(since) }),
    ...(until !== undefined && { until: formatDay(until) }),
  });
}

function countedLine({ agreements }: CapitalPosition): Line {
  return total(
    "standing/agreements",
    "Agreements: principal that counts",
    "15c3-1d",
    agreements.map(({ agreement, counts, why }) =>
      line(
        `standing/agreements/${agreement.agreement}`,
        `${agreement.agreement}, ${agreement.lender}`,
        "15c3-1d",
        agreement.ledgerAccount === undefined ? ZERO : counts,
        {
          form: agreement.form,
          principal: agreement.principal,
          maturity: formatDay(agreement.maturity),
          ...(agreement.ledgerAccount === undefined
            ? { why: "no account of the ledger carries it" }
            : why !== "" && { why }),
        },
      ),
    ),
  );
}

/** What falls due, each line with all that the one before has. */
function dueLine({ rules, agreements, asOf }: CapitalPosition): Line {
  const { subordination, withdrawals } = rules.capital;
  const within = (span: Span, paragraph: string): Line => {
    const until = addSpan(asOf, span);
    const name = `${span.count}-${span.unit}`;
    return line(`standing/due/${name}`, `Due within ${span.count} ${span.unit}`, paragraph, dueBy(agreements, until), {
      until: formatDay(until),
    });
  };
  const children = [
    within(withdrawals.paymentsWithin, withdrawals.forbidden.paragraph),
    within(subordination.lookAhead, subordination.notice.paragraph),
    within({ unit: "months", count: 12 }, subordination.paragraph),
  ];
  const all = dueBy(agreements, Number.MAX_SAFE_INTEGER as Day);
  return line("standing/due", "Subordinated principal that falls due", subordination.paragraph, all, {}, children);
}

/** For scripts. */
export function standingToJson(standing: CapitalStanding): object {
  const { percent, isOver, since, until } = standing.debtEquity;
  return {
    withdrawable: formatDollars(standing.withdrawable),
    withdrawableFreely: formatDollars(standing.withdrawableFreely),
    boundBy: standing.boundBy.map(({ test }) => test),
    debtEquity: {
      percent: percent ?? null,
      over: isOver,
      ...(since !== undefined && { since: formatDay(since) }),
      ...(until !== undefined && { until: formatDay(until) }),
    },
    notices: standing.notices.map(({ test, paragraph }) => ({ test, paragraph })),
    line: lineToJson(standing.line),
  };
}
