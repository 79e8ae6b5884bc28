/** `plimsoll margin --dir`, `calls` and `effects --journal` over a firm on disk: calls of four kinds, and what became of them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import { openFirm } from "../../src/engine/open.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { run } from "./command.ts";

function rulebook(name: string): object {
  const document = readFileSync(join(import.meta.dirname, `../../rulebooks/${name}.yaml`), "utf8");
  const [, version = ""] = /version: "([^"]+)"/.exec(document) ?? [];
  const [, effective = ""] = /effective: "([^"]+)"/.exec(document) ?? [];
  const officers = { approvedBy: "ann", secondApproval: "ben" };
  return { kind: "rulebook-activated", rulebook: name, version, effective, document, ...officers };
}

const account = (name: string, type: string, more: object = {}): object => ({
  kind: "account-opened",
  account: name,
  type,
  ...more,
});
const cash = (from: string, to: string, amount: string): object => ({
  kind: "cash-moved",
  from,
  to,
  currency: "USD",
  amount,
  reason: "deposit",
});
const buy = (name: string, quantity: string): object => ({
  kind: "trade-executed",
  account: name,
  contra: "market",
  instrument: "AAA",
  side: "buy",
  quantity,
  price: "100",
  tradeDay: "2026-11-16",
  execution: name,
});
const mark = (price: string): object => ({ kind: "mark", instrument: "AAA", price, basis: "manual" });

async function tell(engine: Engine, at: string, ...facts: readonly object[]): Promise<void> {
  await engine.submit(facts.map((fact) => ({ at, ...fact })) as Fact[]);
}

/** Alice lacks her initial margin, Carl has not paid, Mia falls below maintenance, Nora falls with the market and recovers. */
async function firmOnDisk(directory: string): Promise<void> {
  const firm = await openFirm(directory);
  const { engine } = firm;
  const accounts = [
    account("bank", "bank"),
    account("market", "clearing"),
    account("capital", "general-ledger", { ledgerClass: "ownership-equity" }),
    account("commission-revenue", "general-ledger", { ledgerClass: "revenue" }),
    account("fees-payable", "general-ledger", { ledgerClass: "liability" }),
    account("alice", "customer-margin", { title: "Alice Archer" }),
    account("carl", "customer-cash"),
    account("mia", "customer-margin"),
    account("nora", "customer-margin"),
  ];
  await tell(
    engine,
    "2026-11-16T14:00:00Z",
    { kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" },
    { kind: "instrument-listed", instrument: "AAA", type: "equity", currency: "USD", listing: "XNYS" },
    ...accounts,
    cash("bank", "capital", "1000000"),
    { kind: "mark", instrument: "AAA", price: "100", basis: "close" },
  );
  for (const name of ["net-capital", "margin"]) await tell(engine, "2026-11-16T14:00:00Z", rulebook(name));
  await tell(engine, "2026-11-16T14:00:00Z", { kind: "business-day-opened", day: "2026-11-16" });
  await tell(engine, "2026-11-16T14:30:00Z", cash("bank", "alice", "10000"), cash("bank", "mia", "30000"));
  await tell(engine, "2026-11-16T14:30:00Z", cash("bank", "nora", "28000"));
  await tell(
    engine,
    "2026-11-16T15:00:00Z",
    buy("alice", "400"),
    buy("carl", "100"),
    buy("mia", "500"),
    buy("nora", "440"),
  );
  await tell(engine, "2026-11-16T22:00:00Z", { kind: "business-day-closed", day: "2026-11-16" });
  await tell(engine, "2026-11-17T13:00:00Z", { kind: "business-day-opened", day: "2026-11-17" });
  await tell(engine, "2026-11-17T15:00:00Z", cash("bank", "alice", "25000"), cash("bank", "carl", "4000"));
  await tell(engine, "2026-11-17T16:00:00Z", mark("48"));
  await tell(engine, "2026-11-17T16:06:00Z", { kind: "time-passed" });
  await tell(engine, "2026-11-17T16:30:00Z", mark("49"));
  await tell(engine, "2026-11-17T17:01:00Z", { kind: "time-passed" });
  await tell(engine, "2026-11-18T14:00:00Z", { kind: "business-day-opened", day: "2026-11-18" });
  const call = engine.state.margin.ladder.openCalls().find(({ layer }) => layer === "maintenance");
  assert.ok(call !== undefined);
  const extended = {
    kind: "margin-call-extended",
    call: call.id,
    until: "2026-11-24",
    by: "ann",
    reason: "wire under way",
  };
  await tell(engine, "2026-11-18T15:00:00Z", extended);
  await tell(engine, "2026-11-18T16:00:00Z", cash("bank", "mia", "500"));
  await tell(engine, "2026-11-19T14:00:00Z", { kind: "business-day-opened", day: "2026-11-19" });
  await tell(engine, "2026-11-19T20:00:00Z", cash("bank", "carl", "6000"));
  await firm.close();
}

let parent = "";
let dir = "";

before(async () => {
  parent = mkdtempSync(join(tmpdir(), "plimsoll-margin-"));
  dir = join(parent, "firm");
  await firmOnDisk(dir);
});
after(() => rmSync(parent, { recursive: true, force: true }));

async function out(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args, "--dir", dir);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function refused(expected: RegExp, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await run(...args);
  assert.equal(code, 1, stdout);
  assert.match(stderr, expected);
  assert.doesNotMatch(stderr, / at .*\.ts:/, "no trace of the program");
}

test("calls lists what stands, the soonest due first, with what would meet each now", async () => {
  const [first, ...others] = (await out("calls")).trim().split("\n");
  assert.match(
    first,
    /^\d+\.\d +mia +Maintenance call of 2,000\.00: 1,125\.00 would meet it now, due 2026-11-24; extended by ann: wire under way$/,
  );
  assert.deepEqual(others, ["1 open call"]);
  // Before anything came in, on the second day.
  const earlier = (await out("calls", "--at", "2026-11-17T14:00:00Z")).trim().split("\n");
  assert.deepEqual(
    earlier.map((row) => row.replace(/^\d+\.\d +/, "").replaceAll(/ +/g, " ")),
    [
      "alice Regulation T call of 10,000.00: 10,000.00 would meet it now, due 2026-11-19",
      "carl Payment call of 10,000.00: 10,000.00 would meet it now, due 2026-11-19",
      "2 open calls",
    ],
  );
});

test("the record of a day shows each call as it stood at the day's end, and how it was met", async () => {
  const record = async (day: string): Promise<string[]> => {
    const [title, ...rows] = (await out("calls", "--record", "--day", day)).trim().split("\n");
    assert.equal(title, `Calls of ${day}, FINRA Rule 4220`);
    return rows.map((row) => row.replace(/^\d+\.\d +/, "").replaceAll(/ +/g, " "));
  };
  const first = ["Regulation T 10,000.00", "Payment 10,000.00"];
  assert.deepEqual(await record("2026-11-17"), [
    `alice ${first[0]}, made 2026-11-16, due 2026-11-19; 25,000.00 came in; met by a deposit on 2026-11-17`,
    `carl ${first[1]}, last told 6,000.00, made 2026-11-16, due 2026-11-19; 4,000.00 came in; stands`,
    "mia Maintenance 2,000.00, made 2026-11-17, due 2026-11-20; 0.00 came in; stands",
    "nora Maintenance 160.00, made 2026-11-17, due 2026-11-20; 0.00 came in; satisfied by the market on 2026-11-17",
    "4 calls",
  ]);
  const { day, calls } = JSON.parse(await out("calls", "--record", "--json"));
  assert.equal(day, "2026-11-19");
  assert.deepEqual(
    calls.map(({ account: name, amount, told, credited, extensions, ended }: Record<string, unknown>) => [
      name,
      [amount, told, credited],
      extensions,
      ended,
    ]),
    [
      ["carl", ["10000.00", "6000.00", "10000.00"], 0, { day: "2026-11-19", how: "deposit" }],
      ["mia", ["2000.00", "1125.00", "500.00"], 1, null],
    ],
  );
});

test("margin of the firm: accounts by rung, and one account with its call, what would meet it and how it got there", async () => {
  const overview = await out("margin");
  assert.match(overview, /^after fact \d+, 2026-11-19T20:00:00\.000Z; margin rulebook 2026-06-04$/m);
  assert.match(overview, /^call +1$/m);
  assert.match(overview, /^1 call of 2,000\.00, 1,125\.00 would meet them now; 0 overdue$/m);
  assert.match(overview, /^ {2}mia +margin +excess \(1,125\.00\)/m);
  const mia = await out("margin", "--account", "mia", "--depth", "1");
  assert.match(mia, /^mia: call$/m);
  assert.match(mia, /^ {4}met by 1,125\.00 in cash$/m);
  assert.match(mia, /^ {4}met by closing 92 AAA, worth 4,500\.00, before costs$/m);
  assert.match(
    mia,
    /fact \d+ {2}called {2}maintenance {2}2,000\.00 {2}due by the end of 2026-11-20 {2}\[FINRA 4210\(f\)\(6\)\]$/m,
  );
  assert.match(mia, /extended {2}maintenance {2}from 2026-11-20 to 2026-11-24 by ann: wire under way/);
  const { trail } = JSON.parse(await out("margin", "--account", "mia", "--json"));
  const extension = trail.find(({ kind }: { kind: string }) => kind === "extended");
  assert.deepEqual([extension.by, extension.paragraph], ["ann", "FINRA 4210(f)(6)"]);

  const alice = await out("margin", "--account", "alice", "--at", "2026-11-17T14:00:00Z");
  assert.match(alice, /^alice, Alice Archer: call$/m);
  assert.match(alice, /met by margin securities worth 20,000\.00$/m, "by their loan value");
});

test("margin --withdraw: whether money or securities may leave, with every objection, 220.4(e) and 4210(b)", async () => {
  const asked = async (...args: string[]) => {
    const { code, stdout } = await run("margin", "--dir", dir, ...args, "--at", "2026-11-17T15:30:00Z");
    return { code, rows: stdout.trim().split("\n") };
  };
  // Alice has 35,000 in cash against 40,000 of stock, at 100: 35,000 of equity, 20,000 required, an SMA of 15,000.
  const most = "cash that may leave: 15,000.00";
  assert.deepEqual(await asked("--account", "alice", "--withdraw", "15000"), {
    code: 0,
    rows: ["15,000.00 in cash of alice: may leave", most],
  });
  assert.deepEqual(await asked("--account", "alice", "--withdraw", "15000.01"), {
    code: 1,
    rows: ["15,000.01 in cash of alice: may not leave", "  the SMA of 15,000.00 is 0.01 too little [220.4(e)]", most],
  });
  assert.deepEqual((await asked("--account", "alice", "--withdraw", "300 AAA")).rows, [
    "300 AAA of alice: may leave",
    most,
  ]);
  assert.equal((await asked("--account", "alice", "--withdraw", "301 AAA")).code, 1);
  const { code, rows } = await asked("--account", "alice", "--withdraw", "40000", "--json");
  const { answer, objections, withdrawableCash } = JSON.parse(rows.join("\n"));
  assert.deepEqual(
    [code, answer, objections.map(({ paragraph }: { paragraph: string }) => paragraph), withdrawableCash],
    [1, "refused", ["220.4(e)", "4210(b)"], "15000.00"],
  );
  await Promise.all([
    refused(
      /what may leave a cash account has no rule here/,
      "margin",
      "--dir",
      dir,
      "--account",
      "carl",
      "--withdraw",
      "1",
    ),
    refused(/no such margin account/, "margin", "--dir", dir, "--account", "zed", "--withdraw", "1"),
    refused(/nothing leaves/, "margin", "--dir", dir, "--account", "mia", "--withdraw", "0"),
    refused(/no such instrument/, "margin", "--dir", dir, "--account", "mia", "--withdraw", "1 ZZZ"),
    refused(/--dir/, "margin", "docs/examples/margin/m03-sma.yaml", "--withdraw", "1"),
  ]);
});

test("effects are read on by number, and the journal has them all", async () => {
  const all = JSON.parse(await out("effects", "--journal", "--json"));
  assert.deepEqual([all.missed, all.next], [0, all.effects.length]);
  const rest = JSON.parse(await out("effects", "--after", "3", "--json"));
  assert.deepEqual(rest.effects, all.effects.slice(3));
});

test("what cannot be said is an error in words", async () => {
  const nowhere = join(parent, "nowhere");
  const beforeRules = ["--dir", dir, "--at", "12"];
  await Promise.all([
    refused(/^plimsoll: there is no journal here/, "calls", "--dir", nowhere),
    refused(/--account = "zed": no such margin account/, "margin", "--dir", dir, "--account", "zed"),
    refused(/^plimsoll: no margin rulebook is in force$/m, "margin", ...beforeRules),
    refused(/^plimsoll: no margin rulebook is in force$/m, "calls", ...beforeRules),
    refused(/is after the last fact; expected at the latest 2026-11-19/, "calls", "--dir", dir, "--day", "2030-01-02"),
  ]);
});
