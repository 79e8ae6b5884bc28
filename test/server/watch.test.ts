/**
 * The API on what follows from the figure, over a real engine: restrictions imposed, asked about and released by two
 * officers, notices sent, effects delivered, history by time. Every answer is held against the OpenAPI description.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { FastifyInstance } from "fastify";
import { parseInstant } from "../../src/base/time.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { OrderChecker } from "../../src/net-capital/watch/order-check.ts";
import { EngineFirm } from "../../src/server/engine-firm.ts";
import { createServer } from "../../src/server/server.ts";
import { newFirm, trade } from "../engine/firm.ts";
import { FakeFirm } from "./fake-firm.ts";
import { CONDITION, HALT, NOTICE } from "./fake-watch.ts";

const NOW = "2026-03-02T15:00:00.000Z";
const at = "2026-03-02T14:00:00Z";

/** Asks a server, and checks each answer against the description of its route and status. */
async function asker(app: FastifyInstance) {
  const description = (await app.inject("/openapi.json")).json();
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ ...description, $id: "openapi" });
  return async (method: "GET" | "POST", url: string, route: string, payload?: object) => {
    const response = await app.inject({ method, url, ...(payload && { payload }) });
    const name = route.replaceAll("~", "~0").replaceAll("/", "~1");
    const pointer = `openapi#/paths/${name}/${method.toLowerCase()}/responses/${response.statusCode}/content/application~1json/schema`;
    assert.ok(
      ajv.validate({ $ref: pointer }, response.json()),
      `${method} ${url} ${response.statusCode}: ${ajv.errorsText()} in ${response.body.slice(0, 400)}`,
    );
    return { status: response.statusCode, body: response.json() };
  };
}

let engine: Engine;
let live: EngineFirm;
let app: FastifyInstance;
let ask: Awaited<ReturnType<typeof asker>>;

before(async () => {
  ({ engine } = await newFirm());
  live = new EngineFirm(engine, { firm: "Test", pace: () => ({ state: "live" }), now: () => parseInstant(NOW) });
  app = createServer({ live, report: () => {} });
  ask = await asker(app);
  await engine.submit([trade({ account: "desk", quantity: "25000" })]);
});
after(async () => {
  await app.close();
  live.close();
});

const get = (url: string) => ask("GET", url, url.split("?", 1)[0] ?? "");
const price = (dollars: string): Fact => ({ kind: "mark", at, instrument: "AAPL", price: dollars, basis: "official" });
const order = (query: Record<string, string>): string =>
  `/restrictions/check?${new URLSearchParams({ account: "desk", instrument: "AAPL", side: "buy", quantity: "100", ...query })}`;

interface View {
  readonly id: string;
  readonly kind: string;
  readonly ended: { readonly how: string; readonly by?: string } | null;
}

async function inForce(): Promise<View[]> {
  const { body } = await get("/restrictions");
  return (body.restrictions as View[]).filter(({ ended }) => ended === null);
}

test("a tier imposes what the gate is told, and two officers lift it", async () => {
  for (const { id } of await inForce())
    await ask("POST", `/restrictions/${id}/release`, "/restrictions/{id}/release", {
      by: "Ada",
      secondApproval: "Bob",
      reason: "the books were being opened",
    });
  assert.equal((await get(order({}))).body.allowed, true);

  await engine.submit([price("18")]);
  const kinds = (await inForce()).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["block-proprietary", "halt-capital-commitments"]);

  const checker = new OrderChecker(engine.books, engine.state.netCapital, engine.state.watch);
  const row = engine.books.instruments.findText("AAPL");
  assert.equal(checker.isCapitalCommitmentHalted(), true);
  assert.deepEqual(
    [checker.isProprietaryOrderBlocked(row, true), checker.isProprietaryOrderBlocked(row, false)],
    [true, false],
  );

  const buy = (await get(order({}))).body;
  assert.deepEqual([buy.allowed, buy.proprietary, buy.increasesPosition, buy.haircut], [false, true, true, "15%"]);
  assert.deepEqual(
    buy.reasons.map(({ message }: { message: string }) => message),
    ["Nothing that commits capital (red)"],
    "15 percent is not above 15 percent",
  );
  const sell = (await get(order({ side: "sell", quantity: "25000" }))).body;
  assert.deepEqual([sell.allowed, sell.increasesPosition], [true, false]);
  const beyond = (await get(order({ side: "sell-short", quantity: "25001" }))).body;
  assert.deepEqual([beyond.allowed, beyond.increasesPosition], [false, true], "turns the position round");
  const customer = (await get(order({ account: "ann" }))).body;
  assert.deepEqual([customer.allowed, customer.proprietary], [true, false]);

  const [, halt] = await inForce();
  const release = (id: string, body: object) =>
    ask("POST", `/restrictions/${id}/release`, "/restrictions/{id}/release", body);
  const officers = { by: "Ada", secondApproval: "Bob", reason: "capital came in" };
  assert.equal((await release("9.9", officers)).status, 404);
  assert.equal((await release(halt.id, { ...officers, secondApproval: "Ada" })).status, 400);
  assert.equal((await release(halt.id, { by: "Ada" })).status, 400);
  const { status, body } = await release(halt.id, officers);
  assert.deepEqual([status, body.firstSeq], [201, engine.seq]);
  assert.equal((await release(halt.id, officers)).status, 422, "released already");
  const released = ((await get("/restrictions")).body.restrictions as View[]).find(({ id }) => id === halt.id);
  assert.deepEqual([released?.ended?.how, released?.ended?.by], ["released", "Ada"]);
  assert.equal((await get(order({}))).body.allowed, true);
  assert.equal(checker.isCapitalCommitmentHalted(), false);
});

