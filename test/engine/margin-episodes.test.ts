/**
 * What markets and customers do to a firm with every rule on (options, portfolio accounts, a convertible, euros, rates and
 * concentration of the house): after each fact of it, the band of every account is that of the books and of the explanation.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, check, CONCENTRATION, LISTED, MarginWalk, RATES, withHouse } from "./margin-walk.ts";

class Firm extends MarginWalk {
  #bands: readonly number[] = [];
  /** How often an account changed its band. */
  moves = 0;

  /** Holds every account against the books. */
  check(): void {
    check(this.state);
    const { rungs } = this.state.margin;
    const bands = Array.from(rungs?.principals() ?? [], (principal) => rungs?.band(principal) ?? -1);
    for (const [index, band] of this.#bands.entries()) if (bands[index] !== band) this.moves++;
    this.#bands = bands;
  }

  checked(what: () => void): void {
    what();
    this.check();
  }

  /** Something that a customer does. */
  fact(): void {
    this.one([() => this.trade(this.one(ALL)), () => this.transfer(), () => this.deposit()])();
  }
}

/** A firm whose accounts have drawn most of what they may. */
function firm(seed: number): Firm {
  const one = new Firm(seed, withHouse(RATES, CONCENTRATION));
  one.drawDown(0.1);
  one.check();
  return one;
}

test("a name falls 25 percent in one tick, and what customers do afterwards", () => {
  const one = firm(11);
  one.checked(() => one.move("AAA", -25));
  assert.ok(one.moves > 0, "the fall moved somebody");
  for (let step = 0; step < 8; step++) one.checked(() => one.fact());
});

test("a name falls 25 percent in three minutes, with fills, new positions and transfers in between", () => {
  const one = firm(12);
  const step = (0.75 ** (1 / 12) - 1) * 100;
  for (let tick = 0; tick < 12; tick++) {
    one.checked(() => one.move("CCC", step));
    one.checked(() => one.fact());
  }
  assert.ok(one.moves > 0, "the fall moved somebody");
});

test("everything falls 10 percent: at once, and again in three steps", () => {
  const one = firm(13);
  for (const instrument of ["EUR", ...LISTED]) one.checked(() => one.move(instrument, -10));
  one.drawDown(0.1);
  for (let step = 0; step < 3; step++)
    for (const instrument of ["EUR", ...LISTED]) one.checked(() => one.move(instrument, -3.4));
  assert.ok(one.moves > 5, "the fall moved many");
});

test("a name goes up, limit by limit, against those who are short", () => {
  const one = firm(14);
  for (let limit = 0; limit < 10; limit++) {
    one.checked(() => one.move("LOW", 10));
    if (limit % 3 === 0) one.checked(() => one.fact());
  }
  assert.ok(one.moves > 0, "the squeeze moved somebody");
});

test("rulebooks change while prices move: the house's rates go, and come back with more", () => {
  const one = firm(15);
  for (const sections of [[], [CONCENTRATION], [RATES, CONCENTRATION]]) {
    one.checked(() => one.changeRulebook(...sections));
    for (let step = 0; step < 4; step++) one.checked(() => one.tick(0.05));
    one.checked(() => one.transfer());
  }
  one.nextDay();
  one.checked(() => one.changeRulebook(RATES));
  one.checked(() => one.tick(0.05));
  assert.ok(one.moves > 0, "other rules moved somebody");
});

test("names close where they stand: no price is another, but what an option's volatility is implied from", () => {
  const one = new Firm(19, withHouse(RATES, CONCENTRATION));
  for (const name of ["AAA-P", "AAA-C", "AAA"]) for (let trade = 0; trade < 3; trade++) one.trade("P0", name);
  for (const name of ["AAA", "AAA-C", "AAA-P"]) one.checked(() => one.close(name));
  one.checked(() => one.move("AAA", 4));
  one.checked(() => one.move("AAA-C", 12));
  one.checked(() => one.close("AAA"));
  one.checked(() => one.drawDown(0.002));
  one.moves = 0;
  one.checked(() => one.close("AAA-C"));
  assert.ok(one.moves > 0, "a close alone moved somebody");
});
