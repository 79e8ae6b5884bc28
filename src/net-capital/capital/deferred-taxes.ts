/**
 * Taxes that come back to net worth, 15c3-1(c)(2)(i)(C) to (E), from what the FINOP states: deferred tax on gains that
 * are deducted anyway, benefits of losses that would reduce an accrued tax, actual tax on income that is deducted.
 */
import { type Line, line } from "../../base/line.ts";
import { type Cents, lesser, parseDollars, sum, ZERO } from "../../base/money.ts";
import { parseRate, portion } from "../../base/rate.ts";
import type { Report } from "../../books/reports.ts";

type Statement = Report<"deferred-tax-stated">;

const PARAGRAPH = "15c3-1(c)(2)(i)";

/** What each statement adds. */
export function deferredTaxLines(statements: readonly Statement[]): Line[] {
  return statements.map((stated) => {
    const code = `net-worth/deferred-tax/${stated.item}`;
    const lines = [deferredLine(code, stated), benefitLine(code, stated), actualLine(code, stated)];
    const used = lines.filter(({ amount }) => amount > 0);
    return line(code, `Taxes, ${stated.item}`, PARAGRAPH, sum(used.map(({ amount }) => amount)), {}, used);
  });
}

/** (C): the deferred tax, but no more than its three parts together. */
function deferredLine(code: string, stated: Statement): Line {
  const { deduction, taxRate = "0%" } = stated;
  const onDeduction = portion(amountOf(deduction), parseRate(taxRate, "taxRate"));
  const parts = [
    line(`${code}/on-deductions`, "Tax on gains, of the deductions", `${PARAGRAPH}(C)(1)`, onDeduction, {
      deduction: amountOf(deduction),
      rate: taxRate,
    }),
    line(`${code}/accrued-income`, "On accrued income", `${PARAGRAPH}(C)(2)`, amountOf(stated.accruedIncome)),
    line(`${code}/appreciation`, "On appreciation", `${PARAGRAPH}(C)(3)`, amountOf(stated.appreciation)),
  ];
  const liability = amountOf(stated.liability);
  const amount = lesser(liability, sum(parts.map((part) => part.amount)));
  return line(
    `${code}/deferred`,
    "Deferred taxes on what is deducted",
    `${PARAGRAPH}(C)`,
    amount,
    { liability },
    parts,
  );
}

/** (D): the benefit, but no more than the accrued tax that it could have reduced. */
function benefitLine(code: string, { futureBenefit, accruedTax }: Statement): Line {
  const benefit = amountOf(futureBenefit);
  const accrued = amountOf(accruedTax);
  return line(`${code}/future-benefit`, "Benefits of unrealised losses", `${PARAGRAPH}(D)`, lesser(benefit, accrued), {
    benefit,
    accrued,
  });
}

/** (E). */
function actualLine(code: string, { actualTax }: Statement): Line {
  return line(`${code}/actual`, "Actual tax on income that is deducted", `${PARAGRAPH}(E)`, amountOf(actualTax));
}

function amountOf(text: string | undefined): Cents {
  return text === undefined ? ZERO : parseDollars(text);
}
