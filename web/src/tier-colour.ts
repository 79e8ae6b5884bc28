/** The colour of a tier by its rank, for any number of tiers: from yellow at the mildest to red at the gravest. */

const MILDEST_HUE = 90;
const GRAVEST_HUE = 27;
/** How much darker the gravest is. */
const DARKENING = 0.17;

/** `rank` 0 is the mildest of `count`. Always shown together with the tier's name. */
export function tierColour(rank: number, count: number): string {
  const share = count <= 1 ? 1 : rank / (count - 1);
  const hue = MILDEST_HUE + (GRAVEST_HUE - MILDEST_HUE) * share;
  return `oklch(calc(var(--tier-lightness) - ${(DARKENING * share).toFixed(3)}) var(--tier-chroma) ${hue.toFixed(0)})`;
}
