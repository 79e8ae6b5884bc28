/** A stress as it is answered: every scenario, and the smallest moves that break the firm; as JSON and as a table for a terminal. */
import { type Cents, displayDollars, formatDollars } from "../base/money.ts";
import { formatDay } from "../base/time.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import { clientsInWords } from "./clients-text.ts";
import { textTable } from "./text-table.ts";
import { type Break, breakOfAccount, type Direction, type FirmBreak, FirmSearch } from "./reverse.ts";
import type { Scenario } from "./rules.ts";
import type { ScenarioResult, Stress } from "./stress.ts";

export interface StressAnswer {
  readonly results: readonly ScenarioResult[];
  /** Net capital as it stands. */
  readonly netCapital: NetCapitalAnswer | undefined;
  readonly reverse: readonly { readonly kind: FirmBreak; readonly found: Break }[];
  /** Of the accounts that were asked for. */
  readonly accounts: readonly AccountReverse[];
}

interface AccountReverse {
  readonly account: string;
  readonly called: Break;
  readonly unsecured: Break;
}

/** Everything alike and everything by its beta, both ways: a short book breaks upward. */
export const DIRECTIONS: readonly Direction[] = (["all", "index"] as const).flatMap((of) =>
  ([-1, 1] as const).map((sign) => ({ of, instruments: [], sign })),
);
/** Names, clients and accounts that an answer names; the largest. */
const NAMED = 10;

export interface StressQuestion {
  readonly scenarios: readonly Scenario[];
  /** Whether the smallest moves that break the firm are looked for. */
  readonly reverse: boolean;
  /** Accounts whose smallest moves are looked for. */
  readonly accounts: readonly string[];
}

export function answerStress(stress: Stress, { scenarios, reverse, accounts }: StressQuestion): StressAnswer {
  const search = new FirmSearch(stress);
  return {
    results: scenarios.map((scenario) => stress.run(scenario)),
    netCapital: stress.netCapital,
    reverse: reverse
      ? (["loss", "tier"] as const).flatMap((kind) =>
          DIRECTIONS.flatMap((direction) => {
            const found = search.find(kind, direction);
            return found === undefined ? [] : [{ kind, found }];
          }),
        )
      : [],
    accounts: accounts.flatMap((account) =>
      DIRECTIONS.map((direction) => {
        const place = stress.placeNamed(account);
        const called = breakOfAccount(stress, place, "called", direction);
        return { account, called, unsecured: breakOfAccount(stress, place, "unsecured", direction) };
      }),
    ),
  };
}

/** For scripts, and for the page's heat map. */
export function stressToJson(stress: Stress, answer: StressAnswer): object {
  const { names, accounts } = stress.subject.books;
  const nameOf = (row: number): string => names.text(accounts.nameId(row));
  return {
    asOf: formatDay(stress.asOf),
    rules: stress.subject.rules.version,
    accounts: stress.table.accounts.length,
    netCapital: capitalJson(answer.netCapital),
    scenarios: answer.results.map((result) => resultJson(result, nameOf)),
    ...(answer.reverse.length > 0 && {
      reverse: answer.reverse.map(({ kind, found }) => ({ firm: kind, ...breakJson(found) })),
    }),
    ...(answer.accounts.length > 0 && {
      accountReverse: answer.accounts.map(({ account, called, unsecured }) => ({
        account,
        called: breakJson(called),
        unsecured: breakJson(unsecured),
      })),
    }),
    clients: stress.clients.list().map(({ client, accounts: own, positions }) => ({
      client,
      accounts: own.map(({ account }) => nameOf(account)),
      positions: positions.slice(0, NAMED).map(({ value, ...position }) => ({
        ...position,
        ...(value !== undefined && { value: formatDollars(value) }),
      })),
    })),
  };
}

function resultJson(result: ScenarioResult, nameOf: (row: number) => string): object {
  const { scenario, accounts, liquidity } = result;
  const worst = accounts.short
    .filter(({ call, unsecured }) => call > 0 || unsecured > 0)
    .sort((a, b) => b.unsecured - a.unsecured || b.call - a.call || a.account.account - b.account.account);
  return {
    scenario: scenario.name,
    title: scenario.title,
    underWater: result.underWater,
    unsecured: formatDollars(result.unsecured),
    called: result.called,
    calls: formatDollars(result.calls),
    calledHeld: result.calledHeld,
    callsHeld: formatDollars(result.callsHeld),
    netCapital: capitalJson(result.netCapital),
    netCapitalCallsUnmet: capitalJson(result.netCapitalCallsUnmet),
    assumed: result.assumed,
    assumedVolatilities: result.assumedVolatilities,
    unknown: accounts.unknown.map(({ account, troubles }) => ({
      account: nameOf(account.account),
      troubles: troubles.map((trouble) => trouble.toJSON()),
    })),
    names: result.names.slice(0, NAMED).map(withDollars),
    clients: result.clients.slice(0, NAMED).map(withDollars),
    accounts: worst.slice(0, NAMED).map(({ account, netLiquidation, excess, excessHeld }) => ({
      account: nameOf(account.account),
      netLiquidation: formatDollars(netLiquidation),
      excess: formatDollars(excess),
      excessHeld: formatDollars(excessHeld),
    })),
    liquidity: withDollars(liquidity),
  };
}

const AMOUNTS = new Set(["unsecured", "call", "covered", "loss", "lossElsewhere", "sold", "met", "uncovered"]);

/** An amount that is not known is null. */
function withDollars(entry: object): object {
  const dollars = (amount: Cents | undefined): string | null => (amount === undefined ? null : formatDollars(amount));
  return Object.fromEntries(
    Object.entries(entry).map(([field, value]) => [
      field,
      AMOUNTS.has(field) ? dollars(value as Cents | undefined) : value,
    ]),
  );
}

