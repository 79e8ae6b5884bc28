/**
 * What net capital would be now under other rules than those in force: the running monitor is asked what it knows of the
 * books, a second one looks at the same books under the candidate, and the two answers are held against each other line by
 * line. The books and the first monitor do not change, and no day has to come: the candidate counts as in force.
 */
import { differenceOfLines, type LineDifference } from "../base/line-difference.ts";
import type { ActivatedRulebook } from "../rulebook/store.ts";
import type { NetCapitalAnswer } from "./computation.ts";
import { type MonitoredBooks, NetCapitalMonitor } from "./monitor.ts";

export interface NetCapitalPreview {
  readonly before: NetCapitalAnswer;
  readonly after: NetCapitalAnswer;
  /** Undefined where either cannot be said. */
  readonly lines: LineDifference | undefined;
}

/** A candidate whose document cannot be read gives an `after` that is unknown: check the document first. */
export function previewNetCapital(
  books: MonitoredBooks,
  monitor: NetCapitalMonitor,
  candidate: ActivatedRulebook,
): NetCapitalPreview {
  const before = monitor.answer();
  const after = new NetCapitalMonitor({ ...books, rulebooks: { inForce: () => candidate } }, monitor).answer();
  const known = before.kind === "figure" && after.kind === "figure";
  return { before, after, lines: known ? differenceOfLines(before.computation, after.computation) : undefined };
}
