/** The dashboard's files: what may be cached, what the page may load, and what is said before it was built. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createServer } from "../../src/server/server.ts";
import { FakeFirm } from "./fake-firm.ts";

test("assets are kept for good, the page is asked for each time, and both may load nothing foreign", async (t) => {
  const webRoot = mkdtempSync(join(tmpdir(), "plimsoll-page-"));
  t.after(() => rmSync(webRoot, { recursive: true }));
  mkdirSync(join(webRoot, "assets"));
  writeFileSync(join(webRoot, "index.html"), "<title>Plimsoll</title>");
  writeFileSync(join(webRoot, "assets", "index-abc.js"), "1;");
  const app = createServer({ live: new FakeFirm(), webRoot });

  const page = await app.inject("/");
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers["content-type"]), /^text\/html/);
  assert.equal(page.headers["cache-control"], "no-cache");
  assert.match(String(page.headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/);
  assert.equal(page.headers["x-content-type-options"], "nosniff");

  const asset = await app.inject("/assets/index-abc.js");
  assert.equal(asset.headers["cache-control"], "public, max-age=31536000, immutable");

  for (const outside of ["/../package.json", "/%2e%2e/package.json", "/assets/none.js"]) {
    const response = await app.inject(outside);
    assert.ok([403, 404].includes(response.statusCode), `${outside}: ${response.statusCode}`);
    assert.equal(response.json().code === "not-found" || response.json().code === "bad-document", true);
  }
  assert.equal((await app.inject("/status")).statusCode, 200);
  await app.close();
});

test("before the page was built, the server says how to build it", async () => {
  const app = createServer({ live: new FakeFirm(), webRoot: "/nowhere/at/all" });
  const response = await app.inject("/");
  assert.equal(response.statusCode, 503);
  assert.match(response.body, /npm run build/);
  await app.close();
});
