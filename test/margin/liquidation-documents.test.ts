/** Liquidations of accounts in book documents: what `plimsoll margin FILE --json` says under `standing`. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { marginDocument, marginJson } from "../../src/cli/margin-document.ts";

const RULEBOOK = join(import.meta.dirname, "../../rulebooks/margin.yaml");

interface Order {
  readonly instrument: string;
  readonly value: string;
  readonly cost: string;
}

interface Standing {
  readonly proposal: { readonly orders: readonly Order[] };
  /** Where it is short. */
  readonly cures?: {
    readonly positions: readonly { readonly instrument: string; readonly quantity: string; readonly value: string }[];
  };
}

/** The standing of account A of a document. */
function standingOf(context: TestContext, document: string) {
  const folder = mkdtempSync(join(tmpdir(), "liquidation-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "book.yaml");
  writeFileSync(file, document);
  const { accounts } = marginJson(marginDocument(file, RULEBOOK)) as {
    accounts: Record<string, { standing: Standing }>;
  };
  return accounts.A.standing;
}

/** Three stocks of 100,000 each with a debit of 240,000: 15,000 short of the requirement. */
const threeStocks = (policy: string): string => `
asOf: "2026-11-20"
contra: { cash: bank, securities: depository }
marginRules: { liquidation.policy: ${policy} }
instruments:
  - { instrument: ONE, type: equity, listing: XNYS, price: "100" }
  - { instrument: TWO, type: equity, listing: XNYS, price: "100" }
  - { instrument: HALF, type: equity, listing: XNYS, price: "100" }
accounts:
  - { account: A, type: customer-margin }
  - { account: bank, type: bank }
  - { account: depository, type: depository-free }
balances:
  - { account: A, balance: "-240000" }
positions:
  - { account: A, instrument: ONE, quantity: "1000" }
  - { account: A, instrument: TWO, quantity: "1000" }
  - { account: A, instrument: HALF, quantity: "1000" }
marketStatistics:
  - { instrument: ONE, asOf: "2026-11-19", beta: "1", volatility: 40%, averageDailyVolume: "1000" }
  - { instrument: TWO, asOf: "2026-11-19", beta: "2", volatility: 40%, averageDailyVolume: "20000" }
  - { instrument: HALF, asOf: "2026-11-19", beta: "0.5", volatility: 40%, averageDailyVolume: "100000000" }
`;

test("a proposal for a book document goes by the statistics that the document states", (context) => {
  const ordersOf = (policy: string) => standingOf(context, threeStocks(policy)).proposal.orders;
  const [riskiest, ...others] = ordersOf("highest-beta");
  assert.deepEqual([riskiest.instrument, others], ["TWO", []]);
  const [cheapest] = ordersOf("least-cost");
  assert.equal(cheapest.instrument, "HALF");
  assert.ok(Number(cheapest.cost) < 0.002 * Number(cheapest.value), `${cheapest.cost} of ${cheapest.value}, not 1%`);
});

test("what would meet a call: each position by itself, of options too, as the account margined anew says", (context) => {
  // 100 shares at 100 cover one of three calls, each at 5: two are uncovered.
  const document = (calls: number, cash: string): string => `
asOf: "2026-11-20"
contra: { cash: bank, securities: depository }
instruments:
  - { instrument: XYZ, type: equity, listing: XNYS, price: "100" }
  - { instrument: C, type: option, listing: XCBO, underlying: XYZ, right: call, strike: "100", maturity: "2026-12-18", price: "5" }
  - { instrument: P, type: option, listing: XCBO, underlying: XYZ, right: put, strike: "60", maturity: "2026-12-18", price: "0.10" }
accounts:
  - { account: A, type: customer-margin }
  - { account: bank, type: bank }
  - { account: depository, type: depository-free }
balances:
  - { account: A, balance: "${cash}" }
positions:
  - { account: A, instrument: XYZ, quantity: "100" }
  - { account: A, instrument: C, quantity: "-${calls}" }
  - { account: A, instrument: P, quantity: "1" }
`;
  const positionsOf = (calls: number, cash: string) =>
    standingOf(context, document(calls, cash)).cures?.positions.map(({ instrument, quantity, value }) => [
      instrument,
      quantity,
      value,
    ]);
  // Requirement 2,500 + 2 × (500 + 2,000), equity 5,400. Each call bought back for 500 frees 2,500: one leaves 4,900 of 5,000. Stock
  // that is sold uncovers the third, and the put brings 10.
  assert.deepEqual(positionsOf(3, "-4600"), [["C", "2", "1000.00"]]);
  assert.equal(positionsOf(2, "-4600"), undefined);
});
