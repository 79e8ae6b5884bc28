/**
 * The auditor of the running bands: every account's band from the books alone, what the ladder was told of it, and of some
 * accounts the explained margin to the cent. Any difference is a fault of the program.
 *
 * A firm of a million accounts is audited in slices, a slice each time: the accounts are cut into as many as it takes for none
 * to be larger than asked, in turn by the number of their rows, so that as many audits as there are slices see all of them.
 */
import { type Cents, formatDollars, ZERO } from "../base/money.ts";
import { BAND_UNKNOWN } from "./ladder/boundaries.ts";
import type { MarginMonitor } from "./monitor.ts";
import type { RunningRungs } from "./running/rungs.ts";

export interface AuditScope {
  /** Accounts whose bands are held against the books, at most; all where absent. */
  readonly accounts?: number;
  /** Which slice, where they are cut into slices. */
  readonly turn?: number;
  /** Accounts of those that are explained, evenly spread. */
  readonly explained?: number;
}

const EXPLAINED = 500;

/** How many accounts are past how many boundaries: from one to all, those that are not known last. */
export type AccountsByBand = readonly number[];

/** Every difference, in words; none, if the program is right, or no margin rulebook is in force. */
export function auditMargin(monitor: MarginMonitor, scope: AuditScope = {}): string[] {
  const { rungs, ladder } = monitor;
  if (rungs === undefined) return [];
  const principals = sliceOf(rungs, scope);
  const every = Math.max(1, Math.ceil(principals.length / (scope.explained ?? EXPLAINED)));
  return [
    ...principals.flatMap((account, index) => [
      ...bandDifferences(monitor, rungs, account),
      ...(index % every === 0 ? explainedDifferences(monitor, rungs, account) : []),
    ]),
    ...severeStressDifferences(monitor),
    ...ladder
      .accounts()
      .filter((account) => rungs.account(account) === undefined && ladder.standing(account).band !== 0)
      .map((account) => `${monitor.nameOf(account)}: on the ladder in a band, and no margin account`),
  ];
}

/** What was stated of severe stress scenarios is what the ladder knows of it, whatever happened in between. */
function severeStressDifferences(monitor: MarginMonitor): string[] {
  const { ladder } = monitor;
  const stated = monitor.severeStress();
  const known = new Map(
    ladder.calls
      .standing()
      .filter(({ layer, covered }) => layer === "stress" && covered === null)
      .map(({ account, deficiency }) => [account, deficiency]),
  );
  return [...new Set([...stated.keys(), ...known.keys()])]
    .filter((account) => stated.get(account) !== known.get(account))
    .map(
      (account) =>
        `${monitor.nameOf(account)}: ${inWords(stated.get(account) ?? ZERO)} stated of severe stress, ${inWords(known.get(account) ?? ZERO)} on the ladder`,
    );
}

function sliceOf(rungs: RunningRungs, { accounts = Infinity, turn = 0 }: AuditScope): number[] {
  const slices = Math.max(1, Math.ceil(rungs.size / accounts));
  return [...rungs.principals()].filter((account) => account % slices === turn % slices).sort((a, b) => a - b);
}

function bandDifferences(monitor: MarginMonitor, rungs: RunningRungs, account: number): string[] {
  const running = rungs.band(account);
  const scratch = bandBy(rungs.excessFromScratch(account));
  const told = monitor.ladder.standing(account).band;
  const name = monitor.nameOf(account);
  return [
    ...(running === scratch ? [] : [`${name}: band ${running} running, ${scratch} from scratch`]),
    ...(running === told ? [] : [`${name}: band ${running} running, ${told} on the ladder`]),
  ];
}

/** Boundaries are nested: the account is past all before the first that it is not past. */
function bandBy(excess: Float64Array): number {
  if (excess.some(Number.isNaN)) return BAND_UNKNOWN;
  const first = excess.findIndex((over) => over >= 0);
  return first === -1 ? excess.length : first;
}

/** The explained excess against the one over the boundary of a call, from the same books. */
function explainedDifferences(monitor: MarginMonitor, rungs: RunningRungs, account: number): string[] {
  const call = monitor.ladder.boundaries.findIndex(({ code }) => code === "call");
  const explained = monitor.marginOf(account);
  const excess = rungs.excessFromScratch(account)[call];
  const said = explained === undefined || explained.troubles.length > 0 ? Number.NaN : explained.excess;
  if (Object.is(said, excess) || said === excess) return [];
  return [`${monitor.nameOf(account)}: excess ${inWords(excess)} by positions, ${inWords(said)} explained`];
}

function inWords(cents: number): string {
  return Number.isNaN(cents) ? "unknown" : formatDollars(cents as Cents);
}

/** What a running firm tells its auditor; null while no margin rulebook is in force. */
export function accountsByBand({ rungs, ladder }: MarginMonitor): AccountsByBand | null {
  if (rungs === undefined) return null;
  return [...ladder.boundaries.map((_, index) => index + 1), BAND_UNKNOWN].map((band) => rungs.accountsIn(band).length);
}

/** Where what a running firm told differs from what `monitor` says, which was audited at the same fact. */
export function toldBandDifferences(told: AccountsByBand | null, monitor: MarginMonitor): string[] {
  const audited = accountsByBand(monitor);
  if (told === null || audited === null)
    return told === audited ? [] : [`margin is ${told === null ? "unknown" : "known"} running, from scratch the other`];
  return audited.flatMap((count, index) => {
    if (count === told[index]) return [];
    const which = index === audited.length - 1 ? "accounts not known" : `accounts past ${index + 1} boundaries`;
    return [`${which}: running ${told[index]}, from scratch ${count}`];
  });
}
