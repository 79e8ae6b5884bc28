/** Everything that is true, in one place and one fixed order: what snapshots hold and what the state hash covers. */
import { Names } from "../base/names.ts";
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import { RulebookStore } from "../rulebook/store.ts";
import { Accounts } from "./accounts.ts";
import { Calendar } from "./calendar.ts";
import { CapitalItems } from "./capital-items.ts";
import { CapitalMoves } from "./capital-moves.ts";
import { Instruments } from "./instruments.ts";
import { Ledger } from "./ledger.ts";
import { Lots } from "./lots.ts";
import { Market } from "./market.ts";
import { MarketMakingCounts } from "./market-making-counts.ts";
import type { PostingBooks } from "./posting-books.ts";
import { Reports } from "./reports.ts";
import { Settlement } from "./settlement.ts";

export class Books implements PostingBooks, Stateful {
  readonly names = new Names();
  readonly instruments = new Instruments(this.names);
  readonly accounts = new Accounts(this.names);
  readonly calendar = new Calendar();
  readonly market = new Market();
  readonly settlement = new Settlement();
  readonly ledger = new Ledger(this.settlement);
  readonly lots = new Lots(this.ledger);
  readonly capitalItems = new CapitalItems(this.instruments);
  readonly reports = new Reports(this.instruments, this.accounts);
  readonly capitalMoves = new CapitalMoves();
  readonly marketMaking = new MarketMakingCounts(this.reports, this.instruments, this.market);
  /** Every activation of a rulebook; each holds the whole document. */
  readonly rulebooks = new RulebookStore();

  /** The stores, names first, in the order of sections. */
  #stores(): Stateful[] {
    const {
      names,
      instruments,
      accounts,
      calendar,
      market,
      settlement,
      ledger,
      lots,
      capitalItems,
      reports,
      capitalMoves,
      marketMaking,
      rulebooks,
    } = this;
    return [
      names,
      instruments,
      accounts,
      calendar,
      market,
      settlement,
      ledger,
      lots,
      capitalItems,
      reports,
      capitalMoves,
      marketMaking,
      rulebooks,
    ];
  }

  sections(): Section[] {
    return this.#stores().flatMap((store) => store.sections());
  }

  restore(sections: SectionReader): void {
    for (const store of this.#stores()) store.restore(sections);
  }
}
