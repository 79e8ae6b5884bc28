/** A real chain day, Time Warner on 5 June 2014, and seeded books of the trade's strategies over it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MarginAccount } from "../../src/margin/account.ts";
import { holdingsOf } from "../../src/margin/account.ts";
import { type Group, type GroupContext, groupsOf } from "../../src/margin/group.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { parseDay } from "../../src/base/time.ts";
import { SmallBooks } from "./small-books.ts";

const ROOT = join(import.meta.dirname, "../..");
export const CHAIN_DAY = parseDay("2014-06-05");
export const SPOT = 71.22;
export const RULES = readMarginRules(readFileSync(join(ROOT, "rulebooks/margin.yaml"), "utf8"));

export interface Quoted {
  readonly name: string;
  readonly expiry: string;
  readonly strike: number;
  readonly right: "call" | "put";
  readonly price: number;
}

export const CHAIN: readonly Quoted[] = readFileSync(join(ROOT, "test/data/twx_options.csv"), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((row) => {
    const [date, strike, side, close] = row.split(",");
    const expiry = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    const right = side === "C" ? "call" : "put";
    return { name: `TWX ${date} ${side} ${strike}`, expiry, strike: Number(strike), right, price: Number(close) };
  });

export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Contracts by series, and shares under "TWX", of so many strategies taken at random. */
export function strategyBook(seed: number, strategies: number): Map<string, number> {
  const next = random(seed);
  const held = new Map<string, number>();
  const hold = (name: string, by: number): void => void held.set(name, (held.get(name) ?? 0) + by);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)];
  const near = CHAIN.filter(({ strike }) => Math.abs(strike - SPOT) < 15);
  const expiries = [...new Set(near.map(({ expiry }) => expiry))].sort((a, b) => (a < b ? -1 : 1));
  for (let count = 0; count < strategies; count++) {
    const size = 1 + Math.floor(next() * 10);
    const side = next() < 0.5 ? size : -size;
    const expiry = pick(expiries);
    const of = (right: "call" | "put"): Quoted[] =>
      near.filter((one) => one.expiry === expiry && one.right === right).sort((a, b) => a.strike - b.strike);
    const right = next() < 0.5 ? "call" : "put";
    const list = of(right);
    const at = Math.floor(next() * (list.length - 3));
    switch (Math.floor(next() * 8)) {
      case 0:
        hold(list[at].name, side);
        hold(list[at + 1].name, -side);
        break;
      case 1:
        hold(list[at].name, side);
        hold(list[at + 1].name, -2 * side);
        hold(list[at + 2].name, side);
        break;
      case 2:
        hold(of("put")[0].name, size);
        hold(of("put")[1].name, -size);
        hold(of("call").at(-2)?.name ?? "", -size);
        hold(of("call").at(-1)?.name ?? "", size);
        break;
      case 3:
        hold(pick(of("call")).name, -size);
        hold(pick(of("put")).name, -size);
        break;
      case 4:
        hold("TWX", 100 * size);
        hold(pick(of("call")).name, -size);
        break;
      case 5:
        hold("TWX", 100 * size);
        hold(pick(of("put")).name, size);
        hold(pick(of("call")).name, -size);
        break;
      case 6:
        hold("TWX", -100 * size);
        hold(pick(of("put")).name, -size);
        break;
      default:
        hold(pick(list).name, -size);
    }
  }
  held.delete("");
  for (const [name, units] of held) if (units === 0) held.delete(name);
  return held;
}

/** A book of exactly so many series, from so many strategies as that takes, with its stock. */
export function fullBook(seed: number, legs: number): ReturnType<typeof groupOf> {
  let strategies = Math.ceil(legs / 4);
  let held = strategyBook(seed, strategies);
  while (held.size <= legs) held = strategyBook(seed, ++strategies);
  const series = [...held].filter(([name]) => name !== "TWX").slice(0, legs);
  return groupOf(new Map([...series, ...[...held].filter(([name]) => name === "TWX")]));
}

/**
 * The context at one price after another: the underlying moves by up to ten cents, and half of the options with it, each by
 * some of its move.
 */
export function ticking(context: GroupContext, underlying: number, seed: number): () => GroupContext {
  const next = random(seed);
  const { books } = context;
  const moved = new Map<number, number>();
  const priceOf = (instrument: number): number => moved.get(instrument) ?? books.market.price(instrument);
  return () => {
    const cents = Math.round((next() - 0.5) * 20);
    for (let row = 0; row < books.instruments.size; row++) {
      if (row === underlying || books.instruments.type(row) !== "option" || next() < 0.5) continue;
      const side = books.instruments.attributes(row).right === "call" ? 1 : -1;
      moved.set(row, Math.max(1e6, priceOf(row) + side * Math.round(next() * cents) * 1e6));
    }
    moved.set(underlying, priceOf(underlying) + cents * 1e6);
    const prices = new Map(moved);
    return { ...context, price: (row) => prices.get(row) ?? books.market.price(row) };
  };
}

/** The book as a group in its context; each call makes its own books. */
export function groupOf(held: ReadonlyMap<string, number>): { readonly group: Group; readonly context: GroupContext } {
  const small = new SmallBooks();
  const stock = small.list({ instrument: "TWX", type: "equity", listing: "XNYS", price: String(SPOT) });
  const account = small.open("A", "customer-margin");
  const used = CHAIN.filter(({ name }) => held.has(name));
  for (const { name, expiry, strike, right, price } of used) {
    const row = small.list({
      instrument: name,
      type: "option",
      listing: "XCBO",
      underlying: "TWX",
      right,
      strike: String(strike),
      maturity: expiry,
      price: String(price),
    });
    small.add(account, row, held.get(name) ?? 0);
  }
  if (held.has("TWX")) small.add(account, stock, held.get("TWX") ?? 0);
  const terms = {
    exempt: false,
    uncoveredOptions: true,
    monitoring: undefined,
    dayTrading: undefined,
    houseGroup: undefined,
    liquidateLast: undefined,
  };
  const margin: MarginAccount = { account, members: [account], regime: "margin", terms };
  const context: GroupContext = { books: small.books, rules: RULES, account: margin, asOf: CHAIN_DAY };
  const group = groupsOf(small.books, holdingsOf(small.books, margin)).find(({ underlying }) => underlying === stock);
  return { group: group ?? { underlying: stock, holdings: [] }, context };
}
