/**
 * Subordination agreements, 15c3-1d: what each counts as capital and why it does not, what falls due when, which of them
 * are equity for 15c3-1(d).
 *
 * An agreement that is satisfactory counts in full until it matures: Appendix D lets nothing lapse in its last year. What
 * was due before today and still stands has matured, and counts no more, unless its payment is suspended, (b)(8).
 */
import { type Cents, excessOver, lesser, parseDollars, subtract, sum, ZERO } from "../../base/money.ts";
import { type Day, formatDay, parseDay } from "../../base/time.ts";
import type { Report, Reports } from "../../books/reports.ts";
import type { FactOfKind } from "../../facts/kinds.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { DebtEquityRules, SubordinationRules } from "./rules.ts";

/** What falls due of principal, and when. */
export interface Payment {
  readonly due: Day;
  readonly amount: Cents;
}

export interface Agreement {
  readonly agreement: string;
  readonly lender: string;
  readonly form: FactOfKind<"subordination-agreed">["form"];
  /** Outstanding. */
  readonly principal: Cents;
  readonly originalPrincipal: Cents;
  /** Of a secured demand note, after the deductions of (a)(2)(iii). */
  readonly collateral: Cents;
  readonly effective: Day;
  readonly maturity: Day;
  readonly satisfactory: boolean;
  readonly ownersEquity: boolean;
  readonly accelerable: boolean;
  readonly suspended: boolean;
  readonly ledgerAccount: string | undefined;
  /** In order of their days; together the principal. */
  readonly payments: readonly Payment[];
}

/** An agreement with what counts of it. */
export interface Standing {
  readonly agreement: Agreement;
  readonly counts: Cents;
  /** Why the rest does not; empty where all counts. */
  readonly why: string;
}

export function agreementsOf(reports: Pick<Reports, "list">): readonly Agreement[] {
  const scheduled = Map.groupBy(reports.list("subordination-payment-scheduled"), ({ agreement }) => agreement);
  return reports.list("subordination-agreed").map((said) => agreementOf(said, scheduled.get(said.agreement) ?? []));
}

function agreementOf(
  said: Report<"subordination-agreed">,
  scheduled: readonly Report<"subordination-payment-scheduled">[],
): Agreement {
  const principal = parseDollars(said.principal, "principal");
  const maturity = parseDay(said.maturity, "maturity");
  return {
    agreement: said.agreement,
    lender: said.lender,
    form: said.form,
    principal,
    originalPrincipal:
      said.originalPrincipal === undefined ? principal : parseDollars(said.originalPrincipal, "originalPrincipal"),
    collateral: said.collateral === undefined ? ZERO : parseDollars(said.collateral, "collateral"),
    effective: parseDay(said.effective, "effective"),
    maturity,
    satisfactory: said.satisfactory,
    ownersEquity: said.ownersEquity ?? false,
    accelerable: said.accelerable ?? false,
    suspended: said.suspended ?? false,
    ledgerAccount: said.ledgerAccount,
    payments: ladderOf(
      principal,
      maturity,
      scheduled.map(({ due, amount }) => ({ due: parseDay(due, "due"), amount: parseDollars(amount) })),
    ),
  };
}

/** Instalments in order as far as the principal goes; what is left of it falls due at maturity. */
function ladderOf(principal: Cents, maturity: Day, scheduled: readonly Payment[]): Payment[] {
  let left = principal;
  const payments: Payment[] = [];
  for (const { due, amount } of [...scheduled].sort((a, b) => a.due - b.due)) {
    const paid = due < maturity ? lesser(amount, left) : ZERO;
    if (paid > 0) payments.push({ due, amount: paid });
    left = subtract(left, paid);
  }
  return left > 0 ? [...payments, { due: maturity, amount: left }] : payments;
}

