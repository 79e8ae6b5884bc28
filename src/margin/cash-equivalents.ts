/**
 * Options of a cash account that cash equivalents secure: 12 CFR 220.2, covered option transaction, (1). What is at risk is
 * held in the account in cash or in cash equivalents; so what these are worth, they spare the account in cash.
 */
import { type Line, line, total } from "../base/line.ts";
import { type Cents, lesser, negate, subtract, sum, ZERO } from "../base/money.ts";
import type { InstrumentType } from "../books/instrument-types.ts";
import { holdingsOf, type MarginAccount, type MarginBooks } from "./account.ts";
import { type Group, type GroupAnswer, type GroupContext, valueIn } from "./group.ts";

/** 220.2, cash equivalent: of the United States and its agencies, bank certificates of deposit, money market funds. */
const EQUIVALENTS: ReadonlySet<InstrumentType> = new Set([
  "treasury",
  "agency",
  "certificate-of-deposit",
  "money-market-fund",
]);

/** What of the options' risk cash equivalents secure. */
export interface Secured {
  /** Cents, positive. */
  readonly amount: Cents;
  /** By group, in their order: what the cash equivalents in it secure. */
  readonly byGroup: readonly Cents[];
  /** Takes the amount off what the account must hold beside securities that are paid for. */
  readonly line: Line;
}

/** For a cash account; undefined where nothing is secured so. Throws `missing-input` where a cash equivalent has no price. */
export function securedByEquivalents(
  context: GroupContext,
  groups: readonly Group[],
  answers: readonly GroupAnswer[],
  code: string,
): Secured | undefined {
  const atRisk = sum(answers.map(({ atRisk: own = ZERO }) => own));
  let left = atRisk;
  const lines: Line[] = [];
  const byGroup = groups.map(({ underlying, holdings }) => {
    if (left === 0) return ZERO;
    const held = holdings.filter(({ instrument, units }) => isLongEquivalent(context.books, instrument, units));
    const amount = lesser(left, sum(held.map(({ instrument, units }) => valueIn(context, instrument, units))));
    if (amount === 0) return ZERO;
    const { instrument: name } = context.books.instruments.attributes(underlying);
    lines.push(line(`${code}/${name}`, name, PARAGRAPH, negate(amount)));
    left = subtract(left, amount);
    return amount;
  });
  if (lines.length === 0) return undefined;
  const whole = total(code, "Options secured by cash equivalents", PARAGRAPH, lines, { "at risk in options": atRisk });
  return { amount: negate(whole.amount), byGroup, line: whole };
}

const PARAGRAPH = "220.8(a)(3); 220.2";

/** Whether the account holds options and cash equivalents, so that no group of it can be asked by itself. */
export function maySecure(books: MarginBooks, account: MarginAccount): boolean {
  if (account.regime !== "cash") return false;
  const holdings = holdingsOf(books, account);
  const isWritten = holdings.some(
    ({ instrument, units }) => units < 0 && books.instruments.type(instrument) === "option",
  );
  return isWritten && holdings.some(({ instrument, units }) => isLongEquivalent(books, instrument, units));
}

/** A certificate that is not negotiable, and what is restricted, is none. */
function isLongEquivalent({ instruments }: Pick<MarginBooks, "instruments">, instrument: number, units: number) {
  if (units <= 0 || !EQUIVALENTS.has(instruments.type(instrument))) return false;
  const { restricted, inDefault } = instruments.attributes(instrument);
  return !restricted && !inDefault;
}
