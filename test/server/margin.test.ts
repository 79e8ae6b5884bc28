/** The API on margin and stress: over a fake firm whose every form is held against the description, and over a real engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseInstant } from "../../src/base/time.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { EngineFirm } from "../../src/server/engine-firm.ts";
import { EngineMargin } from "../../src/server/engine-margin.ts";
import {
  type LiquidationView,
  MARGIN_RUNGS,
  type MarginStanding,
  type RegimeView,
} from "../../src/server/live-margin.ts";
import { createServer } from "../../src/server/server.ts";
import { newFirm, trade } from "../engine/firm.ts";
import { FakeFirm } from "./fake-firm.ts";
import { activation } from "../margin-rulebook.ts";

type Server = ReturnType<typeof createServer>;

/** Asks, and checks each answer against the description of its route and status. */
async function asker(app: Server) {
  const description = (await app.inject("/openapi.json")).json();
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ ...description, $id: "openapi" });
  return async (url: string, route = url.split("?", 1)[0] ?? "") => {
    const response = await app.inject(url);
    const name = route.replaceAll("~", "~0").replaceAll("/", "~1");
    const pointer = `openapi#/paths/${name}/get/responses/${response.statusCode}/content/application~1json/schema`;
    assert.ok(
      ajv.validate({ $ref: pointer }, response.json()),
      `${url} ${response.statusCode}: ${ajv.errorsText()} in ${response.body.slice(0, 400)}`,
    );
    return { status: response.statusCode, body: response.json() };
  };
}

const ACCOUNT = "/margin/accounts/{account}";

test("every answer has the form that is described, with accounts on every rung", async () => {
  const live = new FakeFirm();
  live.margin.fill();
  const app = createServer({ live, report: () => {} });
  const get = await asker(app);
  for (const url of ["/margin", "/margin/calls", "/margin/liquidations", "/stress"])
    assert.equal((await get(url)).status, 200, url);
  for (const rung of MARGIN_RUNGS) {
    const { accounts } = (await get(`/margin/accounts?rung=${rung}&count=2`)).body;
    assert.deepEqual(
      accounts.map((account: MarginStanding) => account.rung),
      [rung, rung],
    );
    const { status, body } = await get(`/margin/accounts/${accounts[0].account}`, ACCOUNT);
    assert.deepEqual([status, body.standing.rung], [200, rung]);
  }
  assert.equal((await get("/margin/accounts/NOBODY", ACCOUNT)).status, 404);
  for (const bad of ["rung=fine", "count=0", "count=1001", "depth=1"])
    assert.equal((await get(`/margin/accounts?${bad}`)).status, 400, bad);
  await app.close();
});

test("without a rulebook the overview says so, and nothing is listed", async () => {
  const app = createServer({ live: new FakeFirm(), report: () => {} });
  const get = await asker(app);
  const { rulebook, troubles } = (await get("/margin")).body;
  assert.deepEqual([rulebook, troubles[0].code], [null, "missing-rule"]);
  assert.deepEqual((await get("/margin/accounts")).body.accounts, []);
  assert.deepEqual((await get("/stress")).body, { exact: null, reverse: null, swept: null });
  await app.close();
});

const AT = "2026-11-20T15:00:00Z";

