/** Facts from CSV and JSON files: all or nothing, and every problem with its place. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { Trouble } from "../../../src/base/errors.ts";
import { importFile, type Imported, type ImportOptions, importText } from "../../../src/connectors/files/import.ts";
import { PROBLEMS_MAX } from "../../../src/connectors/files/problems.ts";
import { checkFact } from "../../../src/facts/parse.ts";
import { factArbitrary } from "../../facts/arbitrary.ts";

const AT = "2026-11-20T14:30:00.000Z";
const TRADES = `at,account,instrument,contra,side,quantity,price,tradeDay,commission,execution
2026-11-20T14:30:00Z,A,AAPL,clearing,buy,100,190.25,2026-11-20,1.50,X1
2026-11-20T14:31:00Z,A,MSFT,clearing,sell,50,410,2026-11-20,,X2
`;

function csv(text: string, options: ImportOptions = {}): Imported {
  return importText(text, "facts.csv", "csv", options);
}

/** Each problem as its place and its sentence. */
function told({ problems }: Imported): string[] {
  return problems.map(({ details: { origin }, summary }) =>
    [origin?.row, origin?.line, origin?.column, summary].join("|"),
  );
}

test("a CSV file of one kind", () => {
  const { facts, problems } = csv(TRADES, { kind: "trade-executed" });
  assert.deepEqual(problems, []);
  assert.deepEqual(facts[1], {
    kind: "trade-executed",
    at: "2026-11-20T14:31:00.000Z",
    account: "A",
    instrument: "MSFT",
    contra: "clearing",
    side: "sell",
    quantity: "50",
    price: "410",
    tradeDay: "2026-11-20",
    execution: "X2",
  });
});

test("a CSV file of several kinds, with counts, flags, quotes, a byte order mark and Windows line ends", () => {
  const text = [
    "\uFEFFkind,at,instrument,type,currency,scale,readyMarket,description,price,quantity,irregular",
    'instrument-listed,,AAPL,equity,USD,0,true,"Apple, ""the"" Inc.",,,',
    "market-trade,2026-11-20T15:00:00Z,AAPL,,,,,,190.5,100,false",
    "",
  ].join("\r\n");
  const { facts, problems } = csv(text, { at: AT });
  assert.deepEqual(problems, []);
  assert.deepEqual(facts, [
    {
      kind: "instrument-listed",
      at: AT,
      instrument: "AAPL",
      type: "equity",
      currency: "USD",
      scale: 0,
      readyMarket: true,
      description: 'Apple, "the" Inc.',
    },
    {
      kind: "market-trade",
      at: "2026-11-20T15:00:00.000Z",
      instrument: "AAPL",
      price: "190.5",
      quantity: "100",
      irregular: false,
    },
  ]);
});

test("columns may have other names, and a row may leave kind and time to the options", () => {
  const columns = { Security: "instrument", Px: "price", Basis: "basis" };
  const { facts, problems } = csv("Security,Px,Basis\nAAPL,190,close\n", { kind: "mark", at: AT, columns });
  assert.deepEqual(problems, []);
  assert.deepEqual(facts, [{ kind: "mark", at: AT, instrument: "AAPL", price: "190", basis: "close" }]);
  const bad = csv("Security,Px,Basis\nAAPL,-1,close\n", { kind: "mark", at: AT, columns });
  assert.deepEqual(told(bad), ["1|2|Px|out of range"], "and a problem names the file's own column");
});

test("every problem has its row, line and column, and no fact is handed on", () => {
  const text = `kind,at,instrument,bid,ask
quote,2026-11-20T14:30:00Z,AAPL,1,2

quote,,AAPL,x,2
quote,2026-11-20T14:30:00Z,"two
lines",1,2
quote,2026-11-20T14:30:00Z,AAPL,1
quot,2026-11-20T14:30:00Z,AAPL,1,2
,2026-11-20T14:30:00Z,AAPL,1,2
`;
  const imported = csv(text);
  assert.deepEqual(told(imported), [
    "4|7||the row has 4 cells",
    "2|4|at|missing",
    "2|4|bid|not a decimal number",
    "3|5|instrument|not a name",
    '5|8|kind|there is no such kind of fact; did you mean "quote"?',
    "6|9|kind|missing",
  ]);
  assert.deepEqual(imported.facts, []);
  assert.equal(
    imported.problems[2].message,
    'bid = "x": not a decimal number; expected a plain decimal such as "12.34" (facts.csv, row 2, line 4, column bid)',
  );
});

