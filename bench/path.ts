/**
 * The whole path on one core: the bytes of a fact, as the journal holds them, to the books, to net capital and its tier
 * after every fact. The flow is mostly quotes and prints, with customers' and the firm's trades and cash movements among
 * them. Beside it the way one would first write it: JSON to objects, balances in Maps, and net capital summed over the
 * firm's positions after every fact. Both must end with the same balances and the same net capital. Not measured: the disk
 * (see journal.ts) and the network.
 */
import assert from "node:assert/strict";
import { formatDecimal } from "../src/base/decimal.ts";
import { formatInstant, type Instant } from "../src/base/time.ts";
import type { FirmState } from "../src/engine/firm-state.ts";
import { verifyState } from "../src/engine/verify.ts";
import { FactEncoder } from "../src/facts/codec.ts";
import type { Fact } from "../src/facts/kinds.ts";
import { RecordWriter } from "../src/facts/records.ts";
import { random } from "./random.ts";
import type { BenchResult } from "./result.ts";
import { openedFirm, START_MICROS } from "./small-firm.ts";

const SIZE = { accounts: 100_000, instruments: 5000, inventory: 500 };
const FACTS = 500_000;
const NAIVE_FACTS = 20_000;
const ROUNDS = 3;

function* flow(count: number, seed: number): Generator<Fact> {
  const draw = random(seed);
  const pick = (below: number): number => Math.floor(draw() * below);
  for (let index = 0; index < count; index++) {
    const at = formatInstant((START_MICROS + 1_000_000 + index) as Instant);
    const instrument = `S${Math.floor(SIZE.instruments * draw() ** 3)}`;
    const cents = 10_000 + pick(400) - 200;
    const price = formatDecimal(cents, 2);
    const kind = draw();
    if (kind < 0.6)
      yield {
        kind: "quote",
        at,
        instrument,
        bid: price,
        ask: formatDecimal(cents + 2, 2),
        bidSize: "300",
        askSize: "200",
      };
    else if (kind < 0.85) yield { kind: "market-trade", at, instrument, price, quantity: "100" };
    else if (kind < 0.97) {
      const account = draw() < 0.2 ? "desk" : `C${pick(SIZE.accounts)}`;
      yield {
        kind: "trade-executed",
        at,
        account,
        instrument,
        contra: "nscc",
        side: draw() < 0.5 ? "buy" : "sell",
        quantity: String(1 + pick(500)),
        price,
        tradeDay: "2026-03-02",
        commission: "4.95",
        execution: `E${index}`,
      };
    } else
      yield {
        kind: "cash-moved",
        at,
        from: "bank",
        to: `C${pick(SIZE.accounts)}`,
        currency: "USD",
        amount: formatDecimal(1 + pick(1e6), 2),
        reason: "deposit",
      };
  }
}

/** The records of the flow, in the names of `state`. New names are interned when the records are applied. */
function encoded(state: FirmState, count: number, seed: number): { bytes: Uint8Array; records: number } {
  const encoder = new FactEncoder(state.books.names);
  const writer = new RecordWriter(2 ** 26);
  for (const fact of flow(count, seed)) encoder.encode(fact, writer);
  return { bytes: writer.bytes.slice(), records: writer.count };
}

/** Balances in Maps, prices in a Map, net capital summed anew: equity less 15 % of the greater side and the rest of (J). */
class NaiveFirm {
  readonly balances = new Map<string, Map<string, number>>();
  readonly references = new Map<string, number>();
  readonly quotes = new Map<string, { bid: number; ask: number }>();

  post(account: string, asset: string, amount: number): void {
    let assets = this.balances.get(account);
    if (assets === undefined) this.balances.set(account, (assets = new Map()));
    assets.set(asset, (assets.get(asset) ?? 0) + amount);
  }

  apply(fact: Fact): void {
    if (fact.kind === "quote") this.quotes.set(fact.instrument, { bid: Number(fact.bid), ask: Number(fact.ask) });
    else if (fact.kind === "market-trade") this.references.set(fact.instrument, Number(fact.price));
    else if (fact.kind === "cash-moved") {
      this.post(fact.from, "USD", -Math.round(Number(fact.amount) * 100));
      this.post(fact.to, "USD", Math.round(Number(fact.amount) * 100));
    } else if (fact.kind === "trade-executed") {
      const sign = fact.side === "buy" ? 1 : -1;
      const cash = Math.round(Number(fact.quantity) * Number(fact.price) * 100);
      const commission = Math.round(Number(fact.commission) * 100);
      this.post(fact.account, fact.instrument, sign * Number(fact.quantity));
      this.post(fact.contra, fact.instrument, -sign * Number(fact.quantity));
      this.post(fact.account, "USD", -sign * cash - commission);
      this.post(fact.contra, "USD", sign * cash);
      this.post("commission-revenue", "USD", commission);
    }
  }

