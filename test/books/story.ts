/** The facts of the stories that the tests of postings tell, in few words. */
import type { FactOfKind } from "../../src/facts/kinds.ts";
import type { Unstamped } from "./house.ts";

type Trade = Omit<FactOfKind<"trade-executed">, "at" | "kind">;

/** A trade on Monday 16 November 2026, which settles on Tuesday. */
export function trade(kind: "trade-executed" | "trade-busted", terms: Partial<Trade>): Unstamped {
  return {
    kind,
    account: "alice",
    instrument: "XYZ",
    contra: "clearing",
    side: "buy",
    quantity: "100",
    price: "190",
    tradeDay: "2026-11-16",
    execution: "e1",
    ...terms,
  };
}

export const bought = (terms: Partial<Trade> = {}) => trade("trade-executed", terms);
export const sold = (terms: Partial<Trade> = {}) => trade("trade-executed", { side: "sell", ...terms });
export const opened = (day: string): Unstamped => ({ kind: "business-day-opened", day });
export const cash = (
  from: string,
  to: string,
  amount: string,
  reason: FactOfKind<"cash-moved">["reason"] = "transfer",
): Unstamped => ({ kind: "cash-moved", from, to, currency: "USD", amount, reason });
export const shares = (from: string, to: string, quantity: string, more: object = {}): Unstamped => ({
  kind: "securities-moved",
  from,
  to,
  instrument: "XYZ",
  quantity,
  reason: "transfer",
  ...more,
});
export const settled = (direction: "received" | "delivered", quantity: string, amount: string): Unstamped => ({
  kind: "settlement-reported",
  contra: "clearing",
  place: "depository",
  cashPlace: "bank",
  direction,
  instrument: "XYZ",
  quantity,
  currency: "USD",
  amount,
});
