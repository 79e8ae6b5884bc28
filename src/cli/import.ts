/** `plimsoll import`: facts from a CSV or JSON file, all or nothing. */
import { Command } from "commander";
import { importFile, type Imported } from "../connectors/files/import.ts";
import { Trouble } from "../base/errors.ts";
import { formatInstant } from "../base/time.ts";
import { admit, FactsRefused } from "../engine/admission.ts";
import { readFirm } from "../engine/directory.ts";
import { openFirm } from "../engine/open.ts";
import { FirmState } from "../engine/firm-state.ts";
import type { FactKind } from "../facts/kinds.ts";
import { directoryOption, print } from "./common.ts";
import { clockNow } from "./run.ts";

interface ImportCommandOptions {
  readonly dir: string;
  readonly kind?: FactKind;
  readonly at?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function importCommand(): Command {
  return directoryOption(new Command("import"))
    .description("record the facts of a CSV or JSON file, all or none; every problem names its row and column")
    .argument("<file>", "a .csv, .json, .jsonl or .ndjson file")
    .option("--kind <kind>", "the kind of fact of rows that name none")
    .option("--at <time>", "when the firm learned of rows that do not say; now where absent")
    .option("--dry-run", "check everything, record nothing")
    .option("--json", "for scripts")
    .action(run);
}

async function run(file: string, options: ImportCommandOptions): Promise<void> {
  const { dir, kind, at = formatInstant(clockNow()), dryRun = false, json = false } = options;
  const imported = await importFile(file, { at, ...(kind !== undefined && { kind }) });
  const problems = [...imported.problems];
  let lastSeq: number | undefined;
  if (problems.length === 0 && imported.facts.length > 0) {
    try {
      if (dryRun) admit(stateOf(dir), imported.facts);
      else lastSeq = await record(dir, imported);
    } catch (error) {
      if (!(error instanceof FactsRefused)) throw error;
      problems.push(...inFile(error, imported));
    }
  }
  if (problems.length > 0) process.exitCode = 1;
  if (json) {
    print({
      facts: imported.facts.length,
      recorded: lastSeq !== undefined,
      ...(lastSeq !== undefined && { lastSeq }),
      problems: problems.map((problem) => problem.toJSON()),
      moreProblems: imported.moreProblems,
    });
  } else report(imported, problems, lastSeq);
}

function report(imported: Imported, problems: readonly Trouble[], lastSeq: number | undefined): void {
  for (const problem of problems) process.stderr.write(`${problem.message}\n`);
  if (imported.moreProblems > 0) process.stderr.write(`… and ${imported.moreProblems} more problems\n`);
  if (problems.length > 0) process.stderr.write("nothing was recorded\n");
  else if (lastSeq === undefined)
    process.stdout.write(`${imported.facts.length} facts are fine; nothing was recorded\n`);
  else process.stdout.write(`${imported.facts.length} facts recorded, up to fact ${lastSeq}\n`);
}

/** The state that a dry run checks against: that of the directory, or a new firm's where there is none yet. */
function stateOf(directory: string): FirmState {
  try {
    return readFirm(directory).state;
  } catch (error) {
    if (error instanceof Trouble && error.code === "bad-document") return new FirmState();
    throw error;
  }
}

async function record(directory: string, { facts }: Imported): Promise<number> {
  const firm = await openFirm(directory);
  try {
    return (await firm.engine.submit(facts)).lastSeq;
  } finally {
    await firm.close();
  }
}

/** What the books refuse, said with where it stands in the file. */
function inFile({ troubles }: FactsRefused, { originOf }: Imported): Trouble[] {
  return troubles.map(
    ({ index, code, message, field }) => new Trouble(code, message, { origin: originOf(index, field) }),
  );
}
