/** Appends whose promise is still open, oldest first: a ring that grows, so that waiting costs no more than the promise itself. */

type Resolve = (seq: number) => void;
type Reject = (reason: Error) => void;

function emptyPlaces<T>(length: number): (T | undefined)[] {
  return Array.from<T | undefined>({ length });
}

export class PendingAppends {
  #seqs = new Float64Array(1024);
  #resolves = emptyPlaces<Resolve>(1024);
  #rejects = emptyPlaces<Reject>(1024);
  /** Counts up for ever; a place is taken modulo the length. */
  #first = 0;
  #end = 0;
  #joining = 0;
  readonly #join = (resolve: Resolve, reject: Reject): void => {
    const place = this.#end % this.#seqs.length;
    this.#seqs[place] = this.#joining;
    this.#resolves[place] = resolve;
    this.#rejects[place] = reject;
    this.#end++;
  };

  get size(): number {
    return this.#end - this.#first;
  }

  /** A promise of `lastSeq`, kept or broken in its turn. */
  add(lastSeq: number): Promise<number> {
    if (this.size === this.#seqs.length) this.#grow();
    this.#joining = lastSeq;
    return new Promise<number>(this.#join);
  }

  /** Keeps every promise up to `seq`, in order. */
  settle(seq: number): void {
    while (this.#first < this.#end) {
      const place = this.#first % this.#seqs.length;
      const lastSeq = this.#seqs[place];
      if (lastSeq > seq) return;
      this.#resolves[place]?.(lastSeq);
      this.#clear(place);
    }
  }

  /** Breaks every promise that is left, in order. */
  reject(reason: Error): void {
    while (this.#first < this.#end) {
      const place = this.#first % this.#seqs.length;
      this.#rejects[place]?.(reason);
      this.#clear(place);
    }
  }

  #clear(place: number): void {
    this.#resolves[place] = undefined;
    this.#rejects[place] = undefined;
    this.#first++;
  }

  #grow(): void {
    const size = this.size;
    const seqs = new Float64Array(size * 2);
    const resolves = emptyPlaces<Resolve>(size * 2);
    const rejects = emptyPlaces<Reject>(size * 2);
    for (let index = 0; index < size; index++) {
      const place = (this.#first + index) % size;
      seqs[index] = this.#seqs[place];
      resolves[index] = this.#resolves[place];
      rejects[index] = this.#rejects[place];
    }
    this.#seqs = seqs;
    this.#resolves = resolves;
    this.#rejects = rejects;
    this.#first = 0;
    this.#end = size;
  }
}
