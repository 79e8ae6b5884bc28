/** The command line, from outside: what a newcomer, a script and an officer type. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inDirectory, run, start } from "./command.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLE = join(ROOT, "docs/examples/worked-example.yaml");
const SMALL = ["--accounts", "60", "--positions", "400"];

interface Summary {
  readonly stateHash: string;
  readonly finished: boolean;
  readonly refusals: number;
  readonly netCapital: { readonly answer: string; readonly netCapital: string };
  readonly seq: number;
}

const json = (text: string): unknown => JSON.parse(text);

test("net-capital FILE gives the worked example to the cent, as a table and as JSON", async () => {
  const table = await run("net-capital", EXAMPLE, "--depth", "2");
  assert.equal(table.code, 0, table.stderr);
  assert.match(table.stdout, /Net capital above the minimum +3,263,125\.00/);
  const { stdout } = await run("net-capital", EXAMPLE, "--json");
  const { netCapital, requirement, excess } = json(stdout) as Record<string, string>;
  assert.deepEqual([netCapital, requirement, excess], ["4463125.00", "1200000.00", "3263125.00"]);
});

test("a document that says nonsense is refused with its line, and the exit code says so", async () => {
  await inDirectory(async (directory) => {
    const file = join(directory, "bad.yaml");
    writeFileSync(file, readFileSync(EXAMPLE, "utf8").replace("type: money-market-fund", "type: money-fund"));
    const { code, stderr } = await run("net-capital", file);
    assert.equal(code, 1);
    assert.match(stderr, /type = "money-fund".*money-market-fund.*row \d+/s);
  });
});

test("an unknown command or option explains itself", async () => {
  const { code, stderr } = await run("demo", "--speed", "fast");
  assert.notEqual(code, 0);
  assert.match(stderr, /market seconds for each second/);
});

test("import: a dry run records nothing, every problem names its row and column, a good file is recorded whole", async () => {
  await inDirectory(async (directory) => {
    const dir = join(directory, "firm");
    const setup = join(directory, "setup.jsonl");
    writeFileSync(
      setup,
      [
        { kind: "business-day-opened", day: "2026-03-02" },
        { kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" },
        { kind: "account-opened", account: "bank", type: "bank" },
        { kind: "account-opened", account: "ann", type: "customer-cash" },
      ]
        .map((fact) => JSON.stringify(fact))
        .join("\n"),
    );
    const header = "kind,from,to,currency,amount,reason\n";
    const deposits = join(directory, "deposits.csv");
    writeFileSync(
      deposits,
      `${header}cash-moved,bank,ann,USD,100.00,deposit\ncash-moved,bank,bob,USD,5.00,deposit\ncash-moved,bank,ann,USD,1.005,deposit\n`,
    );

    const dry = await run("import", setup, "--dir", dir, "--at", "2026-03-02T12:00:00Z", "--dry-run");
    assert.match(dry.stdout, /4 facts are fine; nothing was recorded/);
    assert.equal((await run("import", setup, "--dir", dir, "--at", "2026-03-02T12:00:00Z")).code, 0);

    const bad = await run("import", deposits, "--dir", dir, "--at", "2026-03-02T12:00:00Z");
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /to = "bob".*row 2.*column to/);
    assert.match(bad.stderr, /amount = "1\.005".*row 3.*column amount/);
    assert.match(bad.stderr, /nothing was recorded/);

    writeFileSync(deposits, `${header}cash-moved,bank,ann,USD,100.00,deposit\n`);
    const good = await run("import", deposits, "--dir", dir, "--at", "2026-03-02T12:00:00Z", "--json");
    assert.deepEqual(json(good.stdout), { facts: 1, recorded: true, lastSeq: 8, problems: [], moreProblems: 0 });
    const book = await run("export", "book", "--dir", dir);
    assert.match(book.stdout, /account: ann, currency: USD, balance: "?100\.00/);
  });
});

test("the demo's day twice is the same state; it verifies, explains, replays to any fact; a changed byte is found", async () => {
  await inDirectory(async (directory) => {
    const [one, two] = [join(directory, "one"), join(directory, "two")];
    const day = ["demo", "--headless", "--speed", "max", "--json", ...SMALL];
    const first = json((await run(...day, "--dir", one)).stdout) as Summary;
    const second = json((await run(...day, "--dir", two)).stdout) as Summary;
    assert.ok(first.finished);
    assert.equal(first.refusals, 0);
    assert.equal(first.netCapital.answer, "figure");
    assert.equal(first.stateHash, second.stateHash);

    const verified = await run("verify", "--dir", one, "--json");
    assert.equal(verified.code, 0, verified.stdout);
    assert.equal((json(verified.stdout) as Summary).stateHash, first.stateHash);

    const now = json((await run("explain", "net-capital", "--dir", one, "--json")).stdout) as {
      line: { children: { amount: string }[] };
    };
    assert.equal(now.line.children[0]?.amount, first.netCapital.netCapital);
    const noon = json(
      (await run("replay", "--dir", one, "--at", "2015-08-24T16:00:00Z", "--json")).stdout,
    ) as Summary & { at: string };
    assert.ok(noon.seq < first.seq && noon.at <= "2015-08-24T16:00:00Z");

    const book = join(directory, "book.json");
    await run("export", "book", "--dir", one, "--json", "--out", book);
    const computed = json((await run("net-capital", book, "--rulebook", await rulebookOf(book), "--json")).stdout) as {
      netCapital: string;
    };
    assert.equal(computed.netCapital, first.netCapital.netCapital);

    const segment = join(two, "journal", readSegmentName(join(two, "journal")));
    const bytes = readFileSync(segment);
    bytes[200_000] = bytes[200_000] ^ 1;
    writeFileSync(segment, bytes);
    const damaged = await run("verify", "--dir", two);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stdout, /FAILED +the journal is sound: fact \d+/);
    const again = await run("demo", "--headless", "--speed", "max", "--json", "--dir", two);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /fact|record|sequence/);

    /** The demo's rules are in force from 2015: the shipped rulebook, with that day. */
    async function rulebookOf(document: string): Promise<string> {
      const rules = join(directory, "rules.yaml");
      copyFileSync(join(ROOT, "rulebooks/net-capital.yaml"), rules);
      writeFileSync(rules, readFileSync(rules, "utf8").replace(/^effective: .*$/m, 'effective: "2015-01-01"'));
      assert.ok(document.length > 0);
      return rules;
    }
  });
});

