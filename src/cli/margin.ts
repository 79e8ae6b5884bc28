/**
 * `plimsoll margin FILE`: the margin of every account of a book document, regime beside regime; `plimsoll margin --dir` that of
 * the firm in a directory, with its ladder and its calls.
 */
import { Command } from "commander";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { renderLines } from "../base/line.ts";
import { displayDollars } from "../base/money.ts";
import { readFirm } from "../engine/directory.ts";
import { type AccountMargin, REGIME_NAMES, type RegimeName } from "../margin/answer.ts";
import { print, printRows, untilOption, untilOptions } from "./common.ts";
import { marginDocument, type MarginDocument, marginJson } from "./margin-document.ts";
import { printMarginOf } from "./margin-firm.ts";
import { printWithdrawal } from "./withdrawal.ts";

/** The margin rules that ship with the program. */
export const SHIPPED_MARGIN_RULEBOOK = join(import.meta.dirname, "../../rulebooks/margin.yaml");

interface Options {
  readonly dir?: string;
  readonly at?: string;
  readonly rulebook: string;
  readonly account?: string;
  readonly withdraw?: string;
  readonly depth: number;
  readonly json?: true;
}

export function marginCommand(): Command {
  return untilOptions(new Command("margin"))
    .description(
      "compute margin (Regulation T, FINRA 4210, house) of the accounts of a book document, or of the firm in a directory",
    )
    .argument("[file]", "a book document, YAML or JSON")
    .option("--dir <directory>", "the firm's directory, with its journal, in place of a document")
    .option("--rulebook <file>", "the rules; those that ship with the program where absent", SHIPPED_MARGIN_RULEBOOK)
    .option("--account <name>", "this account alone, line by line")
    .option("--withdraw <what>", "whether it may leave that account of --dir: 2500.00 in cash, or securities: '34 XYZ'")
    .option("--depth <levels>", "how many levels of lines", Number, 4)
    .option("--json", "for scripts: the whole tree")
    .action(run);
}

function run(file: string | undefined, { dir, at, rulebook, account, withdraw, depth, json }: Options): void {
  if (withdraw !== undefined) {
    const field = dir === undefined ? "--dir" : "--account";
    if (dir === undefined || account === undefined)
      throw new Trouble("missing-field", "what leaves is of an account of a firm", { field });
    return printWithdrawal(readFirm(dir, untilOption(at)).state, account, withdraw, json === true);
  }
  if (dir !== undefined)
    return printMarginOf(readFirm(dir, untilOption(at)).state, { account, depth, json: json === true });
  if (file === undefined)
    throw new Trouble("missing-field", "of what", { field: "file", expected: "a book document, or --dir" });
  const whole = marginDocument(file, rulebook);
  const document = account === undefined ? whole : { ...whole, accounts: [accountNamed(whole, account)] };
  if (document.accounts.some(({ troubles }) => troubles.length > 0)) process.exitCode = 1;
  if (json) return print(marginJson(document));
  printRows(account === undefined ? table(document) : document.accounts.flatMap((margin) => explained(margin, depth)));
}

/** The margin account that `name` is the principal or another member of. */
function accountNamed({ accounts, books }: MarginDocument, name: string): AccountMargin {
  const row = books.accounts.findText(name);
  const found = accounts.find(({ account }) => account.members.includes(row));
  if (found !== undefined) return found;
  throw new Trouble("not-found", "no such margin account", {
    field: "--account",
    value: name,
    expected: accounts.map((margin) => margin.name).join(", ") || "a document with one",
  });
}

const COLUMNS = ["account", "equity", "reg t", "maintenance", "portfolio", "house", "excess", "state"] as const;
const COLUMN_REGIMES = ["regT", "maintenance", "portfolio", "house"] as const satisfies readonly RegimeName[];

function table(document: MarginDocument): string[] {
  const rows = [COLUMNS.map(String), ...document.accounts.map((margin) => rowOf(document, margin))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isText = (column: number): boolean => column === 0 || column === COLUMNS.length - 1;
  const cell = (text: string, column: number): string =>
    isText(column) ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return rows.map((row) => row.map(cell).join("  ").trimEnd());
}

function rowOf(document: MarginDocument, margin: AccountMargin): string[] {
  const { name, equity, excess, requirements, troubles } = margin;
  const isKnown = troubles.length === 0;
  const figures = COLUMN_REGIMES.map((regime) => {
    const answer = requirements[regime];
    if (answer === undefined) return "";
    return answer.troubles.length > 0 ? "unknown" : displayDollars(answer.requirement);
  });
  return [
    name,
    isKnown ? displayDollars(equity) : "unknown",
    ...figures,
    isKnown ? displayDollars(excess) : "unknown",
    stateInWords(document, margin),
  ];
}

/** The rung, with what binds where it is not a healthy one, or what is not known. */
function stateInWords(document: MarginDocument, margin: AccountMargin): string {
  const state = document.states.get(margin.name) ?? "unknown";
  if (state === "unknown") return `unknown: ${margin.troubles.map(({ message }) => message).join("; ")}`;
  const { binding } = margin.requirements;
  return binding === undefined || binding === "cash" || state === "healthy" ? state : `${state} (${binding})`;
}

/** The regimes for people. */
const WORDS: Readonly<Record<RegimeName, string>> = {
  cash: "cash account",
  regT: "Regulation T",
  maintenance: "maintenance",
  portfolio: "portfolio margin",
  house: "house",
};

/** The lines of an account, after what cannot be said of it, or of a regime that it is only compared with. */
function explained(margin: AccountMargin, depth: number): string[] {
  const unknown = margin.troubles.map(({ message }) => `unknown: ${message}`);
  const said = new Set(margin.troubles.map(({ message }) => message));
  const beside = REGIME_NAMES.flatMap((regime) =>
    (margin.requirements[regime]?.troubles ?? [])
      .filter(({ message }) => !said.has(message))
      .map(({ message }) => `${WORDS[regime]} unknown: ${message}`),
  );
  return [...unknown, ...beside, renderLines(margin.lines, depth)];
}
