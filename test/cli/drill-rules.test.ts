/** The rulebooks that drills are played with. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { drillNamed } from "../../src/cli/drill.ts";
import { readStressRules, scenarioNamed } from "../../src/stress/rules.ts";
import { Stress } from "../../src/stress/stress.ts";
import { playDrill } from "../simulator/drill-play.ts";

const SCENARIOS = readStressRules(readFileSync(join(import.meta.dirname, "../../rulebooks/stress.yaml"), "utf8"));

test("severe scenarios of the margin cascade fell the one account that ends under water, and leave the others their calls", async () => {
  const { engine } = await playDrill(drillNamed("margin-cascade"));
  const { books, margin } = engine.state;
  assert.ok(margin.rules !== undefined);
  const severe = [...(margin.rules.ladder.severeStress?.scenarios ?? [])];
  assert.ok(severe.length > 0);
  const stress = new Stress({ books, margin: margin.rules, rules: SCENARIOS, tape: margin.tape });
  const owing = severe.flatMap((name) =>
    stress
      .run(scenarioNamed(SCENARIOS, name))
      .accounts.short.filter(({ unsecured }) => unsecured > 0)
      .map(({ account }) => books.names.text(books.accounts.nameId(account.account))),
  );
  assert.deepEqual(owing, ["gorse"]);
});
