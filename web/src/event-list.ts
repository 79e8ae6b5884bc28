/** The events on the page: what is new before what was there, and never more than it shows. */
import type { FirmEvent } from "../../src/server/live-firm.ts";

const EVENTS_MAX = 100;

/**
 * Newest first. An event of many accounts stands in place of the earlier one of its group. Where there are too many, the oldest
 * go; those of accounts leave half of the list to the firm.
 */
export function joined(news: readonly FirmEvent[], before: readonly FirmEvent[]): readonly FirmEvent[] {
  const newest = before[0]?.id ?? Number.NEGATIVE_INFINITY;
  const fresh = news.filter(({ id }) => id > newest);
  if (fresh.length === 0) return before;
  const replaced = new Set(fresh.flatMap(({ group }) => group ?? []));
  const all = [...fresh, ...before.filter(({ group }) => group === undefined || !replaced.has(group))];
  const ofFirm = all.filter(({ group }) => group === undefined).length;
  let left = EVENTS_MAX - Math.min(ofFirm, EVENTS_MAX / 2);
  return all.filter(({ group }) => group === undefined || left-- > 0).slice(0, EVENTS_MAX);
}
