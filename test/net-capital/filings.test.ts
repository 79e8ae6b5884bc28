/**
 * Net capital computations that real broker-dealers printed in their audited reports, put through the books as balances of
 * the general ledger and reported items, and compared with every printed result within its rounding.
 *
 * They were printed under earlier texts of the rule; nothing that they use has changed since. What a filing does not state
 * cannot be compared: six give no requirement (their indebtedness or dollar minimum is not in the text), and two of those
 * stop before net capital. What a filing prints only as a total (haircuts, charges, indebtedness) comes in as that total.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findLine } from "../../src/base/line.ts";
import { ALTERNATIVE, Firm, rulebook } from "./firm.ts";

interface PrintedLine {
  readonly label: string;
  readonly amount: number;
}

interface Filing {
  readonly id: string;
  readonly standard: "aggregate_indebtedness" | "alternative";
  readonly units: string;
  readonly completeness: string;
  readonly inputs: {
    readonly equity: PrintedLine;
    readonly additions: readonly PrintedLine[];
    readonly non_allowable_assets: readonly PrintedLine[];
    readonly other_deductions_and_charges: readonly PrintedLine[];
    readonly haircuts: readonly PrintedLine[];
    readonly minimum_dollar_requirement: number | null;
  };
  readonly expected: Readonly<Record<string, number | string | null>>;
}

const PATH = join(import.meta.dirname, "../data/net_capital_computations.json");
const { cases } = JSON.parse(readFileSync(PATH, "utf8")) as { readonly cases: readonly Filing[] };

/** Aggregate debit items of the same date, from the firm's reserve computation; needed under the alternative only. */
const DEBIT_ITEMS: Readonly<Record<string, number>> = { "cik1010617-2015-alternative": 5_821_755 };

function firmOf(filing: Filing, unit: number): Firm {
  const { inputs, expected, standard } = filing;
  const dollars = (amount: number): number => Math.round(amount * unit * 100) / 100;
  const activity = inputs.minimum_dollar_requirement === 250_000 ? "carrying" : "other";
  const firm = new Firm(
    rulebook(
      ["activity: carrying\n  governmentNetting", `activity: ${activity}\n  governmentNetting`],
      ...(standard === "alternative" ? [ALTERNATIVE] : []),
    ),
  );
  firm.ledger(inputs.equity.label, "ownership-equity", dollars(inputs.equity.amount));
  for (const { label, amount } of inputs.additions) {
    if (/subordinated/i.test(label)) firm.ledger(label, "subordinated-satisfactory", dollars(amount));
    else {
      // A liability on the books, out of indebtedness and added back: deferred compensation, commissions due when paid.
      firm.ledger(label, "liability-excluded", dollars(amount));
      firm.item("other-credit", dollars(amount), label);
    }
  }
  for (const { label, amount } of inputs.non_allowable_assets)
    firm.ledger(label, "non-allowable-asset", -dollars(amount));
  for (const { label, amount } of inputs.other_deductions_and_charges) firm.item("charge", dollars(amount), label);
  for (const { label, amount } of inputs.haircuts) firm.item("haircut", dollars(amount), label);
  const indebtedness = expected["aggregate_indebtedness"];
  if (typeof indebtedness === "number" && indebtedness > 0)
    firm.ledger("Liabilities", "liability", dollars(indebtedness));
  const debitItems = DEBIT_ITEMS[filing.id];
  if (debitItems !== undefined) firm.item("aggregate-debit-item", debitItems);
  return firm;
}

/** What was compared of all filings, by printed field. */
const compared: Record<string, number> = {};

for (const filing of cases) {
  test(`${filing.id}: ${filing.completeness}`, () => {
    const unit = filing.units.startsWith("USD thousands") ? 1_000 : 1;
    /** One unit of the last printed digit. */
    const rounding = filing.units.includes("one decimal") ? 100 : unit;
    const answer = firmOf(filing, unit).figure();
    const line = (code: string): number | undefined => findLine(answer.computation, code)?.amount;
    const says = (what: string, cents: number | undefined, printed = filing.expected[what]): void => {
      if (typeof printed !== "number") return;
      assert.ok(
        cents !== undefined && Math.abs(cents / 100 - printed * unit) <= rounding,
        `${what}: printed ${printed}, computed ${(cents ?? Number.NaN) / 100 / unit}`,
      );
      compared[what] = (compared[what] ?? 0) + 1;
    };
    says("net_capital_before_haircuts", answer.tentative);
    says("net_capital", answer.netCapital);
    if (filing.standard === "aggregate_indebtedness") says("minimum_percentage_requirement", line("requirement/ratio"));
    const requirementIsStated =
      filing.inputs.minimum_dollar_requirement !== null &&
      (filing.standard === "alternative" || typeof filing.expected["aggregate_indebtedness"] === "number");
    if (requirementIsStated) {
      says("required_net_capital", answer.requirement);
      says("excess_net_capital", answer.excess);
    }
    const nonAllowable = filing.inputs.non_allowable_assets.reduce((sum, { amount }) => sum + amount, 0);
    says("non_allowable_assets", line("non-allowable"), nonAllowable);
    for (const { label, amount } of filing.inputs.non_allowable_assets)
      says("each non-allowable asset", line(`non-allowable/ledger/${label}`), amount);
  });
}

test("the filings were compared, not passed over", () => {
  assert.equal(cases.length, 14);
  assert.deepEqual(compared, {
    net_capital: 12,
    non_allowable_assets: 14,
    "each non-allowable asset": 38,
    net_capital_before_haircuts: 6,
    minimum_percentage_requirement: 5,
    required_net_capital: 8,
    excess_net_capital: 8,
  });
});
