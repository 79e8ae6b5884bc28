/**
 * Everything that must always hold (docs/architecture.md), checked on a journal that exists: it is sound, replaying it
 * gives one state, every snapshot leads to that same state, and the state keeps its invariants.
 */
import { SectionReader } from "../base/state.ts";
import { auditMargin } from "../margin/audit.ts";
import { auditNetCapital } from "../net-capital/audit.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import { verifyJournal } from "../journal/verify.ts";
import { journalDirectory, readJournal, snapshotStore } from "./directory.ts";
import { FirmState } from "./firm-state.ts";
import { recover, replay } from "./recovery.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was counted, or what is wrong. */
  readonly detail: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly lastSeq: number;
  readonly stateHash: string;
  readonly chainHash: string;
}

function check(name: string, problems: readonly string[], fine: string): Check {
  const [first] = problems;
  if (first === undefined) return { name, ok: true, detail: fine };
  return { name, ok: false, detail: problems.length === 1 ? first : `${first} (and ${problems.length - 1} more)` };
}

/** The invariants of a state, whatever it came from. */
export function verifyState(state: FirmState): Check[] {
  const { books, netCapital, margin, refusals } = state;
  const assetName = (asset: number): string => books.names.text(books.instruments.nameId(asset));
  const imbalances = books.ledger.verifyConservation();
  return [
    check(
      "every asset sums to zero",
      imbalances.map(({ asset, basis, difference }) => `${assetName(asset)} by ${basis}: ${difference}`),
      `${books.instruments.size} assets, ${books.ledger.size} balances, by trade date and by settlement date`,
    ),
    check(
      "a position equals the sum of its lots",
      books.lots.verify().map((row) => `ledger row ${row}`),
      `${books.ledger.size} balances`,
    ),
    check(
      "running net capital equals net capital from scratch",
      auditNetCapital(books, netCapital),
      describe(netCapital.answer()),
    ),
    check(
      "running bands of margin equal those from scratch",
      auditMargin(margin),
      margin.rungs === undefined ? "no margin rulebook is in force" : `${margin.rungs.size} margin accounts`,
    ),
    check(
      "every fact could be applied",
      refusals.kept.map(({ seq, kind, message }) => `fact ${seq}, ${kind}: ${message}`),
      `${state.seq} facts`,
    ),
  ];
}

function describe(answer: NetCapitalAnswer): string {
  return answer.kind === "figure" ? `net capital ${answer.netCapital} cents` : "cannot say, both ways";
}

/** Checks the firm in a directory. Writes nothing. Throws `bad-document` where there is none. */
export function verifyFirm(directory: string): VerifyReport {
  const journal = verifyJournal(journalDirectory(directory));
  const sound = check(
    "the journal is sound",
    journal.problems.map(({ seq, file, what }) => `fact ${seq}, ${file}: ${what}`),
    `${journal.records} facts in ${journal.frames} frames, ${journal.segments} segments; chain ${journal.chainHash.slice(0, 16)}`,
  );
  if (!sound.ok)
    return { ok: false, checks: [sound], lastSeq: journal.lastSeq, stateHash: "", chainHash: journal.chainHash };
  const reader = readJournal(directory);
  try {
    const { state } = recover(reader, undefined, { seq: journal.lastSeq });
    const stateHash = state.hash();
    const checks = [sound, ...snapshotChecks(directory, reader, state.seq, stateHash), ...verifyState(state)];
    return { ok: checks.every(({ ok }) => ok), checks, lastSeq: state.seq, stateHash, chainHash: journal.chainHash };
  } finally {
    reader.close();
  }
}

/** The newest usable snapshot and the facts after it lead to the state that all facts lead to, and so does a copy. */
function snapshotChecks(
  directory: string,
  reader: ReturnType<typeof readJournal>,
  seq: number,
  stateHash: string,
): Check[] {
  const { state, snapshot, skipped } = recover(reader, snapshotStore(directory), { seq });
  const passedOver = skipped.length === 0 ? "" : `; ${skipped.length} passed over`;
  if (snapshot === undefined) return [check("restored equals replayed", [], `no usable snapshot${passedOver}`)];
  const restored = state.hash();
  const atSnapshot = new FirmState();
  replay(atSnapshot, reader, { seq: snapshot.seq });
  const copy = new FirmState();
  copy.restore(new SectionReader(state.sections()));
  const problems = [
    ...(restored === stateHash ? [] : [`restored from fact ${snapshot.seq}: ${restored}, replayed: ${stateHash}`]),
    ...(atSnapshot.hash() === snapshot.stateHash
      ? []
      : [`the snapshot of fact ${snapshot.seq} says another state hash`]),
    ...(copy.hash() === stateHash ? [] : ["a copy of the state has another hash"]),
  ];
  return [check("restored equals replayed", problems, `snapshot of fact ${snapshot.seq}${passedOver}`)];
}
