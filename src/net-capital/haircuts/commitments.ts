/**
 * Open contractual commitments, 15c3-1(c)(2)(viii): the haircut of the security on its market value, 30 percent where (J)
 * covers it and it is not listed; reduced by the commitment's unrealized profit, never below zero, and increased by its
 * unrealized loss. A firm with enough net capital may elect to add some of it back, (viii)(B).
 *
 * Each commitment stands by itself. Following the FOCUS report, the deduction comes after tentative net capital.
 */
import { type Line, line } from "../../base/line.ts";
import { add, type Cents, lesser, negate, subtract, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import type { OpenCommitment } from "../inputs.ts";
import type { CommitmentRules, NetCapitalRules } from "../rules.ts";

/** `value` and `cost` are the commitment at market and at contract price, negative for a commitment to deliver. */
export function commitmentDeduction(value: Cents, cost: Cents, rate: Rate): Cents {
  const deduction = portion(value < 0 ? negate(value) : value, rate);
  const profit = subtract(value, cost);
  return profit < deduction ? subtract(deduction, profit) : ZERO;
}

/** The rate of a commitment in this bucket. */
export function commitmentRate(bucket: number, listed: boolean, { schedule, commitments }: NetCapitalRules): Rate {
  const isUnlistedEquity = schedule.buckets[bucket].family === "equities" && !listed;
  return isUnlistedEquity ? commitments.unlistedEquityRate : schedule.buckets[bucket].rate;
}

/** All of them, before any add-back. */
export function commitmentsDeduction(commitments: readonly OpenCommitment[], rules: NetCapitalRules): Cents {
  let deduction = ZERO;
  for (const { value, cost, bucket, listed } of commitments) {
    deduction = add(deduction, commitmentDeduction(value, cost, commitmentRate(bucket, listed, rules)));
  }
  return deduction;
}

/** What the firm adds back, given net capital without it. */
export function commitmentAddBack(
  deductions: Cents,
  netCapitalBefore: Cents,
  elected: boolean,
  rules: CommitmentRules,
): Cents {
  return elected && netCapitalBefore > rules.addBackAbove ? lesser(deductions, rules.addBackMost) : ZERO;
}

/** `netCapitalBefore` is net capital with these deductions and without the add-back. */
export function commitmentsLine(
  commitments: readonly OpenCommitment[],
  netCapitalBefore: Cents,
  rules: NetCapitalRules,
): Line {
  const { paragraph } = rules.commitments;
  const children = commitments.map(({ commitment, instrument, value, cost, bucket, listed }) => {
    const rate = commitmentRate(bucket, listed, rules);
    return line(
      `haircuts/commitments/${commitment}`,
      `${commitment}: ${instrument}`,
      paragraph,
      commitmentDeduction(value, cost, rate),
      {
        marketValue: value,
        contractValue: cost,
        rate: formatRate(rate),
      },
    );
  });
  const deductions = commitmentsDeduction(commitments, rules);
  const addBack = commitmentAddBack(deductions, netCapitalBefore, rules.firm.commitmentAddBack, rules.commitments);
  return line(
    "haircuts/commitments",
    "Open contractual commitments",
    paragraph,
    subtract(deductions, addBack),
    { deductions, addBack },
    children,
  );
}
