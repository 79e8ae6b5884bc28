/** What other margin rules would do to every account, for a terminal and for scripts. */
import { changedLines, lineDifferenceToJson, renderLineDifference } from "../base/line-difference.ts";
import { type Cents, displayDollars, formatDollars, subtract } from "../base/money.ts";
import type { AccountPreview, MarginPreview, StandingUnder } from "../margin/house/preview.ts";

/** How many accounts and names are shown without `all`. */
const SHOWN = 10;

/** `all`: every account and name that the preview lists, with the lines that change. */
export function marginPreviewInWords(preview: MarginPreview, all: boolean): string {
  const { accounts, changed, moves, before, after, calls, largest, names } = preview;
  const said = [
    `${changed} of ${accounts} accounts change`,
    `required now:  ${displayDollars(before)}`,
    `required then: ${displayDollars(after)}, ${signed(subtract(after, before))}`,
    `calls:         ${calls.accounts} accounts, ${displayDollars(calls.amount)}`,
    ...[...moves].map(([move, count]) => `${move}: ${count}`),
  ];
  if (names.length > 0) {
    const rows = names
      .slice(0, all ? undefined : SHOWN)
      .map(({ name, before: now, after: then, accounts: held }) => [
        name,
        displayDollars(now),
        displayDollars(then),
        signed(subtract(then, now)),
        String(held),
      ]);
    said.push("", ...table(["name", "required now", "then", "difference", "accounts"], rows));
  }
  if (largest.length > 0) {
    const shown = largest.slice(0, all ? undefined : SHOWN);
    const rows = shown.map(({ account, before: now, after: then }) => [
      account,
      underInWords(now),
      underInWords(then),
      now.standing === "unknown" || then.standing === "unknown"
        ? "–"
        : signed(subtract(then.requirement, now.requirement)),
    ]);
    said.push("", ...table(["account", "now", "then", "difference"], rows));
    if (all) for (const account of shown) said.push(...linesOf(account));
  }
  return said.join("\n");
}

function signed(amount: Cents): string {
  return amount > 0 ? `+${displayDollars(amount)}` : displayDollars(amount);
}

function underInWords({ standing, requirement, troubles }: StandingUnder): string {
  if (standing === "unknown") return `unknown: ${troubles[0]?.message ?? ""}`;
  return `${standing}, ${displayDollars(requirement)}`;
}

function linesOf({ account, lines }: AccountPreview): string[] {
  return lines === undefined ? [] : ["", account, renderLineDifference(changedLines(lines))];
}

/** The first column to the left, the others to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => all.reduce((width, row) => Math.max(width, row[column].length), 0));
  return all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
}

/** The preview as plain JSON: amounts as decimal strings of dollars. `all`: also the lines that stay what they are. */
export function marginPreviewToJson(preview: MarginPreview, all: boolean): object {
  const { accounts, changed, moves, before, after, calls, largest, names } = preview;
  return {
    accounts,
    changed,
    moves: Object.fromEntries(moves),
    requirement: {
      before: formatDollars(before),
      after: formatDollars(after),
      difference: formatDollars(subtract(after, before)),
    },
    calls: { accounts: calls.accounts, amount: formatDollars(calls.amount) },
    names: names.map(({ name, before: now, after: then, accounts: held }) => ({
      name,
      before: formatDollars(now),
      after: formatDollars(then),
      difference: formatDollars(subtract(then, now)),
      accounts: held,
    })),
    largest: largest.map(({ account, before: now, after: then, lines }) => ({
      account,
      before: underToJson(now),
      after: underToJson(then),
      ...(lines !== undefined && { lines: lineDifferenceToJson(all ? lines : changedLines(lines)) }),
    })),
  };
}

function underToJson({ standing, requirement, excess, troubles }: StandingUnder): object {
  if (standing === "unknown") return { standing, troubles: troubles.map((trouble) => trouble.toJSON()) };
  return { standing, requirement: formatDollars(requirement), excess: formatDollars(excess) };
}
