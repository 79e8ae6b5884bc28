/** Starts the engine of a firm on disk. */
import { type DiskJournal, openJournal } from "../journal/disk.ts";
import { journalDirectory, snapshotStore } from "./directory.ts";
import { Engine } from "./engine.ts";
import { recover, type Recovered } from "./recovery.ts";
import { SnapshotMaker, type SnapshotOptions } from "./snapshot-maker.ts";

export interface OpenFirm {
  readonly engine: Engine;
  readonly journal: DiskJournal;
  readonly recovered: Recovered;
  /** Takes snapshots in another process. */
  readonly snapshots: SnapshotMaker;
  /** Makes everything durable and lets go of the directory. */
  close(): Promise<void>;
}

/**
 * Opens the firm in a directory, or starts it there, and makes this process its only writer. Rejects with
 * `journal-in-use`, `journal-corrupt`, `journal-version`, `disk-full` or `journal-failed`.
 */
export async function openFirm(directory: string, options: SnapshotOptions = {}): Promise<OpenFirm> {
  const store = snapshotStore(directory);
  const newest = store.list()[0];
  const journal = await openJournal({
    directory: journalDirectory(directory),
    ...(newest !== undefined && { checkFromSeq: newest.seq + 1 }),
  });
  try {
    const recovered = recover(journal, store);
    const engine = new Engine(journal, recovered.state);
    const snapshots = new SnapshotMaker(directory, engine, options);
    const close = async (): Promise<void> => {
      await snapshots.close();
      await engine.close();
    };
    return { engine, journal, recovered, snapshots, close };
  } catch (error) {
    await journal.close();
    throw error;
  }
}
