/**
 * Columns of whole numbers as few bytes: each value is stored as its difference from the one before, zigzag, in seven-bit
 * groups. The tape of a day is stored so; `packColumns` writes what `unpackColumns` reads.
 *
 * The form: u32 number of rows, then for each column in turn its differences, least significant group first.
 */
import { Trouble } from "../base/errors.ts";

const MORE = 0x80;
const GROUP = 0x80;

/** All columns must be of one length, and hold whole numbers of magnitude below 2^51. */
export function packColumns(columns: readonly ArrayLike<number>[]): Uint8Array {
  const rows = columns[0]?.length ?? 0;
  const bytes: number[] = [rows & 0xff, (rows >>> 8) & 0xff, (rows >>> 16) & 0xff, rows >>> 24];
  for (const column of columns) {
    let previous = 0;
    for (let row = 0; row < rows; row++) {
      const value = column[row] ?? 0;
      const difference = value - previous;
      let rest = difference < 0 ? -difference * 2 - 1 : difference * 2;
      while (rest >= GROUP) {
        bytes.push((rest % GROUP) | MORE);
        rest = Math.floor(rest / GROUP);
      }
      bytes.push(rest);
      previous = value;
    }
  }
  return Uint8Array.from(bytes);
}

/** Throws `bad-document` where the bytes end early or late; `file` is named in the message. */
export function unpackColumns(bytes: Uint8Array, columnCount: number, file: string): Float64Array[] {
  const rows = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (rows * columnCount > bytes.length)
    throw new Trouble("bad-document", "the packed columns end early", { origin: { file } });
  let at = 4;
  const columns = Array.from({ length: columnCount }, () => {
    const column = new Float64Array(rows);
    let value = 0;
    for (let row = 0; row < rows; row++) {
      let coded = 0;
      let weight = 1;
      let group = bytes[at++] ?? 0;
      while (group >= MORE) {
        coded += (group - MORE) * weight;
        weight *= GROUP;
        group = bytes[at++] ?? 0;
      }
      coded += group * weight;
      value += coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
      column[row] = value;
    }
    return column;
  });
  if (at !== bytes.length) {
    throw new Trouble("bad-document", "the packed columns do not fill the file", {
      field: "bytes",
      value: bytes.length,
      expected: `${at} bytes`,
      origin: { file },
    });
  }
  return columns;
}
