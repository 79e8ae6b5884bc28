/**
 * The accounts of the ledger: claims (whom we hold it for, or owe it to), the firm's own, and places (where we have it,
 * or who owes it to us). A row is a lasting number; an account that is closed keeps its row and its history.
 */
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import type { Names } from "../base/names.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import { ACCOUNT_TYPES, type FactOfKind, LEDGER_CLASSES, LOT_METHODS } from "../facts/kinds.ts";
import { RowsByName } from "./rows-by-name.ts";

type AccountOpened = FactOfKind<"account-opened">;
type AccountClosed = FactOfKind<"account-closed">;
export type AccountType = AccountOpened["type"];
export type LedgerClass = (typeof LEDGER_CLASSES)[number];
type LotMethod = (typeof LOT_METHODS)[number];

export interface AccountTraits {
  /** The sign that its securities balances have: claims are owed (+), places hold or owe us (−). */
  readonly side: "claim" | "place" | "either";
  /** A customer of 15c3-3. PAB accounts and non-customers are not. */
  readonly customer: boolean;
  /** The firm's own: its balances are net worth. */
  readonly firm: boolean;
  /** Its securities are held in tax lots with a cost. */
  readonly carriesLots: boolean;
}

const customer: AccountTraits = { side: "claim", customer: true, firm: false, carriesLots: true };
const otherHolder: AccountTraits = { side: "claim", customer: false, firm: false, carriesLots: true };
const claim: AccountTraits = { side: "claim", customer: false, firm: false, carriesLots: false };
const place: AccountTraits = { side: "place", customer: false, firm: false, carriesLots: false };
const either: AccountTraits = { side: "either", customer: false, firm: false, carriesLots: false };
const trading: AccountTraits = { side: "claim", customer: false, firm: true, carriesLots: true };

export const ACCOUNT_TRAITS: Readonly<Record<AccountType, AccountTraits>> = {
  "customer-cash": customer,
  "customer-margin": customer,
  "customer-portfolio-margin": customer,
  pab: otherHolder,
  "non-customer": otherHolder,
  "stock-borrowed": claim,
  "fail-to-deliver": claim,
  "bank-loan": claim,
  "reverse-repo": claim,
  "firm-inventory": trading,
  error: trading,
  "general-ledger": { side: "either", customer: false, firm: true, carriesLots: false },
  "depository-free": place,
  "depository-segregated": place,
  vault: place,
  custodian: place,
  bank: place,
  "reserve-bank": place,
  pledged: place,
  "stock-loaned": place,
  "fail-to-receive": place,
  clearing: either,
  transit: place,
  repo: place,
  suspense: either,
};

/** In the column `ledgerClass`: not a general-ledger account. */
export const NO_LEDGER_CLASS = 255;

/** What an account says of itself, decoded. */
export interface AccountAttributes {
  readonly account: string;
  readonly type: AccountType;
  readonly title: string;
  readonly ownerGroup: string | undefined;
  readonly introducingFirm: string | undefined;
  readonly ledgerClass: LedgerClass | undefined;
  readonly capitalLine: string | undefined;
  readonly lotMethod: LotMethod;
  /** The market-maker account of an options specialist, carried or guaranteed, 15c3-1(c)(2)(x). */
  readonly optionsSpecialist: boolean;
}

const SCHEMA = {
  /** The account's name. */
  name: "u32",
  /** Index in ACCOUNT_TYPES. */
  type: "u8",
  /** Index in LEDGER_CLASSES, or NO_LEDGER_CLASS. */
  ledgerClass: "u8",
  /** Index in LOT_METHODS. */
  lotMethod: "u8",
  /** 1 for the account of an options specialist. */
  optionsSpecialist: "u8",
  /** 1 where closed. */
  closed: "u8",
  /** The name of the group, or -1. */
  ownerGroup: "i32",
  /** The name of the firm, or -1. */
  introducingFirm: "i32",
} as const;

