/** The margin of the firm in a directory: all accounts by rung, or one with its explanation and how it got there. */
import { Trouble } from "../base/errors.ts";
import { renderLines } from "../base/line.ts";
import { displayDollars, parseDollars } from "../base/money.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { EngineMargin } from "../server/engine-margin.ts";
import {
  type LiquidationView,
  MARGIN_RUNGS,
  type MarginAccountView,
  type MarginCallView,
  type FirmLimitView,
  type MarginOverview,
  type MarginStandings,
} from "../server/live-margin.ts";
import { counted, print, printRows } from "./common.ts";

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
    if (overview.rulebook === null)
      throw state.margin.rulesTrouble ?? new Trouble("missing-rule", "no margin rulebook is in force");
    if (account !== undefined) return printAccount(state, accountNamed(margin, account), depth, json);
    const troubled = MARGIN_RUNGS.filter((rung) => rung !== "healthy" && overview.rungs[rung] > 0);
    const rungs = troubled.map((rung) => margin.standings({ rung, count: ACCOUNTS_NAMED }));
    const { calls, total } = margin.calls();
    if (json) return print({ ...overview, accounts: rungs.flatMap(({ accounts }) => accounts), openCalls: calls });
    printRows([
      ...overviewInWords(overview),
      ...troubled.flatMap((rung, index) => ["", `${rung}:`, ...standingsInWords(rungs[index])]),
      "",
      `${counted(total, "open call")}${total === 0 ? "" : ":"}`,
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
  const { restricted, liquidations, unsecured, capitalCharges, firmLimit } = sums;
  return [
    `after fact ${seq}, ${at}; margin rulebook ${rulebook}`,
    "",
    ...MARGIN_RUNGS.map((rung) => `${rung.padEnd(12)} ${String(rungs[rung]).padStart(9)}`),
    "",
    `${counted(calls.open, "call")} of ${displayed(calls.amount)}, ${displayed(calls.outstanding)} would meet them now; ${calls.overdue} overdue`,
    `closing orders only: ${restricted}; liquidations proposed: ${liquidations}`,
    `unsecured ${displayed(unsecured)}; net capital is charged ${capitalCharges === null ? "more than is figured here" : displayed(capitalCharges)}`,
    ...(firmLimit === null ? [] : [firmLimitInWords(firmLimit)]),
  ];
}

function firmLimitInWords({ requirement, limit, over, stopped }: FirmLimitView): string {
  const figures = `portfolio margin accounts require ${displayed(requirement)} of at most ${displayed(limit)}, 4210(g)(12)`;
  if (over === null) return figures;
  return `${figures}; above it since ${over.at}, ${stopped ? "no account is to be opened" : `no account is to be opened from ${over.stopsFrom} on`}`;
}

function standingsInWords({ accounts, total }: MarginStandings): string[] {
  const rows = accounts.map(
    ({ account, regime, excess, title }) =>
      `  ${account.padEnd(16)} ${regime.padEnd(10)} excess ${excess === null ? "unknown" : displayed(excess)}  ${title ?? ""}`,
  );
  return total > accounts.length ? [...rows, `  and ${total - accounts.length} more`] : rows;
}

export function callInWords(call: MarginCallView): string {
  const { id, account, title, outstanding, amount, due, overdue, covered, extensions, announced } = call;
  const now = covered === null ? `${displayed(outstanding)} would meet it now` : "prices cover it for now";
  const said = [
    ...extensions.slice(-1).map(({ by, reason }) => `extended by ${by}: ${reason}`),
    ...announced.map((deposit) => `${displayed(deposit.amount)} announced for ${deposit.expected}`),
  ];
  return [
    `${id.padEnd(12)} ${account.padEnd(16)} ${title} call of ${displayed(amount)}: ${now}, due ${due}${overdue ? ", overdue" : ""}`,
    ...said,
  ].join("; ");
}

function printAccount(state: FirmState, view: MarginAccountView, depth: number, json: boolean): void {
  if (view.troubles.length > 0) process.exitCode = 1;
  if (json) return print(view);
  const { standing, calls, restrictions, cures, liquidation, trail, troubles } = view;
  const explained = state.margin.marginOf(state.books.accounts.findText(standing.account));
  printRows([
    `after fact ${view.seq}, ${view.at}`,
    `${[standing.account, standing.title ?? []].flat().join(", ")}: ${standing.rung}`,
    ...troubles.map(({ message }) => `unknown: ${message}`),
    "",
    ...(explained === undefined ? [] : [renderLines(explained.lines, depth)]),
    ...listed(
      "calls",
      calls.flatMap((call) => [callInWords(call), ...call.cures.map((cure) => `  met by ${cure}`)]),
    ),
    ...listed(
      "closing orders only",
      restrictions.map(({ words, paragraph, at }) => `${words}, since ${at}, ${paragraph}`),
    ),
    ...(calls.length === 0 ? listed("any of these would meet what is missing", cures) : []),
    ...listed("proposed to close", liquidation === null ? [] : liquidationInWords(liquidation)),
    ...listed(
      "how it got there",
      trail.map(({ seq, at, kind, layer, amount, paragraph, words }) =>
        [
          `${at} fact ${seq}`,
          kind,
          layer,
          amount === null ? "" : displayed(amount),
          words,
          paragraph === null ? "" : `[${paragraph}]`,
        ]
          .filter(Boolean)
          .join("  "),
      ),
    ),
  ]);
}

function liquidationInWords({ id, status, orders, policy, cost, decided, after }: LiquidationView): string[] {
  const by = decided === null ? "an officer is to decide" : `by ${decided.by}: ${decided.reason}`;
  return [
    `${id}  ${status}, ${by}`,
    ...orders.map(
      ({ side, quantity, instrument, account, price, value }) =>
        `  ${side} ${quantity} ${instrument} of ${account} at ${price}, ${displayed(value)}`,
    ),
    `  by the policy ${policy}, expected cost ${displayed(cost)}; then equity ${displayed(after.equity)} against ${displayed(after.requirement)}`,
  ];
}

function listed(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ["", `${title}:`, ...rows.map((row) => `  ${row}`)];
}

function displayed(dollars: string): string {
  return displayDollars(parseDollars(dollars));
}
