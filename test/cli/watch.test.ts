/** `plimsoll effects`, `notices` and `history` over a firm on disk whose net capital fell and came back. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openFirm } from "../../src/engine/open.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { rulebookFact, SETUP, trade } from "../engine/firm.ts";
import { inDirectory, run } from "./command.ts";

const price = (dollars: string, at: string): Fact => ({
  kind: "mark",
  at,
  instrument: "AAPL",
  price: dollars,
  basis: "official",
});

async function fallenFirm(directory: string): Promise<void> {
  const firm = await openFirm(directory);
  const { engine } = firm;
  await engine.submit([rulebookFact()]);
  // The day is opened last, so that nothing is judged before the books are whole.
  await engine.submit([...SETUP.slice(1), trade({ account: "desk", quantity: "25000" }), ...SETUP.slice(0, 1)]);
  await engine.submit([price("18", "2026-03-02T14:00:00Z")]);
  await engine.submit([price("200", "2026-03-02T14:10:00Z")]);
  await firm.close();
}

test("effects, notices with a draft, history as CSV and JSON", async () => {
  await inDirectory(async (parent) => {
    const dir = join(parent, "firm");
    await fallenFirm(dir);
    const out = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(...args, "--dir", dir);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const effects = (await out("effects")).trim().split("\n");
    assert.match(effects[0], /good +Net capital can be said$/);
    assert.ok(
      effects.some((row) =>
        /^ *\d+ +2026-03-02T14:00:00\.000Z +\d+\.\d+ +critical +Nothing that commits capital$/.test(row),
      ),
    );
    const { effects: imposed } = JSON.parse(await out("effects", "--kind", "restriction-imposed", "--json"));
    assert.equal(imposed.length, 2);
    assert.equal((await out("effects", "--since", "2026-03-02T14:10:01Z")).trim(), "");

    const notices = await out("notices", "--status", "open");
    const [, id = ""] =
      /^(\d+\.\d+) +open +due 2026-03-03T05:00:00\.000Z +Net capital below the minimum, 17a-11\(a\)\(1\)$/m.exec(
        notices,
      ) ?? [];
    assert.match(await out("notices", "--draft", id), /^NOTICE UNDER SEC RULE 17a-11\(a\)\(1\)\n[\s\S]*Deficiency: /);
    assert.equal((await run("notices", "--draft", "1.1", "--dir", dir)).code, 1);

    const crossings = (await out("history", "--crossings")).trim().split("\n");
    assert.deepEqual(
      crossings.map((row) => row.split(",").slice(4).join(" ")),
      ["tier tierInForce", "above ", "red red", "above "],
    );
    const { points } = JSON.parse(await out("history", "--from", "2026-03-02T14:10:00Z", "--json"));
    assert.equal(points.length, 1);
    assert.equal((await out("history", "--csv", "--every", "86400")).trim().split("\n").length, 2);
  });
});