function readSegmentName(journal: string): string {
  const { readdirSync } = process.getBuiltinModule("node:fs");
  return readdirSync(journal).find((name) => name.includes("segment") || /^\d+/.test(name)) ?? "";
}

test("the demo serves its page, takes live facts, stops at Ctrl-C, and goes on where it was", async () => {
  await inDirectory(async (directory) => {
    const dir = join(directory, "demo");
    const args = ["demo", ...SMALL, "--dir", dir, "--port", "0", "--speed", "600"];
    const demo = start(...args);
    const [, address] = await demo.printed(/The page: (http:\S+)/);
    await demo.printed(/Opening|net capital/);
    const fact = { kind: "account-opened", account: "live-visitor", type: "customer-cash" };
    const answer = await fetch(`${address}/facts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fact),
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    const { lastSeq } = (await answer.json()) as { lastSeq: number };
    const refused = await fetch(`${address}/facts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([fact, { kind: "quote" }]),
    });
    assert.ok(refused.status >= 400 && refused.status < 500);
    const status = (await (await fetch(`${address}/status`)).json()) as { durableSeq: number };
    assert.ok(status.durableSeq >= lastSeq);
    demo.kill("SIGINT");
    const stopped = await demo.done;
    assert.equal(stopped.code, 0, stopped.stderr);

    const finished = json(
      (await run("demo", "--headless", "--speed", "max", "--json", "--dir", dir)).stdout,
    ) as Summary;
    assert.ok(finished.finished);
    assert.equal(finished.refusals, 0);
    const book = await run("export", "book", "--dir", dir);
    assert.match(book.stdout, /live-visitor/);
    assert.equal((await run("verify", "--dir", dir)).code, 0);
    const other = await run("demo", "--dir", dir, "--headless", "--seed", "2");
    assert.match(other.stderr, /--seed = 2: the demo in this directory has another; expected 1/);
  });
});

test("run: a configured firm starts empty, puts its rulebooks in force, and says what is missing", async () => {
  await inDirectory(async (directory) => {
    const config = join(directory, "firm.yaml");
    writeFileSync(
      config,
      `firm: Test Securities\njournal: ./books\nserver: { port: 0 }\nrulebooks: [${join(ROOT, "rulebooks/net-capital.yaml")}]\nofficers: [A, B]\n`,
    );
    const firm = start("run", "--config", config);
    const [, address] = await firm.printed(/(http:\/\/127\S+)/);
    const view = (await (await fetch(`${address}/net-capital`)).json()) as {
      answer: string;
      troubles: { message: string }[];
    };
    assert.equal(view.answer, "unknown");
    assert.match(view.troubles[0]?.message ?? "", /business day/);
    const second = await run("run", "--config", config);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /journal/);
    firm.kill("SIGTERM");
    assert.equal((await firm.done).code, 0);
    writeFileSync(config, "firm: X\njournal: ./b\nprot: 1\n");
    const bad = await run("run", "--config", config);
    assert.match(bad.stderr, /prot.*row 3/);
  });
});
