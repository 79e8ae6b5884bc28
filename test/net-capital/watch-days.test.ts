/** How the days of a condition that lasts are counted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Day, formatDay, parseDay } from "../../src/base/time.ts";
import { Calendar } from "../../src/books/calendar.ts";
import { newYorkInstant } from "../../src/books/new-york-time.ts";
import { Watched } from "./watched.ts";

test("days of a run are counted as a calendar would", () => {
  const calendar = new Calendar();
  const watched = new Watched();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 60 }), (offset, length) => {
      const first = (parseDay("2026-01-02") + offset) as Day;
      let expected = 0;
      for (let day = first; day <= first + length; day = (day + 1) as Day)
        if (calendar.isSettlementDay(day)) expected++;
      const { conditions } = watched.watch.notices;
      const condition = conditions.begin("x", newYorkInstant(first, 600), 1);
      condition.first = first;
      assert.equal(
        conditions.businessDays(condition, newYorkInstant((first + length) as Day, 600)),
        expected,
        formatDay(first),
      );
    }),
    { seed: 1, numRuns: 100 },
  );
});
