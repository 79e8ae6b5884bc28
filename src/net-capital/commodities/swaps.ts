/**
 * Credit default swaps, 15c3-1(c)(2)(vi)(P)(1), and those on a broad index, 15c3-1b(b)(2)(i). A long position has bought
 * protection, a short one has sold it; its quantity is the notional amount.
 *
 * Bought and sold on the same entity, in the same row and column of the grid, net, (iii). A bond of the entity that is long
 * against bought protection is charged half its own rate, and the swap nothing, (iv); one that is short against sold
 * protection keeps its deduction, and the swap has none, (v). All are taken as not cleared.
 */
import { type Line, line } from "../../base/line.ts";
import { lesser, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { addSpan } from "../../rulebook/terms.ts";
import { Classifier } from "../classify.ts";
import type { Held, Reader } from "./reader.ts";
import type { SwapGrid } from "./rules.ts";

/** A price of a hundred: what notional is worth at. */
const PAR = 100 * 10 ** PRICE_SCALE;

export interface SwapLines {
  readonly haircuts: readonly Line[];
  readonly commodityCharges: readonly Line[];
  /** Bonds that are charged here. */
  readonly claims: ReadonlyMap<number, number>;
}

interface Swap {
  readonly held: Held;
  /** What it is on: the same for swaps that net. */
  readonly on: string;
  readonly isOnIndex: boolean;
  readonly cell: string;
  /** Of notional, for sold protection. */
  readonly rate: Rate;
  readonly paragraph: string;
  /** Notional that is not offset yet, positive. */
  open: number;
}

export function swapLines(reader: Reader): SwapLines {
  const swaps = reader.held
    .filter(({ attributes }) => attributes.type === "credit-default-swap")
    .map((held) => swapOf(reader, held));
  offsetSwaps(swaps);
  const bonds = offsetBonds(reader, swaps);
  const lines = swaps.map((swap) => ({ swap, charge: swapLine(reader, swap) }));
  return {
    haircuts: [...bonds.lines, ...lines.filter(({ swap }) => !swap.isOnIndex).map(({ charge }) => charge)],
    commodityCharges: lines.filter(({ swap }) => swap.isOnIndex).map(({ charge }) => charge),
    claims: bonds.claims,
  };
}

function swapOf({ books, rules, asOf }: Reader, held: Held): Swap {
  const { maturity = asOf, spread = Number.POSITIVE_INFINITY, underlying, issuer, instrument } = held.attributes;
  const row = books.instruments.columns.underlying[held.row];
  const on = row === -1 ? undefined : books.instruments.attributes(row);
  const isOnIndex = on?.type === "index" && on.indexClass !== "narrow-based";
  const grid: SwapGrid = isOnIndex ? rules.swaps.soldOnIndex : rules.swaps.sold;
  const life = grid.rows.findIndex(({ under }) => under === undefined || maturity < addSpan(asOf, under));
  const column = rules.swaps.spreads.findIndex((last) => spread <= last);
  const rates = grid.rows[life].rates;
  return {
    held,
    on: issuer ?? on?.issuer ?? underlying ?? instrument,
    isOnIndex,
    cell: `${life}/${column}`,
    rate: rates[column === -1 ? rates.length - 1 : column],
    paragraph: grid.paragraph,
    open: Math.abs(held.units),
  };
}

/** (iii): bought against sold. */
function offsetSwaps(swaps: readonly Swap[]): void {
  for (const sold of swaps) {
    if (sold.held.units > 0) continue;
    for (const bought of swaps) {
      if (bought.held.units < 0 || bought.on !== sold.on || bought.cell !== sold.cell) continue;
      const offset = Math.min(sold.open, bought.open);
      sold.open -= offset;
      bought.open -= offset;
    }
  }
}

/** (iv) and (v): bonds of the entity, whose quantity is their par. */
function offsetBonds(
  reader: Reader,
  swaps: readonly Swap[],
): { readonly lines: Line[]; readonly claims: Map<number, number> } {
  const { rules, asOf } = reader;
  const classifier = new Classifier(rules, asOf);
  const lines: Line[] = [];
  const claims = new Map<number, number>();
  const bonds = reader.held.filter(({ attributes }) => attributes.type === "corporate");
  for (const { row, units, attributes } of bonds) {
    const found = classifier.classify(attributes);
    if (found.kind !== "bucket") continue;
    const bucket = rules.schedule.buckets[found.bucket];
    if (bucket.family !== "corporate-debt" && bucket.family !== "equities") continue;
    let left = Math.abs(units);
    for (const swap of swaps) {
      const isOn = attributes.issuer === swap.on || attributes.instrument === swap.held.attributes.underlying;
      if (!isOn || swap.isOnIndex || Math.sign(swap.held.units) !== Math.sign(units)) continue;
      const offset = Math.min(left, swap.open);
      swap.open -= offset;
      left -= offset;
    }
    const hedged = Math.abs(units) - left;
    if (hedged === 0 || units < 0) continue;
    claims.set(row, hedged);
    const value = reader.value(row, hedged);
    lines.push(
      line(
        `haircuts/swaps/bonds/${attributes.instrument}`,
        `${attributes.instrument}, protected by a swap`,
        rules.swaps.bondParagraph,
        portion(portion(value, bucket.rate), rules.swaps.bond),
        { marketValue: value, rate: `${formatRate(rules.swaps.bond)} of ${formatRate(bucket.rate)}` },
      ),
    );
  }
  return { lines, claims };
}

function swapLine(reader: Reader, { held, isOnIndex, rate, paragraph, open }: Swap): Line {
  const { instrument, spread = 0 } = held.attributes;
  const { bought, boughtParagraph } = reader.rules.swaps;
  const code = `${isOnIndex ? "commodity-charges" : "haircuts"}/swaps/${instrument}`;
  const notional = reader.books.instruments.value(held.row, open, PAR);
  const asSold = portion(notional, rate);
  const inputs = { notional, spread: `${spread} basis points`, rate: formatRate(rate) };
  if (held.units < 0) return line(code, `${instrument}, protection sold`, paragraph, asSold, inputs);
  const value = reader.value(held.row, open);
  const charge = lesser(portion(asSold, bought), value > 0 ? value : ZERO);
  return line(code, `${instrument}, protection bought`, boughtParagraph, charge, {
    ...inputs,
    of: formatRate(bought),
    value,
  });
}
