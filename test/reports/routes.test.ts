/** `GET /reports/…` and `plimsoll report`: what is asked for comes in its format; what cannot be made says why. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { firmOfDocument } from "../../src/cli/document.ts";
import { liveReports } from "../../src/cli/live-reports.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import type { Reports } from "../../src/server/reports.ts";
import { createServer } from "../../src/server/server.ts";
import { inDirectory, run } from "../cli/command.ts";
import { FakeFirm } from "../server/fake-firm.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLE = join(ROOT, "docs/examples/worked-example.yaml");
const state = firmOfDocument(EXAMPLE, join(ROOT, "rulebooks/net-capital.yaml"));

const ask = async (reports: Reports | undefined, url: string) => {
  const app = createServer({ live: new FakeFirm(), ...(reports !== undefined && { reports }), report: () => {} });
  const answer = await app.inject(url);
  await app.close();
  return answer;
};

test("a running firm answers its FOCUS pages as of the last fact, in each format", async () => {
  const reports = liveReports({ state }, "Live Securities");
  const json = await ask(reports, "/reports/focus?form=IIA");
  assert.equal(json.statusCode, 200);
  assert.match(String(json.headers["content-type"]), /^application\/json/);
  const { firm, form, stateHash } = json.json<Record<string, unknown>>();
  assert.deepEqual({ firm, form, stateHash }, { firm: "Live Securities", form: "IIA", stateHash: null });

  const pdf = await ask(reports, "/reports/focus?form=II&format=pdf");
  assert.equal(pdf.headers["content-type"], "application/pdf");
  assert.equal(pdf.headers["content-disposition"], 'inline; filename="focus-II.pdf"');
  assert.ok(pdf.rawPayload.subarray(0, 5).equals(Buffer.from("%PDF-")));

  const csv = await ask(reports, "/reports/net-capital?format=csv");
  assert.match(String(csv.headers["content-type"]), /^text\/csv/);
  assert.match(csv.body, /^depth,code,label,amount,paragraph,inputs\r\n0,excess,/);
});

test("no figure, no report: what is missing is the answer", async () => {
  const answer = await ask(liveReports({ state: new FirmState() }, "Empty"), "/reports/focus");
  assert.equal(answer.statusCode, 422);
  assert.equal(answer.json<{ code: string }>().code, "missing-input");
});

test("a form that there is not, a format that there is not, a server without reports", async () => {
  const reports: Reports = () => Promise.reject(new Error("not asked"));
  assert.equal((await ask(reports, "/reports/focus?form=III")).statusCode, 400);
  assert.equal((await ask(reports, "/reports/focus?format=xls")).statusCode, 400);
  assert.equal((await ask(undefined, "/reports/focus")).statusCode, 404);
  const { paths } = (await ask(reports, "/openapi.json")).json<{ paths: Record<string, unknown> }>();
  assert.ok("/reports/focus" in paths && "/reports/net-capital" in paths);
});

test("more reports at once than may be made are told to come back", async () => {
  const made = Promise.withResolvers<Buffer>();
  const app = createServer({ live: new FakeFirm(), reports: () => made.promise });
  const waiting = [app.inject("/reports/focus"), app.inject("/reports/net-capital")];
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await app.inject("/reports/focus")).statusCode, 503);
  made.resolve(Buffer.from("{}"));
  for (const answer of await Promise.all(waiting)) assert.equal(answer.statusCode, 200);
  assert.equal((await app.inject("/reports/focus")).statusCode, 200);
  await app.close();
});

test("plimsoll report writes a file, or to the terminal, and names its firm", async () => {
  await inDirectory(async (directory) => {
    const out = join(directory, "focus.pdf");
    const written = await run("report", "focus", "--book", EXAMPLE, "--form", "IIA", "--out", out);
    assert.equal(written.code, 0, written.stderr);
    assert.ok(readFileSync(out).subarray(0, 5).equals(Buffer.from("%PDF-")));
    const { stdout } = await run(
      "report",
      "net-capital",
      "--book",
      EXAMPLE,
      "--format",
      "json",
      "--firm",
      "Another LLC",
    );
    assert.equal((JSON.parse(stdout) as { readonly firm: string }).firm, "Another LLC");
  });
});
