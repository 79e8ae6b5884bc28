/**
 * The option symbol of the Options Symbology Initiative, 21 characters: root padded to 6, expiry as yymmdd, C or P,
 * strike × 1000 as 8 digits. "AAPL  261218C00200000" is the Apple call at 200 that expires on 18 December 2026.
 */
import { Trouble } from "../base/errors.ts";
import { type Day, formatDay, parseDay } from "../base/time.ts";
import { PRICE_SCALE } from "../facts/define.ts";

export interface OptionTerms {
  /** Usually the underlying's symbol; adjusted series carry a digit, such as "XYZ1". */
  readonly root: string;
  readonly maturity: Day;
  readonly right: "call" | "put";
  /** In units of 10^-8 dollars, like every price. */
  readonly strike: number;
}

const SHAPE = /^([A-Z][A-Z0-9]{0,5}) *(\d{6})([CP])(\d{8})$/;
const ROOT = /^[A-Z][A-Z0-9]{0,5}$/;
/** The symbol counts strikes in tenths of a cent. */
const STRIKE_STEP = 10 ** (PRICE_SCALE - 3);
const STRIKE_MAX = 99_999_999 * STRIKE_STEP;

/** Reads an OSI symbol of exactly 21 characters; throws `bad-value` saying what is wrong with it. */
export function parseOsi(text: string, field = "symbol"): OptionTerms {
  const match = text.length === 21 ? SHAPE.exec(text) : null;
  if (match === null) {
    throw new Trouble("bad-value", "not an OSI option symbol", {
      field,
      value: text,
      expected: '21 characters such as "AAPL  261218C00200000"',
    });
  }
  const [, root, expiry, right, strike] = match;
  const maturity = parseDay(`20${expiry.slice(0, 2)}-${expiry.slice(2, 4)}-${expiry.slice(4)}`, field);
  if (Number(strike) === 0) {
    throw new Trouble("bad-value", "an option has a strike", { field, value: text, expected: "a strike above zero" });
  }
  return { root, maturity, right: right === "C" ? "call" : "put", strike: Number(strike) * STRIKE_STEP };
}

/**
 * The 21 characters that `parseOsi` reads back to the same terms. Throws `bad-value` for a root that is too long or an
 * expiry outside 2000 to 2099, and `not-exact` for a strike finer than a tenth of a cent or above 99,999.999.
 */
export function formatOsi({ root, maturity, right, strike }: OptionTerms): string {
  if (!ROOT.test(root)) {
    throw new Trouble("bad-value", "not an option root", {
      field: "root",
      value: root,
      expected: "1 to 6 capital letters or digits, a letter first",
    });
  }
  const day = formatDay(maturity);
  if (!day.startsWith("20")) {
    throw new Trouble("bad-value", "cannot be written with two digits of the year", {
      field: "maturity",
      value: day,
      expected: "a day from 2000 to 2099",
    });
  }
  if (strike % STRIKE_STEP !== 0 || strike <= 0 || strike > STRIKE_MAX) {
    throw new Trouble("not-exact", "the symbol cannot hold this strike", {
      field: "strike",
      value: strike / 10 ** PRICE_SCALE,
      expected: "0.001 to 99999.999, at most 3 decimals",
    });
  }
  const digits = String(strike / STRIKE_STEP).padStart(8, "0");
  return `${root.padEnd(6)}${day.slice(2).replaceAll("-", "")}${right === "call" ? "C" : "P"}${digits}`;
}
