/** House rates that count options: what a name would lose were its underlying to move by the rate against it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { findLine } from "../../src/base/line.ts";
import { marginAccounts } from "../../src/margin/account.ts";
import type { AccountMargin } from "../../src/margin/answer.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { houseRules, houseText, saidOf } from "./house-firm.ts";
import { type Listed, SmallBooks, TODAY } from "./small-books.ts";

const RULES = readMarginRules(readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8"));

const STOCK: Listed = { instrument: "XYZ", type: "equity", listing: "XNYS", price: "50" };
const OPTION = { type: "option", listing: "XCBO", underlying: "XYZ", maturity: "2026-12-18" } as const;
const P45: Listed = { ...OPTION, instrument: "P45", right: "put", strike: "45", price: "2" };
const C55: Listed = { ...OPTION, instrument: "C55", right: "call", strike: "55", price: "1" };

type Held = readonly (readonly [Listed, number])[];

function margin(rates: readonly string[], held: Held): AccountMargin {
  const small = new SmallBooks();
  const owner = small.open("A", "customer-margin");
  small.add(owner, small.books.instruments.findText("USD"), 10_000_000_00);
  const rows = [STOCK, ...held.map(([listed]) => listed)].map((listed) => small.list(listed));
  for (const [index, [, units]] of held.entries()) small.add(owner, rows[index + 1], units);
  const [account] = marginAccounts(small.books);
  return marginOf(small.books, { ...RULES, house: houseRules({ rates }).house }, account, TODAY);
}

/** What the house requires, in dollars. */
function required(rates: readonly string[], ...held: Held): number {
  const { troubles, requirements } = margin(rates, held);
  assert.deepEqual(troubles, []);
  return (requirements.house?.requirement ?? 0) / 100;
}

const COUNTED = ["name: Volatile\natLeast: 40%\noptions: true"];

test("an uncovered option asks its value and the rate, less what it is out of the money", () => {
  assert.equal(required([], [P45, -1]), 200 + 500);
  assert.equal(required(COUNTED, [P45, -1]), 200 + 2000 - 500);
  assert.equal(required(COUNTED, [C55, -1]), 100 + 2000 - 500);
  assert.equal(required(COUNTED, [{ ...P45, strike: "60", price: "11" }, -1]), 1100 + 2000);
  assert.equal(required(COUNTED, [P45, -1], [C55, -1]), 300 + 1500, "the worse side, and the value of both");
  assert.equal(required(["name: Volatile\natLeast: 5%\noptions: true"], [P45, -1]), 700, "never below the rule's");
});

test("a rate for long positions asks of a short put, one for short positions of a short call", () => {
  const long = ["name: Fall\nside: long\natLeast: 40%\noptions: true"];
  const short = ["name: Rise\nside: short\natLeast: 40%\noptions: true"];
  assert.equal(required(long, [P45, -1]), 1700);
  assert.equal(required(long, [C55, -1]), required([], [C55, -1]));
  assert.equal(required(short, [C55, -1]), 1600);
  assert.equal(required(short, [P45, -1]), 700);
});

test("what bounds the loss bounds what is asked", () => {
  const P40: Listed = { ...P45, instrument: "P40", strike: "40", price: "1" };
  assert.equal(required(COUNTED, [P45, -1], [P40, 1]), 200 + 500, "a spread");
  assert.equal(required(COUNTED, [P45, -1], [{ ...P40, strike: "20", price: "0.1" }, 1]), 200 + 1500, "a far one");
  const C50: Listed = { ...C55, instrument: "C50", strike: "50", price: "3" };
  assert.equal(required(COUNTED, [C50, 1], [C55, -2]), 200 + 1000, "twice as many written, 40% up");
  assert.equal(required(COUNTED, [STOCK, 100], [C55, -1]), 100 + 2000, "covered: the stock's rate");
});

test("a rate that leaves options out asks as it did, and the house's line names what it leaves out", () => {
  const silent = ["name: Volatile\natLeast: 40%"];
  assert.equal(required(silent, [P45, -1]), 700);
  const inputs = (rates: readonly string[], held: Held) =>
    findLine(margin(rates, held).lines, "margin/A/house")?.inputs;
  assert.deepEqual(inputs(silent, [[P45, -1]]), { "rates leave out options on": "XYZ" });
  assert.deepEqual(inputs(COUNTED, [[P45, -1]]), {});
  assert.deepEqual(inputs(silent, [[P45, 1]]), {});
  assert.deepEqual(inputs(['name: Other\ninstruments: ["ABC"]\natLeast: 40%'], [[P45, -1]]), {});
  assert.equal(
    findLine(margin(COUNTED, [[P45, -1]]).lines, "margin/A/house/volatile/XYZ")?.inputs["options"],
    "counted",
  );
});

test("a rule in standard deviations that cannot be worked out makes the house unknown", () => {
  const rates = ['name: Sigma\nvolatility: { multiple: "3", days: 2 }\noptions: true'];
  assert.match(margin(rates, [[P45, -1]]).troubles[0]?.message ?? "", /Sigma.*statistics\.volatility/);
});

test("only a rate is a move", () => {
  assert.deepEqual(saidOf(houseText({ rates: ["name: Points\nadd: 5%\noptions: true"] })), [
    "house.yaml:7:7: house.rates[0].options = true: needs a rate to move by; expected atLeast or volatility beside it",
  ]);
});

test("what is asked is the worst of the whole move, sought at every cent of it", () => {
  const leg = fc.record({
    isCall: fc.boolean(),
    strike: fc.integer({ min: 30, max: 70 }),
    units: fc.integer({ min: -3, max: 3 }).filter((units) => units !== 0),
  });
  fc.assert(
    fc.property(
      fc.array(leg, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: 5, max: 60 }),
      (legs, lots, rate) => {
        const rates = [`name: Move\natLeast: ${rate}%\noptions: true`];
        const intrinsic = ({ isCall, strike }: (typeof legs)[number], cents: number): number =>
          Math.max(0, isCall ? cents - strike * 100 : strike * 100 - cents);
        const options = legs.map((one, at): readonly [Listed, number] => {
          const terms = { right: one.isCall ? "call" : "put", strike: String(one.strike) } as const;
          return [
            { ...OPTION, instrument: `O${at}`, ...terms, price: String(intrinsic(one, 5000) / 100 + 2) },
            one.units,
          ];
        });
        const held: Held = lots === 0 ? options : [[{ ...STOCK, instrument: "XYZ" }, lots * 100], ...options];
        const written = legs.reduce((sum, one) => sum - Math.min(0, one.units) * (intrinsic(one, 5000) + 200), 0);
        let worst = 0;
        for (let cents = 5000 - 50 * rate; cents <= 5000 + 50 * rate; cents++) {
          let loss = -lots * (cents - 5000);
          for (const one of legs) loss -= one.units * (intrinsic(one, cents) - intrinsic(one, 5000));
          worst = Math.max(worst, loss);
        }
        const stock = written + (Math.abs(lots) * 5000 * rate) / 100;
        const asked = written === 0 ? stock : Math.max(stock, written + worst);
        const [without, all] = [required([], ...held), required(rates, ...held)];
        assert.equal(all, Math.max(without, asked));
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});
