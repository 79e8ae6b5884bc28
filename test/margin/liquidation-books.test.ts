/** The ladder over real books: a falling price, the call with its cures, the proposal by the computation of margin itself. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { toCents } from "../../src/base/money.ts";
import { type Instant, parseDay, parseInstant } from "../../src/base/time.ts";
import { marginDocument } from "../../src/cli/margin-document.ts";
import { holdingsOf, type MarginBooks } from "../../src/margin/account.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { accountFigures } from "../../src/margin/ladder/figures.ts";
import { MarginLadder } from "../../src/margin/ladder/ladder.ts";
import { curesInWords, curesOf, proposalFor } from "../../src/margin/liquidation/answer.ts";
import { MarginBranch } from "../../src/margin/liquidation/branch.ts";

const ROOT = join(import.meta.dirname, "../..");
const AS_OF = parseDay("2026-11-20");

function bookOf(name: string) {
  const document = marginDocument(join(ROOT, `docs/examples/margin/${name}.yaml`), join(ROOT, "rulebooks/margin.yaml"));
  const { books, rules, accounts } = document;
  const [{ account }] = accounts;
  const margin = (changed: MarginBooks = books) => marginOf(changed, rules, account, AS_OF);
  return { books, rules, account, margin };
}

test("M02: the notice names each cure, and the approved proposal cures", () => {
  const { books, rules, account, margin } = bookOf("m02-deficiency");
  const said: string[] = [];
  const cursor = { seq: 1, at: 0 as Instant };
  const ladder = new MarginLadder({
    calendar: books.calendar,
    cursor,
    emit: ({ kind, text }) => `${cursor.seq}.${said.push(`${kind}: ${text}`)}`,
    view: {
      figures: () => accountFigures(books, margin(), rules.ladder),
      name: () => "A",
      find: () => account.account,
      cures: () =>
        curesInWords(
          books,
          curesOf(books, rules, margin()) ?? { cash: toCents(0), securities: undefined, positions: [] },
        ),
      propose: () => proposalFor(books, rules, margin(), AS_OF),
      price: (instrument) => books.market.price(instrument),
      units: (holder, instrument) => books.ledger.balance(holder, instrument),
      quantityInWords: (instrument, units) => `${units} ${books.instruments.attributes(instrument).instrument}`,
    },
  });
  ladder.setRules(rules.ladder, rules.liquidation);
  const fact = (at: string): void => {
    cursor.seq++;
    cursor.at = parseInstant(at);
    ladder.bandChanged(account.account, ladder.bandFromScratch(account.account));
    ladder.settle();
  };
  fact("2026-11-20T15:00:00Z");
  fact("2026-11-20T15:05:00Z");
  const notice = said.find((text) => text.startsWith("margin-call-issued")) ?? "";
  for (const cure of ["1,500.00 in cash", "marginable securities worth 2,000.00", "closing 158 XYZ, worth 6,000.00"])
    assert.ok(notice.includes(cure), notice);
  fact("2026-11-27T15:00:00Z");
  assert.equal(ladder.standing(account.account).rung, "liquidating");
  const [proposal] = ladder.liquidations.list();
  assert.deepEqual(
    proposal.orders.map(({ units }) => units),
    [-206],
  );
  assert.ok(said.some((text) => text.includes("sell 206 XYZ at 38.00: 7,828.00, expected cost 78.28")));
});

test("a branch with the same holdings and cash has the same margin, and the trunk never learns of others", () => {
  for (const name of ["m02-deficiency", "m06-box", "m08-fixed-income", "m09-leveraged-funds"]) {
    const { books, account, margin } = bookOf(name);
    const figures = (changed?: MarginBooks) => {
      const { equity, excess } = margin(changed);
      return { equity, requirement: toCents(equity - excess) };
    };
    const before = figures();
    const holdings = holdingsOf(books, account);
    const { cash } = margin();
    const branch = new MarginBranch(books, account, figures);
    assert.deepEqual(branch.marginAfter(holdings, cash), before, name);
    assert.equal(branch.marginAfter([], cash)?.requirement, 0);
    assert.deepEqual(branch.marginAfter(holdings, cash), before, `${name}, again`);
    assert.deepEqual(figures(), before);
  }
});
