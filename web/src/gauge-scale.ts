/**
 * Where an amount stands on the gauge, from 0 (left) to 1 (right). Three parts, each to its own scale, so that the tiers can
 * be told apart whether there is little room above them or much: below the minimum, between the minimum and the mildest
 * tier, and above.
 */

/** The part of the gauge that lies below the minimum. */
const BELOW = 0.12;
/** The part between the minimum and the mildest tier. */
const TIERS = 0.48;
/** The right end moves in steps of this share of the minimum, so that the gauge does not stretch with each figure. */
const STEP = 0.25;

interface GaugeScale {
  /** The amount at the right end. */
  readonly top: number;
  /** Held inside 0 and 1: an amount off the gauge stands at its end. */
  position(amount: number): number;
}

const share = (amount: number, from: number, to: number): number => (to > from ? (amount - from) / (to - from) : 0);

export function gaugeScale(amount: number, minimum: number, levels: readonly number[]): GaugeScale {
  const step = STEP * (minimum > 0 ? minimum : Math.max(1, Math.abs(amount)));
  const mildest = Math.max(minimum, ...levels);
  const needed = Math.max(amount * 1.04, mildest + step);
  const top = minimum + Math.ceil((needed - minimum) / step) * step;
  const clear = BELOW + (mildest > minimum ? TIERS : 0);
  const place = (value: number): number => {
    if (value < minimum) return share(value, 0, minimum) * BELOW;
    if (value < mildest) return BELOW + share(value, minimum, mildest) * (clear - BELOW);
    return clear + share(value, mildest, top) * (1 - clear);
  };
  return { top, position: (value) => Math.min(1, Math.max(0, place(value))) };
}

/** In which of two rows each label goes, so that neighbours closer than `gap` do not touch. Places ascend. */
export function labelRows(places: readonly number[], gap: number): (0 | 1)[] {
  const last = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return places.map((place) => {
    const row = place - (last[0] ?? 0) >= gap ? 0 : 1;
    last[row] = place;
    return row;
  });
}
