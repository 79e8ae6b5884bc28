/** `plimsoll stress`: the firm under every scenario, and the smallest moves that break it. */
import { Command } from "commander";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { formatInstant } from "../base/time.ts";
import { readFirm } from "../engine/directory.ts";
import { marginRulesInForce, readMarginRules } from "../margin/rules.ts";
import type { Position } from "../server/live-firm.ts";
import { stressRow, stressView } from "../server/stress-view.ts";
import { answerStress, stressInWords, stressToJson } from "../stress/answer.ts";
import { readStressRules, type Scenario, scenarioNamed } from "../stress/rules.ts";
import { Stress } from "../stress/stress.ts";
import { print, SHIPPED_RULEBOOK, untilOption } from "./common.ts";
import { readText } from "./config.ts";
import { pageScenarios, SHIPPED_SCENARIOS } from "./stress-scenarios.ts";
import { firmOfDocument } from "./document.ts";

const MARGIN_RULEBOOK = join(import.meta.dirname, "../../rulebooks/margin.yaml");

interface Options {
  readonly data?: string;
  readonly at?: string;
  readonly scenario: readonly string[];
  readonly scenarios: string;
  readonly marginRulebook: string;
  readonly rulebook: string;
  readonly account: readonly string[];
  readonly reverse: boolean;
  readonly json?: true;
  readonly view?: true;
}

export function stressCommand(): Command {
  const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  return new Command("stress")
    .description("margin accounts and net capital under stress scenarios; docs/concepts/stress.md")
    .argument("[file]", "a book document, YAML or JSON")
    .option("--data <directory>", "of the firm in this directory, instead of a book document")
    .option("--at <seq|time>", "with --data: as of this fact or instant")
    .option("--scenario <name>", "only this scenario; may be repeated", repeated, [])
    .option("--scenarios <file>", "scenarios; those that ship with the program where absent", SHIPPED_SCENARIOS)
    .option("--margin-rulebook <file>", "margin rules where none are in force", MARGIN_RULEBOOK)
    .option("--rulebook <file>", "net-capital rules of a book document", SHIPPED_RULEBOOK)
    .option("--account <name>", "the smallest moves that break this account; may be repeated", repeated, [])
    .option("--no-reverse", "do not look for the smallest moves that break the firm")
    .option("--json", "for scripts")
    .option("--view", "as the page of a running firm shows it: these scenarios, and a grid of prices by volatilities")
    .action(run);
}

function run(file: string | undefined, options: Options): void {
  const { scenario, scenarios, account, reverse, json, view } = options;
  const rules = readStressRules(readText(scenarios), { file: scenarios });
  const { stress, position } = stressOf(file, options, rules);
  if (view) return printView(stress, rules.scenarios, position);
  const answer = answerStress(stress, {
    scenarios: scenario.length === 0 ? rules.scenarios : scenario.map((name) => scenarioNamed(rules, name)),
    reverse,
    accounts: account,
  });
  if (json) print(stressToJson(stress, answer));
  else process.stdout.write(`${stressInWords(stress, answer)}\n`);
}

/** What the page shows. */
function printView(stress: Stress, scenarios: readonly Scenario[], position: Position): void {
  const started = performance.now();
  const rows = pageScenarios(scenarios).map((scenario) => stressRow(stress.run(scenario)));
  print(stressView(stress, rows, stress.netCapital, { position, took: performance.now() - started }));
}

function stressOf(
  file: string | undefined,
  options: Options,
  rules: ReturnType<typeof readStressRules>,
): { readonly stress: Stress; readonly position: Position } {
  const { data, at, marginRulebook, rulebook } = options;
  if ((file === undefined) === (data === undefined))
    throw new Trouble("bad-value", "of a book document, or of a firm's directory", {
      field: "file",
      value: file ?? "none",
      expected: "a file, or --data",
    });
  const state = file === undefined ? readFirm(data ?? "", untilOption(at)).state : firmOfDocument(file, rulebook);
  const { books } = state;
  const asOf = books.settlement.openedDay;
  const margin =
    marginRulesInForce(books.rulebooks, asOf) ?? readMarginRules(readText(marginRulebook), { file: marginRulebook });
  const stress = new Stress({
    books,
    margin,
    rules,
    tape: state.margin.tape,
  });
  return { stress, position: { seq: state.seq, at: formatInstant(state.at) } };
}