test("a header is read exactly", () => {
  assert.deepEqual(told(csv("")), ["|1||the file has no header row"]);
  assert.deepEqual(told(csv("\n\n")), ["|1||the file has no header row"]);
  assert.deepEqual(told(csv("kind,quantitiy\n")), ['|1|quantitiy|no field of a fact; did you mean "quantity"?']);
  assert.deepEqual(told(csv("instrument,side\n", { kind: "quote" })), ["|1|side|no field of a fact"]);
  assert.deepEqual(told(csv("instrument,__proto__\n", { kind: "quote" })), ["|1|__proto__|no field of a fact"]);
  assert.deepEqual(told(csv("bid,bid\n", { kind: "quote" })), ["|1|bid|two columns for one field"]);
  assert.deepEqual(told(csv("bid,B\n", { kind: "quote", columns: { B: "bid" } })), ["|1|B|two columns for one field"]);
  assert.deepEqual(told(csv("bid\n", { kind: "quote", columns: { B: "ask" } })), ["|1|B|the file has no such column"]);
  assert.deepEqual(csv("kind,at\n").facts, []);
  assert.deepEqual(csv("kind,at\n").problems, []);
});

test("a stray quote is a problem of its row", () => {
  assert.deepEqual(told(csv('kind,at\ntime-passed,"2026"x\n')), ["1|2||Trailing quote on quoted field is malformed"]);
  assert.deepEqual(told(csv('kind,at\ntime-passed,"2026\n')), ["1|2||Quoted field unterminated"]);
  assert.deepEqual(told(csv('"kind,at\ntime-passed,2026\n')), ["|1||Quoted field unterminated"]);
});

test("a field that a row's kind does not have is a problem where the cell is filled", () => {
  const text = "kind,at,instrument,price,basis\nmark,,AAPL,1,close\nmarket-phase,,AAPL,1,\n";
  assert.deepEqual(told(csv(text, { at: AT })), ["2|3||missing", "2|3|price|not a field of market-phase"]);
});

test("the first hundred problems are kept, and the others counted", () => {
  const imported = csv(`kind,at\n${"quot,\n".repeat(250)}`);
  assert.equal(imported.problems.length, PROBLEMS_MAX);
  assert.equal(imported.moreProblems, 250 - PROBLEMS_MAX);
});

test("JSON is an array, or one fact to a line", () => {
  const facts = [
    { kind: "time-passed", at: AT },
    { kind: "business-day-opened", at: AT, day: "2026-11-20" },
  ];
  const lines = facts.map((fact) => JSON.stringify(fact)).join("\n\n");
  for (const text of [JSON.stringify(facts, undefined, 2), lines, `\uFEFF${lines.replaceAll("\n", "\r\n")}\r\n`]) {
    const imported = importText(text, "facts.json", "json");
    assert.deepEqual(imported.problems, []);
    assert.deepEqual(imported.facts, facts);
  }
  assert.deepEqual(
    importText('[{"day":"2026-11-20"}]', "f.json", "json", { at: AT, kind: "business-day-closed" }).facts,
    [{ kind: "business-day-closed", at: AT, day: "2026-11-20" }],
  );
  assert.deepEqual(importText("", "f.json", "json").facts, []);
});

