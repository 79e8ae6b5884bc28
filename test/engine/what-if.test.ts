/** What-ifs on a small firm: what a question means in facts, what it answers, what it refuses, and the largest size of a trade. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Fact } from "../../src/facts/kinds.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { whatIfToJson } from "../../src/engine/what-if/answer-json.ts";
import { largestSize } from "../../src/engine/what-if/largest-size.ts";
import { questionOf, readQuestion, whatIfJsonSchema } from "../../src/engine/what-if/question.ts";
import { whatIf } from "../../src/engine/what-if/what-if.ts";
import { RULEBOOK, rulebookFact, SETUP, trade } from "./firm.ts";

const at = "2026-03-02T14:00:00Z";

/** 5,000,000 of capital; the desk holds 5,000 AAPL at 200 and is short 1,000 IBM at 250.50. */
const OPENED: FirmState = newState();

function newState(): FirmState {
  const state = new FirmState();
  applyHypothetical(state, [rulebookFact()]);
  applyHypothetical(state, [
    ...SETUP,
    trade({ account: "desk", quantity: "5000" }),
    trade({ account: "desk", instrument: "IBM", side: "sell-short", quantity: "1000", price: "250.5" }),
  ]);
  return state;
}

/** The answer as JSON; the state is untouched. */
function ask(question: unknown, state = OPENED) {
  const hash = state.hash();
  try {
    const checked = questionOf(question);
    return whatIfToJson(whatIf(state, checked), checked);
  } finally {
    assert.equal(state.hash(), hash, "the firm is what it was");
  }
}

function refusal(question: unknown, state = OPENED): string {
  let message = "";
  assert.throws(
    () => ask(question, state),
    (error: Error) => (message = error.message) !== "",
    JSON.stringify(question),
  );
  return message;
}

function amounts(json: ReturnType<typeof ask>): (string | undefined)[] {
  return [json.before, json.after].map((figure) => (figure.answer === "figure" ? figure.netCapital : undefined));
}

test("a trade takes its price, accounts and day from the books, and says so", () => {
  const json = ask({ trades: [{ side: "sell", instrument: "AAPL", quantity: 2000 }] });
  assert.deepEqual(json.facts, [
    {
      kind: "trade-executed",
      at: "2026-03-02T13:30:00.000Z",
      account: "desk",
      instrument: "AAPL",
      contra: "nscc",
      side: "sell",
      quantity: "2000",
      price: "200",
      tradeDay: "2026-03-02",
      execution: "what-if-0",
    },
  ]);
  // Before: 150,000 on the longs, 75 on what the short has above a quarter of them, 75,000 on AAPL above a tenth of capital.
  // After: 90,000, 15,075 and 15,000.
  assert.deepEqual(amounts(json), ["4774925.00", "4879925.00"]);
  assert.deepEqual(json.difference, { netCapital: "105000.00", requirement: "0.00", excess: "105000.00" });
  assert.equal(json.lines?.difference, "105000.00");
  assert.equal(findIn(json.lines, "haircuts/undue-concentration")?.difference, "-60000.00");
});

test("prices move by a percentage, to a price, by betas, and all together; trades come at the moved prices", () => {
  const price = (json: ReturnType<typeof ask>, instrument: string): string | undefined =>
    json.facts.findLast(
      (fact): fact is Extract<Fact, { kind: "mark" }> => fact.kind === "mark" && fact.instrument === instrument,
    )?.price;
  const all = ask({ prices: [{ all: true, change: "-5%" }] });
  assert.deepEqual([price(all, "AAPL"), price(all, "IBM"), price(all, "USD")], ["190", "237.975", undefined]);
  const betas = ask({ prices: [{ all: true, change: "-10%", betas: { AAPL: 1.5, IBM: "-0.5" } }] });
  assert.deepEqual([price(betas, "AAPL"), price(betas, "IBM")], ["170", "263.025"]);
  const twice = ask({
    prices: [
      { instrument: "AAPL", price: "100" },
      { instruments: ["AAPL", "IBM"], change: "+10%" },
    ],
    trades: [{ side: "buy", instrument: "AAPL", quantity: "1" }],
  });
  assert.equal(price(twice, "AAPL"), "110");
  assert.ok(twice.facts.some((fact) => fact.kind === "trade-executed" && fact.price === "110"));
  // The firm loses 50,000 and gains 12,525; haircuts fall by 7,503.75, and undue concentration by 6,937.88.
  assert.equal(all.difference?.netCapital, "-23033.37");
});

