import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SectionReader } from "../../src/base/state.ts";
import { FactsRefused } from "../../src/engine/admission.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { replay } from "../../src/engine/recovery.ts";
import { verifyState } from "../../src/engine/verify.ts";
import { encodeQuote } from "../../src/facts/encode-market.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { RecordWriter } from "../../src/facts/records.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { newFirm, rulebookFact, SETUP, trade } from "./firm.ts";

const at = "2026-03-02T14:30:00Z";

function replayed(journal: Journal): FirmState {
  const state = new FirmState();
  replay(state, { durableSeq: journal.durableSeq, read: (from) => journal.read(from), chainHashAt: () => undefined });
  return state;
}

async function refusal(attempt: Promise<unknown>): Promise<FactsRefused> {
  return attempt.then(
    () => assert.fail("the batch was recorded"),
    (error: unknown) => (error instanceof FactsRefused ? error : assert.fail(String(error))),
  );
}

test("a batch is recorded whole, in order, and its figures follow", async () => {
  const { engine } = await newFirm();
  const before = engine.seq;
  const { firstSeq, lastSeq } = await engine.submit([trade({ account: "desk" })]);
  assert.equal(firstSeq, before + 1);
  assert.equal(lastSeq, engine.seq);
  assert.equal(engine.durableSeq, engine.seq);
  const answer = engine.state.netCapital.answer();
  // 100 AAPL at 200: equity unchanged at 5,000,000; haircut 15 % of 20,000.
  assert.equal(answer.kind === "figure" && answer.netCapital, 499_700_000);
});

test("a batch with one impossible fact is refused whole, with every reason, and leaves no trace", async () => {
  const { engine, journal } = await newFirm();
  const [hash, seq] = [engine.state.hash(), journal.lastSeq];
  const { troubles } = await refusal(
    engine.submit([
      trade(),
      { kind: "account-opened", at, account: "new", type: "customer-cash" },
      trade({ account: "nobody" }),
      trade({ account: "new", execution: "x2" }),
      trade({ instrument: "MSFT", execution: "x3" }),
      trade({ quantity: "0.5", execution: "x4" }),
    ]),
  );
  assert.deepEqual(
    troubles.map(({ index, code, field }) => [index, code, field]),
    [
      [2, "unknown-account", "account"],
      [4, "unknown-instrument", "instrument"],
      [5, "not-exact", "quantity"],
    ],
  );
  assert.equal(journal.lastSeq, seq);
  assert.equal(engine.state.hash(), hash);
  await engine.submit([trade()]);
  assert.equal(engine.state.refusals.count, 0);
});

test("later facts of a batch may use what earlier ones open; earlier ones may not", async () => {
  const { engine } = await newFirm();
  const open: Fact = { kind: "account-opened", at, account: "cleo", type: "customer-cash" };
  const use = trade({ account: "cleo" });
  assert.equal((await refusal(engine.submit([use, open]))).troubles[0]?.code, "unknown-account");
  await engine.submit([open, use]);
  assert.equal(engine.state.refusals.count, 0);
});

test("what depends on the rest of its batch comes alone", async () => {
  const { engine } = await newFirm();
  const close: Fact = { kind: "account-closed", at, account: "bob" };
  assert.match((await refusal(engine.submit([close, trade({ account: "bob" })]))).message, /a batch of its own/);
  const days = ["2026-03-04", "2026-03-03"].map((day): Fact => ({ kind: "business-day-opened", at, day }));
  assert.match((await refusal(engine.submit(days))).message, /2026-03-04 is opened earlier/);
  await engine.submit([close]);
  assert.equal((await refusal(engine.submit([trade({ account: "bob" })]))).troubles[0]?.code, "not-allowed");
});

test("a record that makes no sense is kept as a refusal, live and replayed, and changes nothing else", async () => {
  const { engine, journal } = await newFirm();
  const writer = new RecordWriter();
  const nobody = engine.books.names.find("ann") ?? 0;
  encodeQuote(writer, engine.at, 0xffff_ffff, nobody, 1e8, 2e8, Number.NaN, Number.NaN);
  const ledger = engine.books.ledger.verifyConservation();
  await engine.submitRecords(writer);
  assert.equal(engine.state.refusals.count, 1);
  assert.match(engine.state.refusals.kept[0]?.message ?? "", /ann/);
  assert.deepEqual(engine.books.ledger.verifyConservation(), ledger);
  assert.equal(replayed(journal).hash(), engine.state.hash());
});

test("a branch takes hypothetical facts and the trunk never learns of them", async () => {
  const { engine } = await newFirm();
  const hash = engine.state.hash();
  const branch = engine.branch();
  assert.equal(branch.hash(), hash);
  branch.cold.apply(trade({ account: "desk", quantity: "1000" }));
  const [before, after] = [engine.state.netCapital.answer(), branch.netCapital.answer()];
  assert.equal(before.kind === "figure" && after.kind === "figure" && before.netCapital - after.netCapital, 3_000_000);
  assert.equal(engine.state.hash(), hash);
});

