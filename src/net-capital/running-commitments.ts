/** Open commitments between reports: their rates and costs stand, and only market values are taken anew. */
import { add, type Cents, ZERO } from "../base/money.ts";
import type { Rate } from "../base/rate.ts";
import type { Commitment } from "../books/capital-items.ts";
import type { Classifier } from "./classify.ts";
import { commitmentDeduction, commitmentRate } from "./haircuts/commitments.ts";
import { isCommittedHere, valueOrNaN } from "./holdings.ts";
import type { NetCapitalBooks } from "./inputs.ts";
import type { NetCapitalRules } from "./rules.ts";

interface RunningCommitment {
  readonly instrument: number;
  /** Negative for a commitment to deliver. */
  readonly units: number;
  /** Cents, NaN where it cannot be held. */
  readonly cost: number;
  /** Undefined where the security has no class here. */
  readonly rate: Rate | undefined;
}

export class RunningCommitments {
  readonly #books: NetCapitalBooks;
  #commitments: readonly RunningCommitment[] = [];

  constructor(books: NetCapitalBooks) {
    this.#books = books;
  }

  /** The reports, the rules or the day changed. */
  classify(rules: NetCapitalRules, classifier: Classifier): void {
    const { instruments, capitalItems } = this.#books;
    this.#commitments = Array.from(
      capitalItems.commitments(),
      ({ instrument, side, quantity, contractPrice }: Commitment) => {
        const attributes = instruments.attributes(instrument);
        const found = classifier.classify(attributes);
        const units = side === "long" ? quantity : -quantity;
        const cost = valueOrNaN(instruments, instrument, units, contractPrice);
        const rate =
          found.kind === "bucket" && isCommittedHere(found.bucket, attributes.type, classifier)
            ? commitmentRate(found.bucket, attributes.listing !== undefined, rules)
            : undefined;
        return { instrument, units, cost, rate };
      },
    );
  }

  /** The deductions of all at present market values, in cents; NaN where one of them cannot be said. */
  deduction(): number {
    let deduction: Cents = ZERO;
    for (let index = 0; index < this.#commitments.length; index++) {
      const { instrument, units, cost, rate } = this.#commitments[index];
      const price = this.#books.market.price(instrument);
      const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(this.#books.instruments, instrument, units, price);
      if (rate === undefined || Number.isNaN(value) || Number.isNaN(cost)) return Number.NaN;
      deduction = add(deduction, commitmentDeduction(value as Cents, cost as Cents, rate));
    }
    return deduction;
  }
}
