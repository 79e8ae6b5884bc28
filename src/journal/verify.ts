/** `verifyJournal`: walks everything that a journal has on disk and says what it found. Writes nothing; the journal may be in use. */
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { type FileLayer, nodeFiles, readAll } from "./file-layer.ts";
import { type Identity, identityOf } from "./identity.ts";
import { MARK_FILE, type MarkReading, readMark } from "./mark.ts";
import { listSegments, SEGMENT_HEADER_BYTES, segmentPath, statedIdentity } from "./segment-file.ts";
import { type Damage, Survey } from "./survey.ts";
import { diskTrouble } from "./trouble.ts";

export interface Verification {
  readonly segments: number;
  readonly frames: number;
  readonly records: number;
  readonly recordBytes: number;
  readonly lastSeq: number;
  /** The last record that the mark, or a later frame, says was acknowledged. */
  readonly acknowledgedSeq: number;
  /** The chain hash of the last frame, in hexadecimal: to be kept elsewhere, it vouches for the whole journal. */
  readonly chainHash: string;
  /** Bytes above the last record: a frame that is being written, or one that a crash tore and the next opening will cut. */
  readonly tailBytes: number;
  /** Empty for a sound journal. */
  readonly problems: readonly Damage[];
}

/** Checks checksums, chain hashes, sequence, record lengths and marks. Throws `bad-document` where there is no journal. */
export function verifyJournal(directory: string, layer: FileLayer = nodeFiles): Verification {
  try {
    return verify(directory, layer);
  } catch (error) {
    throw diskTrouble(error);
  }
}

function verify(directory: string, layer: FileLayer): Verification {
  const reading = readMarkFile(directory, layer);
  const segments = listSegments(layer, directory);
  const identity = reading?.identity ?? identityInSegment(directory, layer, segments);
  if (identity === undefined)
    throw new Trouble("bad-document", "there is no journal here", { origin: { file: directory } });
  const survey = new Survey({ layer, directory, identity, mark: reading?.mark, fromSeq: 1, thorough: true }).run();
  const markProblems: Damage[] = [];
  if (reading === undefined || reading.readable < 2) {
    const what =
      reading === undefined
        ? "neither copy of the mark can be read"
        : "one of the two copies of the mark cannot be read";
    markProblems.push({ seq: survey.lastSeq, file: join(directory, MARK_FILE), what });
  }
  return {
    segments: segments.length,
    frames: survey.frames,
    records: survey.records,
    recordBytes: survey.recordBytes,
    lastSeq: survey.lastSeq,
    acknowledgedSeq: survey.acknowledgedSeq,
    chainHash: Buffer.from(survey.hash).toString("hex"),
    tailBytes: survey.debris.reduce((sum, { from, to }) => sum + to - from, 0),
    problems: [...survey.damage, ...markProblems],
  };
}

function readMarkFile(directory: string, layer: FileLayer): MarkReading | undefined {
  if (!layer.list(directory).includes(MARK_FILE)) return undefined;
  const path = join(directory, MARK_FILE);
  const file = layer.open(path, "read");
  try {
    return readMark(layer, file, path);
  } finally {
    layer.close(file);
  }
}

/** Who the journal is, by its first segment: for when the mark is lost. */
function identityInSegment(directory: string, layer: FileLayer, segments: readonly number[]): Identity | undefined {
  if (segments.length === 0) return undefined;
  const file = layer.open(segmentPath(directory, segments[0]), "read");
  try {
    const header = new Uint8Array(SEGMENT_HEADER_BYTES);
    readAll(layer, file, header, 0);
    return identityOf(statedIdentity(header));
  } finally {
    layer.close(file);
  }
}
