/**
 * When something goes off, by whom: the earliest first, equal times by number, so that the order does not depend on when
 * each was set. Whoever sets another time no longer goes off at the one before.
 */
export class Alarms {
  /** A heap of times and owners; an entry is void where the owner's time is another by now. */
  readonly #at: number[] = [];
  readonly #who: number[] = [];
  readonly #timeOf = new Map<number, number>();

  get next(): number {
    return this.#at.length === 0 ? Number.POSITIVE_INFINITY : this.#at[0];
  }

  /** `POSITIVE_INFINITY`: never. */
  set(at: number, who: number): void {
    if (at === Number.POSITIVE_INFINITY) this.#timeOf.delete(who);
    else if (this.#timeOf.get(who) !== at) {
      this.#timeOf.set(who, at);
      this.#push(at, who);
    }
    this.#dropVoid();
  }

  isDue(who: number, at: number): boolean {
    return (this.#timeOf.get(who) ?? Number.POSITIVE_INFINITY) <= at;
  }

  /** Takes those whose time has come, in order, no more than `most`. */
  take(at: number, most = Number.POSITIVE_INFINITY): number[] {
    const due: number[] = [];
    while (due.length < most && this.next <= at) {
      const who = this.#pop();
      this.#timeOf.delete(who);
      this.#dropVoid();
      due.push(who);
    }
    return due;
  }

  clear(): void {
    this.#at.length = this.#who.length = 0;
    this.#timeOf.clear();
  }

  #dropVoid(): void {
    while (this.#at.length > 0 && this.#timeOf.get(this.#who[0]) !== this.#at[0]) this.#pop();
  }

  #push(at: number, who: number): void {
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
