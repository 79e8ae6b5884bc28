/** `plimsoll rulebook`: checks rulebooks, says in words what one changes, and what it would do to the firm's figures now. */
import { Command } from "commander";
import { existsSync } from "node:fs";
import { Trouble } from "../base/errors.ts";
import { changedLines, isChanged, renderLineDifference } from "../base/line-difference.ts";
import { type Day, formatInstant, parseDay } from "../base/time.ts";
import { NO_DAY } from "../books/settlement.ts";
import { readFirm } from "../engine/directory.ts";
import type { FirmState } from "../engine/firm-state.ts";
import {
  checkDocument,
  diffDocuments,
  previewDocument,
  previewMarginDocument,
  readDocument,
  type RulebookHeader,
  type RulebookPreview,
} from "../engine/rulebooks.ts";
import { MARGIN } from "../margin/rules-document.ts";
import type { NetCapitalFigure } from "../net-capital/computation.ts";
import { NET_CAPITAL } from "../net-capital/rules-document.ts";
import { renderDiff } from "../rulebook/diff.ts";
import { draftProblems, type KnownVersion } from "../rulebook/header.ts";
import { placedMessage } from "../rulebook/problems.ts";
import { previewToJson } from "../server/preview-json.ts";
import { directoryOption, figuresInWords, print, untilOption, untilOptions } from "./common.ts";
import { readText } from "./config.ts";
import { marginPreviewInWords, marginPreviewToJson } from "./margin-preview.ts";

export function rulebookCommand(): Command {
  return new Command("rulebook")
    .description("check, compare and preview rulebooks")
    .addCommand(checkCommand())
    .addCommand(diffCommand())
    .addCommand(previewCommand());
}

function checkCommand(): Command {
  return new Command("check")
    .description(
      "say everything that is wrong with rulebooks, with line and column; several are taken to follow each other",
    )
    .argument("<files...>", "rulebooks, YAML or JSON")
    .option("--dir <directory>", "a firm's directory: the versions that it has had are known")
    .option("--json", "for scripts")
    .action(check);
}

function check(files: readonly string[], { dir, json }: { dir?: string; json?: true }): void {
  const state = dir === undefined ? undefined : readFirm(dir).state;
  const known = new Map<string, KnownVersion[]>();
  const checked = files.map((file) => {
    const versionsOf = (rulebook: string): KnownVersion[] => {
      const versions = known.get(rulebook) ?? [...(state?.books.rulebooks.history(rulebook) ?? [])];
      known.set(rulebook, versions);
      return versions;
    };
    const today: Day = state === undefined ? NO_DAY : state.businessDay;
    const judgeHeader = (header: RulebookHeader) => draftProblems(header, versionsOf(header.rulebook), today);
    const outcome = checkDocument(readText(file), { file }, judgeHeader);
    if (outcome.kind === "document") {
      const { rulebook, version, effective } = outcome.document;
      versionsOf(rulebook).push({ version, effective: parseDay(effective) });
    }
    return { file, outcome };
  });
  const wrong = checked.flatMap(({ outcome }) => (outcome.kind === "refused" ? outcome.troubles : []));
  if (wrong.length > 0) process.exitCode = 1;
  if (json) return print(checked.map(({ file, outcome }) => ({ file, ...saidOf(outcome) })));
  for (const { file, outcome } of checked) {
    if (outcome.kind === "document") {
      const { rulebook, version, effective } = outcome.document;
      process.stdout.write(`${file}: ${rulebook}, version ${version}, in force from ${effective}: nothing is wrong\n`);
    } else for (const trouble of outcome.troubles) process.stdout.write(`${placedMessage(trouble)}\n`);
  }
}

function saidOf(outcome: ReturnType<typeof checkDocument>): object {
  if (outcome.kind === "refused") return { troubles: outcome.troubles.map((trouble) => trouble.toJSON()) };
  const { rulebook, version, effective } = outcome.document;
  return { rulebook, version, effective, troubles: [] };
}

