import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Names } from "../../src/base/names.ts";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { ACCOUNT_TRAITS, Accounts, NO_LEDGER_CLASS } from "../../src/books/accounts.ts";
import { ACCOUNT_TYPES, type FactOfKind, LEDGER_CLASSES, LOT_METHODS } from "../../src/facts/kinds.ts";
import { AT } from "./master.ts";

type Terms = Omit<FactOfKind<"account-opened">, "kind" | "at">;

class House {
  readonly names = new Names();
  readonly accounts = new Accounts(this.names);

  open(terms: Terms): number {
    this.check(terms);
    return this.accounts.open({ kind: "account-opened", at: AT, ...terms }, this.names.intern(terms.account));
  }

  check(terms: Terms): void {
    this.accounts.check({ kind: "account-opened", at: AT, ...terms });
  }

  close(account: string): void {
    this.accounts.check({ kind: "account-closed", at: AT, account });
    this.accounts.close(this.names.intern(account));
  }
}

test("an account opened is found by its name, with its attributes and columns", () => {
  const house = new House();
  const { accounts, names } = house;
  const row = house.open({
    account: "A-1",
    type: "customer-margin",
    title: "Ms Example",
    ownerGroup: "example",
    introducingFirm: "Intro LLC",
    lotMethod: "hifo",
  });
  assert.equal(accounts.find(names.intern("A-1")), row);
  assert.equal(accounts.find(names.intern("A-2")), -1);
  assert.deepEqual(accounts.attributes(row), {
    account: "A-1",
    type: "customer-margin",
    title: "Ms Example",
    ownerGroup: "example",
    introducingFirm: "Intro LLC",
    ledgerClass: undefined,
    capitalLine: undefined,
    lotMethod: "hifo",
    optionsSpecialist: false,
  });
  const { type, ledgerClass, lotMethod, closed, ownerGroup, introducingFirm } = accounts.columns;
  assert.equal(ACCOUNT_TYPES[type[row] ?? -1], "customer-margin");
  assert.equal(LOT_METHODS[lotMethod[row] ?? -1], "hifo");
  assert.deepEqual([ledgerClass[row], closed[row]], [NO_LEDGER_CLASS, 0]);
  assert.deepEqual([ownerGroup[row], introducingFirm[row]], [names.find("example"), names.find("Intro LLC")]);
  const plain = house.open({ account: "A-2", type: "customer-cash" });
  assert.deepEqual([accounts.columns.ownerGroup[plain], accounts.columns.introducingFirm[plain]], [-1, -1]);
  assert.equal(accounts.attributes(plain).lotMethod, "fifo");
});

test("the newest opening says all, but the type is for ever", () => {
  const house = new House();
  const row = house.open({
    account: "fixed-assets",
    type: "general-ledger",
    ledgerClass: "allowable-asset",
    title: "Desks",
  });
  house.open({
    account: "fixed-assets",
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Fixed assets",
  });
  assert.equal(house.accounts.size, 1);
  assert.equal(house.accounts.attributes(row).ledgerClass, "non-allowable-asset");
  assert.equal(LEDGER_CLASSES[house.accounts.columns.ledgerClass[row] ?? -1], "non-allowable-asset");
  assert.equal(house.accounts.attributes(row).capitalLine, "Fixed assets");
  assert.equal(house.accounts.attributes(row).title, "", "what the newest does not say is not kept from before");
  assert.throws(() => house.check({ account: "fixed-assets", type: "bank" }), {
    code: "not-allowed",
    message: /type = "bank": account fixed-assets is of type general-ledger, which cannot change/,
  });
});

test("a ledger class is asked of general-ledger accounts, and refused of others", () => {
  const house = new House();
  assert.throws(() => house.check({ account: "x", type: "general-ledger" }), {
    code: "missing-field",
    message: /ledgerClass: .*ownership-equity/,
  });
  assert.throws(() => house.check({ account: "x", type: "bank", ledgerClass: "liability" }), { code: "unknown-field" });
  assert.throws(() => house.check({ account: "x", type: "bank", capitalLine: "Cash" }), { code: "unknown-field" });
  assert.throws(() => house.check({ account: "x", type: "clearing", lotMethod: "fifo" }), {
    code: "unknown-field",
    message: /lotMethod = "fifo": an account of type clearing carries no tax lots/,
  });
});

