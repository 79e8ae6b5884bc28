/**
 * What the three threads of an embedded journal share.
 *
 *   appending thread ── ring, `requested` ──▶ writing thread ── `spare` ──▶ preparing thread
 *        (disk.ts)   ◀──── `durable` ────   (writer-worker.ts)            (preparer-worker.ts)
 *
 * The appending thread never waits for the other two. The writing thread waits for the preparing one only when a segment is full
 * before the next is ready.
 */
import type { PortableTrouble } from "./trouble.ts";
import type { Recovery } from "./segment-log.ts";

/** Places in the set that the appending thread publishes. */
export const REQUESTED = { ringEnd: 0, lastSeq: 1, largeAppends: 2, closing: 3, count: 4 } as const;
/** Places in the set that the writing thread publishes: all records up to `seq` are durable and marked. */
export const DURABLE = { seq: 0, ringReleased: 1, segment: 2, offset: 3, count: 4 } as const;

/** Words by which the writing thread has the next segment prepared. */
export const SPARE = { state: 0, segment: 1, count: 2 } as const;
/** What `SPARE.state` says: nothing asked for, asked for, being made, made or given up. */
export const SPARE_STATE = { idle: 0, wanted: 1, making: 2, over: 3 } as const;

export interface WriterData {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly checkFromSeq: number;
  readonly ring: SharedArrayBuffer;
  readonly requested: SharedArrayBuffer;
  readonly durable: SharedArrayBuffer;
  readonly spare: SharedArrayBuffer;
}

export interface PreparerData {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly identity: Uint8Array;
  readonly spare: SharedArrayBuffer;
}

/** An append that does not fit in the ring, handed over while the ring is empty. */
export interface LargeAppend {
  readonly records: Uint8Array;
  readonly count: number;
}

/** What the writing thread says besides what it publishes. */
export type WriterMessage =
  | { readonly kind: "opened"; readonly recovery: Recovery; readonly identity: Uint8Array }
  | { readonly kind: "failed"; readonly trouble: PortableTrouble };
