/**
 * Who may stand where in a posting. Each role of a fact (the account that trades, the place where securities are) takes
 * certain types of account; an unknown, closed or unfit account is refused here, before anything is posted.
 */
import { Trouble } from "../base/errors.ts";
import type { Names } from "../base/names.ts";
import { ACCOUNT_TYPES, INSTRUMENT_TYPES } from "../facts/kinds.ts";
import { ACCOUNT_TRAITS, type Accounts, type AccountType } from "./accounts.ts";
import type { Instruments } from "./instruments.ts";

export interface Role {
  /** Bit n is set where type n of `ACCOUNT_TYPES` fits. */
  readonly types: number;
  readonly words: string;
}

function role(words: string, types: readonly AccountType[]): Role {
  return { words, types: types.reduce((bits, type) => bits | (1 << ACCOUNT_TYPES.indexOf(type)), 0) };
}

export const ROLES = {
  any: role("any account", ACCOUNT_TYPES),
  /** Whose securities are kept in lots: customers, PAB, non-customers, the firm's inventory and errors. */
  holder: role(
    "an account that holds securities in lots",
    ACCOUNT_TYPES.filter((type) => ACCOUNT_TRAITS[type].carriesLots),
  ),
  contra: role("a clearing or fail account", ["clearing", "fail-to-receive", "fail-to-deliver"]),
  lender: role("a stock-borrowed account", ["stock-borrowed"]),
  borrower: role("a stock-loaned account", ["stock-loaned"]),
  securitiesPlace: role("a place for securities", [
    "depository-free",
    "depository-segregated",
    "vault",
    "custodian",
    "pledged",
    "clearing",
    "transit",
  ]),
  cashPlace: role("a place for cash", ["bank", "reserve-bank", "custodian", "clearing"]),
  stated: role("a general-ledger account or a place for cash", [
    "general-ledger",
    "bank",
    "reserve-bank",
    "custodian",
    "clearing",
  ]),
  generalLedger: role("a general-ledger account", ["general-ledger"]),
} as const;

const CURRENCY = INSTRUMENT_TYPES.indexOf("currency");
const INDEX = INSTRUMENT_TYPES.indexOf("index");

export class Roles {
  readonly #names: Names;
  readonly #accounts: Accounts;
  readonly #instruments: Instruments;

  constructor(names: Names, accounts: Accounts, instruments: Instruments) {
    this.#names = names;
    this.#accounts = accounts;
    this.#instruments = instruments;
  }

  /** The row of the account with this name. Throws `unknown-account`. */
  accountNamed(text: string, field: string): number {
    const name = this.#names.find(text);
    const row = name === undefined ? -1 : this.#accounts.find(name);
    if (row === -1) throw new Trouble("unknown-account", "no such account", { field, value: text });
    return row;
  }

  /** The row of the instrument with this name. Throws `unknown-instrument`. */
  instrumentNamed(text: string, field: string): number {
    const name = this.#names.find(text);
    const row = name === undefined ? -1 : this.#instruments.find(name);
    if (row === -1) throw new Trouble("unknown-instrument", "no such instrument", { field, value: text });
    return row;
  }

  /** Throws unless the account is known, open and fit for the role. */
  account(row: number, { types, words }: Role, field: string): void {
    if (row < 0) throw new Trouble("unknown-account", "no such account", { field });
    if (this.#accounts.columns.closed[row] === 1) {
      throw new Trouble("not-allowed", "the account is closed", { field, value: this.accountName(row) });
    }
    const type = this.#accounts.columns.type[row];
    if (((types >> type) & 1) === 0) {
      const value = this.accountName(row);
      throw new Trouble("not-allowed", `an account of type ${ACCOUNT_TYPES[type]} cannot stand here`, {
        field,
        value,
        expected: words,
      });
    }
  }

  /** Throws unless the two are different accounts. */
  different(row: number, other: number, field: string): void {
    if (row !== other) return;
    throw new Trouble("not-allowed", "the same account on both sides", { field, value: this.accountName(row) });
  }

  /** Throws unless the instrument can be held: known, and neither cash nor an index. */
  security(row: number): void {
    const type = row < 0 ? -1 : this.#instruments.columns.type[row];
    if (type === -1) throw new Trouble("unknown-instrument", "no such instrument", { field: "instrument" });
    if (type === CURRENCY || type === INDEX) {
      const what = INSTRUMENT_TYPES[type] === "currency" ? "cash is moved by cash-moved" : "an index cannot be held";
      throw new Trouble("not-allowed", what, { field: "instrument", value: this.instrumentName(row) });
    }
  }

  /** Throws unless the instrument is a currency. */
  currency(row: number): void {
    if (row < 0) throw new Trouble("unknown-instrument", "no such currency", { field: "currency" });
    if (this.#instruments.columns.type[row] !== CURRENCY) {
      throw new Trouble("not-allowed", "not a currency", { field: "currency", value: this.instrumentName(row) });
    }
  }

  accountName(row: number): string {
    return this.#names.text(this.#accounts.nameId(row));
  }

  instrumentName(row: number): string {
    return this.#names.text(this.#instruments.nameId(row));
  }
}

/** Throws unless `units` is a whole number below 2^53 and at least `least`. */
export function whole(units: number, field: string, least = Number.MIN_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(units)) {
    throw new Trouble("not-exact", "not a whole number of the asset's smallest unit", { field, value: units });
  }
  if (units < least) {
    throw new Trouble("bad-value", "too small", {
      field,
      value: units,
      expected: least === 0 ? "zero or more" : "more than zero",
    });
  }
}
