/**
 * A branch of a running firm that costs what is asked of it: books that take over rows of the trunk's when they are touched,
 * and a monitor that starts from the trunk's sums. Facts are checked and applied by the code that applies real ones. The
 * trunk is read and never written; it must stand still while the branch is in use, so a branch lives within one call.
 */
import { assert } from "../../base/assert.ts";
import { parseDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import { BranchBooks } from "../../books/branch/books.ts";
import { isPosted, Postings } from "../../books/postings.ts";
import { isReport } from "../../books/reports.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { Fact, FactKind, FactOfKind } from "../../facts/kinds.ts";
import { NetCapitalMonitor } from "../../net-capital/monitor.ts";
import { FactsRefused, refusedFact } from "../admission.ts";
import { ColdFacts } from "../cold-facts.ts";
import type { FirmState } from "../firm-state.ts";

/** Beside postings and reports: kinds that change nothing which a branch shares with its trunk. */
const SERVED: ReadonlySet<FactKind> = new Set<FactKind>([
  "mark",
  "capital-item-reported",
  "commitment-reported",
  "rulebook-activated",
]);

function isServed(fact: Fact): boolean {
  return isPosted(fact) || isReport(fact) || SERVED.has(fact.kind);
}

export class Branch {
  readonly books: BranchBooks;
  readonly netCapital: NetCapitalMonitor;
  readonly #postings: Postings;
  readonly #cold: ColdFacts;

  constructor({ books, netCapital }: Pick<FirmState, "books" | "netCapital">) {
    this.books = new BranchBooks(books);
    this.netCapital = new NetCapitalMonitor(this.books, netCapital);
    this.books.ledger.observer = this.netCapital;
    this.#postings = new Postings(this.books);
    this.#cold = new ColdFacts(this.books, this.#postings, this.netCapital);
  }

  /** Whether such a branch can take the facts: none of them opens, lists or names anything. */
  static serves(facts: readonly Fact[]): boolean {
    return facts.every(isServed);
  }

  /** Applies the facts in order. Throws `FactsRefused` at the first that is impossible, with those before it applied. */
  apply(facts: readonly Fact[]): void {
    for (const [index, fact] of facts.entries()) {
      try {
        this.#applyOne(fact);
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        throw new FactsRefused([refusedFact(index, error)]);
      }
    }
  }

  #applyOne(fact: Fact): void {
    assert(isServed(fact), "a branch takes what changes nothing that it shares");
    if (fact.kind === "mark") this.#mark(fact);
    else if (fact.kind === "trade-executed" || fact.kind === "trade-busted") this.#postings.post(fact);
    else this.#cold.apply(fact);
  }

  #mark({ instrument, price }: FactOfKind<"mark">): void {
    const row = this.books.instruments.findText(instrument);
    if (row < 0) throw this.books.instruments.unknownText(instrument);
    if (this.books.market.mark(row, parseDecimal(price, PRICE_SCALE, "price"))) this.netCapital.priceChanged(row);
  }
}
