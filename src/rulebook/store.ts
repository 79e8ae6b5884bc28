/**
 * Every rulebook that two officers ever put in force, by name, in the order of activation. What is in force on a day is
 * the document with the latest effective day up to it (of two for one day, the later activated, which says that it replaces
 * the other), so that a replay, and a question about last March, use the rules of their day.
 */
import { Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { type Day, formatDay } from "../base/time.ts";
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
}

export class RulebookStore implements Stateful {
  #activated: ActivatedRulebook[] = [];

  /** Throws the reason why this document cannot be activated; changes nothing. */
  check(candidate: ActivatedRulebook): void {
    const { rulebook, version, effective, document, approvedBy, secondApproval } = candidate;
    if (approvedBy === secondApproval) {
      throw new Trouble("not-allowed", "the second approval must come from another officer", {
        field: "secondApproval",
        value: secondApproval,
      });
    }
    const header = loadRulebook(document, headerSchema, { file: rulebook });
    this.#agrees("rulebook", rulebook, header.rulebook);
    this.#agrees("version", version, header.version);
    this.#agrees("effective", formatDay(effective), header.effective);
    for (const known of this.history(rulebook)) {
      if (known.version === version) {
        throw new Trouble("not-allowed", `${rulebook} has had a version of this name`, {
          field: "version",
          value: version,
          expected: "a version that was never used",
        });
      }
    }
    const sameDay = this.history(rulebook).findLast((known) => known.effective === effective);
    if (sameDay !== undefined && header.replaces !== sameDay.version) {
      throw new Trouble("not-allowed", `version ${sameDay.version} of ${rulebook} takes effect on the same day`, {
        field: "effective",
        value: header.effective,
        expected: `another day, or "replaces: ${sameDay.version}" in the document`,
      });
    }
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

  sections(): Section[] {
    return [jsonSection("rulebooks", this.#activated)];
  }

  restore(sections: SectionReader): void {
    this.#activated = sections.json("rulebooks") as ActivatedRulebook[];
  }
}
