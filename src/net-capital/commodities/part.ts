/** Appendix B and credit default swaps as a part of net capital: from scratch, and kept. */
import { type Line, total } from "../../base/line.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentType } from "../../books/instrument-types.ts";
import type { Claims, Holdings } from "../claims.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import { type PartAnswer, type RunningPart, sumsOf } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { RunningPositions } from "../running-positions.ts";
import { commodityLines } from "./cover.ts";
import { optionLine } from "./margins.ts";
import { type Held, Reader } from "./reader.ts";
import { swapLines } from "./swaps.ts";

/** From the books alone, of what earlier parts left. */
export function commoditiesPart(books: NetCapitalBooks, rules: NetCapitalRules, asOf: Day, left: Holdings): PartAnswer {
  return answerOf(new Reader(books, rules, asOf, left));
}

function answerOf(reader: Reader): PartAnswer {
  const options = reader.held.filter((held) => isCommodityOption(reader, held)).map((held) => optionLine(reader, held));
  const swaps = swapLines(reader);
  const charges = [...commodityLines(reader), ...options, ...swaps.commodityCharges];
  return {
    lines: {
      ...(charges.length > 0 && { "commodity-charges": charges }),
      ...(swaps.haircuts.length > 0 && { haircuts: [swapsLine(swaps.haircuts)] }),
    },
    claims: swaps.claims,
    troubles: reader.troubles,
  };
}

function swapsLine(children: readonly Line[]): Line {
  return total("haircuts/swaps", "Credit default swaps", "15c3-1(c)(2)(vi)(P)", children);
}

/** On a future or a commodity; every other option is Appendix A's. */
function isCommodityOption({ books: { instruments } }: Reader, { row, attributes }: Held): boolean {
  const underlying = instruments.columns.underlying[row];
  if (attributes.type !== "option" || underlying === -1) return false;
  const on = instruments.type(underlying);
  return on === "future" || on === "commodity";
}

/** What this part charges. */
const TYPES: ReadonlySet<InstrumentType> = new Set(["future", "commodity", "option", "credit-default-swap"]);

export class RunningCommodities implements RunningPart {
  readonly #books: NetCapitalBooks;
  readonly #positions: RunningPositions;
  readonly #claims: Claims;
  #rules: NetCapitalRules | undefined;
  #asOf: Day = -1 as Day;
  /** Rows of these types that are, or were, held; and of bonds, which matter only beside a swap. */
  readonly #held = new Set<number>();
  readonly #bonds = new Set<number>();
  #hasSwaps = false;
  /** Rows whose price was read. */
  #priced: ReadonlySet<number> = new Set();
  #claimed: Holdings = new Map();
  #isStale = true;
  #answer: PartAnswer = { lines: {}, troubles: [] };
  #sums: Float64Array = new Float64Array(0);

  constructor(books: NetCapitalBooks, positions: RunningPositions) {
    this.#books = books;
    this.#positions = positions;
    this.#claims = positions.claimsOf(this);
  }

  reset(rules: NetCapitalRules, asOf: Day): void {
    this.#rules = rules;
    this.#asOf = asOf;
    this.#isStale = true;
    this.#held.clear();
    this.#bonds.clear();
    this.#hasSwaps = false;
    const { instruments } = this.#books;
    for (let row = 0; row < instruments.size; row++) if (this.#positions.units(row) !== 0) this.#meet(row);
  }

  moved(instrument: number): void {
    if (this.#meet(instrument)) this.#isStale = true;
  }

  priced(instrument: number): boolean {
    if (!this.#priced.has(instrument)) return false;
    return (this.#isStale = true);
  }

  relisted(instrument: number): void {
    if (this.#positions.units(instrument) !== 0) this.#meet(instrument);
    this.#isStale = true;
  }

  reported(): void {
    this.#isStale = true;
  }

  addTo(sums: Float64Array): boolean {
    if (this.#isStale) this.#refresh();
    if (this.#answer.troubles.length > 0) return false;
    for (let place = 0; place < sums.length; place++) sums[place] += this.#sums[place];
    return true;
  }

  answer(): PartAnswer {
    if (this.#isStale) this.#refresh();
    return this.#answer;
  }

  /** Whether the instrument matters here now. */
  #meet(row: number): boolean {
    const type = this.#books.instruments.type(row);
    if (type === "corporate") {
      this.#bonds.add(row);
      return this.#hasSwaps;
    }
    if (!TYPES.has(type)) return false;
    this.#held.add(row);
    if (type === "credit-default-swap") this.#hasSwaps = true;
    return true;
  }

  #refresh(): void {
    if (this.#rules === undefined) return;
    this.#isStale = false;
    const rows = this.#hasSwaps ? [...this.#held, ...this.#bonds] : [...this.#held];
    const left = new Map(rows.map((row) => [row, this.#claims.left(row)] as const));
    const reader = new Reader(this.#books, this.#rules, this.#asOf, left);
    this.#answer = answerOf(reader);
    this.#sums = sumsOf([this.#answer]);
    this.#priced = reader.priced;
    const { claims = new Map<number, number>() } = this.#answer;
    for (const row of this.#claimed.keys()) if (!claims.has(row)) this.#claims.claim(row, 0);
    for (const [row, units] of claims) this.#claims.claim(row, units);
    this.#claimed = claims;
  }
}
