/** Every answer of the API, held against what the OpenAPI description promises. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { LightMyRequestResponse } from "fastify";
import { Trouble } from "../../src/base/errors.ts";
import { toCents } from "../../src/base/money.ts";
import { createServer } from "../../src/server/server.ts";
import { FakeFirm } from "./fake-firm.ts";

const MISSING = { code: "missing-input", message: "NVDA has no price", field: "price" } as const;

function firm(): FakeFirm {
  const live = new FakeFirm();
  for (let minute = 0; minute < 20; minute++) live.step(60);
  return live;
}

const described = createServer({ live: new FakeFirm() });
const description = (await described.inject("/openapi.json")).json();
await described.close();
const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
ajv.addSchema({ ...description, $id: "openapi" });

type Api = Awaited<ReturnType<typeof api>>;

/** Asks a server over `live`, and checks each answer against the description of its route and status. */
async function api(live = firm()) {
  const app = createServer({ live, report: () => {} });
  function check(route: string, method: string, response: LightMyRequestResponse): void {
    const name = route.replaceAll("~", "~0").replaceAll("/", "~1");
    const pointer = `openapi#/paths/${name}/${method}/responses/${response.statusCode}/content/application~1json/schema`;
    assert.ok(
      ajv.validate({ $ref: pointer }, response.json()),
      `${method} ${route} ${response.statusCode}: ${ajv.errorsText()} in ${response.body.slice(0, 400)}`,
    );
  }
  return {
    live,
    get: async (url: string, route = url.split("?", 1)[0] ?? "") => {
      const response = await app.inject(url);
      check(route, "get", response);
      return { status: response.statusCode, body: response.json(), headers: response.headers };
    },
    post: async (
      payload: string | object,
      headers: Record<string, string> = { "content-type": "application/json" },
    ) => {
      const response = await app.inject({ method: "POST", url: "/facts", payload, headers });
      check("/facts", "post", response);
      return { status: response.statusCode, body: response.json(), headers: response.headers };
    },
    ask: (url: string) => app.inject(url),
    close: () => app.close(),
  };
}

function withApi(name: string, body: (asked: Api) => Promise<void>, live?: () => FakeFirm): void {
  test(name, async () => {
    const asked = await api(live?.());
    await body(asked);
    await asked.close();
  });
}

withApi("net capital is told with its tiers and waterfall", async ({ get, live }) => {
  const { status, body } = await get("/net-capital");
  assert.equal(status, 200);
  assert.deepEqual(body, live.netCapital());
  assert.equal("computation" in body, false);
});

withApi("net capital comes with as many levels of its computation as are asked for", async ({ get }) => {
  const { body } = await get("/net-capital?depth=1");
  assert.equal(body.computation.amount, body.netCapital);
  assert.equal(body.computation.children[4].code, "haircuts");
  assert.equal(body.computation.children[4].childrenCut, 2);
  assert.equal("children" in body.computation.children[4], false);
});

withApi(
  "what cannot be said is an answer that names what is missing, and holds no amount",
  async ({ get }) => {
    const { status, body } = await get("/net-capital?depth=3");
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ["answer", "at", "seq", "troubles"]);
    assert.deepEqual(body.troubles, [MISSING]);
    assert.equal((await get("/net-capital/explain")).body.answer, "unknown");
  },
  () => {
    const live = firm();
    live.missing = [MISSING];
    return live;
  },
);

withApi("a line is explained down to positions, with its paragraph and inputs", async ({ get }) => {
  const { body } = await get("/net-capital/explain?line=haircuts/equities");
  assert.equal(body.line.paragraph, "15c3-1(c)(2)(vi)(J)");
  assert.equal(body.line.children.length, 22);
  assert.equal(body.line.children[0].inputs.rate, "15%");
});

withApi("the whole computation is explained where no line is named", async ({ get }) => {
  assert.equal((await get("/net-capital/explain?depth=0")).body.line.code, "net-capital");
});

withApi("a line that does not exist is not found", async ({ get }) => {
  const { status, body } = await get("/net-capital/explain?line=nonsense");
  assert.equal(status, 404);
  assert.deepEqual(body.troubles[0], {
    code: "not-found",
    field: "line",
    value: "nonsense",
    message: 'line = "nonsense": no line has this code',
  });
});

