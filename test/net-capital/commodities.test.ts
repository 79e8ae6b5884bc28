/**
 * Appendix B and credit default swaps. The worked examples stand as book documents in docs/examples/net-capital, named
 * appendix-b-* and swaps-*.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findLine } from "../../src/base/line.ts";
import { type Day, formatDay } from "../../src/base/time.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { AS_OF, Firm, inDays, inMonths, rulebook } from "./firm.ts";

const FIRM_END = "  commitmentAddBack: false\n";

function trader(membership = "none"): Firm {
  const firm = new Firm(rulebook([FIRM_END, `${FIRM_END}  futuresMembership: ${membership}\n`]));
  firm.capital(10_000_000);
  firm.list("GOLD", { type: "commodity" });
  firm.mark("GOLD", "2000");
  return firm;
}

const future = (margins: object) =>
  ({ type: "future", underlying: "GOLD", maturity: inMonths(3), multiplier: "100", ...margins }) as const;

test("the margin that counts is the one that the membership names, or there is no figure", () => {
  const cases: readonly (readonly [membership: string, margins: object, charge: string | undefined])[] = [
    ["clearing-member", { clearingMargin: "900.50", maintenanceMargin: "1000" }, "900.50"],
    ["clearing-member", { maintenanceMargin: "1000" }, undefined],
    ["member", { clearingMargin: "900", maintenanceMargin: "1000" }, "1500.00"],
    ["none", { maintenanceMargin: "1000", initialMargin: "1100" }, "2000.00"],
    ["none", { initialMargin: "1100" }, "2200.00"],
    ["member", { initialMargin: "1100" }, "2200.00"],
    ["none", { clearingMargin: "900" }, undefined],
  ];
  for (const [membership, margins, charge] of cases) {
    const firm = trader(membership);
    firm.list("FUT", future(margins));
    firm.move("FUT", -1, "inventory");
    if (charge === undefined) assert.match(firm.troubles().join(), /no margin is stated for FUT/);
    else assert.equal(firm.line("commodity-charges"), charge, JSON.stringify([membership, margins]));
  }
});

test("a future covers whole contracts only, and only on the other side", () => {
  const firm = trader("member");
  firm.list("FUT", future({ maintenanceMargin: "1000" }));
  firm.move("GOLD", 250, "inventory");
  firm.move("FUT", -3, "inventory");
  // 250 ounces are covered; they cover two contracts.
  assert.equal(firm.line("commodity-charges/inventory/GOLD/covered-by-futures"), "25000.00");
  assert.equal(firm.line("commodity-charges/futures/FUT"), "1500.00");
  firm.move("FUT", 5, "inventory");
  assert.equal(firm.line("commodity-charges/inventory/GOLD/uncovered"), "100000.00");
  assert.equal(firm.line("commodity-charges/futures/FUT"), "3000.00");
});

test("charges on commodities come before tentative net capital, and the tentative figure of the rule adds them back", () => {
  const firm = trader();
  firm.move("GOLD", 100, "inventory");
  firm.cash("inventory", "bank", 200_000);
  assert.equal(firm.line("tentative-net-capital"), "9960000.00");
  assert.equal(firm.monitor.figures.tentativeByRuleCents, 1_000_000_000);
});

test("a commitment on a commodity counts its loss beside its charge; on a future there is no rule", () => {
  const firm = trader();
  firm.apply({
    kind: "commitment-reported",
    commitment: "buy",
    instrument: "GOLD",
    side: "long",
    quantity: "10",
    contractPrice: "2100",
  });
  assert.equal(firm.line("commodity-charges/commitments/buy/uncovered"), "4000.00");
  assert.equal(firm.line("haircuts/commitments"), "1000.00");
  firm.list("FUT", future({ maintenanceMargin: "1000" }));
  firm.mark("FUT", "2000");
  firm.apply({
    kind: "commitment-reported",
    commitment: "future",
    instrument: "FUT",
    side: "long",
    quantity: "1",
    contractPrice: "2000",
  });
  assert.match(firm.troubles().join(), /no rule yet for commitments in a future/);
});

test("the grid of swaps: its rows end before their life, its columns with their last basis point", () => {
  const sold = (months: number, spread: number): string => {
    const firm = trader();
    firm.list("CDS", { type: "credit-default-swap", maturity: inMonths(months), spread });
    firm.mark("CDS", "0");
    firm.move("CDS", -1_000_000, "inventory");
    return firm.line("haircuts/swaps");
  };
  const cases: readonly (readonly [months: number, spread: number, charge: string])[] = [
    [11, 100, "10000.00"],
    [12, 100, "15000.00"],
    [12, 101, "35000.00"],
    [59, 300, "70000.00"],
    [60, 301, "175000.00"],
    [119, 699, "275000.00"],
    [119, 700, "400000.00"],
    [120, 700, "500000.00"],
  ];
  for (const [months, spread, charge] of cases)
    assert.equal(sold(months, spread), charge, `${months} months, ${spread}`);
});

test("a bond that is short against sold protection keeps its deduction, and the swap has none", () => {
  const firm = trader();
  firm.list("BOND", { type: "corporate", maturity: inMonths(84), minimalCreditRisk: true, issuer: "ACME" });
  firm.mark("BOND", "100");
  firm.list("CDS", { type: "credit-default-swap", maturity: inMonths(84), spread: 90, issuer: "ACME" });
  firm.mark("CDS", "0");
  firm.move("BOND", -1_000_000, "inventory");
  firm.move("CDS", -1_500_000, "inventory");
  assert.equal(firm.line("haircuts/corporate-debt"), "70000.00");
  assert.equal(firm.line("haircuts/swaps"), "42500.00");
});

test("a grid whose columns or rows do not fit is refused", () => {
  const refused = (from: string, to: string, message: RegExp): void =>
    assert.throws(() => readNetCapitalRules(rulebook([from, to])), { message });
  refused("spreads: [100, 300,", "spreads: [300, 300,", /swaps.spreads\[1\] = 300: does not rise/);
  refused("rates: [1%, 2%, 5%, 7.5%, 10%, 15%]", "rates: [1%, 2%]", /another number of columns/);
  refused("{ under: 24 months, rates: [1.5%", "{ under: 12 months, rates: [1.5%", /overlaps/);
});

test("running is what comes from scratch, and cover never makes more than there is", () => {
  const names = ["GOLD", "OIL", "FUT", "FUT2", "CALL", "PUT", "CDS", "CDS2", "BOND"] as const;
  const step = fc.record({
    what: fc.constantFrom("trade", "trade", "trade", "mark", "mark", "commit", "day", "relist"),
    name: fc.constantFrom(...names),
    units: fc.integer({ min: -40, max: 40 }).filter((units) => units !== 0),
    price: fc.integer({ min: 1, max: 300 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 25, maxLength: 50 }), (steps) => {
      const firm = trader();
      firm.list("OIL", { type: "commodity", deliverable: true });
      firm.list("FUT", future({ maintenanceMargin: "1000" }));
      firm.list("FUT2", { ...future({ initialMargin: "70" }), underlying: "OIL", multiplier: "10" });
      const option = { type: "option", strike: "100", maturity: inMonths(2), multiplier: "10" } as const;
      firm.list("CALL", { ...option, right: "call", underlying: "FUT2", listing: "XNYM", maintenanceMargin: "50" });
      firm.list("PUT", { ...option, right: "put", underlying: "OIL", maintenanceMargin: "50" });
      const swap = { type: "credit-default-swap", maturity: inMonths(50), spread: 250, issuer: "ACME" } as const;
      firm.list("CDS", swap);
      firm.list("CDS2", { ...swap, maturity: inMonths(55) });
      firm.list("BOND", { type: "corporate", maturity: inMonths(70), minimalCreditRisk: true, issuer: "ACME" });
      for (const name of names) if (name !== "GOLD") firm.mark(name, "90");
      let day = AS_OF;
      for (const { what, name, units, price } of steps) {
        if (what === "trade") firm.move(name, units, "inventory");
        else if (what === "mark") firm.mark(name, String(price));
        else if (what === "day") firm.apply({ kind: "business-day-opened", day: formatDay((day = (day + 9) as Day)) });
        else if (what === "relist") firm.list("CDS2", { ...swap, spread: price, maturity: inDays(1500 + units) });
        else {
          firm.apply({
            kind: "commitment-reported",
            commitment: name,
            instrument: units % 2 === 0 ? "GOLD" : "OIL",
            side: units > 0 ? "long" : "short",
            quantity: String(Math.abs(units)),
            contractPrice: String(price),
          });
        }
        assert.deepEqual(auditNetCapital(firm.books, firm.monitor), []);
        const { computation } = firm.figure();
        for (const charge of findLine(computation, "commodity-charges")?.children ?? [])
          assert.ok(charge.amount >= 0, charge.code);
      }
    }),
    { numRuns: 15, seed: 151 },
  );
});
