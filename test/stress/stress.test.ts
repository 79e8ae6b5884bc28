/** Scenarios on real books: M37, moves as they were written, net capital from scratch, clients, reverse stress. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, stringify } from "yaml";
import { formatDollars, type Cents } from "../../src/base/money.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { inputsFromBooks } from "../../src/net-capital/inputs.ts";
import { computeNetCapital } from "../../src/net-capital/computation.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { movesOfDay } from "../../src/stress/history.ts";
import { breakOfAccount, FirmSearch, heldLine, smallest } from "../../src/stress/reverse.ts";
import { readStressRules, scenarioNamed, searchScenario } from "../../src/stress/rules.ts";
import { example, MARGIN, SCENARIOS, shipped, subjectOf } from "./subject.ts";

/** The document without its options. */
function withoutOptions(text: string): string {
  const document = parse(text) as { instruments: { instrument: string }[]; positions: { instrument: string }[] };
  const isNone = ({ instrument }: { instrument: string }): boolean => !/-[CP]\d+$/.test(instrument);
  const { instruments, positions } = document;
  return stringify({ ...document, instruments: instruments.filter(isNone), positions: positions.filter(isNone) });
}

const down = (of: "all" | "index") => ({ of, instruments: [], sign: -1 }) as const;

test("M37: a beta stress with the requirement held, and worked out anew", () => {
  const { stress } = subjectOf(example("m37-beta-stress"));
  const at = (change: number) => {
    const found = stress.table.underAlone(
      stress.moved(searchScenario({ of: "index", change })),
      stress.placeNamed("beta-client"),
    );
    assert.ok(!("troubles" in found));
    return found;
  };
  assert.equal(formatDollars(at(-0.06).excessHeld), "2720.00");
  assert.equal(formatDollars(at(-0.08).excessHeld), "-3040.00");
  assert.equal(formatDollars(at(-0.08).excess), "2720.00");
  assert.equal(heldLine(100_000, 500, 0.25, 1.8, -0.08).toFixed(4), "330.0330");
  // At that price the search finds that very move.
  const atLine = subjectOf(example("m37-beta-stress").replace('price: "320"', 'price: "330.033003"'));
  const found = breakOfAccount(atLine.stress, atLine.stress.placeNamed("beta-client"), "called-held", down("index"));
  assert.ok(Math.abs((found.move ?? 0) + 0.08) < 1e-5, String(found.move));
  assert.equal(found.isProven, true);
});

test("the search agrees with the closed form of a long account, and with what it is of a short one", () => {
  const { stress } = subjectOf(example("prime-clients"));
  // 800,000 long and 500,000 owed: called where 0.75 V = debit, unsecured where V = debit.
  const archer = stress.placeNamed("archer-1");
  assert.ok(Math.abs((breakOfAccount(stress, archer, "called", down("all")).move ?? 0) + (1 - 500 / 600)) < 1e-5);
  assert.ok(Math.abs((breakOfAccount(stress, archer, "unsecured", down("all")).move ?? 0) + 0.375) < 1e-5);
  // 320,000 credit and 10,000 short at 20: called where 1.3 P n = credit. A fall never hurts it.
  const short = stress.placeNamed("short-seller");
  const up = { of: "all", instruments: [], sign: 1 } as const;
  assert.ok(Math.abs((breakOfAccount(stress, short, "called", up).move ?? 0) - (32 / 1.3 / 20 - 1)) < 1e-5);
  assert.equal(breakOfAccount(stress, short, "called", down("all")).move, undefined);
  const name = { of: "instruments", instruments: ["CROWDED"], sign: -1 } as const;
  assert.ok(Math.abs((breakOfAccount(stress, archer, "unsecured", name).move ?? 0) + 0.75) < 1e-5);
});

test("what is found breaks, and a little less does not", () => {
  const { stress } = subjectOf(example("prime-clients"));
  const search = new FirmSearch(stress);
  const found = search.find("loss", down("all"));
  const now = stress.netCapital;
  assert.ok(found?.move !== undefined && now?.kind === "figure");
  const loss = (size: number): number => {
    const answer = stress.capital(searchScenario({ of: "all", change: size }));
    return answer?.kind === "figure" ? now.netCapital - answer.netCapital : Number.NaN;
  };
  assert.ok(loss(found.move) > now.netCapital / 4);
  assert.ok(loss(found.move + 2e-5) <= now.netCapital / 4);
  assert.equal(smallest((size) => size >= 0.3, 1)?.toFixed(4), "0.3000");
  assert.equal(
    smallest(() => false, 1),
    undefined,
  );
});

