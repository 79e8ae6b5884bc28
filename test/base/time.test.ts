/** Instants and days, beside the calendar of the platform. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import {
  addMonths,
  type Day,
  formatDay,
  formatInstant,
  type Instant,
  parseDay,
  parseInstant,
  startOfDay,
  utcDay,
  weekday,
} from "../../src/base/time.ts";

const FIRST_DAY = -719_528; // 0000-01-01
const LAST_DAY = 2_932_896; // 9999-12-31
const anyDay = fc.integer({ min: FIRST_DAY, max: LAST_DAY });

function platformDate(day: number): Date {
  return new Date(day * 86_400_000);
}

function refused(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    assert.ok(error instanceof Trouble && error.code === "bad-value");
    return true;
  }
}

test("every day of four centuries and more is written and read as the platform does", () => {
  for (let day = parseDay("1599-12-01"); day <= parseDay("2101-03-02"); day++) {
    const text = platformDate(day).toISOString().slice(0, 10);
    assert.equal(formatDay(day), text);
    assert.equal(parseDay(text), day);
  }
});

test("any day from year 0 to 9999, its weekday and its midnight", () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const date = platformDate(day);
      assert.equal(formatDay(day as Day), date.toISOString().slice(0, 10));
      assert.equal(parseDay(formatDay(day as Day)), day);
      assert.equal(weekday(day as Day), date.getUTCDay());
      const exact = (day % 104_000) as Day; // instants are exact for 285 years on both sides of 1970
      assert.equal(utcDay(startOfDay(exact)), exact);
      assert.equal(utcDay((startOfDay(exact) - 1) as Instant), exact - 1);
    }),
    { seed: 10_301, numRuns: 3000 },
  );
});

test("days that do not exist are refused", () => {
  const texts = [
    "2026-02-29",
    "2026-02-30",
    "1900-02-29",
    "2100-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-00-01",
    "2026-01-00",
    "2026-1-1",
    "2026-01-01 ",
    " 2026-01-01",
    "2026/01/01",
    "20260101",
    "12026-01-01",
    "-026-01-01",
    "2026-01-01T00:00:00Z",
    "",
    "today",
    20_260_101,
    null,
  ];
  for (const text of texts)
    assert.ok(
      refused(() => parseDay(text)),
      String(text),
    );
  assert.equal(formatDay(parseDay("2000-02-29")), "2000-02-29");
});

test("an instant reads back from what it is written as, in UTC, to the microsecond", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (micros) => {
      const text = formatInstant(micros as Instant);
      assert.equal(parseInstant(text), micros);
      const millis = Math.floor(micros / 1000);
      assert.equal(text.slice(0, 23), new Date(millis).toISOString().slice(0, 23));
      assert.equal(text.length, micros % 1000 === 0 ? 24 : 27);
    }),
    { seed: 10_302, numRuns: 3000 },
  );
});

test("offsets and fractions read as the platform reads them", () => {
  const two = (max: number): fc.Arbitrary<string> =>
    fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, "0"));
  const offset = fc.oneof(
    fc.constant("Z"),
    fc.tuple(fc.constantFrom("+", "-"), two(25), two(61)).map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`),
  );
  const time = fc.tuple(two(25), two(61), two(61)).map((parts) => parts.join(":"));
  const day = fc.integer({ min: -80_000, max: 80_000 }).map((value) => formatDay(value as Day));
  const fraction = fc.string({ unit: fc.constantFrom(..."0123456789".split("")), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(day, time, fraction, offset, (date, clock, decimals, ahead) => {
      const text = `${date}T${clock}.${decimals}${ahead}`;
      const millis = clock.startsWith("24") ? Number.NaN : Date.parse(`${date}T${clock}${ahead}`);
      if (Number.isNaN(millis))
        assert.ok(
          refused(() => parseInstant(text)),
          text,
        );
      else assert.equal(parseInstant(text), millis * 1000 + Number(decimals.padEnd(6, "0")), text);
    }),
    { seed: 10_303, numRuns: 3000 },
  );
});

test("examples of instants", () => {
  const base = parseInstant("2026-11-20T14:30:00Z");
  const same = [
    "2026-11-20T14:30:00.000Z",
    "2026-11-20T09:30:00-05:00",
    "2026-11-20T20:00:00+05:30",
    "2026-11-20T14:30:00.000000000Z",
  ];
  for (const text of same) assert.equal(parseInstant(text), base, text);
  assert.equal(parseInstant("2026-11-20T14:30:00.1Z"), base + 100_000);
  assert.equal(parseInstant("2026-11-20T14:30:00.000001000Z"), base + 1);
  assert.equal(formatInstant((base + 1) as Instant), "2026-11-20T14:30:00.000001Z");
  assert.equal(formatInstant(-1 as Instant), "1969-12-31T23:59:59.999999Z");
  const bad = [
    "2026-11-20T14:30:00",
    "2026-11-20 14:30:00Z",
    "2026-11-20T14:30Z",
    "2026-11-20T14:30:00.Z",
    "2026-11-20T14:30:00.0000000000Z",
    "2026-11-20T14:30:00.0000001Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T23:59:60Z",
    "2026-02-30T00:00:00Z",
    "2026-11-20T14:30:00z",
    "2026-11-20T14:30:00+0500",
    "2026-11-20T14:30:00+05",
    "2026-11-20T14:30:00Zx",
    "2026-11-20T14:30:00",
    "2300-01-01T00:00:00Z",
    "1600-01-01T00:00:00Z",
    "2026-11-20",
    "",
    0,
    undefined,
  ];
  for (const text of bad)
    assert.ok(
      refused(() => parseInstant(text)),
      String(text),
    );
});

/** The same date `months` later; the platform rolls a day that does not exist over, so it is walked back. */
function slowAddMonths(day: number, months: number): number {
  const from = platformDate(day);
  for (let date = from.getUTCDate(); ; date--) {
    const target = new Date(from);
    target.setUTCFullYear(from.getUTCFullYear(), from.getUTCMonth() + months, date);
    if (target.getUTCDate() === date) return target.getTime() / 86_400_000;
  }
}

test("whole months are added, held at the end of a shorter month", () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: -600, max: 600 }), (day, months) => {
      assert.equal(addMonths(day as Day, months), slowAddMonths(day, months));
    }),
    { seed: 10_304, numRuns: 3000 },
  );
  assert.equal(formatDay(addMonths(parseDay("2024-01-31"), 1)), "2024-02-29");
  assert.equal(formatDay(addMonths(parseDay("2024-03-31"), -13)), "2023-02-28");
});
