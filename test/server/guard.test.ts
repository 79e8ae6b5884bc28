/** Who may talk to the server: loopback names only, and no page of another origin. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createServer } from "../../src/server/server.ts";
import { FakeFirm } from "./fake-firm.ts";

async function statusOf(options: { host?: string; headers: Record<string, string>; post?: boolean }): Promise<number> {
  const app = createServer({ live: new FakeFirm(), host: options.host ?? "127.0.0.1" });
  const response = await app.inject({
    method: options.post ? "POST" : "GET",
    url: options.post ? "/facts" : "/status",
    headers: { "content-type": "application/json", ...options.headers },
    ...(options.post && { payload: { kind: "time-passed" } }),
  });
  await app.close();
  if (response.statusCode === 403) assert.equal(response.json().code, "foreign-request");
  return response.statusCode;
}

const HOSTS: readonly (readonly [host: string, status: number])[] = [
  ["localhost:4210", 200],
  ["127.0.0.1:4210", 200],
  ["[::1]:4210", 200],
  ["LOCALHOST", 200],
  ["127.1.2.3", 200],
  ["evil.example:4210", 403],
  ["127.0.0.1.evil.example", 403],
  ["localhost.evil.example", 403],
  ["[::2]", 403],
  ["a b", 403],
];

for (const [host, status] of HOSTS) {
  test(`bound to loopback, Host "${host}" gets ${status}`, async () => {
    assert.equal(await statusOf({ headers: { host } }), status);
  });
}

test("bound to another address on purpose, any Host is answered", async () => {
  assert.equal(await statusOf({ host: "0.0.0.0", headers: { host: "books.example" } }), 200);
});

const ORIGINS: readonly (readonly [headers: Record<string, string>, status: number])[] = [
  [{}, 201],
  [{ origin: "http://localhost:4210" }, 201],
  [{ origin: "http://localhost:9999" }, 403],
  [{ origin: "https://evil.example" }, 403],
  [{ origin: "null" }, 403],
  [{ "sec-fetch-site": "cross-site" }, 403],
  [{ "sec-fetch-site": "same-origin", origin: "http://localhost:4210" }, 201],
];

for (const [headers, status] of ORIGINS) {
  test(`POST with ${JSON.stringify(headers)} gets ${status}`, async () => {
    assert.equal(await statusOf({ headers: { host: "localhost:4210", ...headers }, post: true }), status);
  });
}

test("bound to another address, a page of another origin may still not write", async () => {
  const headers = { host: "books.example", origin: "https://evil.example" };
  assert.equal(await statusOf({ host: "0.0.0.0", headers, post: true }), 403);
});
