/**
 * The rulebooks of a running engine as the server sees them: versions, drafts, what they change and what they would do, as
 * plain JSON; and the way from a draft to a version in force, which takes two officers. What is written goes through facts.
 */
import { type Origin, Trouble } from "../base/errors.ts";
import { formatDay, formatInstant, type Instant } from "../base/time.ts";
import type { Engine, Recorded } from "../engine/engine.ts";
import { diffDocuments, previewDocument, readDocument, RULEBOOKS, type RulebookHeader } from "../engine/rulebooks.ts";
import type { RulebookDiff } from "../rulebook/diff.ts";
import type { RulebookDraft } from "../rulebook/drafts.ts";
import { draftProblems } from "../rulebook/header.ts";
import type { ActivatedRulebook } from "../rulebook/store.ts";
import type { Position } from "./live-firm.ts";
import { type PreviewJson, previewToJson } from "./preview-json.ts";

/** A version that was put in force. */
export interface VersionView {
  readonly version: string;
  readonly effective: string;
  /** Whether it is the one in force on the firm's business day. */
  readonly inForce: boolean;
  readonly approvedBy: string;
  readonly secondApproval: string;
  /** When the firm learned of it. */
  readonly at: string;
}

/** A draft without its document. */
export type DraftSummary = Omit<RulebookDraft, "document">;

export interface RulebookView {
  readonly rulebook: string;
  /** The version in force, or null. */
  readonly inForce: string | null;
  readonly versions: readonly VersionView[];
  /** The newest writing of each version that was ever drafted. */
  readonly drafts: readonly DraftSummary[];
}

/** A draft, and what it changes in the version in force; no changes where none is. */
export interface DraftView extends RulebookDraft {
  readonly diff: RulebookDiff | null;
}

export interface PreviewView extends Position, PreviewJson {
  readonly rulebook: string;
  readonly version: string;
}

export class EngineRulebooks {
  readonly #engine: Engine;
  /** The time now, for facts. */
  readonly #now: () => Instant;

  constructor(engine: Engine, now: () => Instant) {
    this.#engine = engine;
    this.#now = now;
  }

