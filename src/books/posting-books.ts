/** The stores that a posting reads or changes. */
import type { Names } from "../base/names.ts";
import type { Accounts } from "./accounts.ts";
import type { Calendar } from "./calendar.ts";
import type { CapitalMoves } from "./capital-moves.ts";
import type { Instruments } from "./instruments.ts";
import type { Ledger } from "./ledger.ts";
import type { Lots } from "./lots.ts";
import type { Market } from "./market.ts";
import type { Settlement } from "./settlement.ts";

export interface PostingBooks {
  readonly names: Names;
  readonly accounts: Accounts;
  readonly instruments: Instruments;
  readonly market: Pick<Market, "price">;
  readonly calendar: Calendar;
  readonly ledger: Ledger;
  readonly settlement: Settlement;
  readonly lots: Lots;
  readonly capitalMoves: Pick<CapitalMoves, "moved">;
}
