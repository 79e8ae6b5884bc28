/** The journal's limits: each with its unit, and why it is what it is. */
import { assert } from "../base/assert.ts";

const MEBIBYTE = 2 ** 20;

/** Bytes of a new segment file, written with zeros ahead of use. Large enough that files are few, small enough to prepare in a blink. */
export const SEGMENT_BYTES_DEFAULT = 64 * MEBIBYTE;

/** Bytes of the smallest segment that may be asked for: below this the headers would outweigh the records. */
export const SEGMENT_BYTES_MIN = 4096;

/** The part of a segment that may fill before the next one is asked for: leaves the rest as time to prepare it. */
export const SEGMENT_PREPARE_AT = 1 / 4;

/** Bytes of zeros written and synced at a time while a segment is prepared, so that commits in between wait little. */
export const PREPARE_SLICE_BYTES = 4 * MEBIBYTE;

/** Bytes of the ring between the appending and the writing thread; also the most that gathers in one frame. */
export const RING_BYTES = 8 * MEBIBYTE;

/** Bytes of one append, which is never split over frames. A frame's length is a u32, and one write is below 2 GiB. */
export const APPEND_BYTES_MAX = 1024 * MEBIBYTE;

/** Bytes that may wait in memory for the disk, beyond the ring. An append that would pass it is refused with `table-full`. */
export const WAITING_BYTES_MAX = 2048 * MEBIBYTE;

/** Milliseconds without work after which the acknowledged-up-to mark is synced. Longer than the gap between commits under load. */
export const MARK_IDLE_MS = 5;

/** Bytes read from a file at a time: well past the point where a read costs by the byte and not by the call. */
export const READ_CHUNK_BYTES = 4 * MEBIBYTE;

/** Milliseconds between two looks at the mark by a reader in another process. */
export const FOLLOW_POLL_MS = 10;

/** Snapshots kept: the newest, one to fall back to, and one more for when the fault is older than it seems. */
export const SNAPSHOTS_KEPT = 3;

/** Bytes of a snapshot section checksummed at a time, right after they were read: fits in the cache of a core. */
export const SNAPSHOT_SLICE_BYTES = MEBIBYTE;

assert(RING_BYTES < SEGMENT_BYTES_DEFAULT, "a frame gathered from the ring fits in a segment");
assert(APPEND_BYTES_MAX < 2 ** 31, "an append and its header can be written by one call");
assert(WAITING_BYTES_MAX >= APPEND_BYTES_MAX, "the largest append may wait");
