/**
 * The firm under every scenario, exactly: each margin account to the cent as margin explains it, net capital by the monitor that
 * keeps it, both on books whose prices are the scenario's. Nothing here is single precision, and nothing is estimated but what
 * says so (the liquidity of calls).
 */
import { Trouble } from "../base/errors.ts";
import { type Cents, sum } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import type { Tape } from "../margin/house/statistics.ts";
import type { MarginRules } from "../margin/rules.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import { netCapitalRulesInForce, type NetCapitalRules } from "../net-capital/rules.ts";
import { AccountTable } from "./account-table.ts";
import type { StressedAccounts } from "./accounts.ts";
import { CapitalUnderStress } from "./capital.ts";
import { type ClientLoss, ClientTable, lossesByName, type NameLoss } from "./concentration.ts";
import { type Liquidity, liquidityOf } from "./liquidity.ts";
import { BooksMover, type MovedBooks } from "./moved-books.ts";
import { Mover, type Totals } from "./moves.ts";
import type { Scenario, StressRules } from "./rules.ts";

/** What a stress works on. The books must stand still while it does. */
export interface StressSubject {
  /** Net capital is computed where a rulebook of it is in force. */
  readonly books: Books;
  readonly margin: MarginRules;
  readonly rules: StressRules;
  /** What the house's rules of margin know of past days; nothing where absent. */
  readonly tape?: Tape;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  /** Accounts whose equity is below zero, and by how much together: the firm's unsecured exposure. Of known accounts, as all below. */
  readonly underWater: number;
  readonly unsecured: Cents;
  /** Accounts that are called, and for how much, with the requirement worked out at the moved prices. */
  readonly called: number;
  readonly calls: Cents;
  /** The same with the requirement held at what it was before the move. */
  readonly calledHeld: number;
  readonly callsHeld: Cents;
  readonly netCapital: NetCapitalAnswer | undefined;
  readonly netCapitalCallsUnmet: NetCapitalAnswer | undefined;
  readonly names: readonly NameLoss[];
  readonly clients: readonly ClientLoss[];
  readonly liquidity: Liquidity;
  readonly accounts: StressedAccounts;
  /** Instruments that moved by an assumption of the rulebook. */
  readonly assumed: number;
  /** Options valued at an assumed volatility, because their price implies none; in any scenario so far. */
  readonly assumedVolatilities: number;
}

/** One state of the books, ready to be put under scenarios. */
export class Stress {
  readonly subject: StressSubject;
  readonly asOf: Day;
  /** Every margin account. */
  readonly table: AccountTable;
  readonly clients: ClientTable;
  readonly #mover: Mover;
  readonly #books: BooksMover;
  readonly #capital: CapitalUnderStress | undefined;

  constructor(subject: StressSubject) {
    this.subject = subject;
    const { books, margin, rules, tape } = subject;
    this.asOf = books.settlement.openedDay;
    this.#books = new BooksMover(books, rules, this.asOf);
    const unmoved = this.#books.unmoved();
    this.table = new AccountTable(unmoved, {
      rules: margin,
      asOf: this.asOf,
      tape,
      volatility: (option) => this.#books.volatility(option),
    });
    this.#mover = new Mover(books, rules, totalsOf(unmoved, this.table));
    const capitalRules = netCapitalRulesInForce(books.rulebooks, this.asOf);
    this.#capital = capitalRules === undefined ? undefined : new CapitalUnderStress(unmoved, capitalRules);
    this.clients = new ClientTable(books, this.table.accounts, this.#mover.statistics);
  }

  /** The rules of net capital in force; undefined where there are none. */
  get netCapitalRules(): NetCapitalRules | undefined {
    return this.#capital?.rules;
  }

  /** Net capital as it stands, deficits of accounts included. */
  get netCapital(): NetCapitalAnswer | undefined {
    return this.#capitalAt(this.#books.unmoved());
  }

  /** Net capital under a scenario, deficits charged: what a search asks. */
  capital(scenario: Scenario): NetCapitalAnswer | undefined {
    return this.#capitalAt(this.moved(scenario));
  }

  #capitalAt(moved: MovedBooks): NetCapitalAnswer | undefined {
    return this.#capital?.atOnce(moved, this.table.under(moved));
  }

  run(scenario: Scenario): ScenarioResult {
    const { rules } = this.subject;
    const { factors, assumed } = this.#mover.factors(scenario);
    const moved = this.#books.books(factors, scenario.volatility);
    const accounts = this.table.under(moved);
    const { short } = accounts;
    const capital = this.#capital?.under(moved, accounts);
    return {
      scenario,
      underWater: short.filter(({ unsecured }) => unsecured > 0).length,
      unsecured: sum(short.map(({ unsecured }) => unsecured)),
      called: short.filter(({ call }) => call > 0).length,
      calls: sum(short.map(({ call }) => call)),
      calledHeld: short.filter(({ callHeld }) => callHeld > 0).length,
      callsHeld: sum(short.map(({ callHeld }) => callHeld)),
      netCapital: capital?.atOnce,
      netCapitalCallsUnmet: capital?.callsUnmet,
      names: lossesByName(moved, short, (place) => this.table.losses(moved, place)),
      clients: this.clients.losses(accounts, moved),
      liquidity: liquidityOf(moved, short, this.#mover.statistics, rules.participation),
      accounts,
      assumed,
      assumedVolatilities: this.#books.options.assumed.size,
    };
  }

  /** What a scenario multiplies prices by, by instrument row; options apart. */
  factors(scenario: Scenario): Float64Array {
    return this.#mover.factors(scenario).factors;
  }

  /** The books under a scenario; they stand until others are asked for. */
  moved(scenario: Scenario): MovedBooks {
    return this.#books.books(this.factors(scenario), scenario.volatility);
  }

  /** The volatility that an option is valued with where the books were moved to last; undefined where no model can say. */
  volatility(option: number): number | undefined {
    return this.#books.volatility(option);
  }

  /** The place of an account by its name. */
  placeNamed(name: string): number {
    const { names, accounts } = this.subject.books;
    const found = this.table.accounts.findIndex(({ account }) => names.text(accounts.nameId(account)) === name);
    if (found !== -1) return found;
    throw new Trouble("unknown-account", "no such margin account", { field: "account", value: name });
  }
}

function totalsOf(books: MovedBooks, table: AccountTable): Totals {
  const { size } = books.instruments;
  const totals = { long: new Float64Array(size), short: new Float64Array(size) };
  table.eachHolding(books, (_, instrument, units) => {
    if (units > 0) totals.long[instrument] += units;
    else totals.short[instrument] -= units;
  });
  return totals;
}