export class Accounts implements Stateful {
  readonly #names: Names;
  readonly #table = new Table("accounts", SCHEMA);
  readonly #rows = new RowsByName();
  #titles: string[] = [];
  readonly #capitalLines = new Map<number, string>();
  #revision = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  get size(): number {
    return this.#table.size;
  }

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** The columns, by row. Read them through this property each time: growing replaces them. */
  get columns() {
    return this.#table.columns;
  }

  /** The row of the account with this name, or -1. */
  find(nameId: number): number {
    return this.#rows.find(nameId);
  }

  /** The row of the account named `text`, or -1. */
  findText(text: string): number {
    const nameId = this.#names.find(text);
    return nameId === undefined ? -1 : this.find(nameId);
  }

  nameId(row: number): number {
    return this.#table.columns.name[row];
  }

  type(row: number): AccountType {
    return ACCOUNT_TYPES[this.#table.columns.type[row]];
  }

  traits(row: number): AccountTraits {
    return ACCOUNT_TRAITS[this.type(row)];
  }

  attributes(row: number): AccountAttributes {
    assert(row >= 0 && row < this.size, "an account's attributes are asked for by its row");
    const { name, type, ledgerClass, lotMethod, optionsSpecialist, ownerGroup, introducingFirm } = this.#table.columns;
    const text = (id: number) => (id < 0 ? undefined : this.#names.text(id));
    return Object.freeze({
      account: this.#names.text(name[row]),
      type: ACCOUNT_TYPES[type[row]],
      title: this.#titles[row],
      ownerGroup: text(ownerGroup[row]),
      introducingFirm: text(introducingFirm[row]),
      ledgerClass: ledgerClass[row] === NO_LEDGER_CLASS ? undefined : LEDGER_CLASSES[ledgerClass[row]],
      capitalLine: this.#capitalLines.get(row),
      lotMethod: LOT_METHODS[lotMethod[row]],
      optionsSpecialist: optionsSpecialist[row] === 1,
    });
  }

  /** Throws what keeps the fact from being applied. That a closing account's balances are zero is the ledger's to check. */
  check(fact: AccountOpened | AccountClosed): void {
    const nameId = this.#names.find(fact.account);
    const row = nameId === undefined ? -1 : this.find(nameId);
    if (fact.kind === "account-opened") this.#checkOpening(fact, row);
    else this.#checkClosing(fact, row);
  }

  #checkOpening(fact: AccountOpened, row: number): void {
    if (row >= 0 && this.type(row) !== fact.type) {
      throw new Trouble("not-allowed", `account ${fact.account} is of type ${this.type(row)}, which cannot change`, {
        field: "type",
        value: fact.type,
        expected: "the same type, or a new account to which the balances are moved",
      });
    }
    const general = fact.type === "general-ledger";
    if (general && fact.ledgerClass === undefined) {
      throw new Trouble("missing-field", "a general-ledger account says what it is to net worth", {
        field: "ledgerClass",
        expected: LEDGER_CLASSES.join(", "),
      });
    }
    for (const field of ["ledgerClass", "capitalLine"] as const) {
      if (!general && fact[field] !== undefined) {
        throw new Trouble("unknown-field", "only a general-ledger account has one", { field, value: fact[field] });
      }
    }
    const { carriesLots, firm } = ACCOUNT_TRAITS[fact.type];
    if (fact.optionsSpecialist === true && (!carriesLots || firm)) {
      throw new Trouble("unknown-field", `an account of type ${fact.type} is not carried for a specialist`, {
        field: "optionsSpecialist",
        value: true,
      });
    }
    if (fact.lotMethod !== undefined && !carriesLots) {
      throw new Trouble("unknown-field", `an account of type ${fact.type} carries no tax lots`, {
        field: "lotMethod",
        value: fact.lotMethod,
      });
    }
  }

  #checkClosing(fact: AccountClosed, row: number): void {
    const at = { field: "account", value: fact.account };
    if (row < 0) throw new Trouble("unknown-account", "no account of this name was ever opened", at);
    if (this.#table.columns.closed[row] === 1) throw new Trouble("not-allowed", "the account is already closed", at);
  }

  /** Opens the account, changes what it says of itself, or opens it again. The fact has been checked. Returns its row. */
  open(fact: AccountOpened, nameId: number): number {
    this.#revision++;
    let row = this.find(nameId);
    if (row < 0) {
      row = this.#table.add();
      this.#rows.set(nameId, row);
    }
    const columns = this.#table.columns;
    const name = (text: string | undefined) => (text === undefined ? -1 : this.#names.intern(text));
    columns.name[row] = nameId;
    columns.type[row] = ACCOUNT_TYPES.indexOf(fact.type);
    columns.ledgerClass[row] =
      fact.ledgerClass === undefined ? NO_LEDGER_CLASS : LEDGER_CLASSES.indexOf(fact.ledgerClass);
    columns.lotMethod[row] = LOT_METHODS.indexOf(fact.lotMethod ?? "fifo");
    columns.optionsSpecialist[row] = fact.optionsSpecialist === true ? 1 : 0;
    columns.closed[row] = 0;
    columns.ownerGroup[row] = name(fact.ownerGroup);
    columns.introducingFirm[row] = name(fact.introducingFirm);
    this.#titles[row] = fact.title ?? "";
    if (fact.capitalLine === undefined) this.#capitalLines.delete(row);
    else this.#capitalLines.set(row, fact.capitalLine);
    return row;
  }

  /** Forgets every account from row `size` on: takes back what admission opened to check a batch. */
  forgetFrom(size: number): void {
    this.#revision++;
    for (let row = size; row < this.size; row++) {
      this.#rows.unset(this.nameId(row));
      this.#capitalLines.delete(row);
    }
    this.#table.size = size;
    this.#titles.length = size;
  }

  /** The account takes no more postings. The fact has been checked. Returns its row. */
  close(nameId: number): number {
    const row = this.find(nameId);
    assert(row >= 0 && this.#table.columns.closed[row] === 0, "only an open account is closed");
    this.#revision++;
    this.#table.columns.closed[row] = 1;
    return row;
  }

  sections(): Section[] {
    return [
      ...this.#table.sections(),
      jsonSection("accounts.titles", this.#titles),
      jsonSection("accounts.capitalLines", [...this.#capitalLines]),
    ];
  }

  restore(sections: SectionReader): void {
    this.#revision++;
    this.#table.restore(sections);
    this.#rows.rebuild(this.#table.columns.name, this.size);
    this.#titles = sections.json("accounts.titles") as string[];
    this.#capitalLines.clear();
    for (const [row, text] of sections.json("accounts.capitalLines") as [number, string][])
      this.#capitalLines.set(row, text);
  }
}
