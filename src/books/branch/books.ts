/**
 * Books that branch off others: what changes here is here alone, all else is the trunk's. Making one copies almost nothing,
 * whatever the size of the trunk, because rows come over when they are asked for. Names, accounts, instruments and calendar
 * are shared, so nothing may be opened, listed or named on such a branch; and the trunk must stand still while it is used.
 */
import { SectionReader, type Stateful } from "../../base/state.ts";
import type { RulebookStore } from "../../rulebook/store.ts";
import type { Books } from "../books.ts";
import type { CapitalItems } from "../capital-items.ts";
import { CapitalMoves } from "../capital-moves.ts";
import { MarketMakingCounts } from "../market-making-counts.ts";
import type { PostingBooks } from "../posting-books.ts";
import type { Reports } from "../reports.ts";
import { BranchLedger } from "./ledger.ts";
import { BranchLots } from "./lots.ts";
import { BranchMarket } from "./market.ts";
import { BranchSettlement } from "./settlement.ts";

export class BranchBooks implements PostingBooks {
  readonly names: Books["names"];
  readonly instruments: Books["instruments"];
  readonly accounts: Books["accounts"];
  readonly calendar: Books["calendar"];
  readonly market: BranchMarket;
  readonly settlement: BranchSettlement;
  readonly ledger: BranchLedger;
  readonly lots: BranchLots;
  readonly capitalItems: CapitalItems;
  readonly reports: Reports;
  readonly capitalMoves: CapitalMoves;
  readonly marketMaking: MarketMakingCounts;
  readonly rulebooks: RulebookStore;

  constructor(trunk: Books) {
    this.names = trunk.names;
    this.instruments = trunk.instruments;
    this.accounts = trunk.accounts;
    this.calendar = trunk.calendar;
    this.market = new BranchMarket(trunk.market);
    this.settlement = new BranchSettlement(trunk.settlement, (row) => this.ledger.trunkRow(row));
    this.ledger = new BranchLedger(trunk.ledger, this.settlement);
    this.lots = new BranchLots(trunk.lots, this.ledger);
    this.capitalItems = trunk.capitalItems.copy();
    this.reports = trunk.reports.copy();
    this.capitalMoves = filled(new CapitalMoves(), trunk.capitalMoves);
    this.marketMaking = filled(new MarketMakingCounts(this.reports, this.instruments, this.market), trunk.marketMaking);
    this.rulebooks = trunk.rulebooks.copy();
  }
}

/** `store` as a small one of the trunk is. */
function filled<S extends Stateful>(store: S, trunk: S): S {
  store.restore(new SectionReader(trunk.sections()));
  return store;
}
