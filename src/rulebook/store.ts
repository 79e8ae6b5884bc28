/**
 * Every rulebook that two officers ever put in force, by name, in the order of activation. What is in force on a day is
 * the document with the latest effective day up to it (of two for one day, the later activated, which says that it replaces
 * the other), so that a replay, and a question about last March, use the rules of their day.
 */
import { Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { type Day, formatDay } from "../base/time.ts";
import { isSameOfficer, type ProposedDraft, RulebookDrafts } from "./drafts.ts";
import { draftProblems, headerProblems } from "./header.ts";
import { loadRulebook } from "./load.ts";
import { headerSchema } from "./terms.ts";

export interface ActivatedRulebook {
  readonly rulebook: string;
  readonly version: string;
  /** First day in force. */
  readonly effective: Day;
  /** The whole document, as it was approved. */
  readonly document: string;
  readonly approvedBy: string;
  readonly secondApproval: string;
  /** When the firm learned of it. */
  readonly at?: string;
}

export class RulebookStore implements Stateful {
  /** What is proposed, and what became of it. */
  readonly drafts: RulebookDrafts;
  #activated: ActivatedRulebook[] = [];

  constructor(drafts: RulebookDrafts = new RulebookDrafts()) {
    this.drafts = drafts;
  }

  /** Throws the reason why this document cannot be activated; changes nothing. */
  check(candidate: ActivatedRulebook): void {
    const { rulebook, version, effective, document, approvedBy, secondApproval } = candidate;
    if (isSameOfficer(approvedBy, secondApproval)) {
      throw new Trouble("not-allowed", "the second approval must come from another officer", {
        field: "secondApproval",
        value: secondApproval,
      });
    }
    const known = this.history(rulebook);
    const header = loadRulebook(document, headerSchema, { file: rulebook }, (found) =>
      found.version === version ? headerProblems(found, known) : [],
    );
    this.#agrees("rulebook", rulebook, header.rulebook);
    this.#agrees("version", version, header.version);
    this.#agrees("effective", formatDay(effective), header.effective);
  }

  /** Throws the reason why this cannot be drafted on the day `today`; changes nothing. */
  checkDraft({ rulebook, version, document }: ProposedDraft, today: Day): void {
    const known = this.history(rulebook);
    const header = loadRulebook(document, headerSchema, { file: rulebook }, (found) =>
      draftProblems(found, known, today),
    );
    this.#agrees("rulebook", rulebook, header.rulebook);
    this.#agrees("version", version, header.version);
  }

  #agrees(field: string, stated: string, written: string): void {
    if (stated === written) return;
    throw new Trouble("not-allowed", "the document says otherwise", {
      field,
      value: stated,
      expected: JSON.stringify(written),
    });
  }

  /** Puts a document in force from its effective day. Throws as `check` does. */
  activate(candidate: ActivatedRulebook): void {
    this.check(candidate);
    this.#activated.push(candidate);
    const { rulebook, version, document, secondApproval, at = "" } = candidate;
    this.drafts.activated(rulebook, version, document, secondApproval, at);
  }

  /** What is in force on `day`, or undefined where nothing is. */
  inForce(rulebook: string, day: Day): ActivatedRulebook | undefined {
    let found: ActivatedRulebook | undefined;
    for (const known of this.history(rulebook)) {
      if (known.effective <= day && (found === undefined || known.effective >= found.effective)) found = known;
    }
    return found;
  }

  /** "name version" of everything activated, in order. */
  versions(): string[] {
    return this.#activated.map(({ rulebook, version }) => `${rulebook} ${version}`);
  }

  /** Every version of one rulebook, in the order of activation. */
  history(rulebook: string): readonly ActivatedRulebook[] {
    return this.#activated.filter((known) => known.rulebook === rulebook);
  }

  /** The same again, to be changed apart. */
  copy(): RulebookStore {
    const copy = new RulebookStore(this.drafts.copy());
    copy.#activated = [...this.#activated];
    return copy;
  }

  sections(): Section[] {
    return [jsonSection("rulebooks", this.#activated), ...this.drafts.sections()];
  }

  restore(sections: SectionReader): void {
    this.#activated = sections.json("rulebooks") as ActivatedRulebook[];
    this.drafts.restore(sections);
  }
}