function capitalJson(answer: NetCapitalAnswer | undefined): object | null {
  if (answer === undefined) return null;
  if (answer.kind === "unknown")
    return { answer: "unknown", troubles: answer.troubles.map((trouble) => trouble.toJSON()) };
  const { netCapital, requirement, excess, tier } = answer;
  return {
    answer: "figure",
    netCapital: formatDollars(netCapital),
    requirement: formatDollars(requirement),
    excess: formatDollars(excess),
    tier: tier?.name ?? null,
  };
}

function breakJson({ direction, move, isProven, troubles }: Break): object {
  return {
    of: direction.of,
    sign: direction.sign,
    move: move ?? null,
    proven: isProven,
    ...(troubles.length > 0 && { troubles: troubles.map((trouble) => trouble.toJSON()) }),
  };
}

/** The grid, and what breaks the firm. */
export function stressInWords(stress: Stress, answer: StressAnswer): string {
  const header = [
    "scenario",
    "under water",
    "unsecured",
    "called",
    "calls",
    "held",
    "net capital",
    "tier",
    "calls unmet",
  ];
  const rows = answer.results.map((result) => [
    result.scenario.name,
    String(result.underWater),
    displayDollars(result.unsecured),
    String(result.called),
    displayDollars(result.calls),
    displayDollars(result.callsHeld),
    capitalInWords(result.netCapital),
    tierInWords(result.netCapital),
    `${capitalInWords(result.netCapitalCallsUnmet)} ${tierInWords(result.netCapitalCallsUnmet)}`.trim(),
  ]);
  const notes = answer.results.flatMap((result) => notesOf(result, stress));
  const broken = answer.reverse.map(({ kind, found }) => firmInWords(kind, found));
  const accounts = answer.accounts.flatMap(({ account, called, unsecured }) => [
    `${account}: ${breakInWords(called, ["is called", "not called"])}; ${breakInWords(unsecured, ["is unsecured", "not unsecured"])}`,
  ]);
  return [
    `${stress.table.accounts.length} margin accounts on ${formatDay(stress.asOf)}; net capital ${capitalInWords(answer.netCapital)}${standingTier(answer.netCapital)}`,
    textTable([header, ...rows], new Set([0, 7])),
    ...clientsInWords(stress, answer.results),
    ...(notes.length > 0 ? [[...new Set(notes)].join("\n")] : []),
    ...(broken.length > 0 ? [["What breaks the firm:", ...broken.map((text) => `  ${text}`)].join("\n")] : []),
    ...(accounts.length > 0 ? [["What breaks an account:", ...accounts.map((text) => `  ${text}`)].join("\n")] : []),
  ].join("\n\n");
}

function notesOf(result: ScenarioResult, stress: Stress): string[] {
  const { scenario, accounts, names, liquidity, assumed, assumedVolatilities } = result;
  const notes: string[] = [];
  const [largest] = names;
  if (largest !== undefined)
    notes.push(
      `${scenario.name}: most of what is unsecured comes from ${largest.instrument}, ${displayDollars(largest.unsecured)}`,
    );
  const { sold, met, uncovered, slowest } = liquidity;
  if (uncovered > 0)
    notes.push(
      `${scenario.name}: closing positions worth ${displayDollars(sold)} meets ${displayDollars(met)} of the calls; ${displayDollars(uncovered)} stays uncovered when all is closed (an estimate)`,
    );
  if (slowest !== undefined && slowest.days > 1)
    notes.push(
      `${scenario.name}: ${uncovered > 0 ? "that takes" : "to meet all calls by selling takes"} ${slowest.days.toFixed(1)} days in ${slowest.instrument} (an estimate)`,
    );
  if (accounts.unknown.length > 0)
    notes.push(`cannot say of ${accounts.unknown.length} accounts: ${accounts.unknown[0].troubles[0].message}`);
  if (assumed > 0)
    notes.push(
      `${scenario.name}: ${assumed} of ${stress.subject.books.instruments.size} instruments moved by an assumption`,
    );
  if (assumedVolatilities > 0)
    notes.push(
      `${assumedVolatilities} options valued at an assumed volatility, because their price implies none: ${scenario.name}`,
    );
  return notes;
}

function capitalInWords(answer: NetCapitalAnswer | undefined): string {
  if (answer === undefined) return "-";
  return answer.kind === "unknown" ? "cannot say" : displayDollars(answer.netCapital);
}

function tierInWords(answer: NetCapitalAnswer | undefined): string {
  if (answer?.kind !== "figure") return "";
  return answer.tier?.name ?? (answer.excess < 0 ? "below minimum" : "");
}

function standingTier(answer: NetCapitalAnswer | undefined): string {
  const tier = tierInWords(answer);
  return tier === "" ? "" : ` (${tier})`;
}

/** What breaks the firm, as a sentence goes on that began with "the firm". */
export function firmInWords(kind: FirmBreak, found: Break): string {
  return breakInWords(
    found,
    kind === "loss"
      ? ["loses more than it may", "does not lose more than it may"]
      : ["has too little capital", "has enough capital"],
  );
}

function breakInWords(
  { direction: { of, instruments, sign }, move, troubles }: Break,
  [what, not]: readonly [string, string],
): string {
  const mover = of === "all" ? "everything" : of === "index" ? "the index" : instruments.join(", ");
  const way = sign < 0 ? "falls" : "rises";
  if (troubles.length > 0) return `cannot say when ${mover} ${way}: ${troubles[0].message}`;
  if (move === undefined) return `${not} however far ${mover} ${way}`;
  return move === 0 ? `${what} as it stands` : `${what} when ${mover} ${way} ${(Math.abs(move) * 100).toFixed(2)}%`;
}
