/** The page's own arithmetic: how figures are written, where they stand on the gauge, and what the chart keeps. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDollars, subtract, toCents } from "../../src/base/money.ts";
import { bars } from "../../web/src/bars.ts";
import {
  calendarDay,
  change,
  clock,
  compact,
  countdown,
  difference,
  dollars,
  inputValue,
  millions,
  moment,
  money,
  paragraphAddress,
  signOf,
  words,
  zoneName,
} from "../../web/src/format.ts";
import { gaugeScale, labelRows } from "../../web/src/gauge-scale.ts";
import { History } from "../../web/src/history.ts";
import { tierColour } from "../../web/src/tier-colour.ts";

const FORMS: readonly (readonly [amount: string, money: string, dollars: string, change: string, sign: number])[] = [
  ["1234567.50", "1,234,567.50", "1,234,568", "+1,234,567.50", 1],
  ["-1234567.49", "(1,234,567.49)", "(1,234,567)", "−1,234,567.49", -1],
  ["0.00", "0.00", "0", "0.00", 0],
  ["-0.00", "0.00", "0", "0.00", 0],
  ["-0.49", "(0.49)", "0", "−0.49", -1],
  ["999.50", "999.50", "1,000", "+999.50", 1],
  ["90071992547409.91", "90,071,992,547,409.91", "90,071,992,547,410", "+90,071,992,547,409.91", 1],
];

for (const [amount, asMoney, asDollars, asChange, sign] of FORMS) {
  test(`${amount} is written ${asMoney}, ${asDollars} and ${asChange}`, () => {
    assert.deepEqual(
      [money(amount), dollars(amount), change(amount), signOf(amount)],
      [asMoney, asDollars, asChange, sign],
    );
  });
}

test("where there is little room an amount has three digits, rounded half up", () => {
  const forms = {
    "0.00": "0",
    "-0.20": "0",
    "999.49": "999",
    "999.50": "1.00 k",
    "-57300.00": "(57.3 k)",
    "1234567.89": "1.23 m",
    "25000000.00": "25.0 m",
    "999999.00": "1,000 k",
    "412500000000.00": "413 bn",
  };
  for (const [amount, text] of Object.entries(forms)) assert.equal(compact(amount), text, amount);
});

test("a difference of two amounts is exact", () => {
  const cents = fc.integer({ min: -9e14, max: 9e14 }).map(toCents);
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      assert.equal(difference(formatDollars(a), formatDollars(b)), formatDollars(subtract(a, b)));
    }),
    { seed: 1, numRuns: 300 },
  );
  assert.equal(difference("7", "9"), "-2");
});

test("the time that is left is told to the second, and in days where it is long", () => {
  const from = (then: string): string => countdown(then, "2026-11-20T15:00:00.250Z");
  assert.equal(from("2026-11-21T14:41:07.250Z"), "23:41:07");
  assert.equal(from("2026-11-20T15:00:59Z"), "0:58");
  assert.equal(from("2026-11-20T14:00:00.250Z"), "1:00:00");
  assert.equal(from("2026-11-22T18:10:00.250Z"), "2 d 03:10");
});

test("times are told in the firm's zone", () => {
  const at = "2026-11-20T15:42:17.250Z";
  assert.equal(clock(at, "America/New_York"), "10:42:17");
  assert.equal(calendarDay(at, "America/New_York"), "Fri 20 Nov 2026");
  assert.equal(moment(at, at, "America/New_York"), "10:42:17");
  assert.equal(moment(at, "2026-11-23T15:00:00Z", "America/New_York"), "20 Nov 10:42");
  assert.equal(zoneName(at, "America/New_York"), "EST");
  assert.equal(calendarDay("2026-11-20T03:00:00Z", "America/New_York"), "Thu 19 Nov 2026");
});

test("an axis of millions has as many decimals as its step needs", () => {
  assert.equal(millions(22_500_000, 5_000_000), "23 m");
  assert.equal(millions(22_500_000, 500_000), "22.5 m");
  assert.equal(millions(22_525_000, 25_000), "22.525 m");
});

test("inputs read as words, and amounts among them as amounts", () => {
  assert.equal(words("marketValue"), "market value");
  assert.equal(words("older than"), "older than");
  assert.equal(inputValue("-20750000.00"), "(20,750,000.00)");
  assert.equal(inputValue("2027-03-31"), "2027-03-31");
  assert.equal(inputValue("15%"), "15%");
});

test("a paragraph of the federal rules has an address, others have none", () => {
  assert.equal(
    paragraphAddress("15c3-1(c)(2)(vi)(J)"),
    "https://www.ecfr.gov/current/title-17/section-240.15c3-1#p-240.15c3-1(c)(2)(vi)(J)",
  );
  assert.equal(paragraphAddress("15c3-1d"), "https://www.ecfr.gov/current/title-17/section-240.15c3-1d");
  assert.equal(
    paragraphAddress("17a-11(b)(3)"),
    "https://www.ecfr.gov/current/title-17/section-240.17a-11#p-240.17a-11(b)(3)",
  );
  for (const paragraph of ["4210(c)(1)", "FINRA 4210(f)(2)(H)(i)", "4210(b)-(f)"])
    assert.equal(paragraphAddress(paragraph), "https://www.finra.org/rules-guidance/rulebooks/finra-rules/4210");
  assert.equal(paragraphAddress("220.12(a)"), "https://www.ecfr.gov/current/title-12/section-220.12");
  assert.equal(paragraphAddress("4210(f)(2); 220.8(a)(3)"), undefined, "two rules have no one address");
  assert.equal(paragraphAddress("FINRA 4120"), undefined);
  assert.equal(paragraphAddress("javascript:alert(1)"), undefined);
});

test("on the gauge more capital never stands further left, and every level is on it", () => {
  const dollarsAt = fc.integer({ min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e8 }), dollarsAt, dollarsAt, (minimum, a, b) => {
      const levels = [minimum * 1.2, minimum * 1.1, minimum * 1.05];
      const scale = gaugeScale(a, minimum, levels);
      const [low, high] = a < b ? [a, b] : [b, a];
      assert.ok(scale.position(low) <= scale.position(high));
      assert.ok(scale.position(a) >= 0 && scale.position(a) < 1);
      for (const level of levels) assert.ok(scale.position(level) < 1);
    }),
    { seed: 2, numRuns: 300 },
  );
});

test("the gauge's right end holds still while the figure moves a little", () => {
  const top = (amount: number): number => gaugeScale(amount, 18.4e6, [22.08e6]).top;
  assert.equal(top(22.9e6), top(23.4e6));
  assert.equal(top(22.9e6) / 18.4e6, 1.5);
});

test("tiers can be told apart on the gauge however much room there is above them", () => {
  for (const amount of [0, 18e6, 23e6, 50e6, 900e6]) {
    const scale = gaugeScale(amount, 18.4e6, [22.08e6, 20.24e6, 19.32e6]);
    const places = [18.4e6, 19.32e6, 20.24e6, 22.08e6].map((level) => scale.position(level));
    assert.deepEqual(
      places.map((place) => place.toFixed(2)),
      ["0.12", "0.24", "0.36", "0.60"],
    );
  }
});

test("labels that would touch go to the second row", () => {
  assert.deepEqual(labelRows([0.1, 0.15, 0.3, 0.32, 0.6], 0.1), [0, 1, 0, 1, 0]);
});

test("tiers go from yellow to red, whatever their number", () => {
  assert.match(tierColour(0, 3), / 90\)$/);
  assert.match(tierColour(2, 3), / 27\)$/);
  assert.match(tierColour(0, 1), / 27\)$/);
});

test("the bars of a waterfall hang from one another and end at net capital", () => {
  const step = (effect: "starts" | "adds" | "deducts" | "subtotal" | "total", amount: string) => ({
    code: effect,
    label: effect,
    effect,
    amount,
    paragraph: "",
  });
  const places = bars([
    step("starts", "100.00"),
    step("adds", "20.00"),
    step("deducts", "50.00"),
    step("subtotal", "70.00"),
    step("deducts", "90.00"),
    step("total", "-20.00"),
  ]).map(({ from, to }) => [from, to]);
  assert.deepEqual(places, [
    [0, 100],
    [100, 120],
    [120, 70],
    [0, 70],
    [70, -20],
    [0, -20],
  ]);
});

const point = (second: number, netCapital: string | null = "1.00") => ({
  seq: second,
  at: new Date(second * 1000).toISOString(),
  netCapital,
  requirement: "1.00",
});

test("history keeps a gap where nothing could be said, and the newest of an instant", () => {
  const history = new History();
  history.reset([point(1, null), point(2, "5.00")]);
  history.add(point(3, null));
  history.add(point(3, "7.00"));
  assert.deepEqual(history.at, [1, 2, 3]);
  assert.deepEqual(history.netCapital, [null, 5, 7]);
  assert.equal(history.opening(undefined)?.netCapital, "5.00");
});

test("the day is compared with the last figure before its session opened", () => {
  const history = new History();
  const opens = new Date(5000).toISOString();
  history.reset([point(1, "5.00"), point(4, "6.00"), point(5, null)]);
  assert.equal(history.opening(opens), undefined);
  history.add(point(6, "8.00"));
  assert.equal(history.opening(opens)?.netCapital, "6.00");
  history.reset([point(6, null), point(7, "8.00")]);
  assert.equal(history.opening(opens)?.netCapital, "8.00");
});

test("history is bounded, keeps its first and newest point, and starts anew when the clock goes back", () => {
  const history = new History();
  for (let second = 1; second <= 20_001; second++) history.add(point(second));
  assert.ok(history.at.length <= 6000);
  assert.equal(history.at[0], 1);
  assert.equal(history.at.at(-1), 20_001);
  assert.equal(history.points.length, history.at.length);
  history.add(point(500));
  assert.deepEqual(history.at, [500]);
});
