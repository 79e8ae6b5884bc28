/** Typed arrays that grow. */
type Column = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array | Int8Array;

/** `larger`, with what `old` holds. */
export function grown<T extends Column>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
