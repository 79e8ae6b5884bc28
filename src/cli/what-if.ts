/** `plimsoll what-if`: net capital before and after facts that did not happen, and the largest size that keeps a cushion. */
import { Command, Option } from "commander";
import { formatInstant } from "../base/time.ts";
import { readFirm } from "../engine/directory.ts";
import { whatIfToJson } from "../engine/what-if/answer-json.ts";
import { whatIfInWords } from "../engine/what-if/answer-text.ts";
import { type Question, questionOf, readQuestion } from "../engine/what-if/question.ts";
import { whatIf } from "../engine/what-if/what-if.ts";
import { cashMoveOf, priceMoveOf, tradeOf, volatilityMoveOf } from "../engine/what-if/words.ts";
import { directoryOption, print, SHIPPED_RULEBOOK, untilOption, untilOptions } from "./common.ts";
import { readText } from "./config.ts";
import { firmOfDocument } from "./document.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly book?: string;
  readonly bookRulebook: string;
  readonly trade: readonly string[];
  readonly move: readonly string[];
  readonly volatility: readonly string[];
  readonly cash: readonly string[];
  readonly day?: string;
  readonly rulebook?: string;
  readonly largest?: string | true;
  readonly keepExcess?: string;
  readonly keepTier?: string;
  readonly step?: string;
  readonly lines?: "changed" | "all" | "none";
  readonly depth: number;
  readonly json?: true;
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, description)
    .default([], "none")
    .argParser((value: string, before: readonly string[]) => [...before, value]);
}

export function whatIfCommand(): Command {
  return untilOptions(directoryOption(new Command("what-if")))
    .description("net capital before and after facts that did not happen; docs/guides/what-if.md")
    .argument("[file]", "a question, YAML or JSON; schemas/what-if.schema.json says what is in one")
    .option("--book <file>", "of this book document, instead of the firm in a directory")
    .option("--book-rulebook <file>", "the rules for a book document", SHIPPED_RULEBOOK)
    .addOption(
      repeated(
        "--trade <trade>",
        'such as "sell 200000 ACME" or "buy 1000 ACME @ 12.50 for desk"; more than one: a basket',
      ),
    )
    .addOption(repeated("--move <move>", 'of prices, such as "ACME -10%", "all -5%" or "ACME 12.50"'))
    .addOption(repeated("--volatility <move>", 'such as "ACME +20%" of itself, or to "ACME 35%"'))
    .addOption(repeated("--cash <move>", 'such as "1000000 from capital to bank"'))
    .option("--day <day>", "a later business day")
    .option("--rulebook <file>", "rules as if they were in force")
    .option(
      "--largest [trade]",
      'the largest size of this trade, such as "buy ACME"; of all trades together where absent',
    )
    .option("--keep-excess <dollars>", "the cushion: at least so much above the minimum")
    .option("--keep-tier <tier>", "the cushion: not in this tier, nor in a graver one")
    .option("--step <step>", "sizes are multiples of it")
    .addOption(new Option("--lines <which>", "which lines are shown").choices(["changed", "all", "none"]))
    .option("--depth <levels>", "how many levels of lines", Number, 6)
    .option("--json", "for scripts")
    .action(run);
}

function run(file: string | undefined, options: Options): void {
  const { dir, at, book, bookRulebook, depth, json } = options;
  const question = asked(file, options);
  const state = book === undefined ? readFirm(dir, untilOption(at)).state : firmOfDocument(book, bookRulebook);
  const answer = whatIf(state, question);
  if (answer.after.kind === "unknown") process.exitCode = 1;
  if (json) return print({ seq: state.seq, at: formatInstant(state.at), ...whatIfToJson(answer, question) });
  const standing = book === undefined ? `after fact ${state.seq}, ${formatInstant(state.at)}` : book;
  process.stdout.write(`${standing}\n\n${whatIfInWords(answer, question, depth)}\n`);
}

/** The question of the file, with what the options add to it. */
function asked(file: string | undefined, options: Options): Question {
  const written = file === undefined ? {} : readQuestion(readText(file), { file });
  const { day, rulebook, lines, largest, keepExcess, keepTier, step } = options;
  const trades = [...(written.trades ?? []), ...options.trade.map(tradeOf)];
  const sought = typeof largest === "string" ? [trades.push(tradeOf(largest)) - 1] : undefined;
  const keep = {
    ...written.largest?.keep,
    ...(keepExcess !== undefined && { excess: keepExcess.replaceAll(",", "") }),
    ...(keepTier !== undefined && { tier: keepTier }),
  };
  const asksLargest = largest !== undefined || written.largest !== undefined;
  return questionOf({
    ...written,
    ...(day !== undefined && { day }),
    ...(rulebook !== undefined && { rulebook: readText(rulebook) }),
    ...(lines !== undefined && { lines }),
    prices: [...(written.prices ?? []), ...options.move.map(priceMoveOf)],
    volatilities: [...(written.volatilities ?? []), ...options.volatility.map(volatilityMoveOf)],
    cash: [...(written.cash ?? []), ...options.cash.map(cashMoveOf)],
    trades,
    ...(asksLargest && {
      largest: {
        ...written.largest,
        ...(sought !== undefined && { trades: sought }),
        keep,
        ...(step !== undefined && { step }),
      },
    }),
  });
}
