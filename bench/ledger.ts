/**
 * How fast the ledger posts, in memory: checked transfers between a million accounts, and trades with cash, securities,
 * charges, tax lots and settlement. Beside each the way one would first write it, with the same checks, on the same
 * sequence, and all answers compared. The accounts are drawn alike (uniform) or by a Zipf law, their numbers scattered so that
 * busy accounts are no neighbours. Nothing is journaled here.
 */
import assert from "node:assert/strict";
import type { Day } from "../src/base/time.ts";
import { Books } from "../src/books/books.ts";
import { Ledger } from "../src/books/ledger.ts";
import { Postings } from "../src/books/postings.ts";
import { NO_DAY, Settlement } from "../src/books/settlement.ts";
import type { TradeTerms } from "../src/books/trade-postings.ts";
import type { FactOfKind } from "../src/facts/kinds.ts";
import { random } from "./random.ts";
import type { BenchResult } from "./result.ts";

/** The house's currency, of which most postings are. */
const CURRENCY = 0;
const ACCOUNTS = 1_000_000;
const TRANSFERS = 1_000_000;
const ROUNDS = 2;
const TRADES = 200_000;
const TRADERS = 100_000;
const SECURITIES = 500;
const FIRST_DAY = 20_773;

/** Account numbers of transfers: `from`, `to` alternating, never the same twice in a pair. */
function pairs(draw: () => number): Uint32Array {
  const accounts = new Uint32Array(TRANSFERS * 2);
  for (let index = 0; index < accounts.length; index += 2) {
    accounts[index] = draw();
    do accounts[index + 1] = draw();
    while (accounts[index] === accounts[index + 1]);
  }
  return accounts;
}

/** Nanoseconds of the fastest of several runs, for one of `count` things done in each. */
function fastest(count: number, rounds: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    run();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count);
  }
  return best;
}

function transfers(name: string, accounts: Uint32Array): BenchResult {
  const ledger = new Ledger(new Settlement(), { rows: ACCOUNTS, accounts: ACCOUNTS });
  const naive = new Map<string, { balance: number }>();
  for (let account = 0; account < ACCOUNTS; account++) {
    ledger.rowFor(account, CURRENCY);
    naive.set(`${account}:${CURRENCY}`, { balance: 0 });
  }
  const ours = fastest(TRANSFERS, ROUNDS, () => {
    for (let index = 0; index < accounts.length; index += 2) {
      ledger.transfer(CURRENCY, accounts[index], accounts[index + 1], 1 + (index & 1023));
    }
  });
  const theirs = fastest(TRANSFERS, ROUNDS, () => {
    for (let index = 0; index < accounts.length; index += 2) {
      const units = 1 + (index & 1023);
      const from = naive.get(`${accounts[index]}:${CURRENCY}`);
      const to = naive.get(`${accounts[index + 1]}:${CURRENCY}`);
      if (from === undefined || to === undefined) throw new Error("no such account");
      const [fromAfter, toAfter] = [from.balance - units, to.balance + units];
      if (!Number.isSafeInteger(fromAfter) || !Number.isSafeInteger(toAfter)) throw new Error("overflow");
      from.balance = fromAfter;
      to.balance = toAfter;
    }
  });
  for (let account = 0; account < ACCOUNTS; account++) {
    assert.equal(ledger.balance(account, CURRENCY), naive.get(`${account}:${CURRENCY}`)?.balance);
  }
  assert.deepEqual(ledger.verifyConservation(), []);
  return {
    name: `checked transfers, ${name}`,
    unit: "/s",
    value: 1e9 / ours,
    aim: "5,000,000/s",
    against: { name: "Map of objects", value: 1e9 / theirs, ratio: theirs / ours },
    detail: { accounts: ACCOUNTS, transfers: TRANSFERS, nanoseconds: ours },
  };
}

// ——— trades ———

interface Lot {
  quantity: number;
  cost: number;
  opened: number;
}

/** The obvious way: maps of objects, FIFO lots in arrays, unsettled amounts in lists by day. */
class NaiveBooks {
  readonly balances = new Map<string, number>();
  readonly lots = new Map<string, Lot[]>();
  readonly realised = new Map<number, number>();
  readonly pending = new Map<number, { key: string; units: number }[]>();
  readonly settled = new Map<string, number>();

  post(account: number, asset: number, units: number, day: number): void {
    const key = `${account}:${asset}`;
    const after = (this.balances.get(key) ?? 0) + units;
    if (!Number.isSafeInteger(after)) throw new Error("overflow");
    this.balances.set(key, after);
    const due = this.pending.get(day);
    if (due === undefined) this.pending.set(day, [{ key, units }]);
    else due.push({ key, units });
  }

  settle(day: number): void {
    for (const [due, legs] of this.pending) {
      if (due > day) continue;
      for (const { key, units } of legs) this.settled.set(key, (this.settled.get(key) ?? 0) + units);
      this.pending.delete(due);
    }
  }

  trade(
    { account, instrument, contra, side, quantity, price, commission, tradeDay }: TradeTerms,
    currency: number,
    revenue: number,
  ): void {
    const sign = side === 0 ? 1 : -1;
    const principal = Math.round((quantity * price) / 1e6);
    this.post(contra, instrument, -sign * quantity, tradeDay + 1);
    this.post(account, instrument, sign * quantity, tradeDay + 1);
    this.post(account, currency, -sign * principal, tradeDay + 1);
    this.post(contra, currency, sign * principal, tradeDay + 1);
    this.post(account, currency, -commission, tradeDay + 1);
    this.post(revenue, currency, commission, tradeDay + 1);
    this.enter(account, instrument, sign * quantity, sign * principal + commission, tradeDay);
  }

