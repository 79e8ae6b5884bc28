import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { packColumns, unpackColumns } from "../../src/simulator/columns.ts";

test("columns come back as they were", () => {
  const value = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 50 }), (rows) => {
      const columns = [rows.map(([first]) => first), rows.map(([, second]) => second)];
      assert.deepEqual(
        unpackColumns(packColumns(columns), 2, "test").map((column) => [...column]),
        columns,
      );
    }),
    { seed: 11, numRuns: 200 },
  );
});

test("steady columns take a byte a value", () => {
  assert.equal(packColumns([Array.from({ length: 1000 }, (_, row) => 34_200_000 + row * 50)]).length, 4 + 1000 + 3);
});

test("a file that was cut or grew is refused with its name", () => {
  const bytes = packColumns([
    [1, 2, 300_000],
    [7, 8, 9],
  ]);
  for (const broken of [bytes.subarray(0, bytes.length - 1), Uint8Array.from([...bytes, 0]), bytes.subarray(0, 5)]) {
    assert.throws(() => unpackColumns(broken, 2, "tape.br"), { code: "bad-document", message: /tape\.br/ });
  }
});
