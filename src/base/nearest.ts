/** The word that was probably meant, for "did you mean". */

/** Edits (insert, delete, replace, exchange of neighbours) that make `a` into `b`. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (same ? 0 : 1));
      const exchanged = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (exchanged) least = Math.min(least, before[column - 2] + 1);
      current.push(least);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length];
}

/** Only letters and digits, in small letters: "Trade_Date" and "tradeDate" are then the same. */
function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** The one of `words` closest to `word`, if it is close enough to be a slip of the pen: a third of its letters at most. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  const typed = bare(word.slice(0, 100));
  let best: string | undefined;
  let bestDistance = Math.floor(typed.length / 3) + 1;
  for (const candidate of words) {
    const edits = distance(typed, bare(candidate));
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}
