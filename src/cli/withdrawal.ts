/** `plimsoll margin --dir DIR --account NAME --withdraw WHAT`: whether money or securities may leave a margin account now. */
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { displayDollars, formatDollars, parseDollars } from "../base/money.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { type MarginAccount, marginAccountOf, type MarginBooks } from "../margin/account.ts";
import { figuresFromBooks } from "../margin/reg-t/account-figures.ts";
import { mayWithdraw, type Withdrawal, withdrawableCash } from "../margin/reg-t/withdrawals.ts";
import { print, printRows } from "./common.ts";

/** Prints whether `what` may leave, by 220.4(e) and 4210(b), with every objection; the exit code is 1 where it may not. */
export function printWithdrawal(state: FirmState, name: string, what: string, json: boolean): void {
  const { books, margin } = state;
  const { rules, asOf } = margin;
  if (rules === undefined) throw margin.rulesTrouble ?? new Trouble("missing-rule", "no margin rulebook is in force");
  const account = accountNamed(books, name);
  const withdrawal = parseWithdrawal(books, what);
  const context = { books, rules, account, asOf };
  const figures = figuresFromBooks(
    books,
    () => rules,
    () => asOf,
  )(account.account);
  const { allowed, objections, troubles } = mayWithdraw(margin.transactions, context, figures, withdrawal);
  const most = withdrawableCash(margin.transactions, context, figures);
  if (!allowed) process.exitCode = 1;
  if (json)
    return print({
      account: name,
      withdrawal: what,
      answer: troubles.length > 0 ? "unknown" : allowed ? "allowed" : "refused",
      objections,
      troubles: troubles.map((trouble) => trouble.toJSON()),
      withdrawableCash: most === undefined ? null : formatDollars(most),
    });
  const verdict =
    troubles.length > 0 ? "it is not known whether it may leave" : allowed ? "may leave" : "may not leave";
  printRows([
    `${inWords(what, withdrawal)} of ${name}: ${verdict}`,
    ...objections.map(({ paragraph, reason }) => `  ${reason} [${paragraph}]`),
    ...troubles.map(({ message }) => `  unknown: ${message}`),
    ...(most === undefined ? [] : [`cash that may leave: ${displayDollars(most)}`]),
  ]);
}

function accountNamed(books: MarginBooks, name: string): MarginAccount {
  const row = books.accounts.findText(name);
  const found = row < 0 ? undefined : marginAccountOf(books, row);
  if (found?.regime === "margin") return found;
  const about = { field: "--account", value: name };
  if (found === undefined) throw new Trouble("not-found", "no such margin account", about);
  throw new Trouble("missing-rule", `what may leave a ${found.regime} account has no rule here`, {
    ...about,
    expected: "a margin account, which has an SMA, 220.5",
  });
}

/** "2500.00" is cash, "34 XYZ" securities. */
function parseWithdrawal({ instruments }: MarginBooks, text: string): Withdrawal {
  const [size, ...rest] = text.trim().split(/\s+/);
  const positive = <T extends number>(amount: T): T => {
    if (amount > 0) return amount;
    throw new Trouble("bad-value", "nothing leaves", { field: "--withdraw", value: text, expected: "more than zero" });
  };
  if (rest.length === 0) return { kind: "cash", amount: positive(parseDollars(size, "--withdraw")) };
  const name = rest.join(" ");
  const instrument = instruments.findText(name);
  if (instrument < 0) throw new Trouble("not-found", "no such instrument", { field: "--withdraw", value: name });
  const units = positive(parseDecimal(size, instruments.columns.scale[instrument], "--withdraw"));
  return { kind: "securities", instrument, units };
}

function inWords(text: string, withdrawal: Withdrawal): string {
  return withdrawal.kind === "cash" ? `${displayDollars(withdrawal.amount)} in cash` : text.trim();
}
