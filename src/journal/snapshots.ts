/**
 * The snapshots of a directory: written aside, renamed when durable, the newest few kept, and the newest good one found. A
 * damaged snapshot is never an error: there is an older one, and in the end the whole journal.
 */
import { join } from "node:path";
import { type Section, SectionReader } from "../base/state.ts";
import { type FileLayer, nodeFiles } from "./file-layer.ts";
import { SNAPSHOTS_KEPT } from "./limits.ts";
import {
  type Contents,
  readSnapshotContents,
  readSnapshotSections,
  type SnapshotMeta,
  writeSnapshot,
} from "./snapshot-file.ts";
import { diskTrouble } from "./trouble.ts";

export type { SnapshotMeta } from "./snapshot-file.ts";

const NAME = /^\d{16}\.snapshot$/;
const UNFINISHED = /^\d{16}\.snapshot\.new$/;

export interface Snapshot {
  readonly file: string;
  readonly meta: SnapshotMeta;
  readonly sections: SectionReader;
}

/** A snapshot that was passed over, and why. */
export interface SkippedSnapshot {
  readonly file: string;
  readonly reason: string;
}

interface Listed {
  readonly file: string;
  readonly contents: Contents;
}

export class SnapshotStore {
  readonly #directory: string;
  readonly #layer: FileLayer;

  constructor(directory: string, layer: FileLayer = nodeFiles) {
    this.#directory = directory;
    this.#layer = layer;
  }

  /**
   * Writes a snapshot, durably, and then removes all but the newest few. Blocks; the sections may be made one at a time while
   * they are written. Throws `disk-full` or `journal-failed`: then the older snapshots are as they were.
   */
  save(meta: SnapshotMeta, sections: Iterable<Section>): void {
    try {
      this.#layer.makeDirectory(this.#directory);
      this.#removeUnfinished();
      writeSnapshot(
        this.#layer,
        join(this.#directory, `${String(meta.seq).padStart(16, "0")}.snapshot`),
        meta,
        sections,
      );
      for (const { file } of this.#survey([]).slice(SNAPSHOTS_KEPT)) this.#layer.remove(file);
    } catch (error) {
      throw diskTrouble(error);
    }
  }

  /** What the snapshots say of themselves, the newest first; unreadable ones are left out. Their sections are not looked at. */
  list(): SnapshotMeta[] {
    return this.#survey([]).map(({ contents }) => contents.meta);
  }

  /**
   * The newest snapshot that `accept` takes and that is whole, and those that were passed over on the way. `accept` is where the
   * caller holds the chain hash, the rulebooks and the version of the program against its own.
   */
  latest(accept: (meta: SnapshotMeta) => boolean): {
    readonly snapshot?: Snapshot;
    readonly skipped: readonly SkippedSnapshot[];
  } {
    const skipped: SkippedSnapshot[] = [];
    for (const { file, contents } of this.#survey(skipped)) {
      const { meta } = contents;
      if (!accept(meta)) {
        skipped.push({
          file,
          reason: `the snapshot of record ${meta.seq} does not belong to this journal, program and rulebooks`,
        });
        continue;
      }
      try {
        const sections = new SectionReader(readSnapshotSections(this.#layer, file, contents));
        return { snapshot: { file, meta, sections }, skipped };
      } catch (error) {
        skipped.push({ file, reason: diskTrouble(error).message });
      }
    }
    return { skipped };
  }

  /** The snapshots with a readable table of contents, the newest first; the others go to `skipped`. */
  #survey(skipped: SkippedSnapshot[]): Listed[] {
    const listed: Listed[] = [];
    const names = this.#layer.list(this.#directory).filter((name) => NAME.test(name));
    for (const name of names.sort().reverse()) {
      const file = join(this.#directory, name);
      try {
        listed.push({ file, contents: readSnapshotContents(this.#layer, file) });
      } catch (error) {
        skipped.push({ file, reason: diskTrouble(error).message });
      }
    }
    return listed;
  }

  /** What a crash left of a snapshot that was being written. */
  #removeUnfinished(): void {
    for (const name of this.#layer.list(this.#directory))
      if (UNFINISHED.test(name)) this.#layer.remove(join(this.#directory, name));
  }
}
