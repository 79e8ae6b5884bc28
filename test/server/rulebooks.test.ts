/** Rulebooks over HTTP, on a real engine: from a draft to a version in force, what is refused on the way, and what a replay makes of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { FirmState } from "../../src/engine/firm-state.ts";
import { RULEBOOKS } from "../../src/engine/rulebooks.ts";
import { documentHash } from "../../src/rulebook/drafts.ts";
import { EngineFirm } from "../../src/server/engine-firm.ts";
import { EngineRulebooks } from "../../src/server/engine-rulebooks.ts";
import { createServer } from "../../src/server/server.ts";
import { newFirm, RULEBOOK } from "../engine/firm.ts";

const BASE = "/rulebooks/net-capital";

/** The shipped rulebook as version `version` from `effective`, with one stretch replaced. */
function draft(version: string, effective = "2026-04-01", from = "greaterSide: 15%", to = "greaterSide: 20%"): string {
  assert.ok(RULEBOOK.includes(from), from);
  return RULEBOOK.replace(/^version: .*$/m, `version: "${version}"`)
    .replace(/^effective: .*$/m, `effective: "${effective}"`)
    .replace(from, to);
}

type Body = Readonly<Record<string, never>> & {
  readonly troubles: readonly { message: string }[];
  readonly message: string;
};

/** A server on a small firm that holds stock; every answer is held against the OpenAPI description. */
async function api() {
  const { engine, journal } = await newFirm();
  const at = "2026-03-02T14:00:00Z";
  await engine.submit([
    {
      kind: "securities-moved",
      at,
      from: "nscc",
      to: "desk",
      instrument: "AAPL",
      quantity: "1000",
      reason: "opening",
      cost: "0",
    },
  ]);
  const now = () => engine.at;
  const live = new EngineFirm(engine, { firm: "Test", pace: () => ({ state: "live" }), now });
  const app = createServer({
    live,
    rulebooks: new EngineRulebooks(engine, now),
    report: (error) => assert.fail(String(error)),
  });
  const description = (await app.inject("/openapi.json")).json<object>();
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ ...description, $id: "openapi" });
  const ask = async (
    method: "GET" | "POST",
    url: string,
    payload?: object,
  ): Promise<{ status: number; body: Body }> => {
    const response = await app.inject({ method, url, ...(payload !== undefined && { payload }) });
    const route = url
      .split("?", 1)[0]
      ?.replace(/^\/rulebooks\/[^/]+/, "/rulebooks/{rulebook}")
      .replace(/\/(drafts|versions)\/[^/]+/, "/$1/{version}");
    const pointer = `#/paths/${route?.replaceAll("/", "~1")}/${method.toLowerCase()}/responses/${response.statusCode}/content/application~1json/schema`;
    assert.ok(
      ajv.validate({ $ref: `openapi${pointer}` }, response.json()),
      `${pointer}: ${ajv.errorsText()}\n${response.body}`,
    );
    return { status: response.statusCode, body: response.json() };
  };
  const close = async (): Promise<void> => {
    live.close();
    await app.close();
  };
  return {
    engine,
    journal,
    get: (url: string) => ask("GET", url),
    post: (url: string, payload: object) => ask("POST", url, payload),
    close,
  };
}

type Api = Awaited<ReturnType<typeof api>>;

function withApi(name: string, body: (asked: Api) => Promise<void>): void {
  test(name, async () => {
    const asked = await api();
    try {
      await body(asked);
    } finally {
      await asked.close();
    }
  });
}

withApi(
  "from a draft to a version in force by two officers, and a replay says the same",
  async ({ get, post, engine, journal }) => {
    const document = draft("2026-04");
    const proposed = await post(`${BASE}/drafts`, { document, by: "Ann" });
    assert.equal(proposed.status, 201);
    const { hash, status, by } = proposed.body;
    assert.deepEqual([hash, status, by], [documentHash(document), "draft", "Ann"]);

    const read = await get(`${BASE}/drafts/2026-04`);
    assert.equal(read.body["document"], document);
    const { changes } = read.body["diff"] as { changes: readonly { text: string }[] };
    assert.deepEqual(
      changes.map(({ text }) => text),
      ["Equities, (c)(2)(vi)(J): greater side 15% → 20%"],
    );

    const { body: preview } = await get(`${BASE}/drafts/2026-04/preview`);
    const { netCapital, lines } = preview["difference"] as { netCapital: string; lines: { children: unknown[] } };
    assert.equal(netCapital, "-10000.00", "5% of 200,000");
    assert.equal(lines.children.length, 1, "only what changes");

    const same = await post(`${BASE}/drafts/2026-04/approve`, { hash, by: "ann" });
    assert.equal(same.status, 422);
    assert.match(same.body.message, /the second approval must come from another officer/);

    const approved = await post(`${BASE}/drafts/2026-04/approve`, { hash, by: "Ben" });
    assert.equal(approved.status, 201);
    const { body: rulebook } = await get(BASE);
    assert.equal(rulebook["inForce"], "2025-03-14", "it is not yet April");
    assert.deepEqual(rulebook["versions"][1], {
      version: "2026-04",
      effective: "2026-04-01",
      inForce: false,
      approvedBy: "Ann",
      secondApproval: "Ben",
      at: "2026-03-02T14:00:00.000Z",
    });
    assert.equal((rulebook["drafts"] as readonly { status: string }[])[0]?.status, "approved");
    await engine.submit([{ kind: "business-day-opened", at: "2026-04-01T12:00:00Z", day: "2026-04-01" }]);
    assert.equal((await get(BASE)).body["inForce"], "2026-04");
    assert.equal(((await get("/rulebooks")).body["rulebooks"] as readonly unknown[]).length, RULEBOOKS.length);

    const replayed = new FirmState();
    for (const { bytes } of journal.read(1)) replayed.applyBytes(bytes);
    assert.equal(replayed.hash(), engine.state.hash());
    assert.equal(replayed.books.rulebooks.drafts.find("net-capital", "2026-04")?.status, "approved");
    const branch = engine.state.branch();
    assert.equal(branch.hash(), engine.state.hash(), "and so does a restored state");
  },
);

