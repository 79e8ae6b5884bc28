/** Acts on capital that a book document proposes, and what the rules answer: in words for people, as JSON for scripts. */
import { type Cents, displayDollars, formatDollars, parseDollars } from "../../base/money.ts";
import { type ActAnswer, SUBORDINATION_ACTS, subordinationTests, withdrawalTests } from "./acts.ts";
import type { CapitalPosition } from "./position.ts";

/** What may be proposed. */
export const PROPOSALS = ["withdrawal", ...SUBORDINATION_ACTS] as const;

export interface Proposal {
  readonly type: (typeof PROPOSALS)[number];
  readonly amount: string;
  /** The agreement that it is under. */
  readonly agreement?: string;
  /** Of a revolving prepayment: the loss before tax of the last three months, zero where there was none. */
  readonly loss?: string;
}

/** What the rules say to a proposal. */
export interface AnsweredProposal extends ActAnswer {
  readonly proposal: Proposal;
}

export function answerProposal(position: CapitalPosition, proposal: Proposal): AnsweredProposal {
  const { type, agreement } = proposal;
  const amount = parseDollars(proposal.amount);
  const loss: Cents | undefined = proposal.loss === undefined ? undefined : parseDollars(proposal.loss, "loss");
  const answer =
    type === "withdrawal"
      ? withdrawalTests(position, amount)
      : subordinationTests(position, { type, amount, agreement, loss });
  return { proposal, ...answer };
}

export function answeredToJson({ proposal, answer, tests, conditions, missing }: AnsweredProposal): object {
  return {
    type: proposal.type,
    amount: formatDollars(parseDollars(proposal.amount)),
    ...(proposal.agreement !== undefined && { agreement: proposal.agreement }),
    answer,
    refusedBy: tests.filter(({ passes }) => !passes).map(({ test, paragraph }) => ({ test, paragraph })),
    conditions: conditions.map(({ condition, paragraph }) => ({ condition, paragraph })),
    ...(missing.length > 0 && { missing }),
  };
}

/** Lines for a terminal. */
export function answeredInWords({ proposal, answer, tests, conditions, missing }: AnsweredProposal): string {
  const under = proposal.agreement === undefined ? "" : ` under ${proposal.agreement}`;
  return [
    `${proposal.type}${under}, ${displayDollars(parseDollars(proposal.amount))}: ${answer}`,
    ...tests.map(({ label, paragraph, passes }) => `  ${passes ? "holds" : "FAILS"}  ${label}  ${paragraph}`),
    ...conditions.map(({ label, paragraph }) => `  needs  ${label}  ${paragraph}`),
    ...missing.map((what) => `  not said: ${what}`),
  ].join("\n");
}
