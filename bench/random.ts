/** Chance for the benchmarks: xorshift from a seed, so that every run measures the same thing. */

/** Numbers in [0, 1) that are the same in every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
