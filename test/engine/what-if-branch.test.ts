/**
 * A branch that shares the books of its trunk says what the firm itself says once the same facts happened, line by line, on
 * random walks through everything that can change net capital; and the trunk is what it was, also where a fact is refused.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hashSections } from "../../src/base/state.ts";
import { lineToJson } from "../../src/base/line.ts";
import { FactsRefused } from "../../src/engine/admission.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { Branch } from "../../src/engine/what-if/branch.ts";
import type { Fact, FactOfKind, UnstampedFact } from "../../src/facts/kinds.ts";
import type { NetCapitalAnswer } from "../../src/net-capital/computation.ts";
import { WholeWalk } from "../net-capital/whole-walk.ts";
import { rulebookFact, SETUP, trade } from "./firm.ts";

const AT = "2026-11-20T15:00:00Z";

/** Everything that an answer says, to be compared as text. */
function said(answer: NetCapitalAnswer): string {
  return answer.kind === "figure"
    ? JSON.stringify({ ...answer, waterfall: 0, computation: lineToJson(answer.computation) })
    : JSON.stringify(answer.troubles.map(({ message }) => message));
}

/** What the walk would apply in its next step, held back. */
function held(walk: WholeWalk): Fact[] {
  const facts: Fact[] = [];
  const { firm } = walk;
  firm.apply = (fact: UnstampedFact) => void facts.push({ at: AT, ...fact });
  walk.step();
  Reflect.deleteProperty(firm, "apply");
  return facts;
}

test("a branch says what the firm says once the same facts happened", () => {
  const kinds = new Map<string, number>();
  let compared = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
      // In firms of odd seeds customers are margined, and a branch keeps the charges of its trunk.
      const walk = new WholeWalk(seed * 2);
      const { books, monitor } = walk.firm;
      for (let step = 0; step < 30; step++) {
        for (let quiet = walk.roll(12); quiet > 0; quiet--) walk.step();
        const facts: Fact[] = [];
        let rest: Fact[] = [];
        for (let size = 1 + walk.roll(10); size > 0 && rest.length === 0; size--) {
          const next = held(walk);
          if (Branch.serves(next)) facts.push(...next);
          else rest = next;
        }
        const before = { hash: hashSections(books.sections()), said: said(monitor.answer(Infinity)) };
        const branch = new Branch({ books, netCapital: monitor });
        assert.equal(said(branch.netCapital.answer(Infinity)), before.said, `seed ${seed}: a new branch`);
        branch.apply(facts);
        const after = said(branch.netCapital.answer(Infinity));
        assert.equal(hashSections(books.sections()), before.hash, `seed ${seed}: the books stand still`);
        assert.equal(said(monitor.answer(Infinity)), before.said, `seed ${seed}: so does the monitor`);
        for (const fact of facts) walk.firm.apply(fact);
        assert.equal(after, said(monitor.answer(Infinity)), `seed ${seed}, step ${step}: ${JSON.stringify(facts)}`);
        compared += facts.length;
        for (const { kind } of facts) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        for (const fact of rest) walk.firm.apply(fact);
      }
    }),
    { numRuns: 12, seed: 1508, endOnFailure: true },
  );
  assert.ok(compared > 1000, `${compared} facts were compared`);
  for (const kind of ["mark", "cash-moved", "securities-moved", "business-day-opened", "open-item-reported"])
    assert.ok((kinds.get(kind) ?? 0) > 10, `${kind}: ${kinds.get(kind)} times`);
  assert.ok((kinds.get("rulebook-activated") ?? 0) > 2, "other rules were activated on branches");
});

// ——— trades, lots and settlement, which the walk does not have ———

function newState(): FirmState {
  const state = new FirmState();
  applyHypothetical(state, [rulebookFact()]);
  applyHypothetical(state, SETUP);
  return state;
}

const SPECIFIC: Fact = {
  kind: "account-opened",
  at: AT,
  account: "bob",
  type: "customer-margin",
  lotMethod: "specific",
};

