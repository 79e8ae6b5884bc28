/** A firm on disk: one directory with its journal and its snapshots. What is here only reads; another process may write. */
import { join } from "node:path";
import { type JournalReader, openJournalReader } from "../journal/reader.ts";
import { SnapshotStore } from "../journal/snapshots.ts";
import { recover, type Recovered, type Until } from "./recovery.ts";

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

/** The journal of the firm in a directory, for reading. */
export function readJournal(directory: string): JournalReader {
  return openJournalReader({ directory: journalDirectory(directory) });
}
