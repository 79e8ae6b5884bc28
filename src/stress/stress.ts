/**
 * The firm under every scenario, exactly and from scratch: each margin account by margin's functions, net capital by its own
 * computation, both on books whose prices are the scenario's. Nothing here is single precision, and nothing is estimated but
 * what says so (the liquidity of calls).
 */
import { Trouble } from "../base/errors.ts";
import { type Cents, sum } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import { holdingsOf } from "../margin/account.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import type { NetCapitalRules } from "../net-capital/rules.ts";
import {
  type AccountFigures,
  type Judge,
  standingAccounts,
  stressAccounts,
  type StressedAccounts,
} from "./accounts.ts";
import { capitalAtOnce, countedDeficits, stressedCapital } from "./capital.ts";
import {
  type Client,
  type ClientLoss,
  clientsOf,
  type Liquidity,
  liquidityOf,
  lossesByClient,
  lossesByName,
  type NameLoss,
} from "./concentration.ts";
import { BooksMover, type MovedBooks } from "./moved-books.ts";
import { Mover, type Totals } from "./moves.ts";
import type { Scenario, StressRules } from "./rules.ts";

/** What a stress works on. The books must stand still while it does. */
export interface StressSubject {
  readonly books: Books;
  readonly judge: Judge;
  /** Undefined where there are none: accounts are stressed, net capital is not. */
  readonly netCapitalRules: NetCapitalRules | undefined;
  readonly rules: StressRules;
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
}

/** One state of the books, ready to be put under scenarios. */
export class Stress {
  readonly subject: StressSubject;
  readonly asOf: Day;
  /** Every margin account as it stands. */
  readonly standing: readonly AccountFigures[];
  readonly clients: readonly Client[];
  readonly #mover: Mover;
  readonly #books: BooksMover;

  constructor(subject: StressSubject) {
    this.subject = subject;
    const { books, judge, rules } = subject;
    this.asOf = books.settlement.openedDay;
    this.standing = standingAccounts(books, judge);
    this.#mover = new Mover(books, rules, totalsOf(books, this.standing));
    this.#books = new BooksMover(books, this.asOf);
    const accounts = this.standing.map(({ account }) => account);
    this.clients = clientsOf(books, accounts, this.#mover.statistics);
  }

  /** Net capital as it stands, deficits of accounts included. */
  get netCapital(): NetCapitalAnswer | undefined {
    return this.#capitalAt(this.#moved(new Float64Array(this.subject.books.instruments.size).fill(1), 1));
  }

  /** Net capital under a scenario, deficits charged: what a search asks. */
  capital(scenario: Scenario): NetCapitalAnswer | undefined {
    return this.#capitalAt(this.#moved(this.factors(scenario), scenario.volatility));
  }

  #capitalAt(moved: MovedBooks): NetCapitalAnswer | undefined {
    const { judge, netCapitalRules } = this.subject;
    if (netCapitalRules === undefined) return undefined;
    const stressed = stressAccounts(moved, this.standing, judge);
    return capitalAtOnce(moved, netCapitalRules, stressed, countedDeficits(moved, netCapitalRules));
  }

  run(scenario: Scenario): ScenarioResult {
    const { books, judge, rules } = this.subject;
    const { factors, assumed } = this.#mover.factors(scenario);
    const moved = this.#moved(factors, scenario.volatility);
    const stressed = stressAccounts(moved, this.standing, judge);
    const { accounts } = stressed;
    const capital = this.#capital(moved, stressed);
    return {
      scenario,
      underWater: accounts.filter(({ unsecured }) => unsecured > 0).length,
      unsecured: sum(accounts.map(({ unsecured }) => unsecured)),
      called: accounts.filter(({ call }) => call > 0).length,
      calls: sum(accounts.map(({ call }) => call)),
      calledHeld: accounts.filter(({ callHeld }) => callHeld > 0).length,
      callsHeld: sum(accounts.map(({ callHeld }) => callHeld)),
      netCapital: capital?.atOnce,
      netCapitalCallsUnmet: capital?.callsUnmet,
      names: lossesByName(books, accounts),
      clients: lossesByClient(this.clients, accounts),
      liquidity: liquidityOf(moved, accounts, this.#mover.statistics, rules.participation),
      accounts: stressed,
      assumed,
    };
  }

  /** What a scenario multiplies prices by, by instrument row; options apart. */
  factors(scenario: Scenario): Float64Array {
    return this.#mover.factors(scenario).factors;
  }

  /** One account under a scenario, by itself: what a search asks many times. */
  account(scenario: Scenario, standing: AccountFigures): StressedAccounts {
    const moved = this.#moved(this.factors(scenario), scenario.volatility);
    return stressAccounts(moved, [standing], this.subject.judge);
  }

  /** What is known of an account as it stands, by name. */
  standingNamed(name: string): AccountFigures {
    const { names, accounts } = this.subject.books;
    const found = this.standing.find(({ account }) => names.text(accounts.nameId(account.account)) === name);
    if (found !== undefined) return found;
    throw new Trouble("unknown-account", "no such margin account", { field: "account", value: name });
  }

  #moved(factors: Float64Array, volatility: number): MovedBooks {
    return this.#books.books(this.#books.prices(factors, volatility), volatility);
  }

  #capital(moved: MovedBooks, stressed: StressedAccounts): ReturnType<typeof stressedCapital> | undefined {
    const { netCapitalRules } = this.subject;
    if (netCapitalRules === undefined) return undefined;
    return stressedCapital(moved, netCapitalRules, stressed, countedDeficits(moved, netCapitalRules));
  }
}

function totalsOf(books: Books, standing: readonly AccountFigures[]): Totals {
  const { size } = books.instruments;
  const totals = { long: new Float64Array(size), short: new Float64Array(size) };
  for (const { account } of standing)
    for (const { instrument, units } of holdingsOf(books, account)) {
      if (units > 0) totals.long[instrument] += units;
      else totals.short[instrument] -= units;
    }
  return totals;
}