test("crossing a tier is noted once, with the fact that did it", async () => {
  const { engine } = await newFirm();
  await engine.submit([trade({ account: "desk", quantity: "25000" })]);
  const { history } = engine.state;
  const before = history.crossingCount;
  // Equity 5,000,000 less 25,000 × 180; haircut 15 % of 500,000; the minimum is 6 2/3 % of what is owed to nscc, bank and ann.
  await engine.submit([{ kind: "mark", at, instrument: "AAPL", price: "20", basis: "official" }]);
  assert.ok(history.crossingCount > before);
  assert.equal(history.crossing(before).seq, engine.seq);
  await engine.submit([{ kind: "time-passed", at }]);
  assert.equal(history.crossingCount, before + 1);
});

// ——— random sequences ———

const accounts = fc.constantFrom("ann", "bob", "desk");
const instruments = fc.constantFrom("AAPL", "IBM");
const dollars = fc.integer({ min: 1, max: 5_000_000 }).map((cents) => (cents / 100).toFixed(2));
const randomFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .record({
      account: accounts,
      instrument: instruments,
      side: fc.constantFrom("buy", "sell"),
      quantity: fc.integer({ min: 1, max: 900 }).map(String),
      price: dollars,
      commission: dollars,
    })
    .map((fields) => trade({ ...fields, at })),
  fc
    .record({ instrument: instruments, price: dollars })
    .map((fields): Fact => ({ kind: "mark", at, basis: "official", ...fields })),
  fc
    .record({ instrument: instruments, bid: dollars, ask: dollars })
    .map((fields): Fact => ({ kind: "quote", at, ...fields })),
  fc
    .record({ instrument: instruments, price: dollars })
    .map((fields): Fact => ({ kind: "market-trade", at, quantity: "100", ...fields })),
  fc
    .record({ to: accounts, amount: dollars })
    .map((fields): Fact => ({ kind: "cash-moved", at, from: "bank", currency: "USD", reason: "deposit", ...fields })),
  fc
    .record({
      from: fc.constant("dtc"),
      to: accounts,
      instrument: instruments,
      quantity: fc.integer({ min: 1, max: 500 }).map(String),
      cost: dollars,
    })
    .map((fields): Fact => ({ kind: "securities-moved", at, reason: "receive", ...fields })),
  fc
    .integer({ min: 3, max: 20 })
    .map((day): Fact => ({ kind: "business-day-opened", at, day: `2026-03-${String(day).padStart(2, "0")}` })),
  fc.record({ item: fc.constantFrom("fails", "breaks"), amount: dollars }).map(({ item, amount }): Fact => ({
    kind: "capital-item-reported",
    at,
    item,
    treatment: "charge",
    label: item,
    paragraph: "15c3-1(c)(2)(ix)",
    amount,
  })),
  fc
    .record({ account: fc.constantFrom("dave", "erin"), type: fc.constantFrom("customer-cash", "customer-margin") })
    .map(({ account }): Fact => ({ kind: "account-opened", at, account, type: "customer-cash" })),
);

test("over random facts: conserved, running = from scratch, replayed = restored = live, batches whole or not at all", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(randomFact, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 25 }),
      async (batches) => {
        const { engine, journal } = await newFirm();
        for (const batch of batches) {
          const [hash, seq] = [engine.state.hash(), engine.seq];
          try {
            await engine.submit(batch);
          } catch (error) {
            assert.ok(error instanceof FactsRefused);
            assert.equal(engine.state.hash(), hash);
            assert.equal(engine.seq, seq);
          }
          for (const { name, ok, detail } of verifyState(engine.state)) assert.ok(ok, `${name}: ${detail}`);
        }
        const live = engine.state.hash();
        assert.equal(replayed(journal).hash(), live);
        const restored = new FirmState();
        restored.restore(new SectionReader(engine.state.sections()));
        assert.equal(restored.hash(), live);
        assert.deepEqual(restored.netCapital.answer(), engine.state.netCapital.answer());
      },
    ),
    { seed: Number(process.env["FC_SEED"] ?? 20_260_302), numRuns: 60 },
  );
});

test("the same facts give the same state, whatever batches they come in", async () => {
  const one = await newFirm();
  const two = await newFirm();
  const facts = [trade(), trade({ account: "desk", execution: "x2" }), ...SETUP.filter(({ kind }) => kind === "mark")];
  await one.engine.submit(facts);
  for (const fact of facts) await two.engine.submit([fact]);
  assert.equal(one.engine.state.hash(), two.engine.state.hash());
  await assert.rejects(one.engine.submit([rulebookFact()]), /version of this name/);
});

test("each feed's own last quote and print are kept beside the consolidated ones, live and restored", async () => {
  const { engine } = await newFirm();
  const said = (source: string, bid: string): Fact => ({
    kind: "quote",
    at,
    source,
    instrument: "IBM",
    bid,
    ask: "260",
  });
  await engine.submit([
    said("feed-a", "249"),
    said("feed-b", "250"),
    { kind: "market-trade", at, source: "feed-a", instrument: "IBM", price: "251", quantity: "5" },
  ]);
  for (const { books } of [engine.state, engine.branch()]) {
    const last = (source: string) =>
      books.market.venueRow(books.instruments.findText("IBM"), books.names.find(source) ?? -1);
    const { bid, tradePrice } = books.market.venueColumns;
    assert.deepEqual([bid[last("feed-a")], bid[last("feed-b")]], [249e8, 250e8]);
    assert.equal(tradePrice[last("feed-a")], 251e8);
    assert.equal(books.market.columns.bid[books.instruments.findText("IBM")], 250e8);
  }
});
