/** `plimsoll run`: the firm of a configuration, live. */
import { Command } from "commander";
import type { Instant } from "../base/time.ts";
import { formatInstant } from "../base/time.ts";
import type { Engine } from "../engine/engine.ts";
import { openFirm } from "../engine/open.ts";
import { auditNote, figuresInWords, recoveryNote } from "./common.ts";
import { type FirmConfig, readConfig } from "./config.ts";
import { activationOf } from "./rulebooks.ts";
import { aborted, serve, stopSignal } from "./serve.ts";

/** How often a fact says that time passed. */
const CLOCK_MS = 1000;

/** Microseconds since 1970 on this machine's clock. */
export function clockNow(): Instant {
  return (Date.now() * 1000) as Instant;
}

export function runCommand(): Command {
  return new Command("run")
    .description("run the firm of a configuration: take facts, keep its books, serve its figures")
    .requiredOption("--config <file>", "the configuration; docs/operations/run.md says what is in it")
    .action((options: { config: string }) => run(readConfig(options.config)));
}

async function activateMissing(engine: Engine, { rulebooks, officers }: FirmConfig): Promise<void> {
  for (const path of rulebooks) {
    const activation = activationOf(path, officers, clockNow());
    if (engine.books.rulebooks.history(activation.rulebook).length === 0) await engine.submit([activation]);
  }
}

async function run(config: FirmConfig): Promise<void> {
  const signal = stopSignal();
  const firm = await openFirm(config.journal, {
    snapshotEvery: config.snapshotEvery,
    onSnapshot: (outcome) => {
      process.stderr.write(
        outcome instanceof Error ? `snapshot failed: ${outcome.message}\n` : `snapshot of fact ${outcome.seq}\n`,
      );
    },
    auditAt: clockNow,
    auditEveryMinutes: config.auditEveryMinutes,
    onAudit: (outcome) => process.stderr.write(`${auditNote(outcome)}\n`),
  });
  const { engine, recovered } = firm;
  try {
    const note = recoveryNote(firm.journal.recovery);
    if (note !== undefined) process.stderr.write(`${note}\n`);
    const from = recovered.snapshot === undefined ? "" : ` after the snapshot of fact ${recovered.snapshot.seq}`;
    process.stdout.write(`${config.firm}: ${engine.seq} facts, ${recovered.replayed} replayed${from}\n`);
    await activateMissing(engine, config);
    process.stdout.write(`${figuresInWords(engine.state.netCapital.answer())}\n`);
    const running = { firm: config.firm, pace: () => ({ state: "live" }) as const, now: clockNow };
    const server = await serve(engine, running, { ...config, directory: config.journal });
    process.stdout.write(`${server.address}\n`);
    const clock = setInterval(() => {
      engine.submit([{ kind: "time-passed", at: formatInstant(clockNow()) }]).catch(() => clearInterval(clock));
    }, CLOCK_MS);
    await aborted(signal);
    clearInterval(clock);
    await server.close();
  } finally {
    await firm.close();
  }
  process.stdout.write(`stopped after fact ${engine.seq}; start again to go on\n`);
}
