/** Reported items that stand in place of what margin, or the books alone, say of an account. */
import type { NetCapitalBooks } from "../inputs.ts";
import type { OpenItem } from "./item.ts";

export const COVERING: readonly OpenItem["type"][] = ["account-deficit", "omnibus-deficit", "under-margined-account"];

/** The rows of accounts for which one is reported. */
export function accountsWithItems({ accounts }: NetCapitalBooks, items: readonly OpenItem[]): ReadonlySet<number> {
  const named = items.filter(({ type }) => COVERING.includes(type));
  return new Set(named.flatMap(({ account }) => (account === undefined ? [] : [accounts.findText(account)])));
}
