/**
 * Securities identifiers and their check digits: CUSIP, ISIN, FIGI and SEDOL. Each `check…` function gives back the
 * identifier it was given, or throws `bad-value` saying which check digit was expected: a mistyped identifier never
 * reaches the security master. Identifiers are attributes with a date, never keys: they are re-used and changed.
 */
import { Trouble } from "../base/errors.ts";

/** What a character counts for: digits themselves, A = 10 to Z = 35, then the three signs of the CUSIP alphabet. */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#";

/** 12 counts for 1 + 2. */
function digitSum(value: number): number {
  return Math.floor(value / 10) + (value % 10);
}

function complement(sum: number): string {
  return String((10 - (sum % 10)) % 10);
}

/** Sums the characters' digits, those at the odd indices (second, fourth, …) doubled: the scheme of CUSIP and FIGI. */
function doubleEverySecond(base: string): string {
  let sum = 0;
  for (let index = 0; index < base.length; index++) {
    const value = ALPHABET.indexOf(base[index]);
    sum += digitSum(index % 2 === 1 ? value * 2 : value);
  }
  return complement(sum);
}

/** The check digit of the first 8 characters of a CUSIP: `cusipCheckDigit("03783310")` is "0". */
export function cusipCheckDigit(base: string): string {
  return doubleEverySecond(base);
}

/** The check digit of the first 11 characters of an ISIN: letters become two digits, then Luhn from the right. */
export function isinCheckDigit(base: string): string {
  const digits = Array.from(base, (character) => ALPHABET.indexOf(character)).join("");
  let sum = 0;
  for (let index = digits.length - 1, double = true; index >= 0; index--, double = !double) {
    const value = Number(digits[index]);
    sum += double ? digitSum(value * 2) : value;
  }
  return complement(sum);
}

/** The check digit of the first 11 characters of a FIGI. */
export function figiCheckDigit(base: string): string {
  return doubleEverySecond(base);
}

const SEDOL_WEIGHTS = [1, 3, 1, 7, 3, 9];

/** The check digit of the first 6 characters of a SEDOL. */
export function sedolCheckDigit(base: string): string {
  return complement(SEDOL_WEIGHTS.reduce((sum, weight, index) => sum + weight * ALPHABET.indexOf(base[index]), 0));
}

interface Scheme {
  readonly name: string;
  readonly pattern: RegExp;
  readonly shape: string;
  readonly checkDigit: (base: string) => string;
}

function verify(scheme: Scheme, value: string, field: string): string {
  if (!scheme.pattern.test(value)) {
    throw new Trouble("bad-value", `not a ${scheme.name}`, { field, value, expected: scheme.shape });
  }
  const digit = scheme.checkDigit(value.slice(0, -1));
  if (!value.endsWith(digit)) {
    throw new Trouble("bad-value", `wrong check digit of a ${scheme.name}`, {
      field,
      value,
      expected: `check digit ${digit}, not ${value.slice(-1)}`,
    });
  }
  return value;
}

const CUSIP: Scheme = {
  name: "CUSIP",
  pattern: /^[0-9A-Z][0-9A-Z*@#]{7}\d$/,
  shape: '8 letters, digits, "*", "@" or "#", and a check digit, such as "037833100"',
  checkDigit: cusipCheckDigit,
};

const ISIN: Scheme = {
  name: "ISIN",
  pattern: /^[A-Z]{2}[0-9A-Z]{9}\d$/,
  shape: 'a country, 9 letters or digits, and a check digit, such as "US0378331005"',
  checkDigit: isinCheckDigit,
};

const FIGI: Scheme = {
  name: "FIGI",
  // Two consonants that do not begin an ISIN of the same letters and G, then consonants and digits, then the check digit.
  pattern: /^(?!BS|BM|GG|GB|GH|KY|VG)[B-DF-HJ-NP-TV-Z]{2}G[0-9B-DF-HJ-NP-TV-Z]{8}\d$/,
  shape: 'two consonants, "G", 8 consonants or digits, and a check digit, such as "BBG000B9XRY4"',
  checkDigit: figiCheckDigit,
};

const SEDOL: Scheme = {
  name: "SEDOL",
  pattern: /^[0-9B-DF-HJ-NP-TV-Z]{6}\d$/,
  shape: '6 consonants or digits and a check digit, such as "0263494"',
  checkDigit: sedolCheckDigit,
};

export function checkCusip(value: string, field = "cusip"): string {
  return verify(CUSIP, value, field);
}

export function checkIsin(value: string, field = "isin"): string {
  return verify(ISIN, value, field);
}

export function checkFigi(value: string, field = "figi"): string {
  return verify(FIGI, value, field);
}

export function checkSedol(value: string, field = "sedol"): string {
  return verify(SEDOL, value, field);
}

/** The identifiers of a listing; throws for the first that is wrong, and where an ISIN and a CUSIP contradict each other. */
export function checkIdentifiers(listed: {
  readonly cusip?: string;
  readonly isin?: string;
  readonly figi?: string;
  readonly sedol?: string;
}): void {
  const { cusip, isin, figi, sedol } = listed;
  if (cusip !== undefined) checkCusip(cusip);
  if (isin !== undefined) checkIsin(isin);
  if (figi !== undefined) checkFigi(figi);
  if (sedol !== undefined) checkSedol(sedol);
  // The ISIN of an issue of the United States or Canada is made of its CUSIP (ISO 6166).
  if (cusip !== undefined && isin !== undefined && /^(?:US|CA)/.test(isin) && isin.slice(2, 11) !== cusip) {
    throw new Trouble("bad-value", "the ISIN is of another security than the CUSIP", {
      field: "isin",
      value: isin,
      expected: `${isin.slice(0, 2)}${cusip} and its check digit`,
    });
  }
}
