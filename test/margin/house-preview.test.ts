/** What a draft of the margin rulebook would do to every account, held against what it does once it counts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseDocument } from "yaml";
import { formatDollars } from "../../src/base/money.ts";
import { marginAccounts } from "../../src/margin/account.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { previewMargin } from "../../src/margin/house/preview.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { marginPreviewInWords, marginPreviewToJson } from "../../src/cli/margin-preview.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { previewMarginDocument } from "../../src/engine/rulebooks.ts";
import { readBookDocument } from "../../src/net-capital/book-document.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
import { AS_OF, HouseFirm } from "./house-firm.ts";

const RULEBOOK = readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8");

function withRates(rates: string): string {
  assert.ok(RULEBOOK.includes("  rates: []\n"));
  return RULEBOOK.replace("  rates: []\n", `  rates:\n    - { name: Draft, ${rates}, paragraph: P, meaning: M }\n`);
}

/** Alice has 1,000 of ACME at 100 against 55,000, Bob 100 against nothing; both have a little of REST. */
function firm(): HouseFirm {
  const built = new HouseFirm();
  built.stock("ACME", "100", { sector: "Energy" });
  built.stock("REST", "10", { sector: "Retail" });
  built.hold("alice", "ACME", 1000);
  built.hold("alice", "REST", 100);
  built.cash("alice", -55_000);
  built.hold("bob", "ACME", 100);
  built.hold("bob", "REST", 100);
  return built;
}

const NOW = readMarginRules(RULEBOOK);
const ENERGY = readMarginRules(
  withRates('when: has(instrument.sector) && instrument.sector == "Energy", atLeast: 50%'),
);

test("a rate that is raised: who comes into call, and for which name", () => {
  const { books } = firm();
  const preview = previewMargin(books, NOW, ENERGY, AS_OF);
  assert.equal(preview.accounts, 3);
  assert.equal(preview.changed, 2);
  assert.deepEqual([...preview.moves], [["healthy to call", 1]]);
  assert.deepEqual([preview.before, preview.after].map(formatDollars), ["28000.00", "55500.00"]);
  // Equity 46,000 against 50,250.
  assert.deepEqual([preview.calls.accounts, formatDollars(preview.calls.amount)], [1, "4250.00"]);
  assert.deepEqual(
    preview.largest.map(({ account, before, after }) => [account, before.standing, after.standing]),
    [
      ["alice", "healthy", "call"],
      ["bob", "healthy", "healthy"],
    ],
  );
  assert.deepEqual(
    preview.names.map(({ name, before, after, accounts }) => [
      name,
      formatDollars(before),
      formatDollars(after),
      accounts,
    ]),
    [["ACME", "27500.00", "55000.00", 2]],
  );
  assert.match(
    marginPreviewInWords(preview, false),
    /2 of 3 accounts change\n[\s\S]*calls: +1 accounts, 4,250\.00\nhealthy to call: 1/,
  );
  assert.match(marginPreviewInWords(preview, true), /Draft/);
  assert.equal(Reflect.get(marginPreviewToJson(preview, false), "changed"), 2);
});

test("the preview is what each account becomes, and the same rules change nothing", () => {
  const { books } = firm();
  const { largest } = previewMargin(books, NOW, ENERGY, AS_OF);
  for (const account of marginAccounts(books)) {
    const then = marginOf(books, ENERGY, account, AS_OF);
    const found = largest.find(({ account: name }) => name === then.name);
    if (found !== undefined) assert.equal(found.lines?.after, then.lines.amount);
    if (found !== undefined) assert.equal(found.after.excess, then.excess);
  }
  const same = previewMargin(books, NOW, readMarginRules(RULEBOOK), AS_OF);
  assert.deepEqual([same.changed, same.largest, same.names], [0, [], []]);
});

test("a draft that cannot be decided makes accounts unknown, and says why", () => {
  const { books } = firm();
  const draft = readMarginRules(withRates('when: statistics.volatility > rate("40%"), atLeast: 50%'));
  const { moves, largest, calls } = previewMargin(books, NOW, draft, AS_OF);
  assert.deepEqual([...moves], [["healthy to unknown", 2]]);
  assert.equal(calls.accounts, 0);
  assert.match(
    largest[0]?.after.troubles[0]?.message ?? "",
    /house rule "Draft" cannot be decided without statistics\.volatility/,
  );
});

test("the same from the state of a firm, against the rulebook that it has in force", () => {
  const state = new FirmState();
  const file = join(import.meta.dirname, "../../docs/examples/margin/m37-beta-stress.yaml");
  applyHypothetical(state, documentToFacts(readBookDocument(readFileSync(file, "utf8"), { file })));
  const draft = withRates("atLeast: 50%");
  assert.throws(() => previewMarginDocument(state, draft), /no margin rulebook is in force/);
  applyHypothetical(state, [
    {
      kind: "rulebook-activated",
      at: "2026-11-20T12:00:00Z",
      rulebook: "margin",
      version: "2026-06-04",
      effective: "2026-06-04",
      document: RULEBOOK,
      approvedBy: "Ann",
      secondApproval: "Ben",
    },
  ]);
  const { before, after, calls } = previewMarginDocument(state, draft);
  assert.deepEqual([before, after, calls.amount].map(formatDollars), ["40000.00", "80000.00", "20000.00"]);
});

test("the example of house rules that ships reads as a section, and asks of those whom it is for", () => {
  const document = parseDocument(RULEBOOK);
  const example = readFileSync(join(import.meta.dirname, "../../rulebooks/house-example.yaml"), "utf8");
  document.set("house", parseDocument(example).get("house"));
  const draft = readMarginRules(String(document));
  const { rates, concentration, liquidity, betaWeighted } = draft.house;
  assert.deepEqual(
    [rates, concentration, liquidity, betaWeighted].flat().map(({ code }) => code),
    [
      "new-customers",
      "volatile",
      "hard-to-borrow",
      "its-own-agreement",
      "concentration",
      "slow-to-sell",
      "market-exposure",
    ],
  );
  const built = firm();
  for (const instrument of ["ACME", "REST"])
    built.apply({ kind: "market-statistics-stated", instrument, asOf: "2026-11-19", beta: "1" });
  const under = (group: string | undefined): [string, number] => {
    if (group !== undefined) built.apply({ kind: "margin-terms-stated", account: "alice", houseGroup: group });
    const { changed, after } = previewMargin(built.books, NOW, draft, AS_OF);
    return [formatDollars(after), changed];
  };
  assert.deepEqual(under(undefined), ["28000.00", 0], "nobody is in a group, neither name is volatile");
  // 40% of 101,000 where 25% was required; Bob's 2,750 stay.
  assert.deepEqual(under("new"), ["43150.00", 1]);
  // 6% of ACME, 100,000 of 101,000.
  assert.deepEqual(under("watched"), ["34000.00", 1]);
});
