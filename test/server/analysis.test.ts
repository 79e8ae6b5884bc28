/** What-ifs and comparisons over HTTP, on a real engine: every answer as the OpenAPI description promises, nothing recorded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { EngineAnalysis } from "../../src/server/engine-analysis.ts";
import { EngineFirm } from "../../src/server/engine-firm.ts";
import { createServer } from "../../src/server/server.ts";
import { newFirm, trade } from "../engine/firm.ts";

async function api() {
  const { engine, journal } = await newFirm();
  await engine.submit([trade({ account: "desk", quantity: "5000" })]);
  const live = new EngineFirm(engine, { firm: "Test", pace: () => ({ state: "live" }), now: () => engine.at });
  const app = createServer({
    live,
    analysis: new EngineAnalysis(engine),
    report: (error) => assert.fail(String(error)),
  });
  const description = (await app.inject("/openapi.json")).json<object>();
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ ...description, $id: "openapi" });
  const post = async (url: string, payload: object | string) => {
    const response = await app.inject({
      method: "POST",
      url,
      payload,
      headers: { "content-type": "application/json" },
    });
    const pointer = `openapi#/paths/${url.replaceAll("/", "~1")}/post/responses/${response.statusCode}/content/application~1json/schema`;
    assert.ok(ajv.validate({ $ref: pointer }, response.json()), `${ajv.errorsText()}\n${response.body.slice(0, 500)}`);
    return { status: response.statusCode, body: response.json() };
  };
  const close = async (): Promise<void> => {
    live.close();
    await app.close();
    await engine.close();
  };
  return { engine, journal, post, close, get: async (url: string) => (await app.inject(url)).json() };
}

test("a what-if answers with both figures, the lines and the largest size, and records nothing", async () => {
  const { engine, journal, post, close } = await api();
  const [hash, seq] = [engine.state.hash(), journal.lastSeq];
  const { status, body } = await post("/what-if", {
    prices: [{ all: true, change: "-5%" }],
    trades: [{ side: "sell", instrument: "AAPL", quantity: "2000" }],
    largest: { keep: { tier: "yellow" } },
  });
  assert.equal(status, 200);
  assert.equal(body.before.answer, "figure");
  assert.equal(body.facts.length, 3);
  assert.equal(body.lines.code, "excess");
  assert.equal(typeof body.largest.size, "string");
  assert.equal(engine.state.hash(), hash);
  assert.equal(journal.lastSeq, seq);
  await close();
});

test("what is wrong with a question is 400, what this firm cannot be asked is 422 or 404, each with its place", async () => {
  const { post, close } = await api();
  const cases: [object | string, number, string, string][] = [
    [{ tradez: [] }, 400, "unknown-field", "tradez"],
    [{ trades: [{ side: "buy", instrument: "AAPL", quantity: "1,000" }] }, 400, "bad-value", "trades[0].quantity"],
    [{ trades: [{ side: "buy", instrument: "APPL", quantity: 1 }] }, 404, "unknown-instrument", "trades[0].instrument"],
    [{ trades: [{ side: "buy", instrument: "AAPL", quantity: 1, account: "nscc" }] }, 422, "not-allowed", "trades[0]"],
    [{ rulebook: "rulebook: net-capital" }, 400, "missing-field", ""],
    ["[1]", 400, "bad-value", ""],
  ];
  for (const [question, expected, code, field] of cases) {
    const { status, body } = await post("/what-if", question);
    assert.deepEqual([status, body.code], [expected, code], JSON.stringify(body));
    if (field !== "") assert.equal(body.troubles[0].field, field);
  }
  await close();
});

test("a comparison comes as lines, as the tree of another run, or as CSV", async () => {
  const { post, close, get } = await api();
  const { line } = await get("/net-capital/explain");
  const same = await post("/net-capital/compare", { computation: line });
  assert.equal(same.status, 200);
  assert.equal(same.body.agrees, true);
  const csv = await post("/net-capital/compare", { csv: "code,amount\nnet-capital,1.00\n" });
  assert.equal(csv.body.agrees, false);
  assert.equal(csv.body.totals[0].breaks[0].reason, "other-amount");
  const bad = await post("/net-capital/compare", { lines: [{ code: "net-capital" }] });
  assert.deepEqual([bad.status, bad.body.code], [400, "missing-field"]);
  await close();
});
