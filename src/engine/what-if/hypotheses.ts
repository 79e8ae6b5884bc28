/**
 * What a question says, in facts: the day first, then the rules, prices, volatilities, cash, any other facts, and the trades,
 * which are made at the prices as moved where they name none of their own.
 */
import { formatDecimal, parseDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import { type Day, formatDay, formatInstant, type Instant, parseDay } from "../../base/time.ts";
import type { Books } from "../../books/books.ts";
import { NO_DAY } from "../../books/settlement.ts";
import { PRICE_SCALE, QUANTITY_SCALE } from "../../facts/define.ts";
import type { Fact, FactOfKind, UnstampedFact } from "../../facts/kinds.ts";
import { parseFact } from "../../facts/parse.ts";
import { decimalText } from "./decimal-text.ts";
import { type HouseAccountType, madeUpAccount, onlyAccount } from "./house-accounts.ts";
import { MovedPrices, MovedVolatilities } from "./moved-prices.ts";
import type { HypotheticalTrade, Question } from "./question.ts";
import { asIfInForce } from "./rulebook.ts";

/** A hypothetical fact, and where in the question it comes from: "trades[2]". */
export interface Hypothesis {
  readonly place: string;
  readonly fact: Fact;
}

/** A trade without its size. */
export interface SizedTrade {
  readonly place: string;
  /** Undefined where the question asks for it. In wire units of 10^-6. */
  readonly quantity: number | undefined;
  /** The instrument's smallest unit in wire units. */
  readonly smallest: number;
  /** The trade of so much, in wire units. */
  readonly of: (quantity: number) => Hypothesis;
}

export interface Hypotheses {
  readonly facts: readonly Hypothesis[];
  readonly trades: readonly SizedTrade[];
}

interface Standing {
  readonly books: Books;
  readonly at: Instant;
  readonly businessDay: Day;
}

/** Throws where the question names what is not there, or leaves open what cannot be supplied. */
export function hypothesesOf(question: Question, { books, at, businessDay }: Standing): Hypotheses {
  const stamped = (place: string, unstamped: object): Hypothesis => ({
    place,
    fact: parseAt(place, { at: formatInstant(at), ...unstamped }),
  });
  const each = <T>(field: string, entries: readonly T[] | undefined, facts: (entry: T, place: string) => object[]) =>
    (entries ?? []).flatMap((entry, index) => {
      const place = `${field}[${index}]`;
      return facts(entry, place).map((fact) => stamped(place, fact));
    });
  const day = question.day === undefined ? businessDay : parseDay(question.day, "day");
  const prices = new MovedPrices(books);
  const volatilities = new MovedVolatilities(books);
  const facts = [
    ...(question.day === undefined ? [] : [stamped("day", { kind: "business-day-opened", day: question.day })]),
    ...(question.rulebook === undefined
      ? []
      : [stamped("rulebook", asIfInForce(question.rulebook, books.rulebooks, day))]),
    ...each("prices", question.prices, (move, place) => prices.move(move, place)),
    ...each("volatilities", question.volatilities, (move, place) => volatilities.move(move, place)),
    ...each("cash", question.cash, ({ amount, currency = "USD", reason = "adjustment", ...accounts }, place) => [
      { kind: "cash-moved", ...accounts, currency, reason, amount: decimalText(amount, `${place}.amount`) },
    ]),
    ...each("facts", question.facts, (fact) => [fact]),
  ];
  const opened = new Map<string, Hypothesis>();
  const house = (type: HouseAccountType, field: string): string => {
    const found = onlyAccount(books, type, field);
    if (found !== undefined) return found;
    const account = madeUpAccount(type);
    opened.set(account, stamped(field, { kind: "account-opened", account, type }));
    return account;
  };
  const trades = (question.trades ?? []).map((trade, index) =>
    sizedTrade(trade, index, { books, prices, house, day, stamped }),
  );
  return { facts: [...facts, ...opened.values()], trades };
}

interface Setting {
  readonly books: Books;
  readonly prices: MovedPrices;
  /** The account of the house that a trade takes where it names none. */
  readonly house: (type: HouseAccountType, field: string) => string;
  readonly day: Day;
  readonly stamped: (place: string, unstamped: UnstampedFact) => Hypothesis;
}

function sizedTrade(
  trade: HypotheticalTrade,
  index: number,
  { books, prices, house, day, stamped }: Setting,
): SizedTrade {
  const place = `trades[${index}]`;
  const { instruments } = books;
  const { instrument, side, account, contra, settleDay } = trade;
  const row = instruments.findText(instrument);
  if (row < 0) throw instruments.unknownText(instrument, `${place}.instrument`);
  if (day === NO_DAY)
    throw new Trouble("missing-input", "no business day has been opened to trade on", { field: place });
  const text = (field: "commission" | "fees" | "accrued") => {
    const value = trade[field];
    return value === undefined ? {} : { [field]: decimalText(value, `${place}.${field}`) };
  };
  const terms: Omit<FactOfKind<"trade-executed">, "quantity" | "at"> = {
    kind: "trade-executed",
    account: account ?? house("firm-inventory", `${place}.account`),
    instrument,
    contra: contra ?? house("clearing", `${place}.contra`),
    side,
    price:
      trade.price === undefined ? tradePrice(books, prices, row, place) : decimalText(trade.price, `${place}.price`),
    tradeDay: formatDay(day),
    execution: `what-if-${index}`,
    ...(settleDay !== undefined && { settleDay }),
    ...text("commission"),
    ...text("fees"),
    ...text("accrued"),
  };
  const { quantity } = trade;
  return {
    place,
    quantity:
      quantity === undefined
        ? undefined
        : parseDecimal(decimalText(quantity, `${place}.quantity`), QUANTITY_SCALE, `${place}.quantity`),
    smallest: instruments.columns.wireUnits[row],
    of: (units) => stamped(place, { ...terms, quantity: formatDecimal(units, QUANTITY_SCALE) }),
  };
}

/** Its valuation price. Of a future, for which nobody pays, that of its underlying serves where it has none. */
function tradePrice({ instruments }: Books, prices: MovedPrices, row: number, place: string): string {
  const own = prices.price(row);
  const underlying = instruments.columns.underlying[row];
  const isFuture = instruments.type(row) === "future" && underlying !== -1;
  const price = Number.isNaN(own) && isFuture ? prices.price(underlying) : own;
  if (!Number.isNaN(price)) return formatDecimal(price, PRICE_SCALE);
  throw new Trouble("missing-input", "it has no valuation price", { field: `${place}.price`, expected: "a price" });
}

/** The fact, checked; what is wrong with it is said of its place in the question. */
function parseAt(place: string, json: object): Fact {
  try {
    return parseFact(json);
  } catch (error) {
    throw error instanceof Trouble ? placed(place, error) : error;
  }
}

/** "trades[2]: quantity = "0": too small; expected more than zero" */
export function placed(
  place: string,
  { code, message }: { readonly code: Trouble["code"]; readonly message: string },
): Trouble {
  return new Trouble(code, message, { field: place });
}
