/** Undue concentration, (M): its clocks for underwritings and municipals, and the readings of what it charges. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toCents } from "../../src/base/money.ts";
import { type Day, formatDay } from "../../src/base/time.ts";
import { issueSize } from "../../src/net-capital/haircuts/concentration.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { AS_OF, Firm, inMonths, rulebook } from "./firm.ts";
import { businessDaysAgo, type Change, stock } from "./operations.ts";

test("(M): an underwriting counts after eleven business days, municipals after twenty; only what was underwritten", () => {
  const firm = new Firm();
  firm.capital(2_000_000);
  const held = firm.hold(stock, 500_000, "50");
  const code = "haircuts/undue-concentration";
  assert.equal(firm.line(code), "45000.00");
  const report = (instrument: string, since: string, quantity?: string): void =>
    firm.apply({
      kind: "open-item-reported",
      item: instrument,
      type: "underwriting-position",
      instrument,
      since,
      ...(quantity !== undefined && { quantity }),
    });
  report(held, businessDaysAgo(11));
  assert.equal(firm.line(code), "0.00");
  report(held, businessDaysAgo(11), "4000");
  assert.equal(firm.line(code), "15000.00", "300,000 was not underwritten: 15 percent of what is above 200,000");
  firm.mark(held, "60");
  assert.equal(firm.line(code), "22500.00", "and what was moves with it: 360,000 against a tenth of 2,100,000");
  firm.mark(held, "50");
  report(held, businessDaysAgo(12));
  assert.equal(firm.line(code), "45000.00");
  const municipal = firm.hold({ type: "municipal", maturity: inMonths(96) }, 600_000);
  assert.equal(firm.line(`${code}/${municipal}`), "11000.00", "where no item says since when, it is old enough");
  report(municipal, businessDaysAgo(20));
  assert.equal(firm.line(code), "45000.00");
  firm.apply({ kind: "business-day-opened", day: formatDay((AS_OF + 3) as Day) });
  assert.equal(firm.line(`${code}/${municipal}`), "11000.00");
});

test("(M): what the floors are, what of a municipal issue is charged, and what counts of both sides, are readings", () => {
  const concentration = (price: string, dollars: number, capital: number, ...changes: readonly Change[]) => {
    const firm = new Firm(rulebook(...changes));
    firm.capital(capital);
    firm.hold(stock, dollars, price);
    return firm.line("haircuts/undue-concentration");
  };
  assert.equal(concentration("48", 30_000, 60_000), "900.00", "W10(b)");
  const trigger = ["concentrationFloor: greatest-threshold", "concentrationFloor: trigger"] as const;
  assert.equal(concentration("48", 30_000, 60_000, trigger), "3600.00");
  assert.equal(concentration("48", 24_000, 60_000, trigger), "0.00", "not above the value of 500 shares");
  const above = ["municipalConcentration: above-share", "municipalConcentration: above-trigger"] as const;
  for (const [changes, expected] of [
    [[], "11000.00"],
    [[above], "2750.00"],
  ] as const) {
    const firm = new Firm(rulebook(...changes));
    firm.capital(2_000_000);
    firm.hold({ type: "municipal", maturity: inMonths(96) }, 600_000);
    assert.equal(firm.line("haircuts/undue-concentration"), expected);
  }
});

test("(M): of an issue that is held on both sides the larger counts, or what is left of it", () => {
  for (const [reading, expected] of [
    ["larger-side", 500],
    ["net", 300],
  ] as const) {
    const { concentration } = readNetCapitalRules(
      rulebook(["concentrationSides: larger-side", `concentrationSides: ${reading}`]),
    );
    assert.equal(issueSize(toCents(500), toCents(200), concentration), expected);
    assert.equal(issueSize(toCents(200), toCents(500), concentration), expected);
  }
});
