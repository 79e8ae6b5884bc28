/**
 * The firm's net capital under a scenario: by the monitor that keeps it every day, told of the moved prices and of what
 * accounts leave behind as items of their own: deficits that nothing secures, 15c3-1(c)(2)(iv)(B), and, as if no call were met
 * in time, what under-margined accounts would need, (c)(2)(xii). These stand in place of what accounts without their margin
 * are charged now, which is left out.
 */
import { type Cents, excessOver, subtract, sum, ZERO } from "../base/money.ts";
import type { CapitalItem } from "../books/capital-items.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import { NO_MARGIN_CHARGES } from "../net-capital/margin-charges.ts";
import { NetCapitalMonitor } from "../net-capital/monitor.ts";
import type { NetCapitalRules } from "../net-capital/rules.ts";
import type { MarginAccount } from "../margin/account.ts";
import type { StressedAccounts } from "./accounts.ts";
import type { MovedBooks } from "./moved-books.ts";

export interface StressedCapital {
  /** With deficits charged, calls still open. */
  readonly atOnce: NetCapitalAnswer;
  /** With every call unmet when its time is over. */
  readonly callsUnmet: NetCapitalAnswer;
}

/** A monitor over the books of one volatility, and the items that it reads beside theirs. */
interface Watched {
  readonly monitor: NetCapitalMonitor;
  readonly items: { more: readonly CapitalItem[] };
}

export class CapitalUnderStress {
  readonly #rules: NetCapitalRules;
  /** Deficits that the computation itself finds in the books, by account row. */
  readonly #counted: ReadonlyMap<number, Cents>;
  readonly #first: Watched;
  readonly #byReports = new Map<MovedBooks["reports"], Watched>();

  /** `unmoved` are books of the mover that will move them, as they stand; `rules` are in force over them. */
  constructor(unmoved: MovedBooks, rules: NetCapitalRules) {
    this.#rules = rules;
    this.#counted = countedDeficits(unmoved, rules);
    this.#first = watched(unmoved, undefined);
    this.#byReports.set(unmoved.reports, this.#first);
  }

  /** An account of which nothing can be said, and which may come to owe, makes net capital unknown. */
  under(books: MovedBooks, stressed: StressedAccounts): StressedCapital {
    const calls = sum(
      stressed.short.map(({ call, unsecured }) => (call > unsecured ? subtract(call, unsecured) : ZERO)),
    );
    const deficits = this.#deficits(stressed);
    const ofCalls: CapitalItem = {
      item: "stress-calls",
      treatment: "charge",
      label: "Calls under the scenario, unmet",
      paragraph: "15c3-1(c)(2)(xii)",
      amount: calls,
    };
    return {
      atOnce: this.#answer(books, stressed, [deficits]),
      callsUnmet: this.#answer(books, stressed, [deficits, ofCalls]),
    };
  }

  /** The first of the two alone. */
  atOnce(books: MovedBooks, stressed: StressedAccounts): NetCapitalAnswer {
    return this.#answer(books, stressed, [this.#deficits(stressed)]);
  }

  #deficits({ short }: StressedAccounts): CapitalItem {
    return {
      item: "stress-deficits",
      treatment: "non-allowable",
      label: "Deficits in customers' accounts under the scenario",
      paragraph: "15c3-1(c)(2)(iv)(B)",
      amount: sum(
        short.map(({ account: { members }, unsecured }) =>
          excessOver(unsecured, sum(members.map((member) => this.#counted.get(member) ?? ZERO))),
        ),
      ),
    };
  }

  #answer(books: MovedBooks, { unknown }: StressedAccounts, more: readonly CapitalItem[]): NetCapitalAnswer {
    const troubles = unknown.filter(({ account }) => mayOwe(books, account)).flatMap((account) => account.troubles);
    if (troubles.length > 0) return { kind: "unknown", troubles };
    let own = this.#byReports.get(books.reports);
    if (own === undefined) {
      own = watched(books, this.#first);
      this.#byReports.set(books.reports, own);
    }
    const { monitor, items } = own;
    for (let row = 0; row < books.instruments.size; row++) monitor.priceChanged(row);
    items.more = more.filter(({ amount }) => amount > 0);
    monitor.itemsChanged();
    return monitor.answer(0);
  }

  /** The rules that it is computed by. */
  get rules(): NetCapitalRules {
    return this.#rules;
  }
}

/** A monitor over books of another volatility starts from the sums of the first. */
function watched(books: MovedBooks, first: Watched | undefined): Watched {
  const { capitalItems } = books;
  const items: Watched["items"] = { more: [] };
  const withItems = {
    items: () => [...capitalItems.items(), ...items.more],
    commitments: () => capitalItems.commitments(),
  };
  const monitor = new NetCapitalMonitor({ ...books, capitalItems: withItems }, first?.monitor, NO_MARGIN_CHARGES);
  return { monitor, items };
}

/** Whether an account has a debit or a short position: without either it never owes, whatever prices do. */
function mayOwe({ ledger }: MovedBooks, { members }: MarginAccount): boolean {
  for (const member of members)
    for (let row = ledger.firstRow(member); row !== -1; row = ledger.nextRow(row))
      if (ledger.rows.columns.quantity[row] < 0) return true;
  return false;
}

/** Debits without anything to secure them, which the computation finds by itself where the firm says that it may. */
function countedDeficits({ accounts, instruments, ledger }: MovedBooks, rules: NetCapitalRules): Map<number, Cents> {
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