test("what is asked last is applied last, and everything is one branch", () => {
  const json = ask({
    day: "2026-03-03",
    cash: [{ from: "capital", to: "bank", amount: "1000000.00", reason: "capital-withdrawn" }],
    facts: [
      {
        kind: "capital-item-reported",
        item: "x",
        treatment: "charge",
        label: "Aged fails",
        paragraph: "15c3-1(c)(2)(ix)",
        amount: "50000",
      },
    ],
    trades: [{ side: "buy", instrument: "IBM", quantity: "1000" }],
  });
  assert.deepEqual(
    json.facts.map(({ kind }) => kind),
    ["business-day-opened", "cash-moved", "capital-item-reported", "trade-executed"],
  );
  // 1,000,000 leaves, 50,000 is charged, the short and its 75 of haircut are gone, and a tenth of capital is less by 105,000.
  assert.equal(json.difference?.netCapital, "-1065675.00");
});

test("a rulebook is taken as if it were in force", () => {
  const json = ask({ rulebook: RULEBOOK.replace("greaterSide: 15%", "greaterSide: 20%") });
  assert.equal(json.difference?.netCapital, "-50000.00");
  const changed = findIn(json.lines, "haircuts/equities/greater-side");
  assert.deepEqual(changed?.inputs?.["rate"], { before: "15%", after: "20%" });
});

function findIn(
  node: ReturnType<typeof ask>["lines"],
  code: string,
): NonNullable<ReturnType<typeof ask>["lines"]> | undefined {
  if (node === null || node.code === code) return node ?? undefined;
  for (const child of node.children ?? []) {
    const found = findIn(child, code);
    if (found !== undefined) return found;
  }
  return undefined;
}

test("facts that list or open something take a copy of the books", () => {
  const json = ask({
    facts: [
      { kind: "instrument-listed", instrument: "NEW", type: "equity", currency: "USD", listing: "XNYS" },
      { kind: "account-opened", account: "desk-2", type: "firm-inventory" },
      { kind: "mark", instrument: "NEW", price: "10", basis: "manual" },
      {
        kind: "trade-executed",
        account: "desk-2",
        instrument: "NEW",
        contra: "nscc",
        side: "buy",
        quantity: "1000",
        price: "10",
        tradeDay: "2026-03-02",
        execution: "x",
      },
    ],
  });
  // 1,500 more on the longs, and the short no longer passes a quarter of them.
  assert.equal(json.difference?.netCapital, "-1425.00");
});

test("a future is bought for nothing: only its charge moves net capital", () => {
  const state = OPENED.branch();
  applyHypothetical(state, [
    { kind: "instrument-listed", at, instrument: "GOLD", type: "commodity", currency: "USD", deliverable: true },
    {
      kind: "instrument-listed",
      at,
      instrument: "GC",
      type: "future",
      currency: "USD",
      underlying: "GOLD",
      maturity: "2026-12-29",
      multiplier: "100",
      clearingMargin: "9000",
      maintenanceMargin: "10000",
      initialMargin: "11000",
    },
    { kind: "mark", at, instrument: "GOLD", price: "2000", basis: "manual" },
  ]);
  const json = ask({ trades: [{ side: "sell", instrument: "GC", quantity: 5 }] }, state);
  assert.equal(findIn(json.lines, "equity"), undefined, "equity does not change");
  const charge = findIn(json.lines, "commodity-charges");
  assert.ok(charge !== undefined && Number(charge.difference) > 0);
  assert.equal(Number(json.difference?.netCapital) <= -Number(charge.difference), true);
});

test("unknown stays unknown, and says what is missing", () => {
  const state = OPENED.branch();
  applyHypothetical(state, [
    { kind: "instrument-listed", at, instrument: "NEW", type: "equity", currency: "USD", listing: "XNYS" },
  ]);
  const json = ask({ trades: [{ side: "buy", instrument: "NEW", quantity: 1, price: 5 }] }, state);
  assert.equal(json.difference, null);
  assert.equal(json.lines, null);
  assert.deepEqual(json.after.answer === "unknown" && json.after.troubles.map((trouble) => Object(trouble).message), [
    "NEW: no price for NEW; expected a quote, a trade or a mark",
  ]);
});

