/** What is wrong with the header of a further version of a rulebook, given those that there are: names, days, their order. */
import type { Static } from "typebox";
import { type Day, formatDay, parseDay } from "../base/time.ts";
import type { Problem } from "./problems.ts";
import type { headerSchema } from "./terms.ts";

type Header = Static<typeof headerSchema>;

/** A version that was put in force; in the order of activation. */
export interface KnownVersion {
  readonly version: string;
  readonly effective: Day;
}

/** What keeps it from being put in force. */
export function headerProblems(header: Header, known: readonly KnownVersion[]): Problem[] {
  const { rulebook, version, effective, replaces } = header;
  const problems: Problem[] = [];
  if (known.some((other) => other.version === version)) {
    problems.push({
      code: "not-allowed",
      path: ["version"],
      summary: `${rulebook} has had a version of this name`,
      value: version,
      expected: "a version that was never used",
    });
  }
  const sameDay = known.findLast((other) => other.effective === parseDay(effective));
  if (sameDay !== undefined && replaces !== sameDay.version) {
    problems.push({
      code: "not-allowed",
      path: ["effective"],
      summary: `version ${sameDay.version} of ${rulebook} takes effect on the same day`,
      value: effective,
      expected: `another day, or "replaces: ${sameDay.version}" in the document`,
    });
  }
  return problems;
}

/** What would be pointless about a draft of it besides, on the day `today`. */
export function draftProblems(header: Header, known: readonly KnownVersion[], today: Day): Problem[] {
  const { version, effective, replaces } = header;
  const day = parseDay(effective);
  const problems = headerProblems(header, known);
  const later = known.findLast((other) => other.effective > day && other.effective <= today);
  if (later !== undefined) {
    const from = formatDay(later.effective);
    problems.push({
      code: "not-allowed",
      path: ["effective"],
      summary: `version ${later.version} has been in force since ${from}, so that this one never would be`,
      value: effective,
      expected: `a day after ${from}`,
    });
  }
  const corrected = known.findLast((other) => other.version === replaces);
  if (replaces !== undefined && corrected?.effective !== day && replaces !== version) {
    problems.push({
      code: "not-allowed",
      path: ["replaces"],
      summary: corrected === undefined ? "is no version that there was" : "takes effect on another day",
      value: replaces,
      expected: "the version that takes effect on the same day, or no such field",
    });
  }
  return problems;
}
