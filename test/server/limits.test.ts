/** The page of the API tells the limits that hold. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as limits from "../../src/server/limits.ts";

test("docs/reference/api.md states the limits as they are", () => {
  const page = readFileSync(new URL("../../docs/reference/api.md", import.meta.url), "utf8");
  const stated = (row: string): string =>
    new RegExp(`^\\| ${row} \\| (.*) \\|$`, "m").exec(page)?.[1] ?? `no row "${row}"`;
  const grouped = (value: number): string => value.toLocaleString("en-US");
  assert.equal(stated("Body of a request"), `${limits.BODY_BYTES_MAX / 2 ** 20} MiB`);
  assert.equal(stated("Facts in a request"), grouped(limits.FACTS_PER_BATCH_MAX));
  assert.equal(stated("Requests with facts that wait at the same time"), grouped(limits.BATCHES_WAITING_MAX));
  assert.equal(stated("Watchers of the stream"), grouped(limits.STREAM_CLIENTS_MAX));
  assert.equal(stated("Updates to a watcher"), `${limits.STREAM_UPDATES_PER_SECOND_MAX} a second`);
  assert.equal(
    stated("Bytes that wait for a watcher before it is behind"),
    `${limits.STREAM_BUFFERED_BYTES_MAX / 1024} KiB`,
  );
  assert.equal(stated("Time a watcher may stay behind"), `${limits.STREAM_STALLED_MS_MAX / 1000} seconds`);
  assert.equal(
    stated("Movers, events, effects, points of history in an answer"),
    [limits.MOVERS_MAX, limits.EVENTS_MAX, limits.EFFECTS_MAX, limits.HISTORY_POINTS_MAX].map(grouped).join(", "),
  );
  assert.equal(limits.CLOSE_MS_MAX, 500);
});
