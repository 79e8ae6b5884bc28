/** Tax lots: BK-13 of the books' fact sheet for every method, exact cents on partial relief, shorts, and going through zero. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Day } from "../../src/base/time.ts";
import { Ledger } from "../../src/books/ledger.ts";
import { Lots, type Relief, RELIEF } from "../../src/books/lots.ts";
import { NO_DAY, Settlement } from "../../src/books/settlement.ts";

class Position {
  readonly ledger = new Ledger(new Settlement());
  readonly lots = new Lots(this.ledger);
  readonly row = this.ledger.rowFor(0, 0);

  /** Units bought (positive) or sold, and the cents paid (positive) or received. */
  trade(units: number, cost: number, day: number, relief: Relief = RELIEF.fifo, lotDay: Day = NO_DAY): this {
    this.lots.trade(this.row, this.ledger.rows.columns.quantity[this.row], units, cost, day as Day, relief, lotDay);
    this.ledger.post(this.row, units);
    assert.deepEqual(this.lots.verify(), []);
    assert.equal(
      this.ledger.rows.columns.opened[this.row],
      this.list()[0]?.[2] ?? 0,
      "a row tells the day of its oldest lot",
    );
    assert.equal(
      this.ledger.rows.columns.cost[this.row],
      this.list().reduce((sum, [, cents]) => sum + cents, 0),
    );
    return this;
  }

  list(): [units: number, cents: number, day: number][] {
    return this.lots.list(this.row).map(({ quantity, cost, opened }) => [quantity, cost, opened]);
  }

  get realised(): number {
    return this.lots.realised(0);
  }
}

describe("BK-13: 150 sold at 48 out of 100 at 30, 100 at 52 and 100 at 41", () => {
  const [L1, L2, L3] = [19754, 20249, 20527];
  const held = () => new Position().trade(100, 3000_00, L1).trade(100, 5200_00, L2).trade(100, 4100_00, L3);

  const methods: readonly [
    name: string,
    relief: Relief,
    basis: number,
    gain: number,
    left: [number, number, number][],
  ][] = [
    [
      "FIFO",
      RELIEF.fifo,
      5600_00,
      1600_00,
      [
        [50, 2600_00, L2],
        [100, 4100_00, L3],
      ],
    ],
    [
      "LIFO",
      RELIEF.lifo,
      6700_00,
      500_00,
      [
        [100, 3000_00, L1],
        [50, 2600_00, L2],
      ],
    ],
    [
      "HIFO",
      RELIEF.hifo,
      7250_00,
      -50_00,
      [
        [100, 3000_00, L1],
        [50, 2050_00, L3],
      ],
    ],
    [
      "AVERAGE",
      RELIEF.average,
      6150_00,
      1050_00,
      [
        [50, 2050_00, L2],
        [100, 4100_00, L3],
      ],
    ],
  ];
  for (const [name, relief, basis, gain, left] of methods) {
    test(name, () => {
      const position = held().trade(-150, -7200_00, L3 + 10, relief);
      assert.equal(position.realised, gain);
      assert.equal(7200_00 - position.realised, basis);
      assert.deepEqual(position.list(), left);
    });
  }

  test("specific identification takes the lots of the day that is named", () => {
    const position = held().trade(-60, -2880_00, L3 + 10, RELIEF.specific, L2 as Day);
    assert.equal(position.realised, 2880_00 - 3120_00);
    assert.deepEqual(position.list(), [
      [100, 3000_00, L1],
      [40, 2080_00, L2],
      [100, 4100_00, L3],
    ]);
  });

  test("what a row tells of its lots", () => {
    const { lots, row } = held();
    assert.equal(lots.count(row), 3);
    assert.deepEqual(
      [L1, L2, L3, L3 + 1].map((day) => lots.unitsOf(row, day as Day)),
      [100, 100, 100, 0],
    );
  });
});

test("a lot that leaves in thirds costs exactly what it cost", () => {
  const position = new Position().trade(3, 100, 1);
  position.trade(-1, 0, 2);
  assert.equal(position.realised, -33);
  position.trade(-1, 0, 2);
  assert.equal(position.realised, -33 - 34, "33.5, half to even");
  position.trade(-1, 0, 2);
  assert.equal(position.realised, -100);
  assert.deepEqual(position.list(), []);
});

