/**
 * What no ledger balance shows but net capital needs: items stated by operations or the FINOP, and open contractual
 * commitments, 15c3-1(c)(2)(viii). The newest report of an identifier replaces the one before; zero takes it away. Both
 * are listed in the order in which they first came.
 */
import { Trouble } from "../base/errors.ts";
import { parseDecimal } from "../base/decimal.ts";
import { type Cents, parseDollars } from "../base/money.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { PRICE_SCALE, QUANTITY_SCALE } from "../facts/define.ts";
import type { FactOfKind } from "../facts/kinds.ts";
import type { Instruments } from "./instruments.ts";

type ItemReported = FactOfKind<"capital-item-reported">;
type CommitmentReported = FactOfKind<"commitment-reported">;

export interface CapitalItem {
  readonly item: string;
  readonly treatment: ItemReported["treatment"];
  readonly label: string;
  readonly paragraph: string;
  readonly amount: Cents;
}

export interface Commitment {
  readonly commitment: string;
  /** The row of the security. */
  readonly instrument: number;
  readonly side: CommitmentReported["side"];
  /** Units of the security, positive. */
  readonly quantity: number;
  /** In units of 10^-8. */
  readonly contractPrice: number;
}

export class CapitalItems implements Stateful {
  readonly #instruments: Instruments;
  readonly #items = new Map<string, CapitalItem>();
  readonly #commitments = new Map<string, Commitment>();

  constructor(instruments: Instruments) {
    this.#instruments = instruments;
  }

  items(): Iterable<CapitalItem> {
    return this.#items.values();
  }

  commitments(): Iterable<Commitment> {
    return this.#commitments.values();
  }

  /** Throws what keeps the fact from being applied. */
  check(fact: ItemReported | CommitmentReported): void {
    if (fact.kind === "capital-item-reported") decodeItem(fact);
    else this.#decodeCommitment(fact);
  }

  /** The fact has been checked. */
  report(fact: ItemReported | CommitmentReported): void {
    if (fact.kind === "capital-item-reported") {
      const item = decodeItem(fact);
      if (item.amount === 0) this.#items.delete(item.item);
      else this.#items.set(item.item, item);
    } else {
      const commitment = this.#decodeCommitment(fact);
      if (commitment.quantity === 0) this.#commitments.delete(commitment.commitment);
      else this.#commitments.set(commitment.commitment, commitment);
    }
  }

  /** The same again, to be changed apart. */
  copy(): CapitalItems {
    const copy = new CapitalItems(this.#instruments);
    for (const [key, item] of this.#items) copy.#items.set(key, item);
    for (const [key, commitment] of this.#commitments) copy.#commitments.set(key, commitment);
    return copy;
  }

  #decodeCommitment(fact: CommitmentReported): Commitment {
    const instrument = this.#instruments.findText(fact.instrument);
    if (instrument < 0) throw this.#instruments.unknownText(fact.instrument);
    const wire = parseDecimal(fact.quantity, QUANTITY_SCALE, "quantity");
    const quantity = this.#instruments.toUnits(instrument, wire);
    if (Number.isNaN(quantity)) {
      const scale = this.#instruments.columns.scale[instrument];
      throw new Trouble("not-exact", `finer than ${fact.instrument} is counted`, {
        field: "quantity",
        value: fact.quantity,
        expected: `at most ${scale} decimals`,
      });
    }
    const contractPrice = parseDecimal(fact.contractPrice, PRICE_SCALE, "contractPrice");
    return { commitment: fact.commitment, instrument, side: fact.side, quantity, contractPrice };
  }

  sections(): Section[] {
    return [
      jsonSection("capital.items", [...this.#items.values()]),
      jsonSection("capital.commitments", [...this.#commitments.values()]),
    ];
  }

  restore(sections: SectionReader): void {
    this.#items.clear();
    this.#commitments.clear();
    for (const item of sections.json("capital.items") as CapitalItem[]) this.#items.set(item.item, item);
    for (const commitment of sections.json("capital.commitments") as Commitment[]) {
      this.#commitments.set(commitment.commitment, commitment);
    }
  }
}

function decodeItem({ item, treatment, label, paragraph, amount }: ItemReported): CapitalItem {
  return { item, treatment, label, paragraph, amount: parseDollars(amount) };
}
