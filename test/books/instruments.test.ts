import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Names } from "../../src/base/names.ts";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { formatDay, parseDay } from "../../src/base/time.ts";
import { Instruments } from "../../src/books/instruments.ts";
import { INSTRUMENT_TERMS } from "../../src/books/instrument-types.ts";
import { INSTRUMENT_TYPES } from "../../src/facts/kinds.ts";
import { listed, type ListingTerms, Master } from "./master.ts";

const APPLE: ListingTerms = {
  instrument: "apple",
  type: "equity",
  symbol: "AAPL",
  cusip: "037833100",
  isin: "US0378331005",
  figi: "BBG000B9XRY4",
  listing: "XNAS",
};
const NOTE: ListingTerms = {
  instrument: "note",
  type: "treasury",
  maturity: "2030-11-15",
  issued: "2020-11-15",
  coupon: "4 1/2%",
};
const CALL: ListingTerms = {
  instrument: "call",
  type: "option",
  underlying: "apple",
  right: "call",
  strike: "200",
  maturity: "2026-12-18",
};

test("rows are dense, in the order of listing, currencies among them", () => {
  const { instruments, names } = new Master(APPLE, NOTE, CALL);
  assert.equal(instruments.size, 4);
  assert.deepEqual(
    ["USD", "apple", "note", "call", "none"].map((name) => instruments.findText(name)),
    [0, 1, 2, 3, -1],
  );
  assert.equal(instruments.find(names.intern("apple")), 1);
  assert.equal(instruments.find(names.intern("never listed")), -1);
  assert.equal(instruments.find(0xffff_ffff), -1);
  assert.equal(names.text(instruments.nameId(3)), "call");
  const { type, scale, currency, underlying } = instruments.columns;
  assert.deepEqual(
    [...type.subarray(0, 4)].map((index) => INSTRUMENT_TYPES[index]),
    ["currency", "equity", "treasury", "option"],
  );
  assert.deepEqual([...scale.subarray(0, 4)], [2, 0, 0, 0]);
  assert.deepEqual([...currency.subarray(0, 4)], [0, 0, 0, 0]);
  assert.deepEqual([...underlying.subarray(0, 4)], [-1, -1, -1, 1]);
});

test("attributes come decoded, frozen, and newest", () => {
  const master = new Master(APPLE, NOTE, CALL);
  const { instruments } = master;
  const note = instruments.attributes(2);
  assert.ok(Object.isFrozen(note));
  assert.equal(note.maturity, parseDay("2030-11-15"));
  assert.deepEqual(note.coupon, { numerator: 9, denominator: 200 });
  assert.equal(note.multiplier, "0.01");
  assert.equal(note.readyMarket, true, "a government has a ready market unless it is said to have none");
  assert.equal(instruments.attributes(1).readyMarket, true, "what is listed has a ready market");
  const call = instruments.attributes(3);
  assert.deepEqual([call.right, call.strike, call.underlying, call.readyMarket], ["call", 200e8, "apple", false]);

  const fund = { instrument: "fund", type: "etf", leverage: "-1.5" } as const;
  const row = master.list(fund);
  assert.deepEqual(instruments.attributes(row).leverage, { numerator: -3, denominator: 2 });
  master.list({ ...fund, readyMarket: false, listing: "ARCX" });
  assert.equal(instruments.findText("fund"), row);
  assert.deepEqual(instruments.attributes(row).leverage, { numerator: -3, denominator: 2 });
  assert.equal(instruments.attributes(row).readyMarket, false);
  assert.equal(instruments.attributes(row).listing, "ARCX");
});

// ——— what is refused ———

function refuses(master: Master, terms: ListingTerms, code: string, message: RegExp): void {
  assert.throws(() => master.instruments.check(listed(terms)), { name: "Trouble", code, message });
}

