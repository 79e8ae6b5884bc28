/** Hypothetical facts as one types them on a command line: "sell 200000 ACME @ 12.50", "all -5%", "1000000 from capital to bank". */
import { Trouble } from "../../base/errors.ts";
import type { HypotheticalTrade, PriceMove, Question, VolatilityMove } from "./question.ts";

const TRADE =
  /^(buy|sell|sell-short|short)\s+(?:([\d.,]+)\s+)?(.+?)(?:\s+@\s*([\d.,]+))?(?:\s+for\s+(.+?))?(?:\s+against\s+(.+))?$/i;
const CHANGE = /^(.+?)\s+([+-]\d+(?:\.\d+)?\s?%)$/;
const TO_PRICE = /^(.+?)\s+([\d.,]+)$/;
const TO_VOLATILITY = /^(.+?)\s+(\d+(?:\.\d+)?\s?%)$/;
const CASH = /^([\d.,]+)(?:\s+([A-Z]{3}))?\s+from\s+(.+?)\s+to\s+(.+)$/;

type CashMove = NonNullable<Question["cash"]>[number];

function plain(number: string): string {
  return number.replaceAll(",", "");
}

/** "sell 200000 ACME", with "@ 12.50", "for desk-2" and "against nscc" where they are needed; no size where it is sought. */
export function tradeOf(words: string): HypotheticalTrade {
  const found = TRADE.exec(words.trim());
  if (found === null) throw notUnderstood("trade", words, '"buy 1000 ACME" or "sell 200000 ACME @ 12.50 for desk"');
  const [, side, quantity, instrument, price, account, contra] = found;
  return {
    side: /^(short|sell-short)$/i.test(side) ? "sell-short" : (side.toLowerCase() as "buy" | "sell"),
    instrument,
    ...(quantity !== undefined && { quantity: plain(quantity) }),
    ...(price !== undefined && { price: plain(price) }),
    ...(account !== undefined && { account }),
    ...(contra !== undefined && { contra }),
  };
}

/** "ACME -10%", "ACME, IBM +2%", "all -5%" or "ACME 12.50". */
export function priceMoveOf(words: string): PriceMove {
  const [, what, change] = CHANGE.exec(words.trim()) ?? [];
  if (what !== undefined) return { ...named(what), change };
  const [, instrument, price] = TO_PRICE.exec(words.trim()) ?? [];
  if (instrument !== undefined) return { ...named(instrument), price: plain(price) };
  throw notUnderstood("move", words, '"ACME -10%", "all -5%" or "ACME 12.50"');
}

/** "ACME +20%" of itself, or to "ACME 35%". */
export function volatilityMoveOf(words: string): VolatilityMove {
  const [, what, change] = CHANGE.exec(words.trim()) ?? [];
  if (what !== undefined) return { ...named(what), change };
  const [, instrument, volatility] = TO_VOLATILITY.exec(words.trim()) ?? [];
  if (instrument !== undefined) return { ...named(instrument), volatility };
  throw notUnderstood("volatility", words, '"ACME +20%", "all +10%" or "ACME 35%"');
}

/** "1000000 from capital to bank". */
export function cashMoveOf(words: string): CashMove {
  const found = CASH.exec(words.trim());
  if (found === null) throw notUnderstood("cash", words, '"1000000 from capital to bank"');
  const [, amount, currency, from, to] = found;
  return { from, to, amount: plain(amount), ...(currency !== undefined && { currency }) };
}

function named(what: string): Pick<PriceMove, "all" | "instrument" | "instruments"> {
  if (what === "all") return { all: true };
  const names = what.split(",").map((name) => name.trim());
  return names.length === 1 ? { instrument: names[0] } : { instruments: names };
}

function notUnderstood(field: string, words: string, expected: string): Trouble {
  return new Trouble("bad-value", "not understood", { field: `--${field}`, value: words, expected });
}
