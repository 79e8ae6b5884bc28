/** The monitors over one firm's books, told together of what happened: each change of the books is said once. */
import type { Day } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import type { BalanceObserver } from "../books/ledger.ts";
import type { CorporateAction } from "../books/splits.ts";
import type { FactOfKind } from "../facts/kinds.ts";
import type { MarginMonitor } from "../margin/monitor.ts";
import { valuesRevision } from "../books/stated-values.ts";
import type { NetCapitalMonitor } from "../net-capital/monitor.ts";
import type { ReferenceObserver } from "./cold-facts.ts";
import type { MarketObserver } from "./hot-facts.ts";

/** Somebody beside the firm who keeps up with its books: told of rows once they changed. No part of the state. */
export interface BookFollower {
  balanceChanged(account: number): void;
  priceChanged(instrument: number): void;
  accountChanged(account: number): void;
}

export class Monitors implements BalanceObserver, MarketObserver, ReferenceObserver {
  readonly #books: Books;
  readonly #netCapital: NetCapitalMonitor;
  readonly #margin: MarginMonitor;
  follower: BookFollower | undefined;
  /** What was stated to value options with, as margin last heard of it. */
  #values = -1;

  constructor(books: Books, netCapital: NetCapitalMonitor, margin: MarginMonitor) {
    this.#books = books;
    this.#netCapital = netCapital;
    this.#margin = margin;
  }

  balanceChanged(account: number, asset: number, before: number, after: number): void {
    this.#netCapital.balanceChanged(account, asset, before, after);
    this.#margin.balanceChanged(account, asset, before, after);
    this.follower?.balanceChanged(account);
  }

  priceChanged(instrument: number): void {
    this.#netCapital.priceChanged(instrument);
    this.#margin.priceChanged(instrument);
    this.follower?.priceChanged(instrument);
  }

  traded(instrument: number, price: number, quantity: number): void {
    this.#margin.tape.traded(instrument, price, quantity);
  }

  closeStated(instrument: number, price: number): void {
    this.#margin.tape.closeStated(instrument, price);
    this.#margin.closed(instrument);
  }

  phaseEntered(instrument: number): void {
    this.#margin.closed(instrument);
  }

  corporateAction(fact: CorporateAction): void {
    this.#margin.corporateAction(fact);
  }

  instrumentChanged(instrument: number): void {
    this.#netCapital.instrumentChanged(instrument);
    this.#margin.instrumentChanged(instrument);
  }

  accountChanged(account: number): void {
    this.#netCapital.accountChanged(account);
    this.#margin.accountChanged(account);
    this.follower?.accountChanged(account);
  }

  itemsChanged(): void {
    this.#netCapital.itemsChanged();
    const values = valuesRevision(this.#books.reports);
    if (values === this.#values) return;
    this.#values = values;
    this.#margin.valuesStated();
  }

  calendarChanged(): void {
    this.#netCapital.calendarChanged();
    this.#margin.calendarChanged();
  }

  rulesOrDayChanged(day: Day): void {
    this.#netCapital.rulesOrDayChanged(day);
    this.#margin.rulesOrDayChanged(day);
  }

  dayClosed(day: Day): void {
    this.#margin.dayClosed(day);
  }

  /** What margin reads beside the ledger was reported; the fact has been checked. */
  marginReported(fact: MarginReport): void {
    const { accounts, instruments } = this.#books;
    if (fact.kind === "margin-terms-stated") {
      this.#margin.accountChanged(accounts.findText(fact.account));
      this.follower?.accountChanged(accounts.findText(fact.account));
    } else if (fact.kind === "special-memorandum-stated") this.#margin.memorandumStated(fact);
    else if (fact.kind === "severe-stress-stated") this.#margin.severeStressStated(fact);
    else if (fact.kind !== "outside-position-stated")
      this.#margin.statisticsChanged(instruments.findText(fact.instrument));
  }
}

export type MarginReport = FactOfKind<
  | "margin-terms-stated"
  | "special-memorandum-stated"
  | "market-statistics-stated"
  | "borrow-terms-stated"
  | "outside-position-stated"
  | "severe-stress-stated"
>;