withApi("a draft that was written again since it was read cannot be approved unread", async ({ get, post }) => {
  const { body: first } = await post(`${BASE}/drafts`, { document: draft("n"), by: "Ann" });
  const { body: second } = await post(`${BASE}/drafts`, {
    document: draft("n", "2026-04-01", "greaterSide: 15%", "greaterSide: 1%"),
    by: "Cy",
  });
  const slipped = await post(`${BASE}/drafts/n/approve`, { hash: first["hash"], by: "Ben" });
  assert.equal(slipped.status, 422);
  assert.match(slipped.body.message, /the draft is not what was read: Cy wrote it at/);
  const own = await post(`${BASE}/drafts/n/approve`, { hash: second["hash"], by: "Cy" });
  assert.match(own.body.message, /another officer/);
  assert.equal(
    (await post(`${BASE}/drafts/n/approve`, { hash: second["hash"], by: "Ann" })).status,
    201,
    "who wrote the first may approve the second",
  );
  assert.equal(
    (await get(`${BASE}/versions/n`)).body["document"],
    draft("n", "2026-04-01", "greaterSide: 15%", "greaterSide: 1%"),
  );
  assert.equal((await post(`${BASE}/drafts/n/approve`, { hash: second["hash"], by: "Ann" })).status, 422, "once");
});

withApi(
  "a draft that is wrong is refused with everything that is wrong, its lines and columns",
  async ({ get, post }) => {
    const document = draft("n", "2020-01-01")
      .replace("share: 6 2/3%", "share: 7")
      .replace("method: aggregate", "metod: aggregate");
    const { status, body } = await post(`${BASE}/drafts`, { document, by: "Ann" });
    assert.equal(status, 400);
    assert.equal(body.troubles.length, 2);
    assert.match(
      body.troubles[0]?.message ?? "",
      /firm\.metod: is not a field here; expected "method".* \(row \d+, column 3\)$/,
    );
    const early = await post(`${BASE}/drafts`, { document: draft("n", "2020-01-01"), by: "Ann" });
    assert.equal(early.status, 422);
    assert.match(
      early.body.message,
      /version 2025-03-14 has been in force since 2025-03-14, so that this one never would be/,
    );
    const other = await post(`${BASE}/drafts`, {
      document: document.replace("rulebook: net-capital", "rulebook: weather"),
      by: "Ann",
    });
    assert.match(other.body.message, /rulebook = "weather": is not known/);
    assert.deepEqual((await get(`${BASE}/drafts`)).body["drafts"], [], "nothing was recorded");
  },
);

withApi("taken back, a draft cannot be approved; what does not exist is not found", async ({ get, post }) => {
  const { body } = await post(`${BASE}/drafts`, { document: draft("n"), by: "Ann" });
  assert.equal((await post(`${BASE}/drafts/n/withdraw`, { by: "Ben", reason: "Not before the audit" })).status, 201);
  const { body: listed } = await get(`${BASE}/drafts`);
  const [{ status, closedBy, reason }] = listed["drafts"] as readonly Record<string, string>[];
  assert.deepEqual([status, closedBy, reason], ["withdrawn", "Ben", "Not before the audit"]);
  const approved = await post(`${BASE}/drafts/n/approve`, { hash: body["hash"], by: "Ben" });
  assert.match(approved.body.message, /version = "n": is withdrawn/);
  assert.equal((await get(`${BASE}/drafts/zebra`)).status, 404);
  assert.equal((await get(`${BASE}/versions/zebra`)).status, 404);
  assert.equal((await get("/rulebooks/zebra")).status, 404);
  assert.equal((await post(`${BASE}/drafts`, { document: "x" })).status, 400);
});

withApi("a document is previewed without being drafted; two versions are compared", async ({ get, post, engine }) => {
  const { seq } = engine;
  const { status, body } = await post(`${BASE}/preview?all=true`, {
    document: draft("n", "2026-04-01", "below: 120%", "below: 121%"),
  });
  assert.equal(status, 200);
  const { excess, lines } = body["difference"] as { excess: string; lines: { children: unknown[] } };
  assert.deepEqual([excess, lines.children.length], ["0.00", 2], "all lines, of which none changes its amount");
  assert.equal((await post(`${BASE}/preview`, { document: "rulebook: net-capital" })).status, 400);
  assert.equal(engine.seq, seq, "nothing was recorded");

  await post(`${BASE}/drafts`, { document: draft("n"), by: "Ann" });
  const { body: diff } = await get(`${BASE}/diff?from=n&to=2025-03-14`);
  assert.deepEqual(
    (diff["changes"] as readonly { text: string }[]).map(({ text }) => text),
    ["Equities, (c)(2)(vi)(J): greater side 20% → 15%"],
  );
});
