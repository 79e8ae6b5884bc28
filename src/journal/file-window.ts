/** A file read in large chunks, of which views are handed out. A chunk is never written again, so a view lasts as long as it is held. */
import { type FileLayer, readAll } from "./file-layer.ts";
import { READ_CHUNK_BYTES } from "./limits.ts";

export class FileWindow {
  readonly path: string;
  readonly #layer: FileLayer;
  readonly #file: number;
  /** Where the readable part ends; what lies beyond is never read. A writer's progress moves it on. */
  end: number;
  #chunk = new Uint8Array(0);
  #chunkAt = 0;

  constructor(layer: FileLayer, path: string, end?: number) {
    this.path = path;
    this.#layer = layer;
    this.#file = layer.open(path, "read");
    this.end = end ?? layer.size(this.#file);
  }

  /** Moves `end` to the end of the file as it is now. */
  extend(): void {
    this.end = this.#layer.size(this.#file);
  }

  /** `length` bytes from `offset`; undefined where the readable part ends before. Offsets that are multiples of eight give aligned views. */
  bytes(offset: number, length: number): Uint8Array | undefined {
    if (offset + length > this.end) return undefined;
    const chunkEnd = this.#chunkAt + this.#chunk.byteLength;
    if (offset < this.#chunkAt || offset + length > chunkEnd) {
      const wanted = Math.min(Math.max(length, READ_CHUNK_BYTES), this.end - offset);
      // Not filled with zeros first; and as a plain array, whose slices are copies.
      const chunk = new Uint8Array(Buffer.allocUnsafeSlow(wanted).buffer);
      this.#chunk = chunk.subarray(0, readAll(this.#layer, this.#file, chunk, offset));
      this.#chunkAt = offset;
      if (this.#chunk.byteLength < length) return undefined;
    }
    return this.#chunk.subarray(offset - this.#chunkAt, offset - this.#chunkAt + length);
  }

  /** The bytes from `offset` as far as they are at hand, at least one; undefined at the end of the readable part. */
  some(offset: number): Uint8Array | undefined {
    const chunkEnd = this.#chunkAt + this.#chunk.byteLength;
    if (offset >= this.#chunkAt && offset < chunkEnd) return this.#chunk.subarray(offset - this.#chunkAt);
    return offset < this.end ? this.bytes(offset, Math.min(READ_CHUNK_BYTES, this.end - offset)) : undefined;
  }

  close(): void {
    this.#layer.close(this.#file);
  }
}