/** Each agreement with what counts of it on a day. */
export function standingsOf(agreements: readonly Agreement[], rules: SubordinationRules, asOf: Day): Standing[] {
  const tooMany = excessTemporaries(agreements, rules, asOf);
  return agreements.map((agreement) => {
    const why = whyNotSatisfactory(agreement, tooMany, rules, asOf);
    if (why !== "") return { agreement, counts: ZERO, why };
    const matured = agreement.suspended ? ZERO : dueBefore(agreement.payments, asOf);
    return {
      agreement,
      counts: subtract(agreement.principal, matured),
      why: matured > 0 ? "fell due before today, and is not suspended, (b)(8)" : "",
    };
  });
}

function whyNotSatisfactory(
  agreement: Agreement,
  tooMany: ReadonlySet<Agreement>,
  { leastTerm, temporaryTerm }: SubordinationRules,
  asOf: Day,
): string {
  const { form, effective, maturity, satisfactory } = agreement;
  if (!satisfactory) return "not found acceptable by the examining authority, (c)(6)";
  if (effective > asOf) return `takes effect on ${formatDay(effective)}`;
  if (form !== "temporary")
    return maturity < addSpan(effective, leastTerm) ? "its term is below the least, (b)(1)" : "";
  if (maturity > addSpan(effective, temporaryTerm)) return "longer than a temporary agreement may be, (c)(5)(i)";
  return tooMany.has(agreement) ? "one temporary agreement too many within twelve months, (c)(5)(i)" : "";
}

/** Temporary agreements before which there were already as many, within the twelve months, as are allowed. */
function excessTemporaries(
  agreements: readonly Agreement[],
  rules: SubordinationRules,
  asOf: Day,
): ReadonlySet<Agreement> {
  return new Set(
    agreements.filter(
      (agreement) =>
        agreement.form === "temporary" &&
        agreement.effective <= asOf &&
        temporariesBefore(agreements, agreement, rules) >= rules.temporaryMost,
    ),
  );
}

function temporariesBefore(agreements: readonly Agreement[], of: Agreement, rules: SubordinationRules): number {
  const order = agreements.indexOf(of);
  return agreements.filter(
    ({ form, effective }, index) =>
      form === "temporary" &&
      (effective < of.effective || (effective === of.effective && index < order)) &&
      of.effective < addSpan(effective, rules.temporaryWithin),
  ).length;
}

/** How many temporary agreements, over or not, lie within the twelve months before a day. */
export function temporariesWithin(agreements: readonly Agreement[], rules: SubordinationRules, asOf: Day): number {
  return agreements.filter(
    ({ form, effective }) =>
      form === "temporary" && effective <= asOf && asOf < addSpan(effective, rules.temporaryWithin),
  ).length;
}

function dueBefore(payments: readonly Payment[], day: Day): Cents {
  return sum(payments.filter(({ due }) => due < day).map(({ amount }) => amount));
}

/**
 * What falls due by a day, that day included, of what counts. What is suspended is due whenever it can be paid, and so by
 * any day.
 */
export function dueBy(standings: readonly Standing[], by: Day, except?: Agreement): Cents {
  return sum(
    standings
      .filter(({ agreement, counts }) => counts > 0 && agreement !== except)
      .map(({ agreement, counts }) =>
        lesser(
          counts,
          excessOver(dueBefore(agreement.payments, (by + 1) as Day), subtract(agreement.principal, counts)),
        ),
      ),
  );
}

/** Whether the agreement is equity for 15c3-1(d): an owner's, long at first and still, that nobody can accelerate. */
export function isEquity(
  { agreement }: Standing,
  { equityTerm, equityRemaining }: DebtEquityRules,
  asOf: Day,
): boolean {
  const { form, ownersEquity, accelerable, effective, maturity } = agreement;
  return (
    ownersEquity &&
    !accelerable &&
    (form === "loan" || form === "secured-demand-note") &&
    maturity >= addSpan(effective, equityTerm) &&
    maturity >= addSpan(asOf, equityRemaining)
  );
}
