/**
 * The firm's net capital under a scenario: computed from scratch, by the code that computes it every day, on the moved prices
 * and with what accounts leave behind as items of their own: deficits that nothing secures, 15c3-1(c)(2)(iv)(B), and, as if no
 * call were met in time, what under-margined accounts would need, (c)(2)(xii).
 */
import { type Cents, excessOver, subtract, sum, ZERO } from "../base/money.ts";
import type { CapitalItem } from "../books/capital-items.ts";
import { computeNetCapital, type NetCapitalAnswer } from "../net-capital/computation.ts";
import { inputsFromBooks } from "../net-capital/inputs.ts";
import type { NetCapitalRules } from "../net-capital/rules.ts";
import type { MarginAccount } from "../margin/account.ts";
import type { StressedAccount, StressedAccounts } from "./accounts.ts";
import type { MovedBooks } from "./moved-books.ts";

export interface StressedCapital {
  /** With deficits charged, calls still open. */
  readonly atOnce: NetCapitalAnswer;
  /** With every call unmet when its time is over. */
  readonly callsUnmet: NetCapitalAnswer;
}

/**
 * `counted` are deficits that the computation itself finds in the books, by account row. An account of which nothing can be
 * said, and which may come to owe, makes net capital unknown.
 */
export function stressedCapital(
  books: MovedBooks,
  rules: NetCapitalRules,
  stressed: StressedAccounts,
  counted: ReadonlyMap<number, Cents>,
): StressedCapital {
  const calls = sum(
    stressed.accounts.map(({ call, unsecured }) => (call > unsecured ? subtract(call, unsecured) : ZERO)),
  );
  const deficits = deficitsOf(stressed.accounts, counted);
  const ofCalls: CapitalItem = {
    item: "stress-calls",
    treatment: "charge",
    label: "Calls under the scenario, unmet",
    paragraph: "15c3-1(c)(2)(xii)",
    amount: calls,
  };
  return {
    atOnce: compute(books, rules, stressed, [deficits]),
    callsUnmet: compute(books, rules, stressed, [deficits, ofCalls]),
  };
}

/** The first of the two alone. */
export function capitalAtOnce(
  books: MovedBooks,
  rules: NetCapitalRules,
  stressed: StressedAccounts,
  counted: ReadonlyMap<number, Cents>,
): NetCapitalAnswer {
  return compute(books, rules, stressed, [deficitsOf(stressed.accounts, counted)]);
}

function deficitsOf(accounts: readonly StressedAccount[], counted: ReadonlyMap<number, Cents>): CapitalItem {
  return {
    item: "stress-deficits",
    treatment: "non-allowable",
    label: "Deficits in customers' accounts under the scenario",
    paragraph: "15c3-1(c)(2)(iv)(B)",
    amount: sum(accounts.map(({ account, unsecured }) => excessOver(unsecured, countedOf(account.members, counted)))),
  };
}

function countedOf(members: readonly number[], counted: ReadonlyMap<number, Cents>): Cents {
  return sum(members.map((member) => counted.get(member) ?? ZERO));
}

function compute(
  books: MovedBooks,
  rules: NetCapitalRules,
  { unknown }: StressedAccounts,
  more: readonly CapitalItem[],
): NetCapitalAnswer {
  const troubles = unknown.filter(({ account }) => mayOwe(books, account)).flatMap((account) => account.troubles);
  if (troubles.length > 0) return { kind: "unknown", troubles };
  const { capitalItems } = books;
  const items = [...capitalItems.items(), ...more.filter(({ amount }) => amount > 0)];
  const withItems = { items: () => items, commitments: () => capitalItems.commitments() };
  return computeNetCapital(inputsFromBooks({ ...books, capitalItems: withItems }, rules), rules);
}

/** Whether an account has a debit or a short position: without either it never owes, whatever prices do. */
function mayOwe({ ledger }: MovedBooks, { members }: MarginAccount): boolean {
  for (const member of members)
    for (let row = ledger.firstRow(member); row !== -1; row = ledger.nextRow(row))
      if (ledger.rows.columns.quantity[row] < 0) return true;
  return false;
}

/** Debits without anything to secure them, which the computation finds by itself where the firm says that it may. */
export function countedDeficits(
  { accounts, instruments, ledger }: MovedBooks,
  rules: NetCapitalRules,
): Map<number, Cents> {
  const counted = new Map<number, Cents>();
  if (!rules.firm.deficitsFromBooks) return counted;
  const dollar = instruments.findText("USD");
  for (let account = 0; account < accounts.size; account++) {
    const dollars = ledger.balance(account, dollar);
    if (dollars >= 0 || !DEFICIT_TYPES.has(accounts.type(account))) continue;
    let isSecured = false;
    for (let row = ledger.firstRow(account); row !== -1 && !isSecured; row = ledger.nextRow(row))
      isSecured = ledger.rows.columns.quantity[row] > 0;
    if (!isSecured) counted.set(account, -dollars as Cents);
  }
  return counted;
}

/** As in net capital's own reading of the books. */
const DEFICIT_TYPES: ReadonlySet<string> = new Set([
  "customer-margin",
  "customer-portfolio-margin",
  "pab",
  "non-customer",
]);
