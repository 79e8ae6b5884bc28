/**
 * The journal: one ordered, durable sequence of records. It knows nothing of what a record means: a record is bytes whose
 * first four are its length (u32, little endian, a multiple of eight), and it gets the next sequence number.
 */

/** Records that became durable together: whole appends, never a part of one. */
export interface Frame {
  /** Sequence number of the first record; the first record of a journal is 1. */
  readonly firstSeq: number;
  readonly count: number;
  /** The records, back to back, starting at a byte offset of their buffer that is a multiple of eight. */
  readonly bytes: Uint8Array;
}

export interface Journal {
  /** Sequence number of the last record appended, durable or not; 0 where there is none. */
  readonly lastSeq: number;
  /** Sequence number of the last durable record. */
  readonly durableSeq: number;
  /**
   * Appends `count` records, all or nothing, and resolves with the sequence number of the last one when they are durable.
   * Sequence numbers are given at the call, in the order of calls; `records` is copied before it returns.
   * Rejects with `disk-full` or `journal-failed`, after which every later append rejects too.
   */
  append(records: Uint8Array, count: number): Promise<number>;
  /** Durable frames from the one that holds `fromSeq`, its earlier records cut off, to the last one at the time of the call. */
  read(fromSeq: number): Iterable<Frame>;
  /** Like `read`, then every later frame as it becomes durable, until `signal` aborts. */
  follow(fromSeq: number, signal: AbortSignal): AsyncIterable<Frame>;
  /** Makes everything durable and lets go of the files. */
  close(): Promise<void>;
}
