/**
 * Very many random ticks through the account states, held against a slow and obvious computation of their own after every one
 * of them: every account, every time. Firms of many shapes are played one after another, each through a walk, crashes of one
 * name and of everything, a squeeze, gaps, fills, new positions, transfers, money, unknown prices, other rules, groups and
 * rates of exchange.
 *
 * PLIMSOLL_TICKS says how many ticks: ten million by default, a thousand million at night. PLIMSOLL_SEED is the seed of the first
 * firm. A difference names its firm, which `PLIMSOLL_SEED=<firm> PLIMSOLL_TICKS=1` plays alone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CANARIES } from "./exactness/canaries.ts";
import { EPISODES, playFirms } from "./exactness/episodes.ts";
import { Seen } from "./exactness/seen.ts";

const TICKS = Number(process.env["PLIMSOLL_TICKS"] ?? 10_000_000);
const SEED = Number(process.env["PLIMSOLL_SEED"] ?? 1);
const MILLION = 1_000_000;
/** A long walk says where it is. */
const SAID_EVERY = 50 * MILLION;

/** What a million ticks come past at least so often: the ways through the states, and moves between rungs that a tick caused. */
const LEAST: Readonly<Record<string, number>> = {
  wakes: 4000,
  borrows: 1000,
  certifications: 4000,
  watched: 1500,
  "let go": 1500,
  gaps: 800,
  overdue: 1000,
  "backlog worked off": 500,
  sweep: 50,
  "fill borne": 1000,
  "fill certified anew": 150,
  "new position borne": 800,
  "new position certified anew": 80,
  "new position makes it watched": 5,
  "money borne": 1000,
  "money certified anew": 500,
  "money makes it watched": 100,
  "down from between two boundaries": 1000,
  "up from between two boundaries": 1000,
  "moves: by a rate": 300,
  "moves: foreign": 150,
  "moves: with legs": 500,
  ...Object.fromEntries(Object.keys(EPISODES).map((episode) => [`moves: ${episode}`, 50])),
};

test(`${TICKS.toLocaleString("en-US")} random ticks: every account is on its rung after each of them`, (context) => {
  let said = SAID_EVERY;
  const played = (ticks: number): void => {
    if (ticks < said) return;
    said += SAID_EVERY;
    process.stderr.write(`${ticks.toLocaleString("en-US")} ticks from firm ${SEED} on\n`);
  };
  const seen = playFirms({ seed: SEED, ticks: TICKS, played });
  context.diagnostic(`${seen.ticks.toLocaleString("en-US")} ticks, ${seen.count("firms")} firms from ${SEED} on`);
  const millions = Math.floor(seen.ticks / MILLION);
  for (const [what, least] of Object.entries(LEAST))
    assert.ok(seen.count(what) >= millions * least, `${what}: ${seen.count(what)} in ${millions} million ticks`);
});

for (const { what, within, make } of CANARIES)
  test(`canary: ${what}, which is found within ${within.toLocaleString("en-US")} ticks`, (context) => {
    const seen = new Seen();
    assert.throws(() => playFirms({ seed: 1, ticks: within, make }, seen), /firm \d+, tick \d+, /);
    context.diagnostic(`found after ${seen.ticks.toLocaleString("en-US")} ticks`);
  });
