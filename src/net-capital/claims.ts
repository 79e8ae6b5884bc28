/**
 * What parts of the computation take of the firm's positions. Stock that an option hedges is charged with the option, so the
 * part for options *claims* its units: they leave the bucket where they stand, and what is left there is valued by itself.
 * What is claimed is still the firm's: it counts in net worth and in undue concentration.
 *
 * Parts claim in their order: a later part sees what the earlier ones left.
 */
import { assert } from "../base/assert.ts";

/** Units by instrument row, negative where short. */
export type Holdings = ReadonlyMap<number, number>;

/** What `claims` leave of `holdings`. */
export function leftOf(holdings: Holdings, claims: Holdings | undefined): Holdings {
  if (claims === undefined || claims.size === 0) return holdings;
  const left = new Map(holdings);
  for (const [instrument, claimed] of claims) {
    const units = left.get(instrument) ?? 0;
    assert(unitsLeft(units, claimed) === units - claimed, "no more is claimed than there is");
    left.set(instrument, units - claimed);
  }
  return left;
}

/** What is left of `units` once `claimed` are taken, which are of the same sign; never less than nothing. */
export function unitsLeft(units: number, claimed: number): number {
  const left = units - claimed;
  if (units >= 0) return left < 0 ? 0 : left > units ? units : left;
  return left > 0 ? 0 : left < units ? units : left;
}

/** What claims are made against, and who is told where one leaves less, or more, to those after it. */
export interface ClaimedPositions {
  units(instrument: number): number;
  claimed(instrument: number, change: number): void;
}

/** Has claims, and is told when what earlier parts leave of a position changed. */
interface Claimant {
  moved(instrument: number): void;
}

/** The claims of all parts, kept by deltas. */
export class ClaimBook {
  readonly #positions: ClaimedPositions;
  readonly #claims: Claims[] = [];

  constructor(positions: ClaimedPositions) {
    this.#positions = positions;
  }

  /** Claims for one more part, after those that already have theirs. */
  open(claimant: Claimant): Claims {
    const claims = new Claims(this.#positions, this.#claims, claimant);
    this.#claims.push(claims);
    return claims;
  }

  /** Forgets every claim without telling anyone. */
  clear(): void {
    for (const claims of this.#claims) claims.clear();
  }
}

/** What one part may take, and what it took. Allocates only where an instrument is new to it. */
export class Claims {
  readonly #positions: ClaimedPositions;
  readonly #all: readonly Claims[];
  readonly #claimant: Claimant;
  readonly #order: number;
  /** By instrument row. */
  #units = new Float64Array(0);

  constructor(positions: ClaimedPositions, all: readonly Claims[], claimant: Claimant) {
    this.#positions = positions;
    this.#all = all;
    this.#claimant = claimant;
    this.#order = all.length;
  }

  /** What the part took of the position. */
  of(instrument: number): number {
    return instrument < this.#units.length ? this.#units[instrument] : 0;
  }

  /** What the firm holds, less what the parts before this one took: what there is for it to take. */
  left(instrument: number): number {
    let left = this.#positions.units(instrument);
    for (let order = 0; order < this.#order; order++) left = unitsLeft(left, this.#all[order].of(instrument));
    return left;
  }

  /** Takes `units`, of the sign of the position, in place of what the part took of it before. */
  claim(instrument: number, units: number): void {
    const change = units - this.of(instrument);
    if (change === 0) return;
    if (instrument >= this.#units.length) {
      const grown = new Float64Array(Math.max(instrument + 1, this.#units.length * 2, 64));
      grown.set(this.#units);
      this.#units = grown;
    }
    this.#units[instrument] = units;
    this.#positions.claimed(instrument, change);
    for (let order = this.#order + 1; order < this.#all.length; order++) this.#all[order].#claimant.moved(instrument);
  }

  /** Gives everything back. */
  release(): void {
    for (let instrument = 0; instrument < this.#units.length; instrument++) this.claim(instrument, 0);
  }

  /** Forgets everything, because the positions are forgotten too. */
  clear(): void {
    this.#units.fill(0);
  }
}
