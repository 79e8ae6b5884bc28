/**
 * The process of `SnapshotMaker`: recovers the firm in the directory that it is given as a restart would, and writes what
 * it got. Prints what the snapshot says of itself.
 */
import { setPriority } from "node:os";
import { assert } from "../base/assert.ts";
import { hashSections } from "../base/state.ts";
import { codeVersion } from "./code-version.ts";
import { readJournal, snapshotStore } from "./directory.ts";
import { recover } from "./recovery.ts";

/** The engine comes first on a machine with few cores. */
const PRIORITY = 19;

setPriority(PRIORITY);
const directory = process.argv[2];
assert(directory !== undefined, "the snapshot process is given the firm's directory");
const reader = readJournal(directory);
const { state } = recover(reader, snapshotStore(directory));
const { seq } = state;
const chainHash = reader.chainHashAt(seq);
assert(chainHash !== undefined, "what was read from the journal is in it");
const sections = state.sections();
const rulebooks = state.books.rulebooks.versions();
const meta = { seq, stateHash: hashSections(sections), codeVersion: codeVersion(), rulebooks, chainHash };
snapshotStore(directory).save(meta, sections);
reader.close();
process.stdout.write(JSON.stringify(meta));
