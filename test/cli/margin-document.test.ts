/** `plimsoll margin FILE --account`: what a person reads of one account of a book document. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./command.ts";

test("a regime that cannot be worked out is said to be unknown, and has no line of nothing", async () => {
  const { code, stdout } = await run("margin", "docs/examples/margin/m28-collar.yaml", "--account", "A");
  assert.equal(code, 0, "nothing that the account is held to is unknown");
  assert.match(
    stdout,
    /^portfolio margin unknown: .*riskless rate of dollars; expected an interest-rate-stated fact$/m,
  );
  assert.doesNotMatch(stdout, /Portfolio margin requirement/);
  assert.match(stdout, /^ {2}Maintenance requirement +1,650\.00/m);
});

test("a portfolio account starts from the equity that its requirement is compared with", async () => {
  const { stdout } = await run("margin", "docs/examples/margin/m33-portfolio-class.yaml", "--account", "client");
  const [excess, equity] = stdout.split("\n");
  assert.match(excess, /^Margin excess of client +37,772\.78/);
  assert.match(equity, /^ {2}Equity for portfolio margin +40,710\.06/);
  assert.match(stdout, /^ {2}Portfolio margin requirement +2,937\.28/m);
});