test("a scenario is what stating its prices would be, for accounts and for net capital", () => {
  const scenario = scenarioNamed(SCENARIOS, "index-down-8");
  const { stress } = subjectOf(withoutOptions(example("prime-clients")));
  const result = stress.run(scenario);
  const { state: stated } = subjectOf(withoutOptions(example("prime-clients")));
  const marks = { CROWDED: "71.04", STEADY: "38.4", SHORTED: "18.24" };
  const facts = Object.entries(marks).map(([instrument, price]) => ({
    kind: "mark",
    at: "2026-11-20T15:00:00Z",
    instrument,
    price,
    basis: "model",
  }));
  applyHypothetical(stated, facts as unknown as Fact[]);
  for (const { account, excess, netLiquidation } of result.accounts.accounts) {
    const fresh = marginOf(stated.books, MARGIN, account, stress.asOf);
    assert.equal(excess, fresh.excess);
    assert.equal(netLiquidation, fresh.netLiquidation);
  }
  const { netCapitalRules } = stress;
  assert.ok(netCapitalRules !== undefined && result.netCapital?.kind === "figure");
  const fresh = computeNetCapital(inputsFromBooks(stated.books, netCapitalRules), netCapitalRules);
  assert.ok(fresh.kind === "figure");
  assert.equal(result.netCapital.netCapital, fresh.netCapital - result.unsecured);
});

test("every shipped scenario says what it moves", () => {
  assert.equal(SCENARIOS.scenarios.length, 21);
  const { stress, state } = subjectOf(example("prime-clients"));
  const price = (name: string, scenario: string): number =>
    stress.factors(scenarioNamed(SCENARIOS, scenario))[state.books.instruments.findText(name)];
  assert.ok(Math.abs(price("CROWDED", "all-down-10") - 0.9) < 1e-12);
  assert.ok(Math.abs(price("CROWDED", "index-down-8") - (1 - 0.08 * 1.4)) < 1e-12);
  assert.ok(Math.abs(price("SHORTED", "correlation-one") - (1 - (5 * 0.7) / Math.sqrt(252))) < 1e-12);
  assert.equal(price("CROWDED", "gap-to-zero"), 0);
  assert.equal(price("STEADY", "gap-to-zero"), 1);
  assert.equal(price("SHORTED", "squeeze"), 2);
  assert.equal(price("BOND", "all-down-30"), 1);
  // 55,000 units against 8,000 a day: seven days, of which the root.
  const crowded = (1 - 0.1 * 1.4) * (1 - 0.15) - 1;
  assert.ok(Math.abs(price("CROWDED", "crisis") - (1 + crowded * Math.sqrt(55_000 / 8000))) < 1e-9);
});

test("days that happened have their real moves", () => {
  assert.equal(movesOfDay("2020-03-16").get("AAPL"), -0.128647);
  assert.equal(movesOfDay("2008-09-29").get("AAPL"), -0.179192);
  assert.ok(Math.abs((movesOfDay("2015-08-24").get("A") ?? 0) - (34.68 / 36.23 - 1)) < 1e-12);
  assert.equal(movesOfDay("1987-10-19").size, 0);
});

test("losses by name sum to what is unsecured; a client is seen across firms", () => {
  const { stress } = subjectOf(example("prime-clients"));
  for (const scenario of SCENARIOS.scenarios) {
    const { names, clients, unsecured, calls } = stress.run(scenario);
    const sum = (amounts: readonly Cents[]) => amounts.reduce((total, amount) => total + amount, 0);
    assert.equal(sum(names.map((name) => name.unsecured)), unsecured, scenario.name);
    assert.equal(sum(clients.map((client) => client.unsecured)), unsecured, scenario.name);
    assert.equal(sum(clients.map((client) => client.call)), calls, scenario.name);
  }
  const bell = stress.clients.list().find(({ client }) => client === "bell");
  assert.deepEqual(bell?.positions[0], {
    instrument: "CROWDED",
    here: 50_000,
    elsewhere: 130_000,
    firms: 2,
    value: 1_440_000_000,
    daysOfVolume: 4.5,
    shareOutstanding: 0.3,
  });
});

test("what selling cannot meet is said: worthless stock raises nothing", () => {
  const { stress } = subjectOf(example("prime-clients"));
  // CROWDED is worth nothing. The one account has 400,000 of STEADY left and owes 500,000, the other owes 2,900,000.
  const { calls, liquidity } = stress.run(scenarioNamed(SCENARIOS, "gap-to-zero"));
  assert.equal(formatDollars(calls), "3100000.00");
  const { sold, met, uncovered, slowest } = liquidity;
  assert.deepEqual([sold, met, uncovered].map(formatDollars), ["400000.00", "100000.00", "3000000.00"]);
  // 10,000 units against a fifth of 500,000 a day; nobody waits for what is worth nothing.
  assert.deepEqual(slowest, { instrument: "STEADY", days: 0.1 });
});

