/**
 * The state of the firm at a point of its journal: the newest snapshot that fits, and the facts after it. Where no snapshot
 * fits, all facts from the first.
 */
import type { Instant } from "../base/time.ts";
import { AT_WORD } from "../facts/layout.ts";
import { recordsOf } from "../facts/records.ts";
import type { Frame } from "../journal/journal.ts";
import type { SkippedSnapshot, SnapshotMeta, SnapshotStore } from "../journal/snapshots.ts";
import { codeVersion } from "./code-version.ts";
import { FirmState } from "./firm-state.ts";

/** A journal on disk, written by this process or by another. */
export interface JournalSource {
  readonly durableSeq: number;
  read(fromSeq: number): Iterable<Frame>;
  chainHashAt(seq: number): string | undefined;
}

/** Where to stop: after a fact, after an instant, or at the end. */
export interface Until {
  /** Apply no fact after this sequence number. */
  readonly seq?: number;
  /** Apply no fact that was learned after this instant. */
  readonly at?: Instant;
}

export interface Recovered {
  readonly state: FirmState;
  /** The snapshot that it started from, if any. */
  readonly snapshot?: SnapshotMeta;
  readonly skipped: readonly SkippedSnapshot[];
  /** Facts applied after the snapshot. */
  readonly replayed: number;
}

/** Applies the journal's facts after the state's own, as far as `until` allows. Returns how many. */
export function replay(
  state: FirmState,
  source: JournalSource,
  { seq = Infinity, at = Infinity as Instant }: Until = {},
): number {
  const before = state.seq;
  for (const { firstSeq, count, bytes } of source.read(before + 1)) {
    if (at === Infinity && firstSeq + count - 1 <= seq) {
      state.applyBytes(bytes);
      continue;
    }
    const records = recordsOf(bytes);
    for (let byteOffset = 0; byteOffset < bytes.byteLength; byteOffset += records.u32[byteOffset >>> 2]) {
      if (state.seq >= seq || records.f64[(byteOffset >>> 3) + AT_WORD] > at) return state.seq - before;
      state.apply(records, byteOffset);
    }
  }
  return state.seq - before;
}

/** The state at `until`; `snapshots` shortens the way there. */
export function recover(source: JournalSource, snapshots: SnapshotStore | undefined, until: Until = {}): Recovered {
  const state = new FirmState();
  const end = Math.min(until.seq ?? Infinity, source.durableSeq);
  const code = codeVersion();
  const found =
    until.at !== undefined || snapshots === undefined
      ? { skipped: [] }
      : snapshots.latest(
          (meta) => meta.codeVersion === code && meta.seq <= end && meta.chainHash === source.chainHashAt(meta.seq),
        );
  if (found.snapshot !== undefined) state.restore(found.snapshot.sections);
  const replayed = replay(state, source, until);
  const { skipped } = found;
  return found.snapshot === undefined
    ? { state, skipped, replayed }
    : { state, skipped, replayed, snapshot: found.snapshot.meta };
}