test("a falling price takes an account from healthy to a call, and the API tells all of it", async () => {
  const { engine } = await newFirm();
  let now = AT;
  const live = new EngineFirm(engine, { firm: "Test", pace: () => ({ state: "live" }), now: () => parseInstant(now) });
  const app = createServer({ live, report: () => {} });
  const get = await asker(app);
  const post = async (fact: object, when = now): Promise<number> => {
    now = when;
    const response = await app.inject({ method: "POST", url: "/facts", payload: fact });
    return response.statusCode;
  };
  const mark = (price: string, when?: string) =>
    post({ kind: "mark", instrument: "AAPL", price, basis: "official" }, when);
  const bob = async () => (await get("/margin/accounts/bob", ACCOUNT)).body;
  try {
    assert.equal((await get("/margin")).body.rulebook, null);
    assert.equal((await get("/margin/accounts/bob", ACCOUNT)).status, 404);
    await engine.submit([{ at: AT, ...activation() }]);
    const steps: Fact[] = [
      { kind: "business-day-opened", at: AT, day: "2026-11-20" },
      { kind: "cash-moved", at: AT, from: "bank", to: "bob", currency: "USD", amount: "10000", reason: "deposit" },
      trade({ account: "bob", quantity: "100", price: "200", at: AT, tradeDay: "2026-11-20" }),
    ];
    for (const fact of steps) await engine.submit([fact]);

    const healthy = await bob();
    assert.deepEqual(
      [healthy.standing.rung, healthy.standing.equity, healthy.standing.excess, healthy.cures],
      ["healthy", "10000.00", "5000.00", []],
    );
    assert.deepEqual(
      healthy.regimes.filter(({ binds }: RegimeView) => binds).map(({ requirement }: RegimeView) => requirement),
      ["5000.00"],
    );
    assert.equal(healthy.explanation.amount, "5000.00");
    assert.equal((await get("/margin/accounts/desk", ACCOUNT)).status, 404, "no margin account");

    assert.equal(await mark("125"), 201);
    assert.equal(await mark("125", "2026-11-20T15:06:00Z"), 201);
    const called = await bob();
    assert.deepEqual([called.standing.rung, called.standing.excess], ["call", "-625.00"]);
    const [call] = called.calls;
    assert.deepEqual(
      [call.layer, call.amount, call.outstanding, call.overdue],
      ["maintenance", "625.00", "625.00", false],
    );
    assert.ok(call.dueBy > call.due && call.latest >= call.due, `${call.due} ${call.dueBy} ${call.latest}`);
    assert.ok(called.cures.includes("625.00 in cash"), called.cures);
    assert.deepEqual(
      called.trail.map(({ kind }: { kind: string }) => kind),
      ["deficiency", "rung", "called"],
    );

    assert.equal(await mark("95"), 201);
    const under = await bob();
    assert.deepEqual(
      [under.standing.rung, under.standing.equity, under.standing.restricted],
      ["deficit", "-500.00", true],
    );
    assert.equal(under.restrictions[0].words.length > 0, true);
    assert.equal(under.calls[0].outstanding, "2875.00", "at the price of now");
    const fresh = new EngineMargin(engine.state);
    const [listed] = fresh.standings({ rung: "deficit", count: 5 }).accounts;
    assert.deepEqual(listed, under.standing, "a list says the same to the cent");
    assert.deepEqual([fresh.overview().unsecured, fresh.overview().rungs.deficit], ["500.00", 1]);

    assert.equal(await mark("99", "2026-11-30T15:00:00Z"), 201);
    const { liquidations } = (await get("/margin/liquidations")).body;
    assert.deepEqual(
      liquidations.map(({ account, status }: LiquidationView) => [account, status]),
      [
        ["bob", "proposed"],
        ["bob", "ended"],
      ],
      "the price moved past the limit of the first",
    );
    const [{ id }] = liquidations;
    const decided = {
      kind: "liquidation-decided",
      proposal: id,
      decision: "approved",
      by: "Ada",
      reason: "no deposit",
    };
    assert.equal(await post(decided), 201);
    const approved = (await bob()).liquidation;
    assert.deepEqual([approved.status, approved.decided.by], ["approved", "Ada"]);
    assert.equal(await post(decided), 422, "once");
  } finally {
    await app.close();
    live.close();
  }
});

test("sums over accounts are of one fact, and made seldom", async () => {
  const { engine } = await newFirm();
  const heard: number[] = [];
  const margin = new EngineMargin(engine.state, { changed: () => heard.push(engine.seq) });
  const first = margin.overview();
  assert.equal(margin.overview(), first);
  await engine.submit([trade()]);
  assert.equal(margin.overview(), first, "not so soon");
  assert.ok(first.seq < engine.seq);
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.deepEqual(heard, [engine.seq], "told that there is something newer");
  assert.equal(margin.overview().seq, engine.seq);
  margin.close();
});
