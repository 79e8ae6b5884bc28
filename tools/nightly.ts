/**
 * The long forms of the random tests, two at a time, and a summary: 1,000,000,000 ticks through the account states,
 * 1,000,000 facts through net capital, 200 kills of the journal. Exits with 1 where one failed.
 *
 * Each night plays other firms, because their seeds follow from the day; PLIMSOLL_SEED says which instead. PLIMSOLL_TICKS,
 * PLIMSOLL_FACTS and PLIMSOLL_KILLS make a night shorter.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

const TICKS = Number(process.env["PLIMSOLL_TICKS"] ?? 1_000_000_000);
const FACTS = Number(process.env["PLIMSOLL_FACTS"] ?? 1_000_000);
const KILLS = Number(process.env["PLIMSOLL_KILLS"] ?? 200);
/** More firms than a night plays. */
const FIRMS_A_NIGHT = 100_000;
const MS_PER_DAY = 86_400_000;
const SEED = Number(process.env["PLIMSOLL_SEED"] ?? Math.floor(Date.now() / MS_PER_DAY) * FIRMS_A_NIGHT);
const AT_A_TIME = 2;
/** How often every line of net capital is audited; the figure is read after each fact. */
const AUDITS = 2500;

interface Job {
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, number>>;
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly minutes: number;
  readonly output: string;
}

const EXACTNESS = "test/margin/exactness.test.ts";

const JOBS: readonly Job[] = [
  {
    name: "account states, first half",
    file: EXACTNESS,
    environment: { PLIMSOLL_TICKS: TICKS / 2, PLIMSOLL_SEED: SEED },
  },
  {
    name: "account states, second half",
    file: EXACTNESS,
    environment: { PLIMSOLL_TICKS: TICKS / 2, PLIMSOLL_SEED: SEED + FIRMS_A_NIGHT / 2 },
  },
  {
    name: "net capital",
    file: "test/net-capital/whole.test.ts",
    environment: { PLIMSOLL_FACTS: FACTS, PLIMSOLL_AUDIT_EVERY: Math.ceil(FACTS / AUDITS) },
  },
  { name: "journal", file: "test/journal/kill.test.ts", environment: { PLIMSOLL_KILLS: KILLS } },
];

async function run({ name, file, environment }: Job): Promise<Outcome> {
  const settings = Object.entries(environment).map(([key, value]) => [key, String(value)] as const);
  process.stderr.write(`${name}: ${settings.map(([key, value]) => `${key}=${value}`).join(" ")} node --test ${file}\n`);
  const begun = performance.now();
  const child = spawn(process.execPath, ["--test", "--test-isolation=none", "--test-reporter=spec", file], {
    cwd: join(import.meta.dirname, ".."),
    env: { ...process.env, ...Object.fromEntries(settings) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const outcome = { name, passed: code === 0, minutes: (performance.now() - begun) / 60_000, output };
  process.stderr.write(`${line(outcome)}\n${outcome.passed ? "" : output}`);
  return outcome;
}

function line({ name, passed, minutes }: Outcome): string {
  return `${passed ? "passed" : "FAILED"}  ${minutes.toFixed(1).padStart(6)} min  ${name}`;
}

const waiting = [...JOBS];
const outcomes: Outcome[] = [];

async function work(): Promise<void> {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) outcomes.push(await run(job));
}

await Promise.all(Array.from({ length: AT_A_TIME }, work));
for (const outcome of outcomes) {
  process.stdout.write(`${line(outcome)}\n`);
  const said = outcome.output.split("\n").filter((each) => /^ℹ .*( ticks, |found after )/.test(each));
  if (said.length > 0) process.stdout.write(`        ${said[0].slice(2)}\n`);
}
if (outcomes.some(({ passed }) => !passed)) process.exitCode = 1;