test("an account closes once, and can be opened again", () => {
  const house = new House();
  const row = house.open({ account: "A-1", type: "customer-cash" });
  house.close("A-1");
  assert.equal(house.accounts.columns.closed[row], 1);
  assert.throws(() => house.close("A-1"), {
    code: "not-allowed",
    message: /account = "A-1": the account is already closed/,
  });
  assert.throws(() => house.close("A-9"), { code: "unknown-account" });
  assert.equal(house.open({ account: "A-1", type: "customer-cash" }), row);
  assert.equal(house.accounts.columns.closed[row], 0);
});

test("each type is on its side", () => {
  const having = (test: (traits: (typeof ACCOUNT_TRAITS)["bank"]) => boolean) =>
    ACCOUNT_TYPES.filter((type) => test(ACCOUNT_TRAITS[type]));
  assert.deepEqual(
    having(({ customer }) => customer),
    ["customer-cash", "customer-margin", "customer-portfolio-margin"],
  );
  assert.deepEqual(
    having(({ firm }) => firm),
    ["firm-inventory", "error", "general-ledger"],
  );
  assert.deepEqual(
    having(({ carriesLots }) => carriesLots),
    ["customer-cash", "customer-margin", "customer-portfolio-margin", "pab", "non-customer", "firm-inventory", "error"],
  );
  assert.deepEqual(
    having(({ side }) => side === "either"),
    ["general-ledger", "clearing", "suspense"],
  );
  // The stock record's short side, by the rule that fails to receive are where the shares are.
  assert.equal(ACCOUNT_TRAITS["fail-to-receive"].side, "place");
  assert.equal(ACCOUNT_TRAITS["fail-to-deliver"].side, "claim");
  assert.equal(ACCOUNT_TRAITS["stock-borrowed"].side, "claim");
  assert.equal(ACCOUNT_TRAITS["stock-loaned"].side, "place");
});

test("restored accounts are the accounts; forgotten ones never were", () => {
  const step = fc.record({
    account: fc.integer({ min: 0, max: 5 }).map((number) => `A-${number}`),
    close: fc.boolean(),
    title: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
    ownerGroup: fc.option(fc.constantFrom("g1", "g2"), { nil: undefined }),
    capitalLine: fc.option(fc.constantFrom("Fixed assets", "Goodwill"), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const house = new House();
      for (const { account, close, title, ownerGroup, capitalLine } of steps) {
        const row = house.accounts.find(house.names.intern(account));
        if (close && row >= 0 && house.accounts.columns.closed[row] === 0) house.close(account);
        else {
          house.open({
            account,
            type: "general-ledger",
            ledgerClass: "non-allowable-asset",
            ...(title !== undefined && { title }),
            ...(ownerGroup !== undefined && { ownerGroup }),
            ...(capitalLine !== undefined && { capitalLine }),
          });
        }
      }
      const hash = hashSections(house.accounts.sections());
      const size = house.accounts.size;
      house.open({ account: "tentative", type: "general-ledger", ledgerClass: "liability", capitalLine: "Other" });
      house.accounts.forgetFrom(size);
      assert.equal(hashSections(house.accounts.sections()), hash);
      assert.equal(house.accounts.find(house.names.intern("tentative")), -1);

      const restored = new Accounts(house.names);
      restored.restore(new SectionReader(house.accounts.sections()));
      assert.equal(hashSections(restored.sections()), hash);
      for (let row = 0; row < size; row++) {
        assert.deepEqual(restored.attributes(row), house.accounts.attributes(row));
        assert.equal(restored.find(house.accounts.nameId(row)), row);
      }
    }),
    { seed: 4, numRuns: 100 },
  );
});