test("each type must have what its haircut and its margin depend on", () => {
  const master = new Master(APPLE);
  const debts = ["treasury", "agency", "municipal", "corporate", "commercial-paper", "certificate-of-deposit"] as const;
  for (const type of debts) {
    refuses(master, { instrument: "x", type }, "missing-field", /maturity: .* needs its maturity/);
    master.instruments.check(listed({ instrument: "x", type, maturity: "2030-01-15" }));
  }
  for (const missing of ["underlying", "right", "strike", "maturity"] as const) {
    const { [missing]: _, ...rest } = CALL;
    refuses(master, rest, "missing-field", new RegExp(`${missing}: an option needs its ${missing}`));
  }
  const future: ListingTerms = { instrument: "x", type: "future", underlying: "apple", maturity: "2027-03-19" };
  refuses(master, future, "missing-field", /multiplier: a future needs its multiplier/);
  master.instruments.check(listed({ ...future, multiplier: "50" }));
  refuses(master, { instrument: "x", type: "convertible" }, "missing-field", /principal/);
  refuses(master, { instrument: "x", type: "mutual-fund" }, "missing-field", /fundClass/);
});

test("no type takes what does not belong to it", () => {
  const master = new Master(APPLE);
  refuses(master, { ...APPLE, strike: "5" }, "unknown-field", /strike = "5": an equity has no strike/);
  refuses(master, { ...APPLE, leverage: "2" }, "unknown-field", /an equity has no leverage/);
  refuses(master, { ...NOTE, principal: "1000" }, "unknown-field", /a treasury has no principal/);
  refuses(master, { ...CALL, coupon: "5%" }, "unknown-field", /an option has no coupon/);
  refuses(
    master,
    { instrument: "EUR", type: "currency", currency: "EUR", maturity: "2030-01-01" },
    "unknown-field",
    /maturity/,
  );
});

test("a wrong identifier is refused with its check digit", () => {
  const master = new Master();
  refuses(master, { ...APPLE, cusip: "037833109" }, "bad-value", /cusip = "037833109": .*check digit 0, not 9/);
  refuses(master, { ...APPLE, isin: "US0378331006" }, "bad-value", /isin/);
  refuses(master, { ...APPLE, figi: "BBG000B9XRY1" }, "bad-value", /figi/);
  refuses(master, { ...APPLE, sedol: "2046252" }, "bad-value", /sedol/);
});

test("currencies come first, and name themselves", () => {
  const master = new Master(APPLE);
  refuses(master, { ...APPLE, instrument: "sap", currency: "EUR" }, "unknown-instrument", /currency = "EUR"/);
  refuses(master, { ...APPLE, instrument: "x", currency: "apple" }, "bad-value", /not a currency/);
  refuses(
    master,
    { instrument: "EUR", type: "currency" },
    "bad-value",
    /currency = "USD": a currency is priced in itself/,
  );
  refuses(
    master,
    { instrument: "JPY", type: "currency", currency: "JPY", scale: 0 },
    "bad-value",
    /scale = 0: amounts are whole cents/,
  );
  refuses(
    master,
    { instrument: "EUR", type: "currency", currency: "EUR", multiplier: "2" },
    "bad-value",
    /worth itself/,
  );
  master.list({ instrument: "EUR", type: "currency", currency: "EUR" });
  const row = master.list({ instrument: "sap", type: "equity", currency: "EUR" });
  assert.equal(master.instruments.columns.currency[row], master.instruments.findText("EUR"));
});

test("an underlying is listed first, and is another instrument", () => {
  const master = new Master();
  refuses(master, CALL, "unknown-instrument", /underlying = "apple"/);
  master.list(APPLE);
  master.list(CALL);
  refuses(master, { ...CALL, underlying: "call" }, "bad-value", /not on itself/);
});

test("numbers that the books cannot work with are refused", () => {
  const master = new Master();
  refuses(master, { ...APPLE, scale: 7 }, "bad-value", /scale = 7: finer than quantities are; expected at most 6/);
  refuses(master, { ...APPLE, multiplier: "0" }, "bad-value", /multiplier = "0"/);
  refuses(master, { ...APPLE, multiplier: "-1" }, "bad-value", /above zero/);
  refuses(master, { ...APPLE, multiplier: "1e2" }, "bad-value", /not a decimal/);
  refuses(master, { ...APPLE, scale: 6, multiplier: "0.00000001" }, "bad-value", /too fine for this scale/);
  refuses(master, { instrument: "x", type: "etf", leverage: "0" }, "bad-value", /leverage = "0"/);
  refuses(master, { ...NOTE, maturity: "2019-11-15" }, "bad-value", /maturity = "2019-11-15": before its issue/);
});

