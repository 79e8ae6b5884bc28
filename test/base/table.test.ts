/** Tables of columns: they grow, keep their rows, and come back from their sections. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { Table } from "../../src/base/table.ts";

const SCHEMA = { kind: "u8", owner: "i32", name: "u32", amount: "f64", total: "i64" } as const;
type Row = [kind: number, owner: number, name: number, amount: number, total: bigint];

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.nat(255),
  fc.integer(),
  fc.nat(0xffff_ffff),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

function fill(rows: readonly Row[], capacity: number): Table<typeof SCHEMA> {
  const table = new Table("things", SCHEMA, { capacity });
  for (const [kind, owner, name, amount, total] of rows) {
    const at = table.add();
    table.columns.kind[at] = kind;
    table.columns.owner[at] = owner;
    table.columns.name[at] = name;
    table.columns.amount[at] = amount;
    table.columns.total[at] = total;
  }
  return table;
}

function read({ columns, size }: Table<typeof SCHEMA>): Row[] {
  return Array.from({ length: size }, (_, at) => [
    columns.kind[at],
    columns.owner[at],
    columns.name[at],
    columns.amount[at],
    columns.total[at],
  ]);
}

test("rows keep their numbers and values as the table grows, and their sections do not depend on its room", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (rows, capacity) => {
      const table = fill(rows, capacity);
      assert.deepEqual(read(table), rows);
      assert.equal(hashSections(table.sections()), hashSections(fill(rows, 1024).sections()));
    }),
    { seed: 10_501, numRuns: 200 },
  );
});

test("a table restored, even over another's rows, is the one that gave the sections", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), fc.array(row, { maxLength: 20 }), (rows, others) => {
      const table = fill(others, 4);
      table.restore(new SectionReader(fill(rows, 4).sections()));
      assert.deepEqual(read(table), rows);
      const added = table.add();
      assert.deepEqual(read(table)[added], [0, 0, 0, 0, 0n], "a new row is zeros");
    }),
    { seed: 10_502, numRuns: 200 },
  );
});

test("a table is full at its limit, and says so; a section that is missing is said too", () => {
  const table = new Table("small", { value: "f64" }, { capacity: 2, rowsMax: 3 });
  for (let count = 0; count < 3; count++) table.add();
  assert.throws(
    () => table.add(),
    (error) => error instanceof Trouble && error.code === "table-full" && error.details.field === "small",
  );
  assert.equal(table.size, 3);
  assert.throws(
    () => table.restore(new SectionReader([])),
    (error) => error instanceof Trouble && error.code === "snapshot-unusable",
  );
});

test("a table knows what memory it holds", () => {
  assert.equal(new Table("t", SCHEMA, { capacity: 10 }).byteLength, 10 * (1 + 4 + 4 + 8 + 8));
});

test("the state hash sees names, lengths and bytes of sections, and leaves derived ones out", () => {
  const section = (name: string, ...bytes: number[]): { name: string; bytes: Uint8Array } => ({
    name,
    bytes: Uint8Array.from(bytes),
  });
  const hash = hashSections([section("a", 1), section("b", 2)]);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(hashSections([section("a", 1), { ...section("x", 9), derived: true }, section("b", 2)]), hash);
  for (const other of [
    [section("b", 2), section("a", 1)],
    [section("a", 1, 2), section("b")],
    [section("a", 1)],
    [section("a", 1), section("c", 2)],
  ]) {
    assert.notEqual(hashSections(other), hash);
  }
});
