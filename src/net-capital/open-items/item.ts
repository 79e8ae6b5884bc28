/** An open item as it was reported, its fields read as numbers. What is missing is a trouble, never a zero. */
import { parseDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import { type Cents, parseDollars, ZERO } from "../../base/money.ts";
import { type Day, parseDay } from "../../base/time.ts";
import type { Report } from "../../books/reports.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import { BASE_CURRENCY } from "../cash.ts";
import { cannotClassify } from "../holdings.ts";
import type { NetCapitalBooks } from "../inputs.ts";

export type OpenItem = Report<"open-item-reported">;
type DollarField = "amount" | "margin" | "calls" | "longValue" | "shortValue" | "exemptedValue";

/** So much of a security, which moves with its price. */
export interface ItemSecurity {
  /** Its row. */
  readonly instrument: number;
  readonly units: number;
}

/** An amount without which nothing can be said. */
export function dollarsOf(item: OpenItem, field: DollarField): Cents {
  return parseDollars(required(item, field), field);
}

/** An amount that is nothing where it is not reported: what reduces a charge. */
export function dollarsOrNone(item: OpenItem, field: DollarField): Cents {
  const text = item[field];
  return text === undefined ? ZERO : parseDollars(text, field);
}

export function sinceOf(item: OpenItem): Day {
  return parseDay(required(item, "since"), "since");
}

/** The row of the security of an item. */
export function instrumentOf({ instruments }: Pick<NetCapitalBooks, "instruments">, item: OpenItem): number {
  const instrument = instruments.findText(required(item, "instrument"));
  if (instrument < 0) throw instruments.unknownText(required(item, "instrument"));
  return instrument;
}

/** The security of an item; it is valued in dollars. */
export function securityOf({ instruments }: NetCapitalBooks, item: OpenItem): ItemSecurity {
  const instrument = instrumentOf({ instruments }, item);
  const { currency } = instruments.attributes(instrument);
  if (currency !== BASE_CURRENCY)
    throw cannotClassify("missing-rule", `securities priced in ${currency}`, required(item, "instrument"));
  const wire = parseDecimal(required(item, "quantity"), QUANTITY_SCALE, "quantity");
  return { instrument, units: instruments.toUnits(instrument, wire) };
}

export function accountOf({ accounts }: NetCapitalBooks, item: OpenItem): number {
  return accounts.findText(required(item, "account"));
}

export function required(
  item: OpenItem,
  field: DollarField | "since" | "callsSince" | "instrument" | "quantity" | "account" | "party",
): string {
  const text = item[field];
  if (text === undefined) throw new Trouble("missing-input", "is not reported", { field });
  return text;
}

/** The trouble of an item, which it names. */
export function troubleWith({ item }: OpenItem, { code, summary, details }: Trouble): Trouble {
  return new Trouble(code, `open item ${item}: ${summary}`, details);
}
