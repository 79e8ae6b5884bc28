/** A list of accounts says of each what the account itself says, to the cent, in every worked example. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { readBookDocument } from "../../src/net-capital/book-document.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
import { EngineMargin } from "../../src/server/engine-margin.ts";
import { activation } from "../margin-rulebook.ts";

const EXAMPLES = join(import.meta.dirname, "../../docs/examples/margin");

/** The firm of an example, margined. */
function margined(file: string): EngineMargin {
  const facts = documentToFacts(readBookDocument(readFileSync(join(EXAMPLES, file), "utf8"), { file }));
  const state = new FirmState();
  applyHypothetical(state, [...facts, { at: facts.at(-1)?.at ?? "", ...activation() }]);
  return new EngineMargin(state);
}

/** Options whose value is no equity, loan value of options, portfolio margin, several members, stock alone, a cash account. */
const EXAMPLES_OF = /^(m02|m09|m18|m23-covered-call\.|m25|m27-conv|m28|m33|long-dated|cash-secured)/;
const files = readdirSync(EXAMPLES).filter((file) => file.endsWith(".yaml") && EXAMPLES_OF.test(file));

test("the list of accounts and each account say the same equity, requirement and excess", () => {
  let compared = 0;
  for (const file of files) {
    const margin = margined(file);
    for (const listed of margin.standings({ count: 100 }).accounts) {
      const account = margin.account(listed.account);
      assert.ok(listed.equity !== null, `${listed.account} of ${file} is known`);
      assert.deepEqual(
        [listed.equity, listed.requirement, listed.excess],
        account && [account.standing.equity, account.standing.requirement, account.standing.excess],
        `${listed.account} of ${file}`,
      );
      compared++;
    }
    margin.close();
  }
  assert.ok(compared >= 9, String(compared));
});