test("what selling meets and what it leaves are all calls; it leaves what called accounts owe beyond their worth", () => {
  const { stress } = subjectOf(example("prime-clients"));
  for (const scenario of SCENARIOS.scenarios) {
    const { calls, accounts, liquidity } = stress.run(scenario);
    assert.equal(liquidity.met + liquidity.uncovered, calls, scenario.name);
    const owed = accounts.accounts.map(({ excess, netLiquidation }) =>
      excess < 0 ? Math.max(0, 0 - netLiquidation) : 0,
    );
    assert.equal(
      liquidity.uncovered,
      owed.reduce((total, amount) => total + amount, 0),
      scenario.name,
    );
  }
});

test("a client loses with its positions at other firms, swaps included", () => {
  const lossesIn = (text: string, scenario: string) => {
    const { stress } = subjectOf(text);
    return stress
      .run(scenarioNamed(SCENARIOS, scenario))
      .clients.map(({ client, loss, lossElsewhere }) => [
        client,
        ...[loss, lossElsewhere].map((amount) => (amount === undefined ? undefined : formatDollars(amount))),
      ]);
  };
  const text = example("prime-clients");
  // 180,000 CROWDED at 80, of which 130,000 elsewhere.
  assert.deepEqual(lossesIn(text, "gap-to-zero"), [
    ["bell", "14400000.00", "10400000.00"],
    ["archer", "400000.00", "0.00"],
  ]);
  assert.deepEqual(lossesIn(text, "squeeze"), [["cobb", "200000.00", "0.00"]]);
  // Who is not called here and loses with others is named, after those who are called; gains are not.
  const short = text.replace("client: bell,\n      holder: third", "client: cobb,\n      holder: third");
  assert.notEqual(short, text);
  assert.deepEqual(lossesIn(short, "all-down-10"), [
    ["bell", "960000.00", "560000.00"],
    ["cobb", "460000.00", "480000.00"],
  ]);
  assert.deepEqual(lossesIn(short, "all-up-25"), [["cobb", "-1150000.00", "-1200000.00"]]);
});

test("a position elsewhere counts in dollars; without a price the loss is not known", () => {
  const listed = (price: string): string =>
    example("prime-clients")
      .replace(
        "instruments:\n",
        `instruments:\n  - { instrument: EUR, type: currency, price: "1.10" }\n  - { instrument: ABROAD, type: equity, currency: EUR${price} }\n`,
      )
      .replace("holder: third-broker,\n      instrument: CROWDED", "holder: third-broker,\n      instrument: ABROAD");
  const bellIn = (text: string) => {
    const { stress } = subjectOf(text);
    const [{ loss, lossElsewhere }] = stress.run(scenarioNamed(SCENARIOS, "all-down-10")).clients;
    const position = stress.clients
      .list()
      .find(({ client }) => client === "bell")
      ?.positions.find(({ instrument }) => instrument === "ABROAD");
    return { loss, lossElsewhere, value: position?.value };
  };
  // 60,000 at 10 euros; 400,000.00 are lost here and 560,000.00 on the other swap.
  assert.deepEqual(bellIn(listed(', price: "10"')), {
    loss: 102_600_000,
    lossElsewhere: 62_600_000,
    value: 66_000_000,
  });
  assert.deepEqual(bellIn(listed("")), { loss: undefined, lossElsewhere: undefined, value: undefined });
});

test("an account of which nothing can be said makes net capital unknown, and is in no sum", () => {
  const text = example("prime-clients").replace("interestRates:\n  - { currency: USD, days: 30, rate: 4% }\n", "");
  const { stress } = subjectOf(text);
  const { accounts, netCapital } = stress.run(scenarioNamed(SCENARIOS, "all-down-20"));
  assert.equal(accounts.unknown.length, 1);
  assert.equal(accounts.accounts.length, 4);
  assert.equal(netCapital?.kind, "unknown");
  const found = breakOfAccount(stress, stress.placeNamed("writer"), "unsecured", down("all"));
  assert.equal(found.move, undefined);
  assert.equal(found.troubles.length, 1);
});

test("a document of scenarios that says too little or too much is refused in words", () => {
  const broken = (from: string, to: string) => () => readStressRules(shipped("stress").replace(from, to));
  assert.throws(
    broken('moves: [{ of: all, change: "-10%" }]', "moves: [{ of: all }]"),
    /a move of all needs its change/,
  );
  assert.throws(broken("{ of: all, change", "{ of: all, sector: Media, change"), /a move of all has none/);
  assert.throws(broken("name: all-down-20", "name: all-down-10"), /is the name of another scenario/);
  assert.throws(broken('"-10%"', "-10"));
  assert.throws(() => scenarioNamed(SCENARIOS, "doom"), /no such scenario/);
});