withApi("movers come largest first, as many as are asked for", async ({ get }) => {
  const { body } = await get("/positions/movers?count=5");
  const effects = body.movers.map(({ effect }: { effect: string }) => Math.abs(Number(effect)));
  assert.equal(effects.length, 5);
  assert.deepEqual(
    effects,
    effects.toSorted((a: number, b: number) => b - a),
  );
});

withApi("history is thinned and keeps the newest point", async ({ get, live }) => {
  const { body } = await get("/history?points=5");
  assert.ok(body.points.length <= 5);
  assert.deepEqual(body.points.at(-1), live.history().at(-1));
  assert.equal((await get("/history")).body.points.length, 21);
});

withApi("events come newest first", async ({ get, live }) => {
  live.requirement = toCents(22_500_000_00);
  live.changed();
  const { body } = await get("/events?count=1");
  assert.deepEqual(body.events, live.events(1));
  assert.equal(body.events[0].severity, "warning");
});

withApi("an account is told with its cash, its lots, and null for what cannot be said", async ({ get }) => {
  const { body } = await get("/accounts/FIRM-TRADING", "/accounts/{account}");
  assert.deepEqual(body.cash, [{ currency: "USD", balance: "-19000.00", settled: "0.00" }]);
  assert.equal(body.positions[0].unrealised, null);
  const unknown = await get("/accounts/NOBODY", "/accounts/{account}");
  assert.deepEqual([unknown.status, unknown.body.code], [404, "not-found"]);
});

withApi("a stock record is told on either basis; an unknown instrument is not found", async ({ get }) => {
  const { body } = await get("/stock-record/US-AAPL?basis=trade-date", "/stock-record/{instrument}");
  assert.equal(body.basis, "trade-date");
  assert.equal(body.difference, "0");
  assert.equal((await get("/stock-record/US-AAPL", "/stock-record/{instrument}")).body.basis, "settlement");
  const unknown = await get("/stock-record/NONE", "/stock-record/{instrument}");
  assert.equal(unknown.status, 404);
  assert.equal(unknown.body.code, "unknown-instrument");
});

withApi("the trial balance balances", async ({ get }) => {
  const { body } = await get("/trial-balance");
  assert.equal(body.debits, body.credits);
});

withApi("a query that makes no sense is refused with the field and what was expected", async ({ get }) => {
  for (const [url, field] of [
    ["/net-capital?depth=many", "depth"],
    ["/positions/movers?count=-1", "count"],
    ["/trial-balance?basis=both", "basis"],
    ["/events?number=3", "number"],
    ["/history?points=0", "points"],
  ] as const) {
    const { status, body } = await get(url);
    assert.equal(status, 400, url);
    assert.equal(body.troubles[0].field, field, url);
  }
});

withApi("status tells where the journal stands", async ({ get, live }) => {
  assert.deepEqual((await get("/status")).body, live.status());
});

withApi("health: alive, and ready or why not", async ({ get, live }) => {
  assert.deepEqual((await get("/health")).body, { alive: true, ready: true, troubles: [] });
  live.troubles = [{ code: "disk-full", message: "no room to write" }];
  const { status, body } = await get("/health");
  assert.equal(status, 503);
  assert.equal(body.ready, false);
  assert.equal(body.troubles[0].code, "disk-full");
});

withApi("answers are not kept by caches, and what is not there says so", async ({ get, ask }) => {
  assert.equal((await get("/status")).headers["cache-control"], "no-store");
  const nowhere = await ask("/nowhere?x=1");
  assert.equal(nowhere.statusCode, 404);
  assert.equal(nowhere.json().message, "there is no GET /nowhere");
  assert.equal((await ask("/%zz")).statusCode, 400);
});

withApi("facts are taken alone, in an array, or wrapped", async ({ post, live }) => {
  const fact = { kind: "time-passed" };
  for (const [payload, count] of [
    [fact, 1],
    [[fact, fact], 2],
    [{ facts: [fact, fact, fact] }, 3],
  ] as const) {
    const before = live.status().seq;
    const { status, body } = await post(payload);
    assert.equal(status, 201);
    assert.deepEqual(body, { firstSeq: before + 1, lastSeq: before + count, count });
  }
  assert.equal(live.submitted.length, 6);
});

