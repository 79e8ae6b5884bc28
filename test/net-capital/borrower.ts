/** A firm with a subordinated loan, for tests of the structure of capital, and what its tests answer in few words. */
import assert from "node:assert/strict";
import type { Cents } from "../../src/base/money.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import type { ActAnswer, SubordinationAct } from "../../src/net-capital/capital/acts.ts";
import { type CapitalPosition, capitalPosition } from "../../src/net-capital/capital/position.ts";
import { Firm, inMonths, RULEBOOK } from "./firm.ts";

export type Agreed = Omit<FactOfKind<"subordination-agreed">, "kind" | "at">;

export const LOAN: Agreed = {
  agreement: "loan",
  lender: "a bank",
  form: "loan",
  principal: "1000000",
  effective: inMonths(-24),
  maturity: inMonths(24),
  satisfactory: true,
  ledgerAccount: "loan",
};

export const dollars = (amount: number): Cents => (amount * 100) as Cents;

export function agree(firm: Firm, agreed: Partial<Agreed>): void {
  firm.apply({ kind: "subordination-agreed", ...LOAN, ...agreed });
}

/** A firm with a million of its own and a loan of a million. */
export function borrower(agreed: Partial<Agreed> = {}, document = RULEBOOK): Firm {
  const firm = new Firm(document);
  firm.capital(1_000_000);
  firm.ledger("loan", "subordinated-satisfactory", 1_000_000);
  agree(firm, agreed);
  return firm;
}

export function positionOf(firm: Firm): CapitalPosition {
  const position = capitalPosition(firm.books, firm.monitor);
  assert.ok(position !== undefined, "there is a figure");
  return position;
}

export const failed = ({ tests }: Pick<ActAnswer, "tests">): string[] =>
  tests.filter(({ passes }) => !passes).map((each) => each.test);
export const conditions = (answer: ActAnswer): string[] => answer.conditions.map(({ condition }) => condition);

export function act(
  type: SubordinationAct["type"],
  amount: number,
  agreement?: string,
  loss?: number,
): SubordinationAct {
  return { type, amount: dollars(amount), agreement, loss: loss === undefined ? undefined : dollars(loss) };
}