  get #store() {
    return this.#engine.books.rulebooks;
  }

  // ——— what there is ———

  list(): readonly RulebookView[] {
    return RULEBOOKS.map((rulebook) => this.view(rulebook));
  }

  view(rulebook: string): RulebookView {
    this.#checkName(rulebook);
    const active = this.#inForce(rulebook);
    return {
      rulebook,
      inForce: active?.version ?? null,
      versions: this.#store.history(rulebook).map((known) => versionView(known, known === active)),
      drafts: this.drafts(rulebook),
    };
  }

  /** The document of a version that was put in force, or of a draft. */
  document(rulebook: string, version: string): string {
    this.#checkName(rulebook);
    const known = this.#store.history(rulebook).find((activated) => activated.version === version);
    return known?.document ?? this.#draft(rulebook, version).document;
  }

  diff(rulebook: string, from: string, to: string): RulebookDiff {
    return diffDocuments(this.#read(rulebook, from), this.#read(rulebook, to));
  }

  drafts(rulebook: string): readonly DraftSummary[] {
    this.#checkName(rulebook);
    const newest = new Map(this.#store.drafts.history(rulebook).map((draft) => [draft.version, draft]));
    return [...newest.values()].map(summaryOf);
  }

  draft(rulebook: string, version: string): DraftView {
    this.#checkName(rulebook);
    const draft = this.#draft(rulebook, version);
    const active = this.#inForce(rulebook);
    return { ...draft, diff: active === undefined ? null : this.diff(rulebook, active.version, version) };
  }

  /** What the figures would be now under a draft. `all`: also the lines that stay what they are. */
  preview(rulebook: string, version: string, all: boolean): PreviewView {
    return this.#preview(rulebook, this.document(rulebook, version), all);
  }

  /** The same under a document that nobody drafted. Throws `DocumentRefused`. */
  previewDocument(rulebook: string, document: string, all: boolean): PreviewView {
    this.#checkName(rulebook);
    return this.#preview(rulebook, document, all);
  }

  #preview(rulebook: string, document: string, all: boolean): PreviewView {
    const header = readDocument(document, { file: rulebook });
    this.#checkSame(rulebook, header);
    const { seq, at, state } = this.#engine;
    const preview = previewToJson(previewDocument(state, document, header), all);
    return { seq, at: formatInstant(at), rulebook, version: header.version, ...preview };
  }

  // ——— from a draft to a version in force ———

  /** Throws `DocumentRefused` with everything that is wrong with the document. */
  async propose(rulebook: string, document: string, by: string, origin: Origin): Promise<DraftSummary> {
    this.#checkName(rulebook);
    const { businessDay } = this.#engine.state;
    const known = this.#store.history(rulebook);
    const header = readDocument(document, origin, (found) => draftProblems(found, known, businessDay));
    this.#checkSame(rulebook, header);
    const { version } = header;
    await this.#engine.submit([{ kind: "rulebook-drafted", at: this.#at(), rulebook, version, document, by }]);
    return summaryOf(this.#draft(rulebook, version));
  }

  /** Puts a draft in force from its day, with its writer and `by` as the two officers. `hash` is that of the text that `by` read. */
  async approve(rulebook: string, version: string, hash: string, by: string): Promise<Recorded> {
    this.#checkName(rulebook);
    const draft = this.#store.drafts.checkOpen(rulebook, version);
    if (draft.hash !== hash) {
      throw new Trouble("not-allowed", `the draft is not what was read: ${draft.by} wrote it at ${draft.at}`, {
        field: "hash",
        value: hash,
        expected: draft.hash,
      });
    }
    const { document } = draft;
    const { effective } = readDocument(document, { file: `${rulebook} ${version}` });
    const approval = { approvedBy: draft.by, secondApproval: by };
    return this.#engine.submit([
      { kind: "rulebook-activated", at: this.#at(), rulebook, version, effective, document, ...approval },
    ]);
  }

  async withdraw(rulebook: string, version: string, by: string, reason?: string): Promise<Recorded> {
    this.#checkName(rulebook);
    const why = reason === undefined ? {} : { reason };
    return this.#engine.submit([{ kind: "rulebook-draft-withdrawn", at: this.#at(), rulebook, version, by, ...why }]);
  }

  // ——— parts ———

  #at(): string {
    return formatInstant(this.#now());
  }

  #inForce(rulebook: string): ActivatedRulebook | undefined {
    return this.#store.inForce(rulebook, this.#engine.state.businessDay);
  }

  #draft(rulebook: string, version: string): RulebookDraft {
    const draft = this.#store.drafts.find(rulebook, version);
    if (draft !== undefined) return draft;
    throw new Trouble("not-found", "no such version", { field: "version", value: version });
  }

  #read(rulebook: string, version: string): RulebookHeader {
    return readDocument(this.document(rulebook, version), { file: `${rulebook} ${version}` });
  }

  #checkName(rulebook: string): void {
    if (RULEBOOKS.includes(rulebook)) return;
    const expected = RULEBOOKS.join(", ");
    throw new Trouble("not-found", "no such rulebook", { field: "rulebook", value: rulebook, expected });
  }

  #checkSame(rulebook: string, header: RulebookHeader): void {
    if (header.rulebook === rulebook) return;
    const details = { field: "rulebook", value: header.rulebook, expected: rulebook };
    throw new Trouble("bad-value", "the document is of another rulebook", details);
  }
}

function versionView(known: ActivatedRulebook, inForce: boolean): VersionView {
  const { version, effective, approvedBy, secondApproval, at = "" } = known;
  return { version, effective: formatDay(effective), inForce, approvedBy, secondApproval, at };
}

function summaryOf(draft: RulebookDraft): DraftSummary {
  const { document: _, ...summary } = draft;
  return summary;
}