const tradeFact = fc.record({
  account: fc.constantFrom("desk", "ann", "bob", "bob", "nobody"),
  instrument: fc.constantFrom("AAPL", "IBM"),
  side: fc.constantFrom("buy" as const, "sell" as const, "sell-short" as const),
  quantity: fc.integer({ min: 1, max: 500 }).map(String),
  price: fc.integer({ min: 1, max: 400 }).map(String),
  settleDay: fc.constantFrom("2026-03-02", "2026-03-03", "2026-03-04", undefined),
  commission: fc.constantFrom("1.25", undefined),
  lot: fc.constantFrom("2026-03-02", undefined, undefined),
});

const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 6, arbitrary: tradeFact.map((fields) => trade(clean(fields))) },
  {
    weight: 1,
    arbitrary: tradeFact.map((fields): Fact => {
      const {
        order: _o,
        lot: _l,
        capacity: _c,
        venue: _v,
        ...terms
      } = trade(clean(fields)) as FactOfKind<"trade-executed">;
      return { ...terms, kind: "trade-busted" };
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("desk", "ann", "dtc"), fc.constantFrom("bob", "nscc"), fc.integer({ min: 1, max: 300 }))
      .map(([from, to, quantity]): Fact => ({
        kind: "securities-moved",
        at: AT,
        from,
        to,
        instrument: "AAPL",
        quantity: String(quantity),
        reason: "transfer",
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("2026-03-02", "2026-03-03", "2026-03-05")
      .map((day): Fact => ({ kind: "business-day-opened", at: AT, day })),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 900 })
      .map((price): Fact => ({ kind: "mark", at: AT, instrument: "IBM", price: String(price), basis: "manual" })),
  },
);

function clean<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** Applies what can be applied, and says what was refused. */
function applyEach(facts: readonly Fact[], apply: (facts: readonly Fact[]) => void): string[] {
  return facts.map((fact) => {
    try {
      apply([fact]);
      return "";
    } catch (error) {
      if (!(error instanceof FactsRefused)) throw error;
      return error.message;
    }
  });
}

test("trades, lots and settlement on a branch are those on a copy of everything, refusals too", () => {
  let refused = 0;
  const opened = newState();
  applyHypothetical(opened, [SPECIFIC]);
  fc.assert(
    fc.property(
      fc.array(anyFact, { minLength: 10, maxLength: 40 }),
      fc.array(anyFact, { minLength: 10, maxLength: 40 }),
      (past, facts) => {
        const state = opened.branch();
        applyEach(past, (all) => applyHypothetical(state, all));
        const hash = state.hash();
        const branch = new Branch(state);
        const copy = state.branch();
        const refusals = applyEach(facts, (all) => branch.apply(all));
        assert.deepEqual(
          refusals,
          applyEach(facts, (all) => applyHypothetical(copy, all)),
        );
        assert.equal(state.hash(), hash, "the trunk stands still");
        refused += refusals.filter((message) => message !== "").length;
        for (const account of ["ann", "bob", "desk", "nscc", "commission-revenue"]) {
          const row = state.books.accounts.findText(account);
          assert.equal(branch.books.lots.realised(row), copy.books.lots.realised(row));
          for (const asset of [0, 1, 2]) {
            const [ours, theirs] = [branch.books, copy.books].map(({ ledger, lots }) => {
              const at = ledger.row(row, asset);
              const list = at === -1 ? [] : lots.list(at);
              return [ledger.balance(row, asset), ledger.settledBalance(row, asset), list];
            });
            assert.deepEqual(ours, theirs, `${account}, asset ${asset}`);
          }
          const list = ({ ledger }: Branch["books"] | FirmState["books"]): number[] => {
            const assets: number[] = [];
            for (let at = ledger.firstRow(row); at !== -1; at = ledger.nextRow(at))
              assets.push(ledger.rows.columns.asset[at]);
            return assets;
          };
          assert.deepEqual(list(branch.books), list(copy.books));
        }
        assert.equal(said(branch.netCapital.answer(Infinity)), said(copy.netCapital.answer(Infinity)));
      },
    ),
    { numRuns: 30, seed: 1509 },
  );
  assert.ok(refused > 50, `${refused} facts were refused`);
});
