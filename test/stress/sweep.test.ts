/** The sweep over a book that changes all the while: every result is of one instant, and of that instant exactly. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../../src/base/time.ts";
import type { SideTerms } from "../../src/stress/grid.ts";
import { NOW } from "../../src/stress/kernel.ts";
import { type Positions, StressSweep, type SweepResult, type SweepSource } from "../../src/stress/sweep.ts";

const FREE: SideTerms = { below: 0, lowRate: 0, lowFloor: 0, rate: 0, floor: 0 };
const ACCOUNTS = 3000;

/** Accounts in pairs: what one owes the other has, so that at every instant the shortfall of the book follows from its number. */
class Pairs implements SweepSource {
  seq = 0;
  readonly cash = new Float64Array(ACCOUNTS);
  readonly held = Array.from({ length: ACCOUNTS }, () => 1);

  get standing() {
    return { seq: this.seq, at: 0 as Instant };
  }

  price(): number {
    return 1 + (this.seq % 2);
  }

  read(account: number, positions: Positions): number {
    for (let index = 0; index < this.held[account]; index++) positions.add(0, 1);
    return this.cash[account];
  }

  groups(): undefined {
    return undefined;
  }

  /** One fact: a dollar from an even account to its neighbour, another price, now and then a position more. */
  fact(sweep: StressSweep): void {
    const from = 2 * ((this.seq * 7919) % (ACCOUNTS / 2));
    this.seq += 1;
    this.cash[from] -= 8;
    this.cash[from + 1] += 8;
    if (this.seq % 5 === 0) this.held[from] = (this.held[from] + 1) % 4;
    for (const account of [from, from + 1]) sweep.accountChanged(account);
    sweep.priceChanged(0);
  }

  /** Shortfall of equity without a move: what the sweep must say of this instant. */
  shortfall(): number {
    let sum = 0;
    for (let account = 0; account < ACCOUNTS; account++)
      sum += Math.max(0, -(this.cash[account] + this.held[account] * this.price()));
    return sum;
  }
}

test("results are of one instant while facts go on, whatever moves about in the copies", async () => {
  const source = new Pairs();
  const sweep = new StressSweep(source, {
    accounts: ACCOUNTS,
    positions: 3 * ACCOUNTS + 4000,
    instruments: 1,
    groups: 0,
  });
  try {
    sweep.setTerms(0, 1, FREE, FREE);
    sweep.setScenarios([Float64Array.of(1)]);
    const truth = new Map<number, number>();
    let running: Promise<SweepResult> | undefined;
    const results: SweepResult[] = [];
    const keep = async (begun: Promise<SweepResult>): Promise<void> => {
      results.push(await begun);
      running = undefined;
    };
    for (let step = 0; results.length < 25; step++) {
      assert.ok(step < 200_000, "the sweep catches up");
      source.fact(sweep);
      if (sweep.slice() || running !== undefined) {
        if (step % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      const begun = sweep.begin();
      assert.ok(begun !== undefined);
      truth.set(source.seq, source.shortfall());
      running = begun;
      void keep(begun);
    }
    for (const { asOf, sets } of results) {
      const [{ equity, unknown }] = sets;
      assert.equal(unknown, 0);
      assert.equal(equity.amounts[NOW], truth.get(asOf.seq));
      assert.equal(equity.amounts[0], truth.get(asOf.seq));
    }
    assert.ok(new Set(results.map(({ asOf }) => asOf.seq)).size === results.length);
  } finally {
    await sweep.close();
  }
});

test("a copy without room says so", () => {
  const source = new Pairs();
  source.held.fill(9);
  const sweep = new StressSweep(
    source,
    { accounts: ACCOUNTS, positions: 100, instruments: 1, groups: 0 },
    { threads: 0 },
  );
  assert.throws(() => {
    while (sweep.slice());
  }, /positions = 100: the copy of the book for stress is full/);
});
