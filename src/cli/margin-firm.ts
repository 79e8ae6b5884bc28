/** The margin of the firm in a directory: all accounts by rung, or one with its explanation and how it got there. */
import { Trouble } from "../base/errors.ts";
import { renderLines } from "../base/line.ts";
import { displayDollars, parseDollars } from "../base/money.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { EngineMargin } from "../server/engine-margin.ts";
import {
  MARGIN_RUNGS,
  type MarginAccountView,
  type MarginCallView,
  type MarginOverview,
  type MarginStandings,
} from "../server/live-margin.ts";
import { print, printRows } from "./common.ts";

/** Accounts that the overview names on each rung; those with the least excess. */
const ACCOUNTS_NAMED = 10;

interface Asked {
  readonly account: string | undefined;
  readonly depth: number;
  readonly json: boolean;
}

/** Prints what `plimsoll margin --dir` was asked. */
export function printMarginOf(state: FirmState, { account, depth, json }: Asked): void {
  const margin = new EngineMargin(state);
  try {
    const overview = margin.overview();
    if (overview.rulebook === null) throw new Trouble("missing-rule", overview.troubles[0]?.message ?? "no rules");
    if (account !== undefined) return printAccount(state, accountNamed(margin, account), depth, json);
    const troubled = MARGIN_RUNGS.filter((rung) => rung !== "healthy" && overview.rungs[rung] > 0);
    const rungs = troubled.map((rung) => margin.standings({ rung, count: ACCOUNTS_NAMED }));
    const { calls, total } = margin.calls();
    if (json) return print({ ...overview, accounts: rungs.flatMap(({ accounts }) => accounts), openCalls: calls });
    printRows([
      ...overviewInWords(overview),
      ...troubled.flatMap((rung, index) => ["", `${rung}:`, ...standingsInWords(rungs[index])]),
      "",
      `${total} open calls${total === 0 ? "" : ":"}`,
      ...calls.map(callInWords),
    ]);
  } finally {
    margin.close();
  }
}

function accountNamed(margin: EngineMargin, name: string): MarginAccountView {
  const view = margin.account(name);
  if (view !== undefined) return view;
  throw new Trouble("not-found", "no such margin account", { field: "--account", value: name });
}

function overviewInWords({ seq, at, rulebook, rungs, calls, ...sums }: MarginOverview): string[] {
  const { restricted, liquidations, unsecured, capitalCharges } = sums;
  return [
    `after fact ${seq}, ${at}; margin rulebook ${rulebook}`,
    "",
    ...MARGIN_RUNGS.map((rung) => `${rung.padEnd(12)} ${String(rungs[rung]).padStart(9)}`),
    "",
    `called ${displayed(calls.amount)} in ${calls.open} calls, ${calls.overdue} overdue`,
    `closing orders only: ${restricted}; liquidations proposed: ${liquidations}`,
    `unsecured ${displayed(unsecured)}; net capital is charged ${capitalCharges === null ? "more than is figured here" : displayed(capitalCharges)}`,
  ];
}

function standingsInWords({ accounts, total }: MarginStandings): string[] {
  const rows = accounts.map(
    ({ account, regime, excess, title }) =>
      `  ${account.padEnd(16)} ${regime.padEnd(10)} excess ${excess === null ? "unknown" : displayed(excess)}  ${title ?? ""}`,
  );
  return total > accounts.length ? [...rows, `  and ${total - accounts.length} more`] : rows;
}

export function callInWords({ id, account, title, outstanding, amount, due, overdue }: MarginCallView): string {
  const stands = overdue ? "overdue" : "open";
  return `${id.padEnd(12)} ${account.padEnd(16)} ${title}: ${displayed(outstanding)} of ${displayed(amount)}, due ${due}, ${stands}`;
}

function printAccount(state: FirmState, view: MarginAccountView, depth: number, json: boolean): void {
  if (view.troubles.length > 0) process.exitCode = 1;
  if (json) return print(view);
  const { standing, calls, restrictions, cures, trail, troubles } = view;
  const explained = state.margin.marginOf(state.books.accounts.findText(standing.account));
  printRows([
    `after fact ${view.seq}, ${view.at}`,
    `${standing.account} ${standing.title ?? ""}: ${standing.rung}`,
    ...troubles.map(({ message }) => `unknown: ${message}`),
    "",
    ...(explained === undefined ? [] : [renderLines(explained.lines, depth)]),
    ...listed("calls", calls.map(callInWords)),
    ...listed(
      "closing orders only",
      restrictions.map(({ words, paragraph }) => `${words}, ${paragraph}`),
    ),
    ...listed("any of these would meet what is missing", cures),
    ...listed(
      "how it got there",
      trail.map(({ seq, at, kind, layer, amount, words }) =>
        [`${at} fact ${seq}`, kind, layer, amount === null ? "" : displayed(amount), words].filter(Boolean).join("  "),
      ),
    ),
  ]);
}

function listed(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ["", `${title}:`, ...rows.map((row) => `  ${row}`)];
}

function displayed(dollars: string): string {
  return displayDollars(parseDollars(dollars));
}