test("problems of JSON have their row, and their line where there is one", () => {
  assert.deepEqual(told(importText('[{"kind":"time-passed"}, 7]', "f.json", "json")), [
    "1|||missing",
    "2|||not a fact",
  ]);
  assert.deepEqual(told(importText('{"kind":"time-passed"}\n\n{oops\n', "f.jsonl", "json")), [
    "2|3||not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
    "1|1||missing",
  ]);
  const [problem] = importText('[\n{"kind":\n}]', "f.json", "json").problems;
  assert.match(problem.message, /^not JSON: .* \(f\.json/);
});

test("a fact can be traced to its row and column, for what the engine refuses later", () => {
  const imported = csv(TRADES, { kind: "trade-executed" });
  assert.deepEqual(imported.originOf(1), { file: "facts.csv", row: 2, line: 3 });
  assert.deepEqual(imported.originOf(0, "account"), { file: "facts.csv", row: 1, line: 2, column: "account" });
  assert.deepEqual(importText('[{"kind":"time-passed"}]', "f.json", "json", { at: AT }).originOf(0, "at"), {
    file: "f.json",
    row: 1,
  });
});

test("an option that is no instant is a mistake of the caller's, told at once", () => {
  assert.throws(() => csv(TRADES, { kind: "trade-executed", at: "today" }), Trouble);
});

test("files are read by their extension, and what cannot be read is a problem", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-import-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const summary = async (path: string): Promise<string | undefined> => (await importFile(path)).problems[0]?.message;
  const trades = write("TRADES.CSV", TRADES);
  const imported = await importFile(trades, { kind: "trade-executed" });
  assert.equal(imported.facts.length, 2);
  assert.deepEqual(imported.originOf(0), { file: trades, row: 1, line: 2 });
  assert.equal((await importFile(write("a.jsonl", `{"kind":"time-passed","at":"${AT}"}`))).facts.length, 1);
  assert.match((await summary(write("a.xlsx", ""))) ?? "", /^a file of an unknown format/);
  assert.match(
    (await summary(write("latin.csv", Buffer.from("kind\nZ\xfcrich", "latin1")))) ?? "",
    /^the file is not UTF-8 text/,
  );
  assert.match((await summary(join(folder, "none.csv"))) ?? "", /^the file cannot be read: ENOENT/);
});

/** Facts of many kinds as one CSV file, every cell quoted. */
function csvOf(facts: readonly object[]): string {
  const columns = [...new Set(facts.flatMap((fact) => Object.keys(fact)))];
  const cell = (value: string | number | boolean = ""): string => `"${String(value).replaceAll('"', '""')}"`;
  const lines = facts.map((fact) => columns.map((column) => cell((fact as Record<string, string>)[column])).join(","));
  return [columns.join(","), ...lines].join("\n");
}

/** Line ends of Windows inside a cell become plain ones. */
function withUnixLines(fact: object): object {
  const plain = (value: unknown): unknown => (typeof value === "string" ? value.replaceAll("\r\n", "\n") : value);
  return Object.fromEntries(Object.entries(fact).map(([key, value]) => [key, plain(value)]));
}

test("any facts come through CSV and JSON as they were", () => {
  fc.assert(
    fc.property(fc.array(factArbitrary(), { minLength: 1, maxLength: 6 }), (facts) => {
      const fromCsv = csv(csvOf(facts));
      assert.deepEqual(fromCsv.problems.map(String), []);
      assert.deepEqual(fromCsv.facts, facts.map(withUnixLines));
      assert.deepEqual(importText(JSON.stringify(facts), "f.json", "json").facts, facts);
    }),
    { seed: 31_001, numRuns: 150 },
  );
});

test("a file that was damaged at random gives facts or problems, never both, and never anything else", () => {
  const damage = fc.record({
    at: fc.nat(),
    length: fc.nat(12),
    text: fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom('"', ",", "\n", "\r", '"",', "\u0000", "\uFEFF", "kind"),
    ),
  });
  const file = fc.array(factArbitrary(), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(file, fc.array(damage, { maxLength: 4 }), fc.boolean(), (facts, damages, asJson) => {
      let text = asJson ? JSON.stringify(facts) : csvOf(facts);
      for (const { at, length, text: inserted } of damages) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + inserted + text.slice(start + length);
      }
      const { facts: read, problems, moreProblems } = importText(text, "f", asJson ? "json" : "csv");
      if (problems.length > 0) assert.deepEqual(read, []);
      else assert.equal(moreProblems, 0);
      assert.ok(problems.every((problem) => problem instanceof Trouble && problem.details.origin?.file === "f"));
      for (const fact of read) assert.deepEqual(checkFact(fact), fact);
    }),
    { seed: 31_002, numRuns: 500 },
  );
});