test("average cost leaves every lot at the average, to the cent in sum", () => {
  const position = new Position().trade(1, 100, 1).trade(1, 0, 2).trade(1, 0, 3).trade(-1, 0, 4, RELIEF.average);
  assert.equal(position.realised, -33);
  assert.deepEqual(position.list(), [
    [1, 34, 2],
    [1, 33, 3],
  ]);
});

test("a sale of more than is held closes the long lots and opens a short one with its share of the proceeds", () => {
  const position = new Position().trade(100, 1000_00, 1).trade(-150, -3000_00, 2);
  assert.equal(position.realised, 2000_00 - 1000_00);
  assert.deepEqual(position.list(), [[-50, -1000_00, 2]]);
  position.trade(80, 1600_00, 3);
  assert.equal(position.realised, 1000_00 + 1000_00 - 1000_00);
  assert.deepEqual(position.list(), [[30, 600_00, 3]]);
});

test("short lots: HIFO buys back the one with the lowest proceeds, LIFO the newest", () => {
  const short = () => new Position().trade(-10, -500, 1).trade(-10, -300, 2).trade(-10, -400, 3);
  assert.deepEqual(short().trade(10, 100, 4, RELIEF.hifo).list(), [
    [-10, -500, 1],
    [-10, -400, 3],
  ]);
  assert.deepEqual(short().trade(10, 100, 4, RELIEF.lifo).list(), [
    [-10, -500, 1],
    [-10, -300, 2],
  ]);
});

test("HIFO compares costs per unit exactly where float products are equal", () => {
  const large = 2 ** 51;
  const position = new Position()
    .trade(large, large + 1, 1)
    .trade(large - 1, large, 2)
    .trade(-(large - 1), 0, 3, RELIEF.hifo);
  assert.deepEqual(position.list(), [[large, large + 1, 1]], "(n+1)/n is less than n/(n-1)");
});

test("HIFO takes the oldest of equally dear lots", () => {
  const position = new Position().trade(10, 100, 1).trade(20, 200, 2).trade(30, 300, 3).trade(-15, 0, 4, RELIEF.hifo);
  assert.deepEqual(position.list(), [
    [15, 150, 2],
    [30, 300, 3],
  ]);
});

test("charges above the proceeds of a short sale are realised at once", () => {
  const position = new Position().trade(-10, 25, 1);
  assert.equal(position.realised, -25);
  assert.deepEqual(position.list(), [[-10, 0, 1]]);
});

test("lots stand in order of acquisition, however they arrive", () => {
  const position = new Position().trade(1, 10, 5).trade(2, 20, 9).trade(3, 30, 7).trade(4, 40, 1).trade(5, 50, 9);
  assert.deepEqual(
    position.list().map(([units]) => units),
    [4, 1, 3, 2, 5],
  );
  position.trade(-5, 0, 10);
  assert.deepEqual(
    position.list().map(([units]) => units),
    [3, 2, 5],
  );
});

test("all lots can leave at once", () => {
  const position = new Position().trade(1, 10, 5).trade(2, 20, 9).trade(-3, -45, 10);
  assert.deepEqual([position.list(), position.realised], [[], 15]);
});

test("freed lots are used again", () => {
  const position = new Position();
  const churn = () => {
    for (let lot = 0; lot < 100; lot++) position.trade(1, 1, lot);
    for (let lot = 0; lot < 100; lot++) position.trade(-1, -1, 200, lot % 2 === 0 ? RELIEF.lifo : RELIEF.hifo);
  };
  churn();
  const rows = position.lots.sections()[0]?.bytes.byteLength;
  for (let round = 0; round < 50; round++) churn();
  assert.equal(position.lots.sections()[0]?.bytes.byteLength, rows);
});

test("a withdrawal takes pieces at their cost and realises nothing", () => {
  const { lots, row, ledger } = new Position().trade(10, 100, 1).trade(10, 300, 2);
  assert.equal(lots.withdraw(row, 20, 15, RELIEF.fifo), 250);
  assert.equal(lots.takenCount, 2);
  assert.deepEqual(Array.from(lots.taken.quantity.subarray(0, 2)), [10, 5]);
  assert.deepEqual(Array.from(lots.taken.cost.subarray(0, 2)), [100, 150]);
  assert.deepEqual(Array.from(lots.taken.opened.subarray(0, 2)), [1, 2]);
  assert.equal(ledger.rows.columns.cost[row], 150);
  assert.equal(lots.realised(0), 0);
});