test("type, scale, currency and multiplier stay as first listed, and the refusal says why", () => {
  const master = new Master(APPLE, CALL);
  master.list({ instrument: "EUR", type: "currency", currency: "EUR" });
  const why = "cannot change: balances, lots and the journal are counted in it";
  refuses(
    master,
    { ...APPLE, type: "preferred" },
    "not-allowed",
    new RegExp(`the type of apple ${why}; expected equity`),
  );
  refuses(master, { ...APPLE, scale: 3 }, "not-allowed", new RegExp(`the scale of apple ${why}; expected the default`));
  refuses(
    master,
    { ...APPLE, currency: "EUR" },
    "not-allowed",
    new RegExp(`the currency of apple ${why}; expected USD`),
  );
  refuses(master, { ...CALL, multiplier: "150" }, "not-allowed", new RegExp(`the multiplier of call ${why}`));
  master.list({ ...CALL, multiplier: "100.0" });
  master.list({ ...APPLE, scale: 0, description: "Apple Inc." });
  assert.equal(master.instruments.attributes(1).description, "Apple Inc.");
});

test("an unknown instrument has an error that names it", () => {
  const { instruments, names } = new Master();
  assert.match(instruments.unknown(names.intern("ghost")).message, /instrument = "ghost": not in the security master/);
});

test("what was listed to check a batch is forgotten without a trace", () => {
  const master = new Master(APPLE);
  const before = hashSections(master.instruments.sections());
  master.list(NOTE);
  master.list(CALL);
  master.instruments.forgetFrom(2);
  assert.equal(hashSections(master.instruments.sections()), before);
  assert.equal(master.instruments.findText("call"), -1);
  assert.equal(master.list(CALL), 2);
  assert.equal(master.instruments.attributes(2).strike, 200e8);
});

// ——— value ———

test("value of the usual things", () => {
  const master = new Master(APPLE, NOTE, CALL);
  const { instruments } = master;
  assert.equal(instruments.value(1, 100, 190.25e8), 19_025_00);
  assert.equal(instruments.value(1, -100, 190.25e8), -19_025_00);
  assert.equal(instruments.value(2, 1_000_000, 99.5e8), 995_000_00, "debt is priced per 100 of par");
  assert.equal(instruments.value(3, -3, 2.5e8), -750_00, "an option is on 100 shares");
  assert.equal(instruments.value(0, 12_345, 1e8), 12_345, "a dollar is worth a dollar");
  assert.equal(instruments.value(1, 0, 190.25e8), 0);
  const fractional = master.list({ instrument: "fund", type: "etf", scale: 6 });
  assert.equal(instruments.value(fractional, 1, 500e8), 0);
  assert.equal(instruments.value(fractional, 1_500_000, 500.01e8), 750_02, "half a cent goes to the even one: 750.015");
  assert.equal(instruments.value(fractional, 500_000, 500.01e8), 250_00, "250.005");
});

/** Half to even, by big integers, from the decimal multiplier itself. */
function slowValue(quantity: number, price: number, multiplier: string, scale: number): bigint {
  const [whole = "0", fraction = ""] = multiplier.split(".");
  const divisor = 10n ** BigInt(scale + 8 + fraction.length - 2);
  const product = BigInt(quantity) * BigInt(price) * BigInt(whole + fraction);
  const positive = product < 0n ? -product : product;
  const [cents, rest] = [positive / divisor, positive % divisor];
  const up = 2n * rest > divisor || (2n * rest === divisor && cents % 2n === 1n);
  return (up ? cents + 1n : cents) * (product < 0n ? -1n : 1n);
}

test("value is exact: it agrees with big integers, or refuses", () => {
  const multipliers = ["1", "0.01", "100", "50", "0.3", "2.5", "1000000", "0.002", "12.345"];
  const scales = [0, 2, 3, 6];
  const master = new Master();
  const rows = multipliers.map((multiplier) =>
    scales.map((scale) => master.list({ instrument: `${multiplier}/${scale}`, type: "equity", multiplier, scale })),
  );
  const magnitude = fc
    .integer({ min: 0, max: 52 })
    .chain((bits) => fc.maxSafeInteger().map((whole) => Math.trunc(whole / 2 ** bits)));
  const index = (length: number) => fc.integer({ min: 0, max: length - 1 });
  fc.assert(
    fc.property(index(multipliers.length), index(scales.length), magnitude, magnitude, (m, s, quantity, signed) => {
      const price = Math.abs(signed);
      const expected = slowValue(quantity, price, multipliers[m] ?? "", scales[s] ?? 0);
      const row = rows[m]?.[s] ?? -1;
      const fits = expected <= BigInt(Number.MAX_SAFE_INTEGER) && expected >= BigInt(Number.MIN_SAFE_INTEGER);
      let value: number;
      try {
        value = master.instruments.value(row, quantity, price);
      } catch (error) {
        assert.match(String(error), /the market value is not below 2\^53 cents/);
        assert.ok(!fits || price * master.instruments.columns.valueNumerator[row] > Number.MAX_SAFE_INTEGER);
        return;
      }
      assert.ok(fits);
      assert.equal(BigInt(value), expected);
      assert.ok(!Object.is(value, -0));
    }),
    { seed: 8, numRuns: 3000 },
  );
});

