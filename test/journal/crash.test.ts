/**
 * No acknowledged record is ever lost, whatever the moment of a crash and whatever the disk made of what was not synced; and a
 * crash alone never keeps a journal from opening.
 */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { type Action, chanceFrom, SimulatedJournal } from "./simulated-journal.ts";

const SCRIPT: Action[] = [3, 20, 1, "idle", 40, 2, 90, "reopen", 1, 5, "idle", 1, 700, 30, 1, "reopen", 8, 60];

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 61, max: 300 }) },
  { weight: 1, arbitrary: fc.constant("idle" as const) },
  { weight: 1, arbitrary: fc.constant("reopen" as const) },
);

function stepsOf(script: readonly Action[]): number {
  const journal = new SimulatedJournal();
  journal.run(script);
  return journal.disk.steps;
}

function runUntilFault(journal: SimulatedJournal, script: readonly Action[]): Error | undefined {
  try {
    journal.run(script);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
}

suite("a crash", () => {
  test("at every step of a script, whatever survives of what was not synced, loses nothing acknowledged", () => {
    const steps = stepsOf(SCRIPT);
    for (let step = 1; step <= steps; step++) {
      for (const seed of [1, 2, 3, 4]) {
        const journal = new SimulatedJournal();
        journal.disk.fault = { atStep: step, kind: "power-loss" };
        assert.ok(runUntilFault(journal, SCRIPT) !== undefined, "the plug was pulled");
        journal.disk.crash(chanceFrom(step * 16 + seed));
        journal.reopenAndCheck();
        journal.run([4, 50, "reopen"]);
        assert.equal(journal.reopenAndCheck().recovery.cut, undefined);
      }
    }
  });

  test("of the process alone leaves every record whose append returned", () => {
    const steps = stepsOf(SCRIPT);
    for (let step = 1; step <= steps; step++) {
      const journal = new SimulatedJournal();
      journal.disk.fault = { atStep: step, kind: "power-loss" };
      runUntilFault(journal, SCRIPT);
      journal.disk.killProcess();
      journal.reopenAndCheck();
      // What the new process found in memory only, it must have made durable before it called it acknowledged.
      journal.disk.crash(() => 0);
      journal.reopenAndCheck();
    }
  });

  test("after crash after crash, of the process or the machine, also while recovering, loses nothing acknowledged", () => {
    const life = fc.record({
      script: fc.array(action, { maxLength: 12 }),
      atStep: fc.nat(60),
      end: fc.oneof(fc.constant("killed" as const), fc.nat()),
    });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 8 }), (lives) => {
        const journal = new SimulatedJournal();
        for (const { script, atStep, end } of lives) {
          journal.disk.fault = { atStep: journal.disk.steps + 1 + atStep, kind: "power-loss" };
          journal.log = undefined;
          runUntilFault(journal, script);
          if (end === "killed") journal.disk.killProcess();
          else journal.disk.crash(chanceFrom(end));
        }
        journal.reopenAndCheck();
      }),
      { seed: 20261120, numRuns: 300 },
    );
  });
});

suite("a disk that refuses", () => {
  for (const [kind, code] of [
    ["ENOSPC", "disk-full"],
    ["EIO", "journal-failed"],
  ] as const) {
    test(`${kind} at any step is ${code}, is final, and loses nothing acknowledged`, () => {
      const steps = stepsOf(SCRIPT);
      for (let step = 1; step <= steps; step++) {
        const journal = new SimulatedJournal();
        journal.disk.fault = { atStep: step, kind };
        const error = runUntilFault(journal, SCRIPT);
        assert.ok(error instanceof Trouble && error.code === code, `step ${step}: ${error?.message}`);
        journal.disk.fault = undefined;
        const { log } = journal;
        if (log !== undefined) assert.throws(() => log.append([new Uint8Array(8)], 1), Trouble);
        if (step % 2 === 0) journal.disk.crash(chanceFrom(step));
        else journal.disk.killProcess();
        journal.reopenAndCheck();
      }
    });
  }

  test("short writes are continued", () => {
    for (const every of [1, 2, 3]) {
      const disk = new SimulatedDisk();
      disk.shortWriteEvery = every;
      const journal = new SimulatedJournal(disk);
      journal.run(SCRIPT);
      journal.disk.crash(() => 0);
      assert.equal(journal.reopenAndCheck().recovery.lastSeq, journal.acknowledged);
    }
  });
});
