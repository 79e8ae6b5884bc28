/**
 * Positions that undue concentration spares for a time, 15c3-1(c)(2)(vi)(M): what the firm underwrote, until it has been held
 * for longer than eleven business days, and municipals, until twenty business days after their receipt by the syndicate
 * manager, (M)(4). An item names the security and the day; without a quantity it means all that is held of it.
 *
 * Long positions only, and each day's calendar decides. Where it does not reach back, nothing is spared.
 */
import { Trouble } from "../../base/errors.ts";
import type { Day } from "../../base/time.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { NetCapitalRules } from "../rules.ts";
import { Ages } from "./ages.ts";
import { instrumentOf, type OpenItem, securityOf, sinceOf } from "./item.ts";

/** By row of the instrument: units that do not count yet; Infinity for all. */
export type SparedUnits = ReadonlyMap<number, number>;

export function youngUnderwritings(books: NetCapitalBooks, rules: NetCapitalRules, asOf: Day): SparedUnits {
  const ages = new Ages(books.calendar, asOf);
  const spared = new Map<number, number>();
  for (const item of books.reports.list("open-item-reported")) {
    if (item.type !== "underwriting-position" || !isYoung(books, rules, ages, item)) continue;
    const instrument = instrumentOf(books, item);
    const units = item.quantity === undefined ? Number.POSITIVE_INFINITY : securityOf(books, item).units;
    spared.set(instrument, (spared.get(instrument) ?? 0) + units);
  }
  return spared;
}

function isYoung(books: NetCapitalBooks, rules: NetCapitalRules, ages: Ages, item: OpenItem): boolean {
  const { charged, municipals } = rules.openItems.underwritings;
  try {
    const isMunicipal = books.instruments.type(instrumentOf(books, item)) === "municipal";
    return !ages.isReached(sinceOf(item), isMunicipal ? municipals : charged);
  } catch (error) {
    if (error instanceof Trouble) return false;
    throw error;
  }
}
