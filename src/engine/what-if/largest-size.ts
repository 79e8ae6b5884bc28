/**
 * The largest whole number for which something holds, where nothing is known of how it comes and goes. Net capital is made of
 * straight pieces in the size of a trade, but it need not fall throughout: a hedge helps until it is too large, and the
 * lesser side of (J) is charged less once it is the greater. So sizes are tried all over the range first, some in each
 * doubling, and the largest that holds is taken on from there by halving.
 *
 * What is promised: the size found holds, the next one does not, and nor does any larger one that was tried. Not promised:
 * that none holds in a stretch above it narrower than the distance between two sizes tried there, an eighth of the size.
 */
import { assert } from "../../base/assert.ts";

/** Sizes tried in each doubling. */
const TRIED = 8;

export interface LargestSize {
  /** Undefined: none of the sizes tried holds. */
  readonly size: number | undefined;
  /** The largest allowed size holds: there may be no bound at all. */
  readonly atLimit: boolean;
  /** How many sizes were tried. */
  readonly tried: number;
}

/** The largest of 0 … `limit` for which `holds` says true. */
export function largestSize(limit: number, holds: (size: number) => boolean): LargestSize {
  assert(Number.isSafeInteger(limit) && limit >= 0, "sizes are whole and bounded");
  let tried = 0;
  const asks = (size: number): boolean => {
    tried++;
    return holds(size);
  };
  const sizes = sizesTried(limit);
  let index = sizes.length - 1;
  while (index >= 0 && !asks(sizes[index])) index--;
  if (index < 0) return { size: undefined, atLimit: false, tried };
  if (index === sizes.length - 1) return { size: limit, atLimit: true, tried };
  let [good, bad] = [sizes[index], sizes[index + 1]];
  while (bad - good > 1) {
    const middle = good + Math.floor((bad - good) / 2);
    if (asks(middle)) good = middle;
    else bad = middle;
  }
  return { size: good, atLimit: false, tried };
}

/** 0 to `TRIED`, then as many in each doubling, and the limit: in order, each once. */
function sizesTried(limit: number): number[] {
  const sizes: number[] = [];
  for (let size = 0; size < Math.min(TRIED, limit); size++) sizes.push(size);
  for (let start = TRIED; start < limit; start *= 2) {
    for (let part = 0; part < TRIED; part++) {
      const size = start + (start / TRIED) * part;
      if (size < limit) sizes.push(size);
    }
  }
  sizes.push(limit);
  return sizes;
}