  /** The last print, held inside the quote. */
  price(instrument: string): number {
    const reference = this.references.get(instrument) ?? 100;
    const quote = this.quotes.get(instrument);
    if (quote === undefined) return reference;
    return reference < quote.bid ? quote.bid : reference > quote.ask ? quote.ask : reference;
  }

  netCapital(): number {
    let [equity, long, short] = [0, 0, 0];
    for (const account of ["desk", "capital", "commission-revenue"])
      equity += this.balances.get(account)?.get("USD") ?? 0;
    for (const [instrument, quantity] of this.balances.get("desk") ?? []) {
      if (instrument === "USD") continue;
      const value = Math.round(quantity * this.price(instrument) * 100);
      equity += value;
      if (value > 0) long += value;
      else short -= value;
    }
    const [most, least] = long > short ? [long, short] : [short, long];
    return equity - Math.round(most * 0.15) - Math.round(Math.max(0, least - most / 4) * 0.15);
  }
}

function naive(state: FirmState, facts: readonly string[]): number {
  const firm = new NaiveFirm();
  for (const account of ["desk", "capital"]) {
    const id = state.books.accounts.find(state.books.names.find(account) ?? 0);
    for (let row = state.books.ledger.firstRow(id); row !== -1; row = state.books.ledger.nextRow(row)) {
      const { asset, quantity } = state.books.ledger.rows.columns;
      firm.post(account, state.books.names.text(state.books.instruments.nameId(asset[row])), quantity[row]);
    }
  }
  const started = performance.now();
  for (const fact of facts) {
    firm.apply(JSON.parse(fact) as Fact);
    firm.netCapital();
  }
  const rate = (facts.length / (performance.now() - started)) * 1000;
  checkNaive(state, firm);
  return rate;
}

/** After the same facts: cash of the inventory and of clearing, and net capital to the cents that float rounding leaves. */
function checkNaive(before: FirmState, firm: NaiveFirm): void {
  const state = before.branch();
  const { bytes } = encoded(state, NAIVE_FACTS, 7);
  state.applyBytes(bytes);
  const balance = (account: string): number => {
    const { accounts, names, ledger, instruments } = state.books;
    return ledger.balance(accounts.find(names.find(account) ?? 0), instruments.findText("USD"));
  };
  assert.equal(balance("desk"), firm.balances.get("desk")?.get("USD"));
  assert.equal(balance("nscc"), firm.balances.get("nscc")?.get("USD"));
  assert.ok(
    Math.abs(state.netCapital.figures.netCapitalCents - firm.netCapital()) < SIZE.inventory,
    "net capital, both ways",
  );
}

export async function bench(): Promise<BenchResult[]> {
  const opened = openedFirm(SIZE);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const state = opened.branch();
    const { bytes, records } = encoded(state, FACTS, 7);
    const started = performance.now();
    state.applyBytes(bytes);
    rates.push((records / (performance.now() - started)) * 1000);
    assert.equal(state.refusals.count, 0);
    for (const { name, ok, detail } of verifyState(state)) assert.ok(ok, `${name}: ${detail}`);
  }
  rates.sort((a, b) => a - b);
  const value = rates[Math.floor(ROUNDS / 2)];
  const naiveRate = naive(
    opened,
    Array.from(flow(NAIVE_FACTS, 7), (fact) => JSON.stringify(fact)),
  );
  return [
    {
      name: "whole path: fact bytes to books to net capital, one core",
      unit: "facts/s",
      value,
      aim: "1,000,000",
      against: { name: "JSON, Maps, net capital summed anew", value: naiveRate, ratio: value / naiveRate },
      detail: {
        accounts: SIZE.accounts,
        instruments: SIZE.instruments,
        inventory: SIZE.inventory,
        facts: FACTS,
        slowest: rates[0],
        fastest: rates[ROUNDS - 1],
      },
    },
  ];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await bench())}\n`);
