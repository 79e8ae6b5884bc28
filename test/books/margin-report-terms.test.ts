/** Reports about margin that would leave a figure out without a word are refused when they are made. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Books } from "../../src/books/books.ts";
import type { ReportFact } from "../../src/books/reports.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import { parseFact } from "../../src/facts/parse.ts";

const AT = "2026-11-20T12:00:00Z";

function booksWith(): (said: object) => void {
  const books = new Books();
  for (const terms of [
    { instrument: "USD", type: "currency", currency: "USD" },
    { instrument: "XYZ", type: "equity", currency: "USD" },
  ]) {
    const listed = parseFact({ kind: "instrument-listed", at: AT, ...terms }) as FactOfKind<"instrument-listed">;
    books.instruments.list(listed, books.names.intern(terms.instrument));
  }
  const opened = parseFact({ kind: "account-opened", at: AT, account: "A", type: "customer-margin" });
  books.accounts.open(opened as FactOfKind<"account-opened">, books.names.intern("A"));
  return (said) => books.reports.check(parseFact({ at: AT, ...said }) as ReportFact);
}

test("a beta is a decimal, of either sign", () => {
  const check = booksWith();
  const stated = { kind: "market-statistics-stated", instrument: "XYZ", asOf: "2026-11-19" };
  for (const beta of ["1", "-0.4", "+1.25", "0.123456789012", ".5"])
    assert.doesNotThrow(() => check({ ...stated, beta }));
  for (const beta of ["abc", "1.2.3", "NaN", "Infinity", "1e3", "120%", "-"])
    assert.throws(() => check({ ...stated, beta }), { code: "bad-value", message: /^beta = .*not a beta/ }, beta);
  assert.doesNotThrow(() => check(stated));
});

test("what is to be closed last is in the security master", () => {
  const check = booksWith();
  const stated = { kind: "margin-terms-stated", account: "A" };
  assert.doesNotThrow(() => check({ ...stated, liquidateLast: "XYZ" }));
  assert.throws(() => check({ ...stated, liquidateLast: "XZY" }), /liquidateLast = "XZY": not in the security master/);
});