test("an order that cannot be judged says why", async () => {
  assert.equal((await get(order({ account: "nobody" }))).status, 422);
  assert.equal((await get(order({ instrument: "NONE" }))).status, 404);
  assert.equal((await get(order({ quantity: "0" }))).status, 400);
  assert.equal((await get(order({ quantity: "0.5" }))).status, 400);
  assert.equal((await get(order({ side: "short" }))).status, 400);
});

test("notices come with their drafts and clocks; a notice that is sent says so", async () => {
  const { body } = await get("/notices?status=open");
  const [first] = body.notices;
  assert.match(first.text, /^NOTICE UNDER SEC RULE 17a-11/);
  assert.ok(body.conditions.some(({ code }: { code: string }) => code === "finra-suspend-business"));
  const sent = { kind: "notice-sent", notice: first.id, by: "Ada", channel: "mail" };
  assert.equal((await ask("POST", "/facts", "/facts", sent)).status, 201);
  const [told] = (await get("/notices?status=sent")).body.notices;
  assert.deepEqual(told.sent, { seq: engine.seq, at: NOW, by: "Ada", channel: "mail", late: false });
  assert.equal((await ask("POST", "/facts", "/facts", sent)).status, 422);
  assert.equal((await get("/notices?status=late")).status, 400);
});

test("effects are asked for from where a reader was, by kind and by what became of them", async () => {
  const all = (await get("/effects?count=1000")).body.effects;
  assert.deepEqual(
    all.map(({ id }: { id: string }) => id),
    engine.state.outbox.list().map(({ id }) => id),
  );
  const last = all.at(-1);
  assert.deepEqual((await get(`/effects?since=${last.seq}`)).body.effects, []);
  assert.equal((await get(`/effects?since=${last.seq - 1}`)).body.effects.at(-1).id, last.id);
  assert.deepEqual((await get("/effects?since=2027-01-01T00:00:00Z")).body.effects, []);
  const due = (await get("/effects?kind=notice-due&count=1")).body.effects;
  assert.equal(due.length, 1);
  const delivered = { kind: "effect-delivered", effect: due[0].id, channel: "mail", outcome: "delivered" };
  assert.equal((await ask("POST", "/facts", "/facts", delivered)).status, 201);
  const [found] = (await get("/effects?status=delivered")).body.effects;
  assert.deepEqual(found.deliveries, [{ seq: engine.seq, at: NOW, channel: "mail", outcome: "delivered" }]);
  for (const bad of ["since=yesterday", "kind=nonsense", "status=lost", "count=0"])
    assert.equal((await get(`/effects?${bad}`)).status, 400, bad);
});

test("events are the effects, newest first, each once", async () => {
  const { events } = (await get("/events?count=3")).body;
  const newest = engine.state.outbox.list().toReversed().slice(0, 3);
  assert.deepEqual(
    events.map(({ id, title }: { id: number; title: string }) => [id, title]),
    newest.map(({ number, title }) => [number, title]),
  );
});

test("history and crossings between two times", async () => {
  const { crossings } = (await get("/net-capital/crossings")).body;
  assert.equal(crossings.length, engine.state.history.crossingCount);
  const last = crossings.at(-1);
  assert.deepEqual([last.known, last.tier, last.tierInForce], [true, "red", "red"]);
  const day = "from=2026-03-02T13:45:00Z&to=2026-03-02T14:00:00Z";
  assert.ok((await get(`/net-capital/crossings?${day}`)).body.crossings.length < crossings.length);
  const { points } = (await get("/net-capital/history")).body;
  assert.equal(points.length, engine.state.history.points.size);
  const hourly = (await get("/net-capital/history?every=3600")).body.points;
  assert.ok(hourly.length < points.length);
  assert.deepEqual(hourly[0], points[0]);
  assert.deepEqual((await get("/net-capital/history?to=2020-01-01T00:00:00Z")).body.points, []);
  assert.equal((await get("/net-capital/history?from=morning")).status, 400);
});

test("the stream carries what stands", () => {
  const { tierInForce, restrictions, notices } = live.watch.standing();
  assert.equal(tierInForce, "red");
  assert.deepEqual(
    restrictions.map(({ kind }) => kind),
    ["block-proprietary"],
  );
  assert.ok(notices.length > 0 && notices.every((notice) => !("text" in notice)));
});

test("what the small firm of the page's tests says has the same forms", async () => {
  const fake = new FakeFirm();
  fake.watch.noticeList = [NOTICE];
  fake.watch.conditionList = [CONDITION];
  fake.watch.restrictionList = [HALT];
  const server = createServer({ live: fake, report: () => {} });
  const askFake = await asker(server);
  for (const url of ["/effects", "/notices", "/restrictions", "/net-capital/history", "/net-capital/crossings"])
    assert.equal((await askFake("GET", url, url)).status, 200, url);
  const url = order({ account: "FIRM-TRADING", instrument: "US-AAPL" });
  assert.equal((await askFake("GET", url, "/restrictions/check")).body.allowed, false);
  await server.close();
});
