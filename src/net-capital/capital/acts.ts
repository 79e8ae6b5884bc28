/**
 * Whether an act that takes capital out, or brings some in for a time, may be done now: withdrawals by 15c3-1(e) and
 * FINRA 4110(c), payments under subordination agreements by 15c3-1d. Every test is answered, whichever fails first.
 */
import { assertNever } from "../../base/assert.ts";
import { add, type Cents, excessOver, lesser, subtract, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import { type Day, formatDay } from "../../base/time.ts";
import { addSpan } from "../../rulebook/terms.ts";
import { isAbove, isBelow } from "../tiers.ts";
import type { CapitalPosition, DebtEquity, TestedFigures } from "./position.ts";
import type { ActLimits } from "./rules.ts";
import { type Agreement, dueBy, type Standing, temporariesWithin } from "./subordination.ts";

/** One test of an act. */
export interface ActTest {
  /** Stable, for programs. */
  readonly test: string;
  readonly paragraph: string;
  /** In words, with its numbers. */
  readonly label: string;
  readonly passes: boolean;
}

/** What the firm must do beside, if it does the act. */
export interface ActCondition {
  readonly condition: string;
  readonly paragraph: string;
  readonly label: string;
}

export interface ActAnswer {
  /** Unknown: no test refuses it, and something that one of them asks for is not said. */
  readonly answer: "allowed" | "refused" | "unknown";
  readonly tests: readonly ActTest[];
  readonly conditions: readonly ActCondition[];
  /** What was not said. */
  readonly missing: readonly string[];
}

/** The acts of Appendix D. */
export const SUBORDINATION_ACTS = [
  "scheduled-payment",
  "prepayment",
  "revolving-prepayment",
  "demand-note-reduction",
  "temporary-subordination",
] as const;

export interface SubordinationAct {
  readonly type: (typeof SUBORDINATION_ACTS)[number];
  readonly amount: Cents;
  /** The agreement that it is under, where there is one already. */
  readonly agreement: string | undefined;
  /** The loss before tax of the last three months; undefined: not said. Zero where there was none. */
  readonly loss: Cents | undefined;
}

/** (e): may the owners take so much out now? */
export function withdrawalTests(position: CapitalPosition, amount: Cents): ActAnswer {
  const { asOf, rules, agreements, debtEquity } = position;
  const { forbidden, paymentsWithin } = rules.capital.withdrawals;
  const payments = dueBy(agreements, addSpan(asOf, paymentsWithin));
  const after = position.after(add(amount, payments));
  const tests = [
    ...limitTests(after, forbidden, position),
    test(
      "haircuts",
      forbidden.paragraph,
      `net capital is at least ${formatRate(forbidden.haircuts)} of haircuts`,
      !isBelow(after.netCapital, forbidden.haircuts, after.haircuts),
    ),
    debtEquityTest(forbidden.paragraph, position, {
      ...debtEquity,
      debt: subtract(debtEquity.debt, lesser(payments, debtEquity.debt)),
      ownersEquity: subtract(debtEquity.ownersEquity, amount),
    }),
  ];
  return answered(tests, withdrawalConditions(position, amount), []);
}

/** (e)(1) and FINRA 4110(c): who must be told, or asked. */
function withdrawalConditions(position: CapitalPosition, amount: Cents): ActCondition[] {
  const { rules, now, debtEquity, contributed } = position;
  const { free, noticeBefore, noticeAfter, approval, contributed: contributions } = rules.capital.withdrawals;
  const net = add(position.netWithdrawn, amount);
  const notice = [noticeBefore, noticeAfter].find(({ share }) => net > free && isAbove(net, share, now.excess));
  const needsApproval =
    rules.minimum.carries && isAbove(add(position.netWithdrawnForApproval, amount), approval.share, now.excess);
  const leaves = excessOver(debtEquity.ownersEquity, contributed);
  return [
    ...(amount > 0 && notice !== undefined
      ? [condition("sec-notice", notice.paragraph, `written notice ${notice.within}`)]
      : []),
    ...(amount > 0 && needsApproval
      ? [condition("finra-approval", approval.paragraph, "prior written approval of FINRA")]
      : []),
    ...(contributed > 0 && amount > leaves
      ? [condition("finra-permission", contributions.paragraph, "permission for what was contributed within a year")]
      : []),
  ];
}

/** The most that can be withdrawn without a condition; negative where there is no room at all. */
export function mostWithoutCondition(position: CapitalPosition): Cents {
  const { rules, now, debtEquity, contributed, netWithdrawn, netWithdrawnForApproval } = position;
  const { free, noticeAfter, approval } = rules.capital.withdrawals;
  const excess = now.excess > 0 ? now.excess : ZERO;
  const unnoticed = subtract(Math.max(free, wholeShare(excess, noticeAfter.share)) as Cents, netWithdrawn);
  const unapproved = rules.minimum.carries
    ? subtract(wholeShare(excess, approval.share), netWithdrawnForApproval)
    : unnoticed;
  const free_ = lesser(unnoticed, unapproved);
  return contributed > 0 ? lesser(free_, excessOver(debtEquity.ownersEquity, contributed)) : free_;
}

/** The share in whole cents, rounded down. */
function wholeShare(amount: Cents, share: Rate): Cents {
  const rounded = portion(amount, share);
  return isAbove(rounded, share, amount) ? subtract(rounded, 1 as Cents) : rounded;
}

/** Appendix D: may this be paid, reduced or borrowed now? */
export function subordinationTests(position: CapitalPosition, act: SubordinationAct): ActAnswer {
  switch (act.type) {
    case "scheduled-payment":
      return scheduledPayment(position, act);
    case "prepayment":
      return prepayment(position, act);
    case "revolving-prepayment":
      return revolvingPrepayment(position, act);
    case "demand-note-reduction":
      return demandNoteReduction(position, act);
    case "temporary-subordination":
      return temporarySubordination(position);
    default:
      return assertNever(act.type);
  }
}

/** (b)(8): with all that falls due under other agreements on or before its day. Refused is suspended. */
function scheduledPayment(position: CapitalPosition, { amount, agreement }: SubordinationAct): ActAnswer {
  const { rules, agreements, asOf } = position;
  const under = find(agreements, agreement);
  const others = dueBy(agreements, under === undefined ? asOf : later(asOf, nextDue(under, asOf)), under);
  const after = position.after(add(amount, others));
  return answered(limitTests(after, rules.capital.subordination.scheduledPayment, position), [], []);
}

/** (b)(7): never in the first year, and with what falls due within six months, or before its own maturity if that is sooner. */
function prepayment(position: CapitalPosition, { amount, agreement }: SubordinationAct): ActAnswer {
  const { rules, agreements, asOf } = position;
  const { prepayment: limits, lookAhead } = rules.capital.subordination;
  const under = find(agreements, agreement);
  const ahead = addSpan(asOf, lookAhead);
  const others = dueBy(agreements, under === undefined || under.maturity > ahead ? ahead : under.maturity, under);
  const tests = limitTests(position.after(add(amount, others)), limits, position);
  if (under !== undefined) {
    const from = addSpan(under.effective, limits.notBefore);
    tests.push(test("first-year", limits.paragraph, `no prepayment before ${formatDay(from)}`, asOf >= from));
  }
  return answered(tests, [condition("approval", limits.paragraph, "prior written approval")], []);
}

/** (c)(5)(ii): stricter limits, and no great loss of late. */
function revolvingPrepayment(position: CapitalPosition, { amount, loss }: SubordinationAct): ActAnswer {
  const { rules, agreements, asOf, now } = position;
  const { revolvingPrepayment: limits, lookAhead } = rules.capital.subordination;
  const others = dueBy(agreements, addSpan(asOf, lookAhead));
  const tests = limitTests(position.after(add(amount, others)), limits, position);
  if (loss !== undefined)
    tests.push(
      test(
        "loss",
        limits.paragraph,
        `the loss of three months is at most ${formatRate(limits.lossMost)} of excess net capital`,
        !(loss > 0 && isAbove(loss, limits.lossMost, now.excess)),
      ),
    );
  return answered(tests, [], loss === undefined ? ["loss"] : []);
}

/** (b)(6)(iii): in place of more collateral, by at most so much of the first principal. */
function demandNoteReduction(position: CapitalPosition, { amount, agreement }: SubordinationAct): ActAnswer {
  const { rules, agreements } = position;
  const limits = rules.capital.subordination.demandNoteReduction;
  const note = find(agreements, agreement);
  if (note?.form !== "secured-demand-note") return answered([], [], ["agreement"]);
  // The part of the note that its collateral does not cover has been deducted already.
  const deficiency = excessOver(note.principal, note.collateral);
  const after = position.after(subtract(amount, lesser(amount, deficiency)));
  const tests = [
    ...limitTests(after, limits, position),
    test(
      "share-of-principal",
      limits.paragraph,
      `at most ${formatRate(limits.most)} of the original principal`,
      !isAbove(amount, limits.most, note.originalPrincipal),
    ),
  ];
  return answered(tests, [condition("approval", limits.paragraph, "prior written consent")], []);
}

/** (c)(5)(i): tested just before it is entered into. */
function temporarySubordination(position: CapitalPosition): ActAnswer {
  const { rules, agreements, asOf, now, debtEquity, gaveNotice } = position;
  const { temporary: limits, temporaryMost, temporaryWithin, temporaryNoticeFree } = rules.capital.subordination;
  const { count, unit } = temporaryWithin;
  const entered = temporariesWithin(
    agreements.map(({ agreement }) => agreement),
    rules.capital.subordination,
    asOf,
  );
  const tests = [
    ...limitTests(now, limits, position),
    test(
      "number",
      limits.paragraph,
      `no more than ${temporaryMost} within ${count} ${unit}; there were ${entered}`,
      entered < temporaryMost,
    ),
    test(
      "notice",
      limits.paragraph,
      `no notice under 17a-11 within ${temporaryNoticeFree.count} ${temporaryNoticeFree.unit}`,
      !gaveNotice,
    ),
    debtEquityTest(limits.paragraph, position, debtEquity),
  ];
  return answered(tests, [], []);
}

/** (c)(2): whether the examining authority must be told at once, because of what falls due within six months. */
export function noticeTests(position: CapitalPosition): readonly ActTest[] {
  const { rules, agreements, asOf } = position;
  const { notice, lookAhead } = rules.capital.subordination;
  const due = dueBy(agreements, addSpan(asOf, lookAhead));
  return due > 0 ? limitTests(position.after(due), notice, position) : [];
}

function limitTests(figures: TestedFigures, limits: ActLimits, { rules }: CapitalPosition): ActTest[] {
  const { paragraph, indebtedness, debitItems, segregatedFunds, dollars } = limits;
  const { method, futuresCommissionMerchant } = rules.firm;
  const { netCapital } = figures;
  const atLeast = (name: string, share: Rate, of: Cents, what: string): ActTest =>
    test(name, paragraph, `net capital is at least ${formatRate(share)} of ${what}`, !isBelow(netCapital, share, of));
  return [
    method === "alternative"
      ? atLeast("debit-items", debitItems, figures.debitItems, "aggregate debit items")
      : test(
          "aggregate-indebtedness",
          paragraph,
          `aggregate indebtedness is at most ${formatRate(indebtedness)} of net capital`,
          !isAbove(figures.indebtedness, indebtedness, netCapital),
        ),
    ...(futuresCommissionMerchant
      ? [atLeast("segregated-funds", segregatedFunds, figures.segregatedFunds, "funds to be segregated")]
      : []),
    atLeast("dollar-minimum", dollars, figures.dollarMinimum, "the minimum dollar amount"),
  ];
}

function debtEquityTest(paragraph: string, { rules }: CapitalPosition, after: DebtEquity): ActTest {
  const { most } = rules.capital.debtEquity;
  return test(
    "debt-equity",
    paragraph,
    `subordinated debt is at most ${formatRate(most)} of debt and equity`,
    !isOverDebtEquity(after, most),
  );
}

/** (d): subordinated debt that is not equity, above its share of debt and equity together. */
export function isOverDebtEquity({ debt, subordinatedEquity, ownersEquity }: DebtEquity, most: Rate): boolean {
  return debt > 0 && isAbove(debt, most, add(add(debt, subordinatedEquity), ownersEquity));
}

function answered(
  tests: readonly ActTest[],
  conditions: readonly ActCondition[],
  missing: readonly string[],
): ActAnswer {
  const refused = tests.some(({ passes }) => !passes);
  return { answer: refused ? "refused" : missing.length > 0 ? "unknown" : "allowed", tests, conditions, missing };
}

function test(name: string, paragraph: string, label: string, passes: boolean): ActTest {
  return { test: name, paragraph, label, passes };
}

function condition(name: string, paragraph: string, label: string): ActCondition {
  return { condition: name, paragraph, label };
}

function find(agreements: readonly Standing[], name: string | undefined): Agreement | undefined {
  return agreements.find(({ agreement }) => agreement.agreement === name)?.agreement;
}

/** The next day on which principal falls due, that of today included. */
function nextDue({ payments, maturity }: Agreement, asOf: Day): Day {
  return payments.find(({ due }) => due >= asOf)?.due ?? maturity;
}

function later(a: Day, b: Day): Day {
  return a > b ? a : b;
}
