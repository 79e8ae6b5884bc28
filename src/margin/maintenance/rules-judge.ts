/** What the schema of the maintenance section cannot say: ladders that must rise without gap, with an open end. */
import { parseRate } from "../../base/rate.ts";
import type { Problem } from "../../rulebook/problems.ts";
import { parseSpan } from "../../rulebook/terms.ts";
import type { MaintenanceDocument } from "./rules.ts";

/** Everything of this kind that is wrong with the section. */
export function judgeMaintenance({ governments, restricted }: MaintenanceDocument): readonly Problem[] {
  const lives = governments.buckets.map(({ under }) => (under === undefined ? undefined : daysAbout(under)));
  const at = ["maintenance", "restricted", "ladder"];
  const share = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const { numerator, denominator } = parseRate(text);
    return numerator / denominator;
  };
  return [
    ...judgeBounds(["maintenance", "governments", "buckets"], "under", lives),
    ...judgeBounds(
      at,
      "ofOutstanding",
      restricted.ladder.map(({ ofOutstanding }) => share(ofOutstanding)),
    ),
    ...judgeBounds(
      at,
      "ofWeeklyVolume",
      restricted.ladder.map(({ ofWeeklyVolume }) => share(ofWeeklyVolume)),
    ),
  ];
}

function daysAbout(text: string): number {
  const { unit, count } = parseSpan(text);
  return unit === "days" ? count : (count * 365.25) / 12;
}

/** Bounds rise, and only the last step has none. */
function judgeBounds(path: readonly string[], field: string, bounds: readonly (number | undefined)[]): Problem[] {
  return bounds.flatMap((bound, index): Problem[] => {
    const isLast = index === bounds.length - 1;
    const here = [...path, index, field];
    if (isLast && bound !== undefined)
      return [
        { code: "bad-value", path: here, summary: "leaves the rest without a rate", expected: "none in the last" },
      ];
    if (!isLast && bound === undefined)
      return [
        { code: "missing-field", path: here, summary: "is missing", expected: "a bound in every step but the last" },
      ];
    const before = index === 0 ? undefined : bounds[index - 1];
    return before !== undefined && bound !== undefined && before >= bound
      ? [{ code: "bad-value", path: here, summary: "does not rise", expected: "more than in the step before it" }]
      : [];
  });
}