test("what is wrong with a question is said of its place", () => {
  const cases: [unknown, RegExp][] = [
    [{ trades: [{ side: "buy", instrument: "AAPL" }] }, /^trades\[0\]\.quantity: how much is traded/],
    [
      { trades: [{ side: "buy", instrument: "APPL", quantity: 1 }] },
      /^trades\[0\]\.instrument = "APPL": not in the security master/,
    ],
    [{ trades: [{ side: "hold", instrument: "AAPL", quantity: 1 }] }, /^trades\[0\]\.side = "hold"/],
    [{ trades: [{ side: "buy", instrument: "AAPL", quantity: "0" }] }, /^trades\[0\]/],
    [
      { trades: [{ side: "buy", instrument: "AAPL", quantity: 1, account: "nscc" }] },
      /^trades\[0\]: account = "nscc": an account of type clearing/,
    ],
    [{ trades: [{ side: "buy", instrument: "AAPL", quantity: "0.5" }] }, /^trades\[0\]: .*decimals/],
    [{ prices: [{ instrument: "AAPL" }] }, /^prices\[0\]: a move is to a price, or by a change/],
    [{ prices: [{ change: "-5%" }] }, /^prices\[0\]: does not say what moves/],
    [{ prices: [{ instrument: "AAPL", change: "-5" }] }, /^prices\[0\]\.change = "-5"/],
    [
      { volatilities: [{ instrument: "AAPL", change: "+10%" }] },
      /^volatilities\[0\] = "AAPL": no volatility of it was stated/,
    ],
    [{ day: "2026-02-27" }, /^day: day = "2026-02-27": the business day 2026-03-02 has been opened already/],
    [{ facts: [{ kind: "marc" }] }, /^facts\[0\]: .*mark/],
    [{ tradez: [] }, /tradez/],
    [{ rulebook: "rulebook: net-capital" }, /rulebook/],
    [{ largest: { keep: { excess: 1 } } }, /^trades: the largest size of what/],
    [{ trades: [{ side: "buy", instrument: "AAPL" }], largest: { keep: {} } }, /^largest\.keep: which cushion is kept/],
    [
      { trades: [{ side: "buy", instrument: "AAPL" }], largest: { keep: { tier: "blue" } } },
      /^largest\.keep\.tier = "blue": no such tier; expected yellow/,
    ],
    [
      { trades: [{ side: "buy", instrument: "AAPL" }], largest: { trades: [1], keep: { excess: 1 } } },
      /^largest\.trades = 1: there is no such trade/,
    ],
    [null, /document/],
  ];
  for (const [question, expected] of cases) assert.match(refusal(question), expected, JSON.stringify(question));
});

test("where there are several inventories, the error names them", () => {
  const state = OPENED.branch();
  applyHypothetical(state, [{ kind: "account-opened", at, account: "arb", type: "firm-inventory" }]);
  assert.match(
    refusal({ trades: [{ side: "buy", instrument: "AAPL", quantity: 1 }] }, state),
    /^trades\[0\]\.account: which inventory account; expected one of desk, arb$/,
  );
});

test("a question in a file is refused with its line and column", () => {
  assert.throws(
    () => readQuestion("trades:\n  - { side: buy, instrumnt: AAPL }\n", { file: "q.yaml" }),
    /instrument.*q\.yaml.*row 2/s,
  );
});

test("the schema is published", () => {
  const path = join(import.meta.dirname, "../../schemas/what-if.schema.json");
  assert.deepEqual(
    JSON.parse(readFileSync(path, "utf8")),
    JSON.parse(JSON.stringify(whatIfJsonSchema())),
    "run tools/schemas.ts",
  );
});

// ——— the largest size ———

test("the largest purchase that keeps a cushion, to the share", () => {
  const json = ask({
    trades: [{ side: "buy", instrument: "AAPL" }],
    largest: { keep: { excess: "3000000" } },
  });
  const { largest } = json;
  assert.ok(largest !== undefined && largest.size !== null && !largest.atLimit);
  const size = Number(largest.size);
  const excess = (quantity: number): number =>
    Number(Object(ask({ trades: [{ side: "buy", instrument: "AAPL", quantity }] }).after).excess);
  assert.equal(String(excess(size)), String(Number(largest.excess)));
  assert.ok(excess(size) >= 3_000_000 && excess(size + 1) < 3_000_000);
  assert.equal(Object(json.after).excess, largest.excess, "after is at the largest size");
});

test("a basket grows as a whole, in hundredths; a step of a lot is kept", () => {
  const basket = ask({
    trades: [
      { side: "buy", instrument: "AAPL", quantity: 100 },
      { side: "sell", instrument: "IBM", quantity: 50 },
    ],
    largest: { keep: { tier: "yellow" } },
  });
  assert.match(basket.largest?.size ?? "", /^\d+(\.\d{1,2})?$/);
  const lots = ask({
    trades: [{ side: "buy", instrument: "AAPL" }],
    largest: { keep: { excess: "3000000" }, step: 100 },
  });
  assert.equal(Number(lots.largest?.size) % 100, 0);
});

