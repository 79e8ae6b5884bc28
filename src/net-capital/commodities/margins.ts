/**
 * Proprietary futures and commodity options, 15c3-1b(a)(3)(xiv) to (xvi): by margin, at a rate that depends on what the firm
 * is to the exchange. A long option costs what selling it would, and no more than it is worth; one that no exchange lists,
 * a tenth of what it is on, and no more than the value given to it.
 */
import { Trouble } from "../../base/errors.ts";
import { type Line, line } from "../../base/line.ts";
import { type Cents, lesser } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { worthPrice } from "../holdings.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { Held, Reader } from "./reader.ts";

/** The charge on a future of which `uncovered` units are not covered. */
export function futureLine(reader: Reader, { row, attributes, units }: Held, uncovered: number): Line {
  const margin = marginOf(reader, attributes);
  const { paragraph } = reader.rules.commodities.futures;
  return line(
    `commodity-charges/futures/${attributes.instrument}`,
    `${attributes.instrument}, futures`,
    paragraph,
    margin === undefined ? (0 as Cents) : portion(reader.times(row, uncovered, margin.amount), margin.rate),
    {
      contracts: contractsOf(reader, row, units),
      ...(Math.abs(uncovered) !== Math.abs(units) && { uncovered: contractsOf(reader, row, uncovered) }),
      ...(margin !== undefined && { [margin.name]: margin.amount, rate: formatRate(margin.rate) }),
    },
  );
}

/** The charge on an option on a commodity or on a future. */
export function optionLine(reader: Reader, held: Held): Line {
  const { row, attributes, units } = held;
  const { options, futures } = reader.rules.commodities;
  const code = `commodity-charges/options/${attributes.instrument}`;
  const label = `${attributes.instrument}, option`;
  if (units > 0 && attributes.listing === undefined) {
    const underlying = reader.books.instruments.columns.underlying[row];
    const share = portion(reader.value(row, units, underlying), options.offExchange);
    const given = givenValue(reader, row, units, underlying);
    return line(code, label, options.offExchangeParagraph, lesser(share, given), {
      given,
      rate: `${formatRate(options.offExchange)} of what it is on`,
    });
  }
  const margin = marginOf(reader, attributes);
  if (margin === undefined) return line(code, label, futures.paragraph, 0 as Cents);
  const charge = portion(reader.times(row, units, margin.amount), margin.rate);
  const inputs = {
    contracts: contractsOf(reader, row, units),
    [margin.name]: margin.amount,
    rate: formatRate(margin.rate),
  };
  if (units < 0) return line(code, label, futures.paragraph, charge, inputs);
  const value = reader.value(row, units);
  return line(code, label, options.longParagraph, lesser(charge, value), { ...inputs, value });
}

/** What an unlisted option counts for in net worth. */
function givenValue(reader: Reader, row: number, units: number, underlying: number): Cents {
  reader.priced.add(underlying);
  const price = worthPrice(reader.books, row, "in-the-money");
  return Number.isNaN(price) ? (0 as Cents) : reader.books.instruments.value(row, units, price);
}

function contractsOf(reader: Reader, row: number, units: number): string {
  return String(units / 10 ** reader.books.instruments.columns.scale[row]);
}

interface Margin {
  readonly name: "clearingMargin" | "maintenanceMargin" | "initialMargin";
  readonly amount: Cents;
  readonly rate: Rate;
}

/** (xiv)(A) to (D); undefined, with a trouble, where the margin that counts is not stated. */
function marginOf(reader: Reader, attributes: InstrumentAttributes): Margin | undefined {
  const found = margin(attributes, reader.rules);
  if (found.amount !== undefined) return { ...found, amount: found.amount };
  reader.troubles.push(
    new Trouble("missing-input", `no margin is stated for ${attributes.instrument}`, {
      field: found.name,
      expected: "its margin per contract, at its listing",
    }),
  );
  return undefined;
}

function margin(
  { clearingMargin, maintenanceMargin, initialMargin }: InstrumentAttributes,
  { firm, commodities }: NetCapitalRules,
): Omit<Margin, "amount"> & { readonly amount: Cents | undefined } {
  const { clearingMember, member, others, initial } = commodities.futures;
  if (firm.futuresMembership === "clearing-member")
    return { name: "clearingMargin", amount: clearingMargin, rate: clearingMember };
  if (maintenanceMargin === undefined && initialMargin !== undefined)
    return { name: "initialMargin", amount: initialMargin, rate: initial };
  return {
    name: "maintenanceMargin",
    amount: maintenanceMargin,
    rate: firm.futuresMembership === "member" ? member : others,
  };
}
