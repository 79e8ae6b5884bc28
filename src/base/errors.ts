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
  "bad-document": { cause: "A file or document could not be read as what it should be.", cure: "See the position given." },
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
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Where a value came from, for example `{ file: "trades.csv", row: 12, column: "price" }`. */
export interface Origin {
  readonly file?: string;
  readonly row?: number;
  readonly column?: string | number;
  readonly path?: string;
}

export interface TroubleDetails {
  readonly field?: string;
  readonly value?: unknown;
  readonly expected?: string;
  readonly origin?: Origin;
}

function describe(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export function formatOrigin(origin: Origin): string {
  const parts: string[] = [];
  if (origin.file !== undefined) parts.push(origin.file);
  if (origin.row !== undefined) parts.push(`row ${origin.row}`);
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
      message = "value" in details
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
    return { code: this.code, message: this.message, ...this.details };
  }
}
