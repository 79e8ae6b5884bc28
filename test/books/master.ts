/** A security master for tests: lists what it is asked to, with the checks that a fact from outside goes through. */
import { Names } from "../../src/base/names.ts";
import { Instruments } from "../../src/books/instruments.ts";
import type { InstrumentListed } from "../../src/books/instrument-types.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";

export const AT = "2026-11-20T14:30:00.000Z";

export type ListingTerms = Pick<InstrumentListed, "instrument" | "type"> & Partial<InstrumentListed>;

export function listed(terms: ListingTerms): InstrumentListed {
  return { kind: "instrument-listed", at: AT, currency: "USD", ...terms };
}

export class Master {
  readonly names = new Names();
  readonly instruments = new Instruments(this.names);

  constructor(...listings: readonly ListingTerms[]) {
    this.list({ instrument: "USD", type: "currency" });
    for (const terms of listings) this.list(terms);
  }

  list(terms: ListingTerms): number {
    const fact = listed(terms);
    this.instruments.check(fact);
    return this.instruments.list(fact, this.names.intern(fact.instrument));
  }

  changeSymbol(instrument: string, symbol: string, effective: string): void {
    const fact: FactOfKind<"symbol-changed"> = { kind: "symbol-changed", at: AT, instrument, symbol, effective };
    this.instruments.check(fact);
    this.instruments.changeSymbol(fact);
  }
}
