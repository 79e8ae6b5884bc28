import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseDecimal } from "../../src/base/decimal.ts";
import { type Day, formatDay, parseDay } from "../../src/base/time.ts";
import { formatOsi, parseOsi } from "../../src/books/osi.ts";

const price = (text: string) => parseDecimal(text, 8);

test("BK-12: option symbols", () => {
  const apple = { root: "AAPL", maturity: parseDay("2026-12-18"), right: "call", strike: price("200") } as const;
  const berkshire = { root: "BRKB", maturity: parseDay("2027-01-15"), right: "put", strike: price("412.5") } as const;
  assert.equal(formatOsi(apple), "AAPL  261218C00200000");
  assert.equal(formatOsi(berkshire), "BRKB  270115P00412500");
  assert.deepEqual(parseOsi("AAPL  261218C00200000"), apple);
  assert.deepEqual(parseOsi("BRKB  270115P00412500"), berkshire);
  assert.equal(parseOsi("XYZ1  261218P00000500").root, "XYZ1");
});

test("formatting and parsing are each other's inverse", () => {
  const terms = fc.record({
    root: fc.stringMatching(/^[A-Z][A-Z0-9]{0,5}$/),
    maturity: fc.integer({ min: parseDay("2000-01-01"), max: parseDay("2099-12-31") }).map((day) => day as Day),
    right: fc.constantFrom("call" as const, "put" as const),
    strike: fc.integer({ min: 1, max: 99_999_999 }).map((thousandths) => thousandths * 100_000),
  });
  fc.assert(
    fc.property(terms, (option) => {
      const text = formatOsi(option);
      assert.equal(text.length, 21);
      assert.deepEqual(parseOsi(text), { ...option });
    }),
    { seed: 21, numRuns: 500 },
  );
});

test("what is not an option symbol is refused", () => {
  const broken = [
    "AAPL 261218C00200000",
    "AAPL  261218C0020000",
    "AAPL  261218X00200000",
    "aapl  261218C00200000",
    "1APL  261218C00200000",
    "AA PL 261218C00200000",
  ];
  for (const text of broken)
    assert.throws(() => parseOsi(text), { code: "bad-value", message: /not an OSI option symbol/ });
  assert.throws(() => parseOsi("AAPL  260231C00200000"), { code: "bad-value", message: /2026-02-31.*not a day/ });
  assert.throws(() => parseOsi("AAPL  261218C00000000"), { code: "bad-value", message: /a strike above zero/ });
});

test("terms that the symbol cannot hold are refused, not rounded", () => {
  const terms = { root: "AAPL", maturity: parseDay("2026-12-18"), right: "call", strike: price("200") } as const;
  assert.throws(() => formatOsi({ ...terms, strike: price("200.0005") }), { code: "not-exact", message: /200.0005/ });
  assert.throws(() => formatOsi({ ...terms, strike: price("100000") }), { code: "not-exact" });
  assert.throws(() => formatOsi({ ...terms, strike: 0 }), { code: "not-exact" });
  assert.throws(() => formatOsi({ ...terms, root: "TOOLONG" }), { code: "bad-value", message: /root/ });
  const late = parseDay("2100-01-15");
  assert.throws(() => formatOsi({ ...terms, maturity: late }), {
    code: "bad-value",
    message: new RegExp(formatDay(late)),
  });
});
