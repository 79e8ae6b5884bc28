/** What several commands share: where the firm is, up to when, and how figures are printed. */
import { type Command, Option } from "commander";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { displayDollars, formatDollars } from "../base/money.ts";
import { parseInstant } from "../base/time.ts";
import type { FirmState } from "../engine/firm-state.ts";
import type { Audit } from "../engine/snapshot-maker.ts";
import type { Until } from "../engine/recovery.ts";
import type { DiskJournal } from "../journal/disk.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";

/** The rules that ship with the program. */
export const SHIPPED_RULEBOOK = join(import.meta.dirname, "../../rulebooks/net-capital.yaml");

export const DEMO_DIRECTORY = "plimsoll-data/demo";

export function directoryOption(command: Command): Command {
  return command.addOption(
    new Option("--dir <directory>", "the firm's directory, with its journal").default(DEMO_DIRECTORY),
  );
}

export function untilOptions(command: Command): Command {
  return command.option(
    "--at <seq|time>",
    "as of this fact, or this instant such as 2015-08-24T13:45:00Z; the end where absent",
  );
}

/** "123" is a sequence number, anything else an instant. */
export function untilOption(at: string | undefined): Until {
  if (at === undefined) return {};
  return /^\d+$/.test(at) ? { seq: Number(at) } : { at: parseInstant(at, "--at") };
}

export function print(json: unknown): void {
  process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
}

/** Lines of text, in one write. */
export function printRows(rows: readonly string[]): void {
  if (rows.length > 0) process.stdout.write(`${rows.join("\n")}\n`);
}

/** "1 call", "2 calls". */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** The figures as decimal strings, or what is missing. */
export function netCapitalJson(answer: NetCapitalAnswer): object {
  if (answer.kind === "unknown")
    return { answer: "unknown", troubles: answer.troubles.map((trouble) => trouble.toJSON()) };
  const { netCapital, requirement, excess, tier, ratio, notices } = answer;
  return {
    answer: "figure",
    netCapital: formatDollars(netCapital),
    requirement: formatDollars(requirement),
    excess: formatDollars(excess),
    tier: tier?.name ?? null,
    ratioPercent: ratio.percent ?? null,
    notices: notices.map(({ code }) => code),
  };
}

export function figuresInWords(answer: NetCapitalAnswer): string {
  if (answer.kind === "unknown")
    return `net capital: cannot say: ${answer.troubles.map(({ message }) => message).join("; ")}`;
  const { netCapital, requirement, excess, tier } = answer;
  const standing = tier === undefined ? "above every tier" : `${tier.name}: ${tier.meaning}`;
  return `net capital ${displayDollars(netCapital)}, minimum ${displayDollars(requirement)}, excess ${displayDollars(excess)} (${standing})`;
}

export function printFigures({ netCapital }: FirmState): void {
  process.stdout.write(`${figuresInWords(netCapital.answer())}\n`);
}

/** The error of a command that cannot give its figure. */
export function unknownFigure([first, ...others]: readonly Trouble[]): Trouble {
  if (first === undefined) return new Trouble("missing-input", "cannot say");
  if (others.length === 0) return first;
  return new Trouble(first.code, `${first.summary} (and ${others.length} more things are missing)`, first.details);
}

/** What an audit of the running figures found. */
export function auditNote(outcome: Audit | Error): string {
  if (outcome instanceof Error) return `audit failed: ${outcome.message}`;
  const { asOfSeq, differences } = outcome;
  const found = differences.length === 0 ? "no difference" : `${differences.length} differences: ${differences[0]}`;
  return `audit of fact ${asOfSeq}: ${found}`;
}

/** What opening a journal found that somebody should know, or nothing. */
export function recoveryNote({ cut }: DiskJournal["recovery"]): string | undefined {
  if (cut === undefined) return undefined;
  return `${cut.bytes} bytes were cut after record ${cut.afterSeq}: a write that a crash interrupted, never acknowledged`;
}
