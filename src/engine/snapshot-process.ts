/**
 * The process of `SnapshotMaker`: recovers the firm in the directory that it is given as a restart would, up to the fact that
 * it is told; holds net capital and the bands of margin from scratch against the running ones, its own and those that the
 * running firm told; writes a snapshot of what it got, if asked. Prints the outcome.
 */
import { setPriority } from "node:os";
import { assert } from "../base/assert.ts";
import { hashSections } from "../base/state.ts";
import type { SnapshotMeta } from "../journal/snapshots.ts";
import { type AccountsByBand, auditMargin, toldBandDifferences } from "../margin/audit.ts";
import { auditNetCapital, type FiguresByName, toldDifferences } from "../net-capital/audit.ts";
import { codeVersion } from "./code-version.ts";
import { readJournal, snapshotStore } from "./directory.ts";
import type { FirmState } from "./firm-state.ts";
import { recover } from "./recovery.ts";

/** What the process is told. */
export interface SnapshotTask {
  readonly directory: string;
  /** The fact up to which to recover; it is durable. */
  readonly seq: number;
  /** The running figures after that fact. */
  readonly figures: FiguresByName;
  /** How many accounts are in which band after it. */
  readonly bands: AccountsByBand | null;
  /** Whether to write a snapshot. */
  readonly write: boolean;
}

/** What it prints. */
export interface SnapshotOutcome {
  /** What the snapshot says of itself, where one was written. */
  readonly meta?: SnapshotMeta;
  /** Of net capital, in words; none, if the program is right. */
  readonly differences: readonly string[];
  /** Of margin; absent while no margin rulebook is in force. */
  readonly marginDifferences?: readonly string[];
}

/** Margin accounts that one audit sees, and how many of them it explains; a larger firm is audited in turns. */
const ACCOUNTS_AUDITED = 100_000;

/** The engine comes first on a machine with few cores. */
const PRIORITY = 19;

setPriority(PRIORITY);
process.stdout.write(JSON.stringify(perform(JSON.parse(process.argv[2] ?? "") as SnapshotTask)));

function perform({ directory, seq, figures, bands, write }: SnapshotTask): SnapshotOutcome {
  const reader = readJournal(directory);
  const { state } = recover(reader, snapshotStore(directory), { seq });
  assert(state.seq === seq, "what is durable can be recovered");
  const { books, netCapital, margin } = state;
  const differences = [...toldDifferences(figures, netCapital), ...auditNetCapital(books, netCapital)];
  const marginDifferences = [
    ...toldBandDifferences(bands, margin),
    ...auditMargin(margin, { accounts: ACCOUNTS_AUDITED, turn: seq }),
  ];
  const isMargined = bands !== null || margin.rungs !== undefined;
  const meta = write ? save(directory, state, reader.chainHashAt(seq)) : undefined;
  reader.close();
  return { ...(meta !== undefined && { meta }), differences, ...(isMargined && { marginDifferences }) };
}

function save(directory: string, state: FirmState, chainHash: string | undefined): SnapshotMeta {
  assert(chainHash !== undefined, "what was read from the journal is in it");
  const sections = state.sections();
  const rulebooks = state.books.rulebooks.versions();
  const meta = {
    seq: state.seq,
    stateHash: hashSections(sections),
    codeVersion: codeVersion(),
    rulebooks,
    chainHash,
  };
  snapshotStore(directory).save(meta, sections);
  return meta;
}
