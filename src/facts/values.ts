/**
 * The value of one field: from its JSON form to the number that its binary form holds, and back. What the definition
 * does not allow is refused here, so that the parser and the encoder cannot disagree.
 */
import { assertNever } from "../base/assert.ts";
import { formatDecimal, parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { parseRate } from "../base/rate.ts";
import { type Day, formatDay, formatInstant, type Instant, parseDay, parseInstant } from "../base/time.ts";
import { AMOUNT_SCALE, type Field, PRICE_SCALE, QUANTITY_SCALE, type Sign } from "./define.ts";
import { ABSENT } from "./layout.ts";

/** The longest name, in UTF-16 code units. Names are kept in memory for good. */
export const NAME_LENGTH_MAX = 200;
/** The longest text, in bytes of UTF-8: room for a whole rulebook. */
export const TEXT_BYTES_MAX = 1_048_576;
/** The largest count; the number after it marks an absent field. */
export const COUNT_MAX = ABSENT - 1;
/** Digits that a JSON number is sure to keep; a longer one may not be what was written. */
export const NUMBER_DIGITS_MAX = 15;

/** The value of a field in its JSON form. */
export type JsonValue = string | number | boolean;

/** Reads the JSON form. Gives the binary number; of a text or rate its length in bytes; of a name 0. Throws `Trouble`. */
export type ValueReader = (value: unknown) => number;
/** The JSON form of a binary number. */
export type ValueFormatter = (binary: number) => JsonValue;

export const SCALES = { amount: AMOUNT_SCALE, quantity: QUANTITY_SCALE, price: PRICE_SCALE } as const;

const SIGN_WORDS: Readonly<Record<Sign, string>> = { any: "", "not-negative": "zero or above", positive: "above zero" };
// oxlint-disable-next-line no-control-regex -- control characters are what it is there to find
const NOT_IN_NAMES = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|^\s|\s$/u;

function bad(field: string, value: unknown, summary: string, expected: string): Trouble {
  return new Trouble("bad-value", summary, { field, value, expected });
}

/** A decimal as a string; a JSON number is taken where its shortest decimal form is sure to be what was written. */
function decimalText(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  const expected = 'a decimal string such as "12.34"';
  if (typeof value !== "number") throw bad(field, value, "not a decimal number", expected);
  const text = String(value);
  const digits = text.replace(/^-?0*\.?0*/, "").replace(".", "").length;
  if (digits > NUMBER_DIGITS_MAX || !/^-?\d+(\.\d+)?$/.test(text)) {
    throw bad(field, value, "a number that JSON may not have kept exactly", expected);
  }
  return text;
}

function checkSign(field: string, value: unknown, binary: number, sign: Sign): number {
  if (sign === "positive" ? binary <= 0 : sign === "not-negative" && binary < 0) {
    throw bad(field, value, "out of range", `a number ${SIGN_WORDS[sign]}`);
  }
  return binary;
}

function checkText(field: string, value: unknown, expected: string): string {
  if (typeof value !== "string") throw bad(field, value, "not text", expected);
  if (value === "") throw bad(field, value, "empty", expected);
  if (!value.isWellFormed()) throw bad(field, value, "half of a surrogate pair", expected);
  return value;
}

function readName(field: string, value: unknown): number {
  const expected = `a name of 1 to ${NAME_LENGTH_MAX} characters, without control characters or spaces at its ends`;
  const text = checkText(field, value, expected);
  if (text.length > NAME_LENGTH_MAX || NOT_IN_NAMES.test(text)) throw bad(field, value, "not a name", expected);
  return 0;
}

function readText(field: string, value: unknown): number {
  const expected = `text of 1 to ${TEXT_BYTES_MAX} bytes`;
  const bytes = Buffer.byteLength(checkText(field, value, expected));
  if (bytes > TEXT_BYTES_MAX) throw bad(field, value, "too long", expected);
  return bytes;
}

function readRate(field: string, value: unknown): number {
  parseRate(value, field);
  return readText(field, value);
}

function readDay(field: string, value: unknown): number {
  const day = parseDay(value, field);
  if (day < 0) throw bad(field, value, "too early", "a day from 1970-01-01");
  return day;
}

function readCount(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > COUNT_MAX) {
    throw bad(field, value, "not a count", `a whole number from 0 to ${COUNT_MAX}`);
  }
  return value;
}

function readFlag(field: string, value: unknown): number {
  if (typeof value !== "boolean") throw bad(field, value, "not a flag", "true or false");
  return value ? 1 : 0;
}

function choiceReader(field: string, choices: readonly string[]): ValueReader {
  return (value) => {
    const index = choices.indexOf(value as string);
    if (index !== -1) return index;
    const guess = typeof value === "string" ? nearest(value, choices) : undefined;
    const summary = guess === undefined ? "not one of the choices" : `not one of the choices; did you mean "${guess}"?`;
    throw bad(field, value, summary, `one of ${choices.join(", ")}`);
  };
}

/** How the JSON form of a field named `field` is read. */
export function valueReader(field: string, { type, sign, choices }: Field): ValueReader {
  switch (type) {
    case "name":
      return (value) => readName(field, value);
    case "text":
      return (value) => readText(field, value);
    case "rate":
      return (value) => readRate(field, value);
    case "instant":
      return (value) => parseInstant(value, field);
    case "day":
      return (value) => readDay(field, value);
    case "count":
      return (value) => checkSign(field, value, readCount(field, value), sign);
    case "flag":
      return (value) => readFlag(field, value);
    case "choice":
      return choiceReader(field, choices);
    case "amount":
    case "quantity":
    case "price": {
      const scale = SCALES[type];
      return (value) => checkSign(field, value, parseDecimal(decimalText(field, value), scale, field), sign);
    }
    default:
      return assertNever(type);
  }
}

/** How a binary number becomes the JSON form, for every type whose value is in the number itself (not name, text, rate). */
export function valueFormatter(field: string, { type, choices }: Field): ValueFormatter {
  switch (type) {
    case "amount":
    case "quantity":
    case "price": {
      const scale = SCALES[type];
      return (binary) => formatDecimal(binary, scale);
    }
    case "instant":
      return (binary) => formatInstant(binary as Instant);
    case "day":
      return (binary) => formatDay(binary as Day);
    case "flag":
      return (binary) => binary === 1;
    case "choice":
      return (binary) => {
        const choice = choices[binary];
        if (choice === undefined)
          throw new Trouble("journal-version", "a choice that this program does not know", { field, value: binary });
        return choice;
      };
    case "count":
    case "name":
    case "text":
    case "rate":
      return (binary) => binary;
    default:
      return assertNever(type);
  }
}