test("no size keeps a cushion that is not there; one that costs nothing has no bound", () => {
  const none = ask({ trades: [{ side: "buy", instrument: "AAPL" }], largest: { keep: { excess: "900000000" } } });
  assert.deepEqual([none.largest?.size, none.largest?.atLimit], [null, false]);
  const state = OPENED.branch();
  applyHypothetical(state, [
    {
      kind: "instrument-listed",
      at,
      instrument: "CASH-LIKE",
      type: "treasury",
      currency: "USD",
      maturity: "2026-04-01",
    },
    { kind: "mark", at, instrument: "CASH-LIKE", price: "100", basis: "manual" },
  ]);
  const free = ask(
    { trades: [{ side: "sell-short", instrument: "CASH-LIKE" }], largest: { keep: { tier: "red" } } },
    state,
  );
  assert.equal(free.largest?.atLimit, true);
});

test("the largest size is that of trying every size", () => {
  let bounded = 0;
  fc.assert(
    fc.property(
      fc.record({
        capital: fc.integer({ min: 260_000, max: 1_500_000 }),
        aapl: fc.integer({ min: -3000, max: 3000 }),
        ibm: fc.integer({ min: -3000, max: 3000 }),
        side: fc.constantFrom("buy", "sell"),
        instrument: fc.constantFrom("AAPL", "IBM"),
        fraction: fc.integer({ min: 0, max: 1100 }),
      }),
      ({ capital, aapl, ibm, side, instrument, fraction }) => {
        const state = small(capital, aapl, ibm);
        const now = state.netCapital.figures.excessCents / 100;
        const least = Math.round((now * fraction) / 1000);
        const keep = { excess: least };
        const found = ask({ trades: [{ side, instrument }], largest: { keep }, lines: "none" }, state).largest;
        const most = 6000;
        let largest = -1;
        const probe = state.branch();
        for (let quantity = 0; quantity <= most; quantity += 50) {
          if (quantity > 0)
            applyHypothetical(probe, [
              trade({
                account: "desk",
                instrument,
                side: side as "buy",
                quantity: "50",
                price: instrument === "AAPL" ? "200" : "250",
              }),
            ]);
          if (probe.netCapital.figures.excessCents >= least * 100) largest = quantity;
        }
        const size = Number(found?.size ?? -1);
        if (size >= most) return;
        bounded++;
        // Every fiftieth size was tried: the largest that holds lies above the last of them that does.
        assert.ok(
          size >= largest && (largest === -1 ? size < 50 : size < largest + 50),
          `${size} found, ${largest} by trying`,
        );
      },
    ),
    { numRuns: 60, seed: 15_031 },
  );
  assert.ok(bounded > 25, `${bounded} had a bound`);
});

const SMALL = new FirmState();
applyHypothetical(SMALL, [rulebookFact()]);
applyHypothetical(
  SMALL,
  SETUP.filter((fact) => fact.kind !== "cash-moved").map((fact) =>
    fact.kind === "mark" && fact.instrument === "IBM" ? { ...fact, price: "250" } : fact,
  ),
);

/** So much capital, and so many shares at their prices. */
function small(capital: number, aapl: number, ibm: number): FirmState {
  const state = SMALL.branch();
  const facts: Fact[] = [
    {
      kind: "cash-moved",
      at,
      from: "bank",
      to: "capital",
      currency: "USD",
      amount: String(capital),
      reason: "capital-contributed",
    },
  ];
  for (const [instrument, quantity, price] of [
    ["AAPL", aapl, "200"],
    ["IBM", ibm, "250"],
  ] as const) {
    if (quantity !== 0)
      facts.push(
        trade({
          account: "desk",
          instrument,
          side: quantity > 0 ? "buy" : "sell",
          quantity: String(Math.abs(quantity)),
          price,
        }),
      );
  }
  applyHypothetical(state, facts);
  return state;
}

test("the search finds an edge beyond every size that it tried, whatever the shape", () => {
  const edges = fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(edges, fc.boolean(), fc.integer({ min: 5000, max: 1_000_000 }), (unsorted, first, limit) => {
      const turns = unsorted.toSorted((a, b) => a - b);
      const holds = (size: number): boolean => (turns.filter((turn) => turn <= size).length % 2 === 0) === first;
      const asked: number[] = [];
      const { size, atLimit, tried } = largestSize(limit, (candidate) => {
        asked.push(candidate);
        return holds(candidate);
      });
      assert.equal(tried, asked.length);
      if (size === undefined) assert.ok(asked.every((candidate) => !holds(candidate)));
      else {
        assert.ok(holds(size));
        assert.ok(atLimit ? size === limit : !holds(size + 1));
        assert.ok(asked.every((candidate) => candidate <= size || !holds(candidate)));
      }
    }),
    { numRuns: 500, seed: 8 },
  );
});
