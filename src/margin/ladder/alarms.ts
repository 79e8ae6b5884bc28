/**
 * When something goes off, by whom: the earliest first, equal times by number, so that the order does not depend on when
 * each was set. An entry whose owner has another time by now is void.
 */
export class Alarms {
  readonly #at: number[] = [];
  readonly #who: number[] = [];

  get next(): number {
    return this.#at.length === 0 ? Number.POSITIVE_INFINITY : this.#at[0];
  }

  set(at: number, who: number): void {
    if (at === Number.POSITIVE_INFINITY) return;
    let child = this.#at.length;
    this.#at.push(at);
    this.#who.push(who);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Takes everyone whose time has come, in order; the same one may come twice. */
  take(at: number): number[] {
    const due: number[] = [];
    while (this.next <= at) due.push(this.#pop());
    return due;
  }

  clear(): void {
    this.#at.length = this.#who.length = 0;
  }

  #pop(): number {
    const who = this.#who[0];
    const last = this.#at.length - 1;
    this.#swap(0, last);
    this.#at.length = this.#who.length = last;
    for (let parent = 0; ;) {
      let first = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < last && this.#isBefore(child, first)) first = child;
      if (first === parent) return who;
      this.#swap(first, parent);
      parent = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#at[a] === this.#at[b] ? this.#who[a] < this.#who[b] : this.#at[a] < this.#at[b];
  }

  #swap(a: number, b: number): void {
    [this.#at[a], this.#at[b]] = [this.#at[b], this.#at[a]];
    [this.#who[a], this.#who[b]] = [this.#who[b], this.#who[a]];
  }
}
