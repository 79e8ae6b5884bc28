/** Book documents: the shipped examples give the figures they promise, and books survive the way out and back in. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatDollars } from "../../src/base/money.ts";
import {
  type BookDocument,
  bookDocumentJsonSchema,
  formatBookDocument,
  readBookDocument,
} from "../../src/net-capital/book-document.ts";
import { documentFromBooks } from "../../src/net-capital/book-document-export.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
import { NetCapitalMonitor } from "../../src/net-capital/monitor.ts";
import { Firm, inMonths } from "./firm.ts";
import { Walk } from "./walk.ts";

const ROOT = join(import.meta.dirname, "../..");
const example = (name: string): BookDocument =>
  readBookDocument(readFileSync(join(ROOT, "docs/examples", name), "utf8"), { file: name });

const EXPECTED: Readonly<
  Record<string, readonly [netCapital: string, requirement: string, excess: string, notices: string]>
> = {
  "worked-example.yaml": ["4463125.00", "1200000.00", "3263125.00", ""],
  "w11-established.yaml": ["750000.00", "600000.00", "150000.00", "finra-aggregate-indebtedness"],
  "w11-first-year.yaml": [
    "750000.00",
    "1125000.00",
    "-375000.00",
    "net-capital-deficiency finra-suspend-business required-minimum finra-aggregate-indebtedness",
  ],
  "w11-alternative.yaml": [
    "750000.00",
    "400000.00",
    "350000.00",
    "debit-items finra-debit-items finra-reduce-debit-items",
  ],
};

test("the shipped examples give the figures that their first lines promise", () => {
  for (const [name, expected] of Object.entries(EXPECTED)) {
    const { netCapital, requirement, excess, notices } = Firm.of(example(name)).figure();
    assert.deepEqual(
      [...[netCapital, requirement, excess].map(formatDollars), notices.map(({ code }) => code).join(" ")],
      expected,
      name,
    );
  }
});

test("the worked example's waterfall is that of the sheet, line by line", () => {
  const firm = Firm.of(example("worked-example.yaml"));
  const lines = {
    capital: "6000000.00",
    "non-allowable": "750000.00",
    charges: "125000.00",
    "tentative-net-capital": "5125000.00",
    haircuts: "661875.00",
  };
  for (const [code, amount] of Object.entries(lines)) assert.equal(firm.line(code), amount, code);
});

test("the published schema is the one that documents are read with", () => {
  const published = JSON.parse(readFileSync(join(ROOT, "schemas/book-document.schema.json"), "utf8")) as object;
  assert.deepEqual(
    published,
    JSON.parse(JSON.stringify(bookDocumentJsonSchema())),
    "schemas/book-document.schema.json is out of date",
  );
});

test("books go out and come back the same: figures, lots and the document itself", () => {
  for (const seed of [3, 5, 8]) {
    const walk = new Walk(seed);
    for (let step = 0; step < 150; step++) walk.step();
    const document = documentFromBooks(walk.firm.books, 150);
    const read = readBookDocument(formatBookDocument(document));
    assert.deepEqual(read, JSON.parse(JSON.stringify(document)), "as YAML and back");

    const rules = walk.firm.books.rulebooks.inForce("net-capital", walk.firm.books.settlement.openedDay)?.document;
    const copy = new Firm(rules, NetCapitalMonitor, documentToFacts(read));
    assert.deepEqual(documentFromBooks(copy.books, 150), document);
    assert.deepEqual(copy.books.lots.verify(), []);
    const [there, back] = [walk.firm.monitor.answer(0), copy.monitor.answer(0)];
    assert.equal(back.kind, there.kind, `seed ${seed}`);
    if (there.kind === "figure" && back.kind === "figure") {
      assert.deepEqual(
        [back.netCapital, back.requirement, back.aggregateIndebtedness],
        [there.netCapital, there.requirement, there.aggregateIndebtedness],
      );
    }
  }
});

const small: BookDocument = {
  asOf: "2026-11-20",
  instruments: [{ instrument: "ACME", type: "equity", listing: "XNYS", price: "10" }],
  accounts: [
    { account: "capital", type: "general-ledger", ledgerClass: "ownership-equity" },
    { account: "bank", type: "bank" },
  ],
  balances: [
    { account: "capital", balance: "1000.00" },
    { account: "bank", balance: "-1000.00" },
  ],
  positions: [],
};

test("a document that does not balance is refused with the difference, unless an account takes it", () => {
  const unbalanced = {
    ...small,
    balances: [
      { account: "capital", balance: "1000.00" },
      { account: "bank", balance: "-999.99" },
    ],
  };
  assert.throws(() => documentToFacts(unbalanced), {
    code: "bad-document",
    message: /balances = "0.01": the balances of USD do not sum to zero/,
  });
  const places = { ...small, positions: [{ account: "bank", instrument: "ACME", quantity: "5", cost: "50" }] };
  assert.throws(() => documentToFacts(places), { message: /the positions of ACME do not sum to zero/ });
  const firm = Firm.of({ ...unbalanced, contra: { cash: "bank", securities: "bank" } });
  assert.equal(firm.line("net-capital"), "1000.00");
});

test("what is wrong with a document is said with its place", () => {
  const text = formatBookDocument(small).replace("price:", "prize:");
  assert.throws(() => readBookDocument(text, { file: "books.yaml" }), {
    code: "unknown-field",
    message:
      /instruments\[0\]\.prize: is not a field here; expected "price", if that is what was meant \(books.yaml, row \d+, column \d+\)/,
  });
  assert.throws(() => readBookDocument("asOf: [", { file: "books.yaml" }), {
    code: "bad-document",
    message: /books.yaml, row 1/,
  });
});

test("an underlying may stand after what is on it, and must stand somewhere", () => {
  const option = {
    instrument: "CALL",
    type: "option",
    underlying: "ACME",
    right: "call",
    strike: "12",
    maturity: inMonths(2),
  } as const;
  const names = documentToFacts({ ...small, instruments: [option, ...small.instruments] }).flatMap((fact) =>
    fact.kind === "instrument-listed" ? [fact.instrument] : [],
  );
  assert.deepEqual(names, ["USD", "ACME", "CALL"]);
  assert.throws(() => documentToFacts({ ...small, instruments: [option] }), {
    code: "unknown-instrument",
    message: /underlying of CALL/,
  });
});
