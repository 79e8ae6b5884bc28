/**
 * From a book document to facts: recorded in order by an empty engine, they make those books. Everything is posted against
 * one account of its own, which stands at zero at the end, because a document whose balances do not sum to zero is refused
 * unless it names the accounts that take the difference.
 */
import { formatDecimal, parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { formatInstant, type Instant, parseInstant } from "../base/time.ts";
import { AMOUNT_SCALE, QUANTITY_SCALE } from "../facts/define.ts";
import type { Fact, UnstampedFact } from "../facts/kinds.ts";
import { parseFact } from "../facts/parse.ts";
import {
  type BookBalance,
  type BookDocument,
  type BookInstrument,
  type BookPosition,
  type Decimal,
  REPORT_PARTS,
  type SubsequentFact,
} from "./book-document.ts";
import { BASE_CURRENCY } from "./cash.ts";

/** The account that everything comes from; not part of a document. */
export const OPENING_ACCOUNT = "opening-balances";

/** Noon UTC: the same day in New York. */
const TIME_OF_DAY = "T12:00:00Z";

/** The facts, in an order in which each can be applied. Throws where the document contradicts itself. */
export function documentToFacts(document: BookDocument): Fact[] {
  const instruments = inOrder(document.instruments);
  const facts: UnstampedFact[] = [
    ...instruments.map(listed),
    ...document.accounts.map((account) => ({ kind: "account-opened", ...account }) as const),
    {
      kind: "account-opened",
      account: OPENING_ACCOUNT,
      type: "suspense",
      title: "Opening balances of a book document",
    },
    { kind: "business-day-opened", day: document.asOf },
    ...instruments.flatMap(marked),
    ...allBalances(document).flatMap(cashMoved),
    ...allPositions(document).flatMap(securitiesMoved),
    ...(document.capitalItems ?? []).map((item) => ({ kind: "capital-item-reported", ...item }) as const),
    ...(document.commitments ?? []).map((commitment) => ({ kind: "commitment-reported", ...commitment }) as const),
    ...REPORT_PARTS.flatMap(([part, kind]) =>
      (document[part] ?? []).map((said) => ({ kind, ...said }) as unknown as UnstampedFact),
    ),
  ];
  return facts.map((fact) => parseFact({ ...fact, at: `${document.asOf}${TIME_OF_DAY}`, source: "book document" }));
}

/** A day's first and last facts come at these times, others a second after the one before; all UTC. */
const OPENS_AT = "T14:00:00Z";
const CLOSES_AT = "T21:30:00Z";
const SECOND = 1_000_000;

/** What happened after the document's own day opened, in order, each with the time that it states or that it is given. */
export function subsequentFacts({ asOf, subsequently = [] }: BookDocument): Fact[] {
  let last = parseInstant(`${asOf}${OPENS_AT}`);
  return subsequently.map((entry) => {
    const given = entry["at"] ?? formatInstant(timeAfter(last, entry));
    const fact = parseFact({ source: "book document", ...entry, at: given });
    last = parseInstant(fact.at);
    return fact;
  });
}

function timeAfter(last: Instant, { kind, day }: SubsequentFact): Instant {
  const next = (last + SECOND) as Instant;
  if (typeof day !== "string" || (kind !== "business-day-opened" && kind !== "business-day-closed")) return next;
  const time = parseInstant(`${day}${kind === "business-day-opened" ? OPENS_AT : CLOSES_AT}`, "day");
  return time > next ? time : next;
}

function listed(instrument: BookInstrument): UnstampedFact {
  const { price: _, ...listing } = instrument;
  return { kind: "instrument-listed", ...listing, currency: currencyOf(instrument) };
}

function currencyOf({ currency, type, instrument }: BookInstrument): string {
  return currency ?? (type === "currency" ? instrument : BASE_CURRENCY);
}

function marked({ instrument, price }: BookInstrument): UnstampedFact[] {
  return price === undefined ? [] : [{ kind: "mark", instrument, price, basis: "manual" }];
}

/** In the order of the document, but for what is priced in, or is on, something that stands later. */
function inOrder(instruments: readonly BookInstrument[]): BookInstrument[] {
  const hasDollars = instruments.some(({ instrument }) => instrument === BASE_CURRENCY);
  const ordered: BookInstrument[] = hasDollars ? [] : [{ instrument: BASE_CURRENCY, type: "currency" }];
  const known = new Set(ordered.map(({ instrument }) => instrument));
  let waiting = [...instruments];
  while (waiting.length > 0) {
    const later: BookInstrument[] = [];
    for (const entry of waiting) {
      if (missingFor(entry, known) === undefined) {
        ordered.push(entry);
        known.add(entry.instrument);
      } else later.push(entry);
    }
    if (later.length === waiting.length) throw notListed(later[0], known);
    waiting = later;
  }
  return ordered;
}

/** Which field of the entry names something that is not listed yet. */
function missingFor(entry: BookInstrument, known: ReadonlySet<string>): "currency" | "underlying" | undefined {
  if (entry.type !== "currency" && !known.has(currencyOf(entry))) return "currency";
  return entry.underlying !== undefined && !known.has(entry.underlying) ? "underlying" : undefined;
}

function notListed(entry: BookInstrument, known: ReadonlySet<string>): Trouble {
  const field = missingFor(entry, known) ?? "instrument";
  return new Trouble("unknown-instrument", `the ${field} of ${entry.instrument} is not in the document`, {
    field,
    value: entry[field],
  });
}

/** The balances, with what the contra account takes. */
function allBalances({ balances, contra }: BookDocument): BookBalance[] {
  const entries = balances.map(({ account, currency = BASE_CURRENCY, balance }) => ({
    account,
    asset: currency,
    amount: balance,
  }));
  const taken = differences("balances", entries, AMOUNT_SCALE, contra?.cash);
  return [...balances, ...taken.map(({ account, asset, amount }) => ({ account, currency: asset, balance: amount }))];
}

/** The positions, with what the contra account takes. */
function allPositions({ positions, contra }: BookDocument): BookPosition[] {
  const entries = positions.map(({ account, instrument, quantity }) => ({
    account,
    asset: instrument,
    amount: quantity,
  }));
  const taken = differences("positions", entries, QUANTITY_SCALE, contra?.securities);
  return [
    ...positions,
    ...taken.map(({ account, asset, amount }) => ({ account, instrument: asset, quantity: amount })),
  ];
}

interface Entry {
  readonly account: string;
  readonly asset: string;
  readonly amount: Decimal;
}

/** What the contra account must have for every asset to sum to zero. Throws where something does not, and there is none. */
function differences(part: string, entries: readonly Entry[], scale: number, contra: string | undefined): Entry[] {
  const sums = new Map<string, number>();
  for (const { asset, amount } of entries) {
    const sum = (sums.get(asset) ?? 0) + parseDecimal(decimalText(amount, part), scale, part);
    if (!Number.isSafeInteger(sum))
      throw new Trouble("overflow", `the ${part} of ${asset} cannot be summed exactly`, { field: part });
    sums.set(asset, sum);
  }
  const unequal = [...sums].filter(([, sum]) => sum !== 0);
  if (contra !== undefined)
    return unequal.map(([asset, sum]) => ({ account: contra, asset, amount: formatDecimal(-sum, scale) }));
  if (unequal.length === 0) return [];
  const [[asset, sum]] = unequal;
  throw new Trouble("bad-document", `the ${part} of ${asset} do not sum to zero`, {
    field: part,
    value: formatDecimal(sum, scale),
    expected: "every claim to have its place, or a contra account that takes the difference",
  });
}

function cashMoved({ account, currency = BASE_CURRENCY, balance }: BookBalance): UnstampedFact[] {
  const { from, to, size } = direction(account, decimalText(balance, "balance"));
  if (/^[0.]*$/.test(size)) return [];
  return [{ kind: "cash-moved", from, to, currency, amount: size, reason: "adjustment" }];
}

function securitiesMoved({ account, instrument, quantity, cost, acquired }: BookPosition): UnstampedFact[] {
  const { from, to, size } = direction(account, decimalText(quantity, "quantity"));
  if (/^[0.]*$/.test(size)) return [];
  return [
    {
      kind: "securities-moved",
      from,
      to,
      instrument,
      quantity: size,
      reason: "opening",
      ...(cost !== undefined && { cost }),
      ...(acquired !== undefined && { acquired }),
    },
  ];
}

/** The most digits of a number that YAML and JSON are sure to have kept. */
const NUMBER_DIGITS_MAX = 15;

function decimalText(value: Decimal, field: string): string {
  const text = String(value);
  if (typeof value === "string" || text.replaceAll(/\D/g, "").length <= NUMBER_DIGITS_MAX) return text;
  throw new Trouble("not-exact", "a number that may not have been kept exactly", {
    field,
    value,
    expected: "the same in quotes",
  });
}

/** From the opening account, or to it where the amount is negative. */
function direction(
  account: string,
  amount: string,
): { readonly from: string; readonly to: string; readonly size: string } {
  const size = amount.replace(/^[+-]/, "");
  return amount.startsWith("-")
    ? { from: account, to: OPENING_ACCOUNT, size }
    : { from: OPENING_ACCOUNT, to: account, size };
}
