/** What people do about margin calls and proposals, as the program made them: customers, the margin desk, officers. */
import { formatDecimal } from "../../base/decimal.ts";
import { type Cents, displayDollars, formatDollars, negate, ZERO } from "../../base/money.ts";
import { formatDay } from "../../base/time.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import type { FirmState } from "../../engine/firm-state.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { FactOfKind } from "../../facts/kinds.ts";
import type { Act } from "./drill.ts";

type Decision = Omit<FactOfKind<"liquidation-decided">, "kind" | "at" | "proposal">;
type Extension = Omit<FactOfKind<"margin-call-extended">, "kind" | "at" | "call">;

const WHOLE_THOUSAND = 100_000;

/** So many times what the account is short of now, in whole thousands of dollars; zero where nothing is. */
function shortTimes({ books, margin }: FirmState, account: string, times: number): Cents {
  const short = Math.max(0, negate(margin.marginOf(books.accounts.findText(account))?.excess ?? ZERO));
  return (Math.ceil((short * times) / WHOLE_THOUSAND) * WHOLE_THOUSAND) as Cents;
}

/** A customer sends so many times what is short. */
export function deposit(account: string, times: number): Act {
  return (state) => {
    const amount = shortTimes(state, account, times);
    if (amount === ZERO) return [];
    const moved = { from: "bank", to: account, currency: "USD", amount: formatDollars(amount) } as const;
    return [{ words: `deposits ${displayDollars(amount)}`, fact: { kind: "cash-moved", ...moved, reason: "deposit" } }];
  };
}

/** A customer says that so many times what is short is on its way. */
export function announceDeposit(account: string, times: number, expected: string): Act {
  return (state) => {
    const amount = shortTimes(state, account, times);
    if (amount === ZERO) return [];
    return [
      {
        words: `announces ${displayDollars(amount)} for ${expected}`,
        fact: { kind: "margin-deposit-announced", account, amount: formatDollars(amount), expected },
      },
    ];
  };
}

/** An officer gives more time for every call that an account has. */
export function extendCalls(account: string, extension: Extension): Act {
  return ({ books, margin }) =>
    margin.ladder.calls
      .of(books.accounts.findText(account))
      .filter(({ id }) => id !== "")
      .map(({ id }) => ({
        words: `extends call ${id} of account ${account} to ${extension.until}: ${extension.reason}`,
        fact: { kind: "margin-call-extended", call: id, ...extension },
      }));
}

/** An officer decides on the proposal to close positions that stands for an account. */
export function decide(account: string, decision: Decision): Act {
  return ({ books, margin }) => {
    const proposal = margin.ladder.liquidations.standing(books.accounts.findText(account));
    if (proposal === undefined || proposal.decided !== null) return [];
    const verb = decision.decision === "approved" ? "approves" : "rejects";
    return [
      {
        words: `${verb} proposal ${proposal.id} for account ${account}: ${decision.reason}`,
        fact: { kind: "liquidation-decided", proposal: proposal.id, ...decision },
      },
    ];
  };
}

/** The desk works the closing orders of an account's approved proposal, each at the price that stands. */
export function workOrders(account: string): Act {
  return ({ at, books, margin }) => {
    const { accounts, instruments, names } = books;
    const approved = margin.ladder.liquidations.approved(accounts.findText(account));
    if (approved === undefined) return [];
    return approved.orders.map((order, index) => {
      const { instrument } = instruments.attributes(order.instrument);
      const quantity = formatDecimal(Math.abs(order.units), instruments.columns.scale[order.instrument]);
      const price = formatDecimal(books.market.price(order.instrument), PRICE_SCALE);
      const side = order.units < 0 ? "sell" : "buy";
      const [owner, contra] = [names.text(accounts.nameId(order.account)), "nscc"];
      const tradeDay = formatDay(newYorkDay(at));
      const execution = `${approved.orderIds[index]}-1`;
      return {
        words: `works order ${approved.orderIds[index]}: ${side} ${quantity} ${instrument} at ${price}`,
        fact: {
          kind: "trade-executed",
          account: owner,
          contra,
          instrument,
          side,
          quantity,
          price,
          tradeDay,
          execution,
        },
      };
    });
  };
}
