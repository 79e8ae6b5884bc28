import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  checkCusip,
  checkFigi,
  checkIdentifiers,
  checkIsin,
  checkSedol,
  cusipCheckDigit,
  figiCheckDigit,
  isinCheckDigit,
  sedolCheckDigit,
} from "../../src/books/identifiers.ts";
import { readTestCsv } from "./csv.ts";

test("BK-12: check digits", () => {
  const cusips = ["03783310", "59491810", "88160R10", "91282CJZ", "G1151C10"];
  assert.deepEqual(
    cusips.map((base) => base + cusipCheckDigit(base)),
    ["037833100", "594918104", "88160R101", "91282CJZ5", "G1151C101"],
  );
  const isins = ["US037833100", "US594918104", "US88160R101"];
  assert.deepEqual(
    isins.map((base) => base + isinCheckDigit(base)),
    ["US0378331005", "US5949181045", "US88160R1014"],
  );
  const figis = ["BBG000B9XRY", "BBG000BLNNH", "BBG000BPH45"];
  assert.deepEqual(
    figis.map((base) => base + figiCheckDigit(base)),
    ["BBG000B9XRY4", "BBG000BLNNH6", "BBG000BPH459"],
  );
  assert.deepEqual(
    ["026349", "204625"].map((base) => base + sedolCheckDigit(base)),
    ["0263494", "2046251"],
  );
});

test("real CUSIPs, ISINs and FIGIs carry the check digits that are computed", () => {
  const cusips = readTestCsv("cusips.csv", "cusip");
  assert.equal(cusips.length, 300);
  for (const { cusip } of cusips) assert.equal(checkCusip(cusip), cusip);
  const identifiers = readTestCsv("identifiers.csv", "isin", "cusip", "figi");
  assert.equal(identifiers.length, 120);
  for (const { isin, cusip, figi } of identifiers) checkIdentifiers({ isin, cusip, figi });
});

test("a wrong check digit is refused with the one that was expected", () => {
  const refused = (message: RegExp) => ({ name: "Trouble", code: "bad-value", message });
  assert.throws(() => checkCusip("037833101"), refused(/cusip = "037833101": .*expected check digit 0, not 1/));
  assert.throws(() => checkIsin("US0378331006"), refused(/isin = .*expected check digit 5, not 6/));
  assert.throws(() => checkFigi("BBG000B9XRY5"), refused(/figi = .*expected check digit 4, not 5/));
  assert.throws(() => checkSedol("0263495"), refused(/sedol = .*expected check digit 4, not 5/));
});

test("what has not the shape of an identifier is refused before its check digit", () => {
  for (const text of ["", "03783310", "0378331000", "03783310x", "*37833100", "037833 00"]) {
    assert.throws(() => checkCusip(text), { code: "bad-value", message: /not a CUSIP; expected 8 letters/ });
  }
  for (const text of ["0S0378331005", "us0378331005", "US037833100", "US03783310*5"]) {
    assert.throws(() => checkIsin(text), { message: /not a ISIN|not an ISIN/ });
  }
  for (const text of ["BBX000B9XRY4", "BBG000A9XRY4", "GBG000B9XRY4", "BBG000B9XRY"]) {
    assert.throws(() => checkFigi(text), { message: /not a FIGI/ });
  }
  for (const text of ["A263494", "026349", "02634940"])
    assert.throws(() => checkSedol(text), { message: /not a SEDOL/ });
});

test("an American ISIN is made of the CUSIP", () => {
  checkIdentifiers({ cusip: "037833100", isin: "US0378331005" });
  checkIdentifiers({ cusip: "G1151C101", isin: "IE00B4BNMY34" });
  assert.throws(() => checkIdentifiers({ cusip: "037833100", isin: "US5949181045" }), {
    code: "bad-value",
    message: /isin = "US5949181045": .*expected US037833100 and its check digit/,
  });
});

test("one mistyped digit is always seen", () => {
  const cusips = readTestCsv("cusips.csv", "cusip").map(({ cusip }) => cusip);
  const digit = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(fc.constantFrom(...cusips), fc.integer({ min: 0, max: 8 }), digit, (cusip, position, replacement) => {
      const mistyped = cusip.slice(0, position) + replacement + cusip.slice(position + 1);
      // A digit in place of a letter can weigh the same; the scheme promises nothing there.
      fc.pre(mistyped !== cusip && /\d/.test(cusip[position] ?? ""));
      assert.throws(() => checkCusip(mistyped), { code: "bad-value" });
    }),
    { seed: 12, numRuns: 500 },
  );
});
