/**
 * The bytes of records on their way from the appending to the writing thread. Positions count up for ever; the ring holds the
 * bytes between what was released and what was written. Who may touch which part is told beside it, by published positions.
 */
export class Ring {
  readonly buffer: SharedArrayBuffer;
  readonly #bytes: Uint8Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#bytes = new Uint8Array(buffer);
  }

  get capacity(): number {
    return this.#bytes.byteLength;
  }

  /** Copies `source` to `position`, where it must have been released. */
  write(position: number, source: Uint8Array): void {
    const at = position % this.capacity;
    const room = this.capacity - at;
    if (source.byteLength <= room) {
      this.#bytes.set(source, at);
    } else {
      this.#bytes.set(source.subarray(0, room), at);
      this.#bytes.set(source.subarray(room), 0);
    }
  }

  /** The bytes from one position to another: a single view, or two where they go around the end. */
  parts(from: number, to: number): Uint8Array[] {
    const start = from % this.capacity;
    const end = start + (to - from);
    if (end <= this.capacity) return [this.#bytes.subarray(start, end)];
    return [this.#bytes.subarray(start), this.#bytes.subarray(0, end - this.capacity)];
  }
}
