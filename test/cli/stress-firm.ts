/** A small firm on margin in a directory of its own: one account that a crisis would leave owing, and one that none would. */
import type { Engine } from "../../src/engine/engine.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const AT = "2026-11-20T14:00:00.000Z";

function activation(rulebook: string): object {
  const document = readFileSync(join(import.meta.dirname, `../../rulebooks/${rulebook}.yaml`), "utf8");
  const said = (field: string): string => new RegExp(`^${field}: "(.+)"`, "m").exec(document)?.[1] ?? "";
  const officers = { approvedBy: "first officer", secondApproval: "second officer" };
  return {
    kind: "rulebook-activated",
    rulebook,
    version: said("version"),
    effective: said("effective"),
    document,
    ...officers,
  };
}

const trade = (account: string): object => ({
  kind: "trade-executed",
  execution: `X-${account}`,
  account,
  contra: "market",
  instrument: "NAME",
  side: "buy",
  quantity: "1000",
  price: "100",
  tradeDay: "2026-11-20",
});

const deposit = (to: string, amount: string): object => ({
  kind: "cash-moved",
  from: "bank",
  to,
  currency: "USD",
  amount,
  reason: "deposit",
});

/** 1,000 shares at 100 each, bought with 28,000 and with 90,000 of their own. */
export async function fillFirm(engine: Engine): Promise<void> {
  const open = (account: string, type: string, more: object = {}): object => ({
    kind: "account-opened",
    account,
    type,
    ...more,
  });
  const facts = [
    { kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" },
    { kind: "instrument-listed", instrument: "NAME", type: "equity", listing: "exchange", currency: "USD" },
    open("bank", "bank"),
    open("market", "clearing"),
    open("capital", "general-ledger", { ledgerClass: "ownership-equity" }),
    open("thin", "customer-margin"),
    open("sound", "customer-margin"),
    activation("net-capital"),
    activation("margin"),
    { kind: "business-day-opened", day: "2026-11-20" },
    { kind: "mark", instrument: "NAME", price: "100", basis: "manual" },
    deposit("capital", "1000000"),
    deposit("thin", "28000"),
    deposit("sound", "90000"),
    trade("thin"),
    trade("sound"),
  ];
  for (const fact of facts) await engine.submit([{ at: AT, ...fact } as Fact]);
}