function diffCommand(): Command {
  return new Command("diff")
    .description("say in words what changes from one rulebook to another")
    .argument("<before>", "a file; with --dir also a version that the firm has had, or a draft's")
    .argument("<after>", "likewise")
    .option("--dir <directory>", "a firm's directory")
    .option("--rulebook <name>", "which rulebook a version is of", NET_CAPITAL)
    .option("--json", "for scripts")
    .action((before: string, after: string, options: { dir?: string; rulebook: string; json?: true }) => {
      const state = options.dir === undefined ? undefined : readFirm(options.dir).state;
      const document = (name: string): RulebookHeader => readDocument(...documentOf(name, options.rulebook, state));
      const diff = diffDocuments(document(before), document(after));
      if (options.json) return print(diff);
      process.stdout.write(`${renderDiff(diff)}\n`);
    });
}

/** The text of a file or of a version, and what to call it in messages. */
function documentOf(name: string, rulebook: string, state: FirmState | undefined): [string, { file: string }] {
  if (existsSync(name) || state === undefined) return [readText(name), { file: name }];
  const { rulebooks } = state.books;
  const found =
    rulebooks.history(rulebook).find(({ version }) => version === name) ?? rulebooks.drafts.find(rulebook, name);
  if (found !== undefined) return [found.document, { file: `${rulebook} ${name}` }];
  throw new Trouble("not-found", "is neither a file nor a version that the firm has had", {
    field: rulebook,
    value: name,
    expected: rulebooks
      .history(rulebook)
      .map(({ version }) => version)
      .join(", "),
  });
}

function previewCommand(): Command {
  return untilOptions(directoryOption(new Command("preview")))
    .description("say what the figures would be if this rulebook were in force, line by line")
    .argument("<draft>", "a file, or the version of a draft")
    .option("--rulebook <name>", "which rulebook a version is of", NET_CAPITAL)
    .option("--all", "also the lines that stay what they are")
    .option("--json", "for scripts")
    .action(preview);
}

interface PreviewOptions {
  readonly dir: string;
  readonly at?: string;
  readonly rulebook: string;
  readonly all?: true;
  readonly json?: true;
}

function preview(draft: string, { dir, at, rulebook, all, json }: PreviewOptions): void {
  const { state } = readFirm(dir, untilOption(at));
  const [text, origin] = documentOf(draft, rulebook, state);
  const header = readDocument(text, origin);
  if (header.rulebook === MARGIN) {
    const found = previewMarginDocument(state, text);
    const where = { seq: state.seq, at: formatInstant(state.at), rulebook: header.rulebook, version: header.version };
    if (json) return print({ ...where, ...marginPreviewToJson(found, all === true) });
    const heading = `after fact ${where.seq}, ${where.at}, under version ${header.version} of ${header.rulebook}`;
    process.stdout.write(`${heading}\n\n${marginPreviewInWords(found, all === true)}\n`);
    return;
  }
  const found = previewDocument(state, text, header);
  if (found.lines === undefined) process.exitCode = 1;
  const place = { seq: state.seq, at: formatInstant(state.at) };
  if (json) {
    return print({
      ...place,
      rulebook: header.rulebook,
      version: header.version,
      ...previewToJson(found, all === true),
    });
  }
  process.stdout.write(
    `after fact ${place.seq}, ${place.at}, under version ${header.version} of ${header.rulebook}\n\n${previewInWords(found, all === true)}\n`,
  );
}

function previewInWords({ before, after, lines }: RulebookPreview, all: boolean): string {
  const figures = [`now:    ${figuresInWords(before)}`, `then:   ${figuresInWords(after)}`];
  if (before.kind === "unknown" || after.kind === "unknown" || lines === undefined) return figures.join("\n");
  const shown = all ? lines : changedLines(lines);
  return [
    ...figures,
    ...notAmong(after, before).map((notice) => `begins: ${notice}`),
    ...notAmong(before, after).map((notice) => `ends:   ${notice}`),
    "",
    isChanged(lines) || all ? renderLineDifference(shown) : "No line changes.",
  ].join("\n");
}

/** The notices of one answer that the other has not, in words. */
function notAmong({ notices }: NetCapitalFigure, other: NetCapitalFigure): string[] {
  const codes = new Set(other.notices.map(({ code }) => code));
  return notices.filter(({ code }) => !codes.has(code)).map(({ code, paragraph }) => `${code}, ${paragraph}`);
}
