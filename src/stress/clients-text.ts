/** Clients for a terminal: who is hit hardest by each scenario, and the largest positions, other firms included. */
import { formatDecimal } from "../base/decimal.ts";
import { type Cents, displayDollars } from "../base/money.ts";
import type { ClientPosition } from "./concentration.ts";
import type { ScenarioResult, Stress } from "./stress.ts";
import { textTable } from "./text-table.ts";

/** Clients that are named for each scenario. */
const WORST = 3;
/** Positions that are named. */
const POSITIONS = 10;

/** Parts of the answer in their order; none where no client is hit, or none holds anything. */
export function clientsInWords(stress: Stress, results: readonly ScenarioResult[]): readonly string[] {
  const losses = results.flatMap(({ scenario, clients }) =>
    clients
      .slice(0, WORST)
      .map(({ client, unsecured, call, covered, loss, lossElsewhere }) => [
        scenario.name,
        client,
        ...[unsecured, call, covered, loss, lossElsewhere].map(amountInWords),
      ]),
  );
  const positions = stress.clients
    .list()
    .flatMap(({ client, positions: own }) => own.map((position) => ({ client, position })))
    .sort((a, b) => Math.abs(b.position.value ?? 0) - Math.abs(a.position.value ?? 0))
    .slice(0, POSITIONS)
    .map(({ client, position }) => [client, ...positionInWords(stress, position)]);
  const lossHeader = ["scenario", "client", "unsecured", "called", "covered by its others", "loses", "at other firms"];
  const positionHeader = ["client", "name", "here", "elsewhere", "firms", "worth", "days of volume", "of outstanding"];
  const left = new Set([0, 1]);
  return [
    ...(losses.length > 0
      ? [`Clients, with their positions at other firms:\n${textTable([lossHeader, ...losses], left)}`]
      : []),
    ...(positions.length > 0
      ? [`The largest positions of clients, as they stand:\n${textTable([positionHeader, ...positions], left)}`]
      : []),
  ];
}

function positionInWords(
  { subject: { books } }: Stress,
  { instrument, here, elsewhere, firms, value, daysOfVolume, shareOutstanding }: ClientPosition,
): readonly string[] {
  const scale = books.instruments.columns.scale[books.instruments.findText(instrument)];
  return [
    instrument,
    formatDecimal(here, scale),
    formatDecimal(elsewhere, scale),
    String(firms),
    amountInWords(value),
    daysOfVolume === undefined ? "-" : daysOfVolume.toFixed(1),
    shareOutstanding === undefined ? "-" : `${(shareOutstanding * 100).toFixed(1)}%`,
  ];
}

function amountInWords(amount: Cents | undefined): string {
  return amount === undefined ? "cannot say" : displayDollars(amount);
}
