/** A firm on disk: one directory with its journal and its snapshots. What is here only reads; another process may write. */
import { join } from "node:path";
import { type JournalReader, openJournalReader } from "../journal/reader.ts";
import { SnapshotStore } from "../journal/snapshots.ts";
import { FirmState } from "./firm-state.ts";
import { recover, type Recovered, replay, type Until } from "./recovery.ts";

export function journalDirectory(directory: string): string {
  return join(directory, "journal");
}

export function snapshotStore(directory: string): SnapshotStore {
  return new SnapshotStore(join(directory, "snapshots"));
}

/** The state of the firm in a directory, read without writing; another process may be writing. */
export function readFirm(directory: string, until: Until = {}): Recovered {
  const reader = openJournalReader({ directory: journalDirectory(directory) });
  try {
    return recover(reader, snapshotStore(directory), until);
  } finally {
    reader.close();
  }
}

/**
 * The same from the first fact on, with everything that follows from the facts: effects and calls that have left the memory of
 * a running firm are kept. It takes as long as a replay of the whole journal.
 */
export function readFirmWhole(directory: string, until: Until = {}): FirmState {
  const reader = readJournal(directory);
  const state = new FirmState();
  state.outbox.keepAll();
  state.margin.ladder.calls.keepAll();
  try {
    replay(state, reader, until);
    return state;
  } finally {
    reader.close();
  }
}

/** The journal of the firm in a directory, for reading. */
export function readJournal(directory: string): JournalReader {
  return openJournalReader({ directory: journalDirectory(directory) });
}
