/**
 * Expected failures, as one catalogue: every error that a user can meet has a stable code, and names the field, the
 * value, what was expected, and where it came from. Mistakes in our own code are assertions, not these.
 */

/** Every code, with its cause and its cure. The reference page `docs/reference/errors.md` is made from this table. */
export const ERRORS = {
  "bad-value": {
    cause: "A field holds something that its type does not allow.",
    cure: "Correct the value; the message says what was expected.",
  },
  "missing-field": { cause: "A required field is absent.", cure: "Add the field." },
  "unknown-field": { cause: "A field is not part of this document.", cure: "Remove it, or correct its spelling." },
  "unknown-kind": { cause: "There is no fact of this kind.", cure: "See docs/reference/facts.md for all kinds." },
  "not-exact": {
    cause: "A number has more decimals, or is larger, than can be held exactly.",
    cure: "Send it at the precision of its asset; nothing is ever rounded silently.",
  },
  "unknown-account": { cause: "The account has not been opened.", cure: "Record an account-opened fact first." },
  "unknown-instrument": {
    cause: "The instrument is not in the security master.",
    cure: "Record an instrument-listed fact first.",
  },
  "not-allowed": {
    cause: "The books are in a state in which this fact makes no sense.",
    cure: "The message names the conflict.",
  },
  overflow: {
    cause: "A balance would pass the largest whole number that is held exactly (2^53 - 1 units).",
    cure: "Use a coarser asset scale, or split the account.",
  },
  "table-full": { cause: "A table reached its named limit.", cure: "Raise the limit in the configuration." },
  "bad-document": {
    cause: "A file or document could not be read as what it should be.",
    cure: "See the position given.",
  },
  "missing-input": {
    cause: "A figure cannot be computed because an input is unknown.",
    cure: "Provide the input that is named; unknown is never taken as zero.",
  },
  "missing-rule": { cause: "No rule in force covers this case.", cure: "Activate a rulebook that does." },
  "journal-corrupt": {
    cause: "A record that may have been acknowledged is damaged.",
    cure: "Restore the journal from a replica or backup; it is never cut. See docs/operations/recovery.md.",
  },
  "journal-in-use": { cause: "Another process writes this journal.", cure: "Stop it first; a journal has one writer." },
  "journal-version": {
    cause: "The journal was written by a newer program.",
    cure: "Use that version, or a later one.",
  },
  "journal-failed": {
    cause: "The disk refused a write or a sync; the journal takes no more facts.",
    cure: "Mend the disk and start again: every acknowledged fact is safe.",
  },
  "disk-full": { cause: "No room to write.", cure: "Free space and start again: every acknowledged fact is safe." },
  "snapshot-unusable": {
    cause: "A snapshot is damaged or belongs to another version of the program.",
    cure: "None needed: recovery falls back to an older snapshot or to the whole journal.",
  },
  "not-found": { cause: "There is nothing at this address.", cure: "See docs/reference/api.md for all addresses." },
  "too-large": {
    cause: "A request or a batch is larger than its named limit.",
    cure: "Send it in smaller parts; the message names the limit.",
  },
  "not-json": { cause: "The body of a request is not JSON.", cure: "Send it with Content-Type: application/json." },
  "foreign-request": {
    cause: "A request came through a host name, or from a web page, that is not this server's own.",
    cure: "Use the address that the server printed when it started.",
  },
  "not-ready": {
    cause: "The firm takes nothing more now: it is starting or stopping, or as many requests are waiting as may wait.",
    cure: "Try again in a moment.",
  },
  "port-in-use": { cause: "Another program listens on this port.", cure: "Stop it, or choose another with --port." },
  internal: { cause: "A mistake in this program.", cure: "Report it with the message and what was asked." },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Where a value came from, for example `{ file: "trades.csv", row: 12, line: 13, column: "price" }`. */
export interface Origin {
  readonly file?: string;
  /** Row of data, the first is 1. */
  readonly row?: number;
  /** Line of text, the first is 1. */
  readonly line?: number;
  readonly column?: string | number;
  readonly path?: string;
}

export interface TroubleDetails {
  readonly field?: string;
  readonly value?: unknown;
  readonly expected?: string;
  readonly origin?: Origin;
}

/** A value in few words: what is shown of a stranger's document is small, however large or deep that is. */
function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[...]" : "{...}";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
}

export function formatOrigin(origin: Origin): string {
  const parts: string[] = [];
  if (origin.file !== undefined) parts.push(origin.file);
  if (origin.row !== undefined) parts.push(`row ${origin.row}`);
  if (origin.line !== undefined) parts.push(`line ${origin.line}`);
  if (origin.column !== undefined) parts.push(`column ${origin.column}`);
  if (origin.path !== undefined) parts.push(origin.path);
  return parts.join(", ");
}

/** An expected failure. `message` is one sentence for people; the parts are there for programs. */
export class Trouble extends Error {
  override readonly name = "Trouble";
  readonly code: ErrorCode;
  readonly details: TroubleDetails;
  /** The sentence without field, value and origin. */
  readonly summary: string;

  constructor(code: ErrorCode, summary: string, details: TroubleDetails = {}) {
    let message = summary;
    if (details.field !== undefined) {
      message =
        "value" in details
          ? `${details.field} = ${describe(details.value)}: ${message}`
          : `${details.field}: ${message}`;
    }
    if (details.expected !== undefined) message += `; expected ${details.expected}`;
    if (details.origin !== undefined) message += ` (${formatOrigin(details.origin)})`;
    super(message);
    this.code = code;
    this.summary = summary;
    this.details = details;
  }

  /** The same trouble, said to come from `origin`. */
  at(origin: Origin): Trouble {
    return new Trouble(this.code, this.summary, { ...this.details, origin: { ...this.details.origin, ...origin } });
  }

  toJSON(): object {
    const { value, ...rest } = this.details;
    const small =
      typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value.length <= 80);
    return {
      code: this.code,
      message: this.message,
      ...rest,
      ...("value" in this.details && { value: small ? value : describe(value) }),
    };
  }
}
