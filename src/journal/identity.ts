/**
 * Who a journal is: sixteen random bytes given when it is created. They start its hash chain, and salt the checksum of
 * every header, so that bytes of another journal, or a header copied into a record, are never taken for its own.
 */
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

export const IDENTITY_BYTES = 16;

export interface Identity {
  readonly bytes: Uint8Array;
  /** The checksum of the identity, from which the checksum of a header goes on. */
  readonly salt: number;
  /** The chain hash before the first record. */
  readonly genesis: Uint8Array;
}

export function identityOf(bytes: Uint8Array): Identity {
  return { bytes, salt: crc32(bytes), genesis: createHash("sha256").update(bytes).digest() };
}

export function newIdentity(): Identity {
  return identityOf(randomBytes(IDENTITY_BYTES));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