  /** Costs are whole multiples of the quantities here, so that shares are exact. */
  enter(account: number, instrument: number, units: number, cost: number, day: number): void {
    const key = `${account}:${instrument}`;
    const lots = this.lots.get(key) ?? [];
    if (lots.length === 0) this.lots.set(key, lots);
    const perUnit = cost / units;
    let left = units;
    let profit = 0;
    while (left !== 0 && lots.length > 0 && lots[0].quantity > 0 !== left > 0) {
      const [lot] = lots;
      const closing = Math.min(Math.abs(left), Math.abs(lot.quantity));
      const share = (lot.cost / Math.abs(lot.quantity)) * closing;
      profit += left > 0 ? -share - perUnit * closing : perUnit * closing - share;
      lot.cost -= share;
      lot.quantity += left > 0 ? closing : -closing;
      left += left > 0 ? -closing : closing;
      if (lot.quantity === 0) lots.shift();
    }
    if (left !== 0) lots.push({ quantity: left, cost: perUnit * left, opened: day });
    if (profit !== 0) this.realised.set(account, (this.realised.get(account) ?? 0) + profit);
  }
}

const AT = "2026-11-16T15:00:00Z";

function openHouse(): {
  books: Books;
  traders: number[];
  contra: number;
  revenue: number;
  currency: number;
  securities: number[];
} {
  const books = new Books();
  const list = (instrument: string, type: "currency" | "equity") =>
    books.instruments.list(
      { kind: "instrument-listed", at: AT, instrument, type, currency: "USD" },
      books.names.intern(instrument),
    );
  const open = (account: string, more: Omit<FactOfKind<"account-opened">, "kind" | "at" | "account">) =>
    books.accounts.open({ kind: "account-opened", at: AT, account, ...more }, books.names.intern(account));
  return {
    books,
    currency: list("USD", "currency"),
    securities: Array.from({ length: SECURITIES }, (_, index) => list(`S${index}`, "equity")),
    contra: open("clearing", { type: "clearing" }),
    revenue: open("commission-revenue", { type: "general-ledger", ledgerClass: "revenue" }),
    traders: Array.from({ length: TRADERS }, (_, index) => open(`T${index}`, { type: "customer-margin" })),
  };
}

function trades(): BenchResult {
  const { books, traders, contra, revenue, currency, securities } = openHouse();
  const postings = new Postings(books);
  const naive = new NaiveBooks();
  const draw = random(7);
  const drawn = Float64Array.from({ length: TRADES * 4 }, draw);
  const terms: TradeTerms = {
    account: 0,
    instrument: 0,
    contra,
    side: 0,
    quantity: 0,
    price: 0,
    tradeDay: NO_DAY,
    settleDay: NO_DAY,
    commission: 0,
    fees: 0,
    accrued: 0,
    lot: NO_DAY,
  };
  const fill = (index: number): void => {
    const day = FIRST_DAY + Math.floor((index * 20) / TRADES);
    terms.account = traders[Math.floor(drawn[index * 4] * TRADERS)];
    terms.instrument = securities[Math.floor(drawn[index * 4 + 1] * drawn[index * 4 + 1] * 20)];
    terms.side = drawn[index * 4 + 2] < 0.55 ? 0 : 1;
    terms.quantity = 100;
    terms.price = (10_00 + Math.floor(drawn[index * 4 + 3] * 10_000)) * 1e6;
    terms.commission = 100;
    terms.tradeDay = day as Day;
    terms.settleDay = (day + 1) as Day;
  };
  const perDay = TRADES / 20;
  const ours = fastest(TRADES, 1, () => {
    for (let index = 0; index < TRADES; index++) {
      if (index % perDay === 0) postings.businessDayOpened((FIRST_DAY + index / perDay) as Day);
      fill(index);
      postings.tradeExecuted(terms);
    }
  });
  const theirs = fastest(TRADES, 1, () => {
    for (let index = 0; index < TRADES; index++) {
      if (index % perDay === 0) naive.settle(FIRST_DAY + index / perDay);
      fill(index);
      naive.trade(terms, currency, revenue);
    }
  });
  for (const [key, balance] of naive.balances) {
    const [account, asset] = key.split(":").map(Number);
    assert.equal(books.ledger.balance(account, asset), balance);
    assert.equal(books.ledger.settledBalance(account, asset), naive.settled.get(key) ?? 0);
  }
  for (const [account, profit] of naive.realised) assert.equal(books.lots.realised(account), profit);
  for (const [key, lots] of naive.lots) {
    const [account, asset] = key.split(":").map(Number);
    const found = books.lots.list(books.ledger.row(account, asset));
    assert.equal(found.length, lots.length);
    for (const [index, { quantity, cost, opened }] of lots.entries()) {
      assert.ok(found[index].quantity === quantity && found[index].cost === cost && found[index].opened === opened);
    }
  }
  assert.deepEqual(books.ledger.verifyConservation(), []);
  return {
    name: "trades: cash, security, commission, FIFO lots, settlement",
    unit: "/s",
    value: 1e9 / ours,
    against: { name: "Maps of objects", value: 1e9 / theirs, ratio: theirs / ours },
    detail: { trades: TRADES, accounts: TRADERS, positions: naive.lots.size, nanoseconds: ours },
  };
}

export async function bench(): Promise<BenchResult[]> {
  const uniform = random(1);
  const zipf = random(2);
  // N^u falls off as a Zipf law of exponent one; the odd factor scatters the ranks over the account numbers.
  const byZipf = () => (Math.floor(ACCOUNTS ** zipf()) * 618_033) % ACCOUNTS;
  return [
    transfers(
      "accounts drawn alike",
      pairs(() => Math.floor(uniform() * ACCOUNTS)),
    ),
    transfers("accounts drawn by a Zipf law", pairs(byZipf)),
    trades(),
  ];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await bench())}\n`);
