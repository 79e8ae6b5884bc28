/** Fewer points of a long series, for a reader who looks at all of it at once. */

/** At most `max` of `points`, evenly spaced, in their order; the last one is always among them. */
export function thin<T>(points: readonly T[], max: number): readonly T[] {
  if (points.length <= max) return points;
  const step = Math.ceil(points.length / max);
  return points.filter((_point, index) => (points.length - 1 - index) % step === 0);
}
