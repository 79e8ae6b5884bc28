/** Which account a hypothetical trade is for, and against whom, where the question does not say: the only one that fits. */
import { Trouble } from "../../base/errors.ts";
import { ACCOUNT_TYPES } from "../../facts/kinds.ts";
import type { Books } from "../../books/books.ts";
import type { AccountType, Accounts } from "../../books/accounts.ts";

export type HouseAccountType = "firm-inventory" | "clearing";

const HOUSE_ACCOUNTS: Readonly<Record<HouseAccountType, string>> = {
  "firm-inventory": "inventory",
  clearing: "clearing",
};

/** What an account is called that the firm does not have, and that is opened for a hypothetical trade. */
export function madeUpAccount(type: HouseAccountType): string {
  return `what-if ${HOUSE_ACCOUNTS[type]}`;
}

/** So many are named where there are several. */
const NAMED_MAX = 5;

interface Found {
  /** Rows looked at so far. A row never becomes another account's, nor of another type. */
  seen: number;
  readonly rows: number[];
}

const FOUND = new WeakMap<Accounts, Map<AccountType, Found>>();

/** The open accounts of a type. New accounts are looked at once, because there may be a million. */
function accountsOfType(accounts: Accounts, type: AccountType): number[] {
  const byType = FOUND.get(accounts) ?? new Map<AccountType, Found>();
  FOUND.set(accounts, byType);
  const found = byType.get(type) ?? { seen: 0, rows: [] };
  byType.set(type, found);
  const { type: types, closed } = accounts.columns;
  const wanted = ACCOUNT_TYPES.indexOf(type);
  for (; found.seen < accounts.size; found.seen++) if (types[found.seen] === wanted) found.rows.push(found.seen);
  return found.rows.filter((row) => closed[row] === 0);
}

/** The name of the only open account of a type, or undefined where there is none. Throws where there are several, and names them. */
export function onlyAccount(
  { accounts, names }: Pick<Books, "accounts" | "names">,
  type: HouseAccountType,
  field: string,
): string | undefined {
  const found = accountsOfType(accounts, type).map((row) => names.text(accounts.nameId(row)));
  if (found.length < 2) return found[0];
  const rest = found.length > NAMED_MAX ? ", …" : "";
  throw new Trouble("missing-field", `which ${HOUSE_ACCOUNTS[type]} account`, {
    field,
    expected: `one of ${found.slice(0, NAMED_MAX).join(", ")}${rest}`,
  });
}