test("a value past 2^53 is an overflow that names the instrument; an unknown price is a mistake", () => {
  const { instruments } = new Master(APPLE);
  assert.throws(() => instruments.value(1, 2 ** 52, 1000e8), { code: "overflow", message: /apple = / });
  assert.throws(() => instruments.value(1, 100, Number.NaN), { name: "AssertionError" });
  assert.throws(() => instruments.value(1, Number.NaN, 100e8), { name: "AssertionError" });
});

test("quantities become units of the asset exactly, or not at all", () => {
  const master = new Master(APPLE);
  const fund = master.list({ instrument: "fund", type: "mutual-fund", fundClass: "other", scale: 3 });
  assert.equal(master.instruments.toUnits(1, 100_000_000), 100);
  assert.equal(master.instruments.toUnits(1, -100_000_000), -100);
  assert.ok(Number.isNaN(master.instruments.toUnits(1, 100_500_000)));
  assert.equal(master.instruments.toUnits(fund, 1_234_000), 1234);
  assert.ok(Number.isNaN(master.instruments.toUnits(fund, 1_234_500)));
  assert.ok(Number.isNaN(master.instruments.toUnits(fund, Number.NaN)));
});

// ——— state ———

test("a restored master is the master", () => {
  const master = new Master(APPLE, NOTE, CALL);
  master.changeSymbol("apple", "APPL", "2026-12-01");
  const names = new Names();
  names.restore(new SectionReader(master.names.sections()));
  const restored = new Instruments(names);
  restored.restore(new SectionReader(master.instruments.sections()));
  assert.equal(hashSections(restored.sections()), hashSections(master.instruments.sections()));
  assert.equal(restored.size, 4);
  for (let row = 0; row < restored.size; row++)
    assert.deepEqual(restored.attributes(row), master.instruments.attributes(row));
  assert.equal(restored.findText("call"), 3);
  assert.equal(restored.bySymbol(names.intern("APPL"), parseDay("2026-12-01")), 1);
  assert.equal(restored.value(3, 1, 1e8), 100_00);
});

test("the state is the same whether a listing came from a person or back from the journal", () => {
  const byHand = new Master(APPLE, { ...CALL, strike: "200.00" });
  const journal = new Master(APPLE, CALL);
  const reordered = Object.fromEntries(
    Object.entries(listed({ ...CALL, source: "ops", sourceAt: "2026-11-20T14:00:00Z" })).toReversed(),
  );
  journal.list(reordered as unknown as ListingTerms);
  assert.equal(hashSections(byHand.instruments.sections()), hashSections(journal.instruments.sections()));
});

test("every type has its terms, and an example that lists", () => {
  const master = new Master(APPLE);
  const samples: Record<string, Partial<ListingTerms>> = {
    underlying: { underlying: "apple" },
    right: { right: "put" },
    strike: { strike: "10" },
    maturity: { maturity: "2030-06-15" },
    multiplier: { multiplier: "10" },
    principal: { principal: "1000" },
    fundClass: { fundClass: "other" },
    spread: { spread: 100 },
  };
  for (const type of INSTRUMENT_TYPES) {
    if (type === "currency") continue;
    const required = INSTRUMENT_TERMS[type].required.map((field) => samples[field]);
    const row = master.list(Object.assign({ instrument: `a ${type}`, type }, ...required) as ListingTerms);
    assert.equal(master.instruments.type(row), type);
    const { maturity } = master.instruments.attributes(row);
    if (maturity !== undefined) assert.equal(formatDay(maturity), "2030-06-15");
  }
});
