/**
 * Proposed versions of rulebooks. An officer drafts; another one approves by the hash of the text that was read, and what is
 * put in force is that text. A draft may be written again until then; every writing is kept.
 */
import { createHash } from "node:crypto";
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";

/** Superseded: written again, or its version was put in force with another text. */
type DraftStatus = "draft" | "approved" | "superseded" | "withdrawn";

export interface RulebookDraft {
  readonly rulebook: string;
  readonly version: string;
  readonly document: string;
  /** SHA-256 of the document, in hexadecimal. */
  readonly hash: string;
  /** The officer who wrote it. */
  readonly by: string;
  /** When, as the fact says it. */
  readonly at: string;
  readonly status: DraftStatus;
  /** Who approved it or took it back, and when. */
  readonly closedBy?: string;
  readonly closedAt?: string;
  readonly reason?: string;
}

export interface ProposedDraft {
  readonly rulebook: string;
  readonly version: string;
  readonly document: string;
  readonly by: string;
  readonly at: string;
}

export function documentHash(document: string): string {
  return createHash("sha256").update(document, "utf8").digest("hex");
}

/** Officers are known by name alone so far: a name is the same in small letters and with other spaces. */
export function isSameOfficer(a: string, b: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replaceAll(/\s+/g, " ").trim();
  return bare(a) === bare(b);
}

export class RulebookDrafts implements Stateful {
  /** In the order of writing. At most one of a version is a draft still. */
  #drafts: RulebookDraft[] = [];

  /** Takes the draft in; an open one of the same version is superseded. */
  propose({ rulebook, version, document, by, at }: ProposedDraft): void {
    this.#close(rulebook, version, { status: "superseded", closedBy: by, closedAt: at });
    this.#drafts.push({ rulebook, version, document, hash: documentHash(document), by, at, status: "draft" });
  }

  /** Throws where there is no open draft of the version. */
  checkOpen(rulebook: string, version: string): RulebookDraft {
    const found = this.find(rulebook, version);
    if (found?.status === "draft") return found;
    throw new Trouble("not-allowed", found === undefined ? "was never drafted" : `is ${found.status}`, {
      field: "version",
      value: version,
      expected: "the version of an open draft",
    });
  }

  withdraw(rulebook: string, version: string, by: string, at: string, reason?: string): void {
    this.checkOpen(rulebook, version);
    this.#close(rulebook, version, {
      status: "withdrawn",
      closedBy: by,
      closedAt: at,
      ...(reason !== undefined && { reason }),
    });
  }

  /** A document of this version was put in force: its draft was approved, if that is what it says. */
  activated(rulebook: string, version: string, document: string, by: string, at: string): void {
    const status = this.find(rulebook, version)?.document === document ? "approved" : "superseded";
    this.#close(rulebook, version, { status, closedBy: by, closedAt: at });
  }

  #close(rulebook: string, version: string, closing: Partial<RulebookDraft>): void {
    const index = this.#drafts.findIndex(
      (draft) => draft.rulebook === rulebook && draft.version === version && draft.status === "draft",
    );
    if (index === -1) return;
    const draft = this.#drafts[index];
    assert(draft.status === "draft", "only an open draft is closed");
    this.#drafts[index] = { ...draft, ...closing };
  }

  /** The newest writing of a version. */
  find(rulebook: string, version: string): RulebookDraft | undefined {
    return this.#drafts.findLast((draft) => draft.rulebook === rulebook && draft.version === version);
  }

  /** Every writing of every draft of a rulebook, oldest first. */
  history(rulebook: string): readonly RulebookDraft[] {
    return this.#drafts.filter((draft) => draft.rulebook === rulebook);
  }

  /** The same again, to be changed apart. */
  copy(): RulebookDrafts {
    const copy = new RulebookDrafts();
    copy.#drafts = [...this.#drafts];
    return copy;
  }

  sections(): Section[] {
    return [jsonSection("rulebook-drafts", this.#drafts)];
  }

  restore(sections: SectionReader): void {
    this.#drafts = sections.json("rulebook-drafts") as RulebookDraft[];
  }
}
