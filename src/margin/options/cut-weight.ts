/** The coefficients of Gomory's mixed-integer cuts. */

/** Of a nonbasic variable with this entry, in the cut of a row whose basic variable has this fraction. */
export function cutWeight(entry: number, fraction: number, isWhole: boolean): number {
  if (!isWhole) return entry > 0 ? entry / fraction : -entry / (1 - fraction);
  const part = entry - Math.floor(entry);
  if (part < 1e-9 || part > 1 - 1e-9) return 0;
  return part <= fraction ? part / fraction : (1 - part) / (1 - fraction);
}
