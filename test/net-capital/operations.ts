/** A firm whose operations report open items, and what each of them costs. */
import assert from "node:assert/strict";
import { findLine, type LineInput } from "../../src/base/line.ts";
import { formatDay } from "../../src/base/time.ts";
import { Calendar } from "../../src/books/calendar.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import { AS_OF, Firm, inMonths, rulebook } from "./firm.ts";

/** A part of the text of the rulebook, and what stands there instead. */
export type Change = readonly [from: string, to: string];
export type OpenItem = Omit<FactOfKind<"open-item-reported">, "kind" | "at" | "item">;

const calendar = new Calendar();

/** The business day on which an age of so many business days began. */
export function businessDaysAgo(count: number): string {
  return formatDay(calendar.addBusinessDays(AS_OF, -count));
}

export const stock = { type: "equity", listing: "XNYS" } as const;
export const treasury = { type: "treasury", maturity: inMonths(30) } as const;

export class Operations extends Firm {
  #items = 0;

  constructor(...changes: readonly Change[]) {
    super(rulebook(...changes));
    this.capital(10_000_000);
    this.open("cash-customer", { type: "customer-cash" });
    this.open("broker", { type: "pab" });
    this.open("director", { type: "non-customer" });
  }

  security(instrument: string, listing: Parameters<Firm["list"]>[1], price: string): string {
    this.list(instrument, listing);
    this.mark(instrument, price);
    return instrument;
  }

  /** Reports the item and returns its name. */
  report(item: OpenItem, name = `item-${this.#items++}`): string {
    this.apply({ kind: "open-item-reported", item: name, ...item });
    return name;
  }

  /** What an item costs at a line. */
  cost(code: string, item: OpenItem): string {
    return this.line(`${code}/${this.report(item)}`);
  }

  inputs(code: string): Readonly<Record<string, LineInput>> {
    const line = findLine(this.figure().computation, code);
    assert.ok(line !== undefined, code);
    return line.inputs;
  }
}
