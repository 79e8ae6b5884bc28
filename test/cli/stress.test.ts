/** `stress` from outside, and the stress of a firm that is served: exact runs, sweeps, scenarios of one's own, restrictions. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import { parseInstant } from "../../src/base/time.ts";
import { serve } from "../../src/cli/serve.ts";
import { openFirm } from "../../src/engine/open.ts";
import { verifyFirm } from "../../src/engine/verify.ts";
import type { StressNow, StressView } from "../../src/server/live-margin.ts";
import { inDirectory, run } from "./command.ts";
import { AT, fillFirm } from "./stress-firm.ts";

const ROOT = join(import.meta.dirname, "../..");
const CLIENTS = join(ROOT, "docs/examples/stress/prime-clients.yaml");
const SHIPPED = readFileSync(join(ROOT, "rulebooks/stress.yaml"), "utf8");

test("stress FILE prints a row for every scenario, and what breaks the firm and an account", async () => {
  const { code, stdout, stderr } = await run("stress", CLIENTS, "--account", "archer-1");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^5 margin accounts on 2026-11-20; net capital 3,312,500\.00/);
  assert.match(stdout, /^all-down-10 +0 +0\.00 +1 +200,000\.00 /m);
  assert.match(stdout, /^crisis /m);
  assert.match(stdout, /^What breaks the firm:\n {2}loses more than it may when everything falls 41\.31%$/m);
  assert.match(stdout, /archer-1: is called when everything falls 16\.67%; is unsecured when everything falls 37\.50%/);
});

test("stress FILE names clients: what each loses, swaps included, its largest position, and what selling leaves uncovered", async () => {
  const { stdout } = await run("stress", CLIENTS, "--scenario", "gap-to-zero", "--no-reverse");
  assert.match(stdout, /^gap-to-zero +bell +2,900,000\.00 +2,900,000\.00 +0\.00 +14,400,000\.00 +10,400,000\.00$/m);
  assert.match(stdout, /^gap-to-zero +archer +100,000\.00 +200,000\.00 +200,000\.00 +400,000\.00 +0\.00$/m);
  assert.match(stdout, /^bell +CROWDED +50000 +130000 +2 +14,400,000\.00 +4\.5 +30\.0%$/m);
  assert.match(stdout, /^gap-to-zero: .* meets 100,000\.00 of the calls; 3,000,000\.00 stays uncovered/m);
  assert.doesNotMatch(stdout, /to meet all calls/);
  const { stdout: json } = await run("stress", CLIENTS, "--scenario", "gap-to-zero", "--no-reverse", "--json");
  const [{ liquidity, clients }] = (JSON.parse(json) as { scenarios: { liquidity: object; clients: object[] }[] })
    .scenarios;
  assert.partialDeepStrictEqual(liquidity, { sold: "400000.00", met: "100000.00", uncovered: "3000000.00" });
  assert.partialDeepStrictEqual(clients[0], { client: "bell", loss: "14400000.00", lossElsewhere: "10400000.00" });
});

test("--scenario, --scenarios and --json: whose scenarios, and which of them", async () => {
  await inDirectory(async (directory) => {
    const mine = join(directory, "mine.yaml");
    const head = SHIPPED.slice(0, SHIPPED.indexOf("\nscenarios:"));
    writeFileSync(
      mine,
      `${head}\nscenarios:\n  - { name: halved, title: Halved, moves: [{ of: instruments, instruments: [CROWDED], change: "-50%" }] }\n`,
    );
    const json = ["--no-reverse", "--json"];
    const [one, own, none, broken] = await Promise.all([
      run("stress", CLIENTS, ...json, "--scenario", "crisis", "--scenario", "squeeze"),
      run("stress", CLIENTS, ...json, "--scenarios", mine),
      run("stress", CLIENTS, "--scenario", "doom"),
      run("stress"),
    ]);
    const names = ({ stdout }: { readonly stdout: string }): readonly string[] =>
      (JSON.parse(stdout) as { scenarios: { scenario: string }[] }).scenarios.map(({ scenario }) => scenario);
    assert.deepEqual(names(one), ["crisis", "squeeze"]);
    assert.deepEqual(names(own), ["halved"]);
    // 50,000 at 40 against 2,900,000 owed.
    const [{ unsecured }] = (JSON.parse(own.stdout) as { scenarios: { unsecured: string }[] }).scenarios;
    assert.equal(unsecured, "900000.00");
    assert.equal(none.code, 1);
    assert.match(none.stderr, /scenario = "doom": no such scenario; expected all-down-10, /);
    assert.match(broken.stderr, /of a book document, or of a firm's directory/);
  });
});

test("stress --data is of a firm's journal as of any fact; --view is what its page shows", async () => {
  await inDirectory(async (directory) => {
    const firm = await openFirm(directory);
    await fillFirm(firm.engine);
    const { seq } = firm.engine;
    await firm.close();
    const [words, before, view] = await Promise.all([
      run("stress", "--data", directory, "--scenario", "crisis", "--no-reverse"),
      run("stress", "--data", directory, "--scenario", "crisis", "--no-reverse", "--at", String(seq - 1)),
      run("stress", "--data", directory, "--view"),
    ]);
    assert.equal(words.code, 0, words.stderr);
    assert.match(words.stdout, /^crisis +1 /m);
    assert.match(before.stdout, /^2 margin accounts/);
    const { rows, accounts, seq: of } = JSON.parse(view.stdout) as StressView;
    assert.deepEqual([accounts, of], [2, seq]);
    assert.ok(rows.some(({ kind }) => kind === "grid") && rows.some(({ scenario }) => scenario === "crisis"));
  });
});

test("a served firm is stressed all the while; what a severe scenario leaves owing is restricted", async () => {
  await inDirectory(async (directory) => {
    const firm = await openFirm(directory);
    await fillFirm(firm.engine);
    const running = { firm: "Small", pace: () => ({ state: "live" }) as const, now: () => parseInstant(AT) };
    const served = await serve(firm.engine, running, { host: "127.0.0.1", port: 0, directory });
    const get = async <T>(path: string): Promise<T> => (await fetch(`${served.address}${path}`)).json() as Promise<T>;
    const post = (body: object): Promise<Response> =>
      fetch(`${served.address}/stress`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const own = (move: object) => ({ scenarios: [{ name: "mine", title: "Mine", moves: [move] }] });
    try {
      assert.equal((await post(own({ of: "all", change: "-40%" }))).status, 503, "nothing was run yet");
      const now = await until(
        () => get<StressNow>("/stress"),
        ({ exact, swept }) => exact !== null && swept !== null,
      );
      const [exact, swept] = [now.exact?.rows, now.swept?.rows].map((rows) =>
        rows?.map(({ scenario, underWater, called }) => [scenario, underWater, called]),
      );
      assert.deepEqual(swept, exact, "the sweep says what the exact run says");
      await until(
        () => get<{ restricted: number }>("/margin"),
        ({ restricted }) => restricted === 1,
      );
      const { restrictions, severeStress } = await get<{ restrictions: { words: string }[]; severeStress: object }>(
        "/margin/accounts/thin",
      );
      assert.match(restrictions[0].words, /severe stress scenario/);
      assert.partialDeepStrictEqual(severeStress, { scenario: "crisis" });
      // 60,000 left of 100,000, of which 72,000 are owed.
      const answer = (await (await post(own({ of: "all", change: "-40%" }))).json()) as StressView;
      assert.deepEqual(
        answer.rows.map(({ underWater, unsecured }) => [underWater, unsecured]),
        [[1, "12000.00"]],
      );
      const refused = await post(own({ of: "instruments", instruments: ["NONE"], change: "-40%" }));
      assert.deepEqual(
        [refused.status, ((await refused.json()) as { code: string }).code],
        [404, "unknown-instrument"],
      );
      assert.equal((await post(own({ of: "all" }))).status, 400);
      assert.equal((await post({ scenarios: [] })).status, 400);
    } finally {
      await served.close();
      await firm.close();
    }
    const { ok, checks } = verifyFirm(directory);
    assert.ok(ok, JSON.stringify(checks));
  });
});

/** What `ask` says once it is as wanted. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await after(100);
  }
  throw new Error("it never was");
}
