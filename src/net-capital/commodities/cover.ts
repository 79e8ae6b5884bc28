/**
 * Commodities that the firm holds or is committed to at a fixed price, 15c3-1b(a)(3)(ix), and what covers them. In each
 * commodity inventory is covered by opposite futures first, commitments by the futures that are left, and then inventory
 * and commitments by each other. A future is covered in whole contracts.
 */
import { formatDecimal, parseDecimal } from "../../base/decimal.ts";
import { type Line, line } from "../../base/line.ts";
import type { Cents } from "../../base/money.ts";
import { formatRate, portion, rate, type Rate } from "../../base/rate.ts";
import type { Commitment } from "../../books/capital-items.ts";
import { futureLine } from "./margins.ts";
import type { Held, Reader } from "./reader.ts";

const MULTIPLIER_SCALE = 8;

/** Something on one side of a commodity: units of the commodity, positive, and what of them is covered. */
interface Side {
  readonly sign: 1 | -1;
  readonly units: number;
  /** By futures, and by inventory or commitments. */
  byFutures: number;
  byOthers: number;
}

interface Inventory extends Side {
  readonly held: Held;
}

interface Committed extends Side {
  readonly commitment: Commitment;
}

interface Future extends Side {
  readonly held: Held;
  /** Units of the commodity for each unit of the future. */
  readonly size: Rate;
}

/** The charges on commodities and on the futures that are on them. */
export function commodityLines(reader: Reader): Line[] {
  const { instruments } = reader.books;
  const inventory = reader.held.filter(({ attributes }) => attributes.type === "commodity").map(inventoryOf);
  const futures = reader.held
    .filter(({ attributes }) => attributes.type === "future")
    .map((held) => futureOf(reader, held));
  const committed = [...reader.books.capitalItems.commitments()]
    .filter(({ instrument, quantity }) => quantity !== 0 && instruments.type(instrument) === "commodity")
    .map(committedOf);
  const commodities = new Set([
    ...inventory.map(({ held }) => held.row),
    ...committed.map(({ commitment }) => commitment.instrument),
  ]);
  for (const commodity of [...commodities].sort((a, b) => a - b)) {
    const held = inventory.filter(({ held: { row } }) => row === commodity);
    const due = committed.filter(({ commitment }) => commitment.instrument === commodity);
    const on = futures.filter(({ held: { row } }) => instruments.columns.underlying[row] === commodity);
    cover(held, on, "byFutures");
    cover(due, on, "byFutures");
    cover(held, due, "byOthers");
  }
  return [
    ...inventory.flatMap((each) => inventoryLines(reader, each)),
    ...committed.flatMap((each) => commitmentLines(reader, each)),
    ...futures.map((each) => futureLine(reader, each.held, uncoveredContracts(each))),
  ];
}

function side(units: number): Side {
  return { sign: units < 0 ? -1 : 1, units: Math.abs(units), byFutures: 0, byOthers: 0 };
}

function inventoryOf(held: Held): Inventory {
  return { ...side(held.units), held };
}

function committedOf(commitment: Commitment): Committed {
  return { ...side(commitment.side === "long" ? commitment.quantity : -commitment.quantity), commitment };
}

/** A future covers as many units of what it is on as its multiplier says: the size of its contract. */
function futureOf({ books: { instruments } }: Reader, held: Held): Future {
  const { scale, underlying } = instruments.columns;
  const on = underlying[held.row];
  const size = rate(
    parseDecimal(held.attributes.multiplier, MULTIPLIER_SCALE) * 10 ** (on === -1 ? 0 : scale[on]),
    10 ** (MULTIPLIER_SCALE + scale[held.row]),
  );
  const units = Math.floor((Math.abs(held.units) * size.numerator) / size.denominator);
  return { ...side(held.units < 0 ? -units : units), held, size };
}

/** Sets each of `ones` against what of `others` is on the opposite side and not used yet. */
function cover(ones: readonly Side[], others: readonly Side[], by: "byFutures" | "byOthers"): void {
  for (const one of ones) {
    for (const other of others) {
      const most = Math.min(open(one), open(other));
      if (one.sign === other.sign || most <= 0) continue;
      one[by] += most;
      other.byOthers += most;
    }
  }
}

function open({ units, byFutures, byOthers }: Side): number {
  return units - byFutures - byOthers;
}

function uncoveredContracts({ held, size, byOthers }: Future): number {
  const covered = Math.floor((byOthers * size.denominator) / size.numerator);
  return Math.sign(held.units) * Math.max(0, Math.abs(held.units) - covered);
}

function inventoryLines(reader: Reader, { held, sign, units, byFutures, byOthers }: Inventory): Line[] {
  const { paragraph, deliverable, covered, uncovered } = reader.rules.commodities.inventory;
  const { instrument, deliverable: isDeliverable } = held.attributes;
  const coveredBy = isDeliverable ? deliverable : covered;
  const part = (name: string, label: string, of: number, charged: Rate): Line[] =>
    of === 0
      ? []
      : [
          chargeLine(
            reader,
            { code: `inventory/${instrument}/${name}`, label: `${instrument}, ${label}`, paragraph },
            held.row,
            of,
            charged,
          ),
        ];
  return [
    ...part("covered-by-futures", "covered by futures", sign * byFutures, coveredBy),
    ...part("covered", "covered by commitments", sign * byOthers, covered),
    ...part("uncovered", "not covered", sign * (units - byFutures - byOthers), uncovered),
  ];
}

function commitmentLines(reader: Reader, { commitment, sign, units, byFutures, byOthers }: Committed): Line[] {
  const { paragraph, covered, uncovered } = reader.rules.commodities.commitments;
  const { commitment: name, instrument } = commitment;
  const part = (state: string, label: string, of: number, charged: Rate): Line[] =>
    of === 0
      ? []
      : [
          chargeLine(
            reader,
            { code: `commitments/${name}/${state}`, label: `${name}, ${label}`, paragraph },
            instrument,
            of,
            charged,
          ),
        ];
  const isCovered = byFutures + byOthers;
  return [
    ...part("covered", "covered", sign * isCovered, covered),
    ...part("uncovered", "not covered", sign * (units - isCovered), uncovered),
  ];
}

function chargeLine(
  reader: Reader,
  { code, label, paragraph }: { readonly code: string; readonly label: string; readonly paragraph: string },
  row: number,
  units: number,
  charged: Rate,
): Line {
  const value = reader.value(row, units);
  const { scale } = reader.books.instruments.columns;
  return line(`commodity-charges/${code}`, label, paragraph, portion(Math.abs(value) as Cents, charged), {
    quantity: formatDecimal(units, scale[row]),
    marketValue: value,
    rate: formatRate(charged),
  });
}