withApi(
  "a malformed fact is 400, one that the books refuse is 422; none of the batch is recorded",
  async ({ post, live }) => {
    const refused = { kind: "cash-moved", from: "NOBODY" };
    const books = await post([{ kind: "time-passed" }, refused]);
    assert.equal(books.status, 422);
    assert.deepEqual(books.body.troubles, [
      {
        index: 1,
        code: "unknown-account",
        field: "from",
        value: "NOBODY",
        expected: "an open account",
        message: "from: unknown-account",
      },
    ]);
    const malformed = await post([refused, { kind: "nonsense" }]);
    assert.equal(malformed.status, 400);
    assert.equal(malformed.body.code, "unknown-kind");
    assert.equal(malformed.body.troubles.length, 2);
    assert.deepEqual(live.submitted, []);
  },
);

withApi("a body that holds no facts is refused", async ({ post }) => {
  for (const payload of [
    "{",
    "",
    "[]",
    '"text"',
    "7",
    '{"facts":[]}',
    '{"facts":{}}',
    '{"__proto__":{"kind":"x"},"kind":"time-passed"}',
  ]) {
    const { status, body } = await post(payload);
    assert.equal(status, 400, payload);
    assert.equal(body.code, "bad-document", payload);
  }
  const { body } = await post({ facts: [], fact: 1 });
  assert.equal(body.code, "unknown-field");
  assert.equal(body.troubles[0].field, "fact");
});

withApi("a body that is not JSON is 415", async ({ post }) => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    const { status, body } = await post('{"kind":"time-passed"}', { "content-type": type });
    assert.equal(status, 415, type);
    assert.equal(body.code, "not-json");
  }
});

withApi("too large a body or batch is 413 and names the limit", async ({ post, live }) => {
  const bytes = await post(`{"kind":"${"x".repeat(8 * 1024 * 1024)}"}`);
  assert.equal(bytes.status, 413);
  assert.match(bytes.body.message, /at most 8388608 bytes/);
  const batch = await post(Array.from({ length: 10_001 }, () => ({ kind: "time-passed" })));
  assert.equal(batch.status, 413);
  assert.match(batch.body.message, /10001 facts in one request; expected at most 10000/);
  assert.deepEqual(live.submitted, []);
});

withApi("when as many requests wait as may, the next is told to come back", async ({ post, live }) => {
  const held = Promise.withResolvers<void>();
  live.gate = () => held.promise;
  const waiting = Array.from({ length: 256 }, () => post({ kind: "time-passed" }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { status, body, headers } = await post({ kind: "time-passed" });
  assert.equal(status, 503);
  assert.equal(body.code, "not-ready");
  assert.equal(headers["retry-after"], "1");
  held.resolve();
  for (const each of await Promise.all(waiting)) assert.equal(each.status, 201);
  assert.equal((await post({ kind: "time-passed" })).status, 201);
});

test("a journal that failed is 503; a mistake of ours is 500, reported whole, and told to nobody else", async () => {
  const live = new FakeFirm();
  const reported: unknown[] = [];
  const app = createServer({ live, report: (error) => reported.push(error) });
  const post = () => app.inject({ method: "POST", url: "/facts", payload: { kind: "time-passed" } });
  live.gate = () => Promise.reject(new Trouble("journal-failed", "the disk refused a write"));
  assert.equal((await post()).statusCode, 503);
  assert.deepEqual(reported, []);
  const mistake = new Error("secret detail");
  live.gate = () => Promise.reject(mistake);
  const response = await post();
  assert.equal(response.statusCode, 500);
  assert.doesNotMatch(response.body, /secret/);
  assert.deepEqual(reported, [mistake]);
  await app.close();
});

test("every route is described", () => {
  assert.deepEqual(Object.keys(description.paths).sort(), [
    "/accounts/{account}",
    "/effects",
    "/events",
    "/facts",
    "/health",
    "/history",
    "/margin",
    "/margin/accounts",
    "/margin/accounts/{account}",
    "/margin/calls",
    "/margin/liquidations",
    "/net-capital",
    "/net-capital/crossings",
    "/net-capital/explain",
    "/net-capital/history",
    "/notices",
    "/positions/movers",
    "/restrictions",
    "/restrictions/check",
    "/restrictions/{id}/release",
    "/status",
    "/stock-record/{instrument}",
    "/stress",
    "/trial-balance",
  ]);
  assert.ok(description.components.schemas.Fact.oneOf.length > 30);
});
