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

/** The standing of account A of a document. */
function standingOf(context: TestContext, document: string) {
  const folder = mkdtempSync(join(tmpdir(), "liquidation-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "book.yaml");
  writeFileSync(file, document);
  const { accounts } = marginJson(marginDocument(file, RULEBOOK)) as {
    accounts: Record<string, { standing: { proposal: { orders: Order[] } } }>;
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
