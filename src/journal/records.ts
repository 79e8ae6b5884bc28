/** Walking over records, of which the journal knows one thing: the first four bytes of each are its length. */

function lengthAt(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0;
}

/** How many whole records `bytes` holds, back to back; -1 where it is not made of whole records. */
export function countRecords(bytes: Uint8Array): number {
  let count = 0;
  let offset = 0;
  while (offset + 8 <= bytes.byteLength) {
    const length = lengthAt(bytes, offset);
    if (length === 0 || length % 8 !== 0) return -1;
    offset += length;
    count++;
  }
  return offset === bytes.byteLength ? count : -1;
}

/** `bytes` without its first `count` records. */
export function dropRecords(bytes: Uint8Array, count: number): Uint8Array {
  let offset = 0;
  for (let dropped = 0; dropped < count; dropped++) offset += lengthAt(bytes, offset);
  return bytes.subarray(offset);
}
