/** How the journal's failures become `Trouble`, and how they cross from the writing thread. */
import { type ErrorCode, Trouble, type TroubleDetails } from "../base/errors.ts";

export function corrupt(seq: number, file: string, what: string): Trouble {
  return new Trouble("journal-corrupt", `record ${seq} may have been acknowledged and cannot be read: ${what}`, {
    origin: { file },
  });
}

/** What the disk refused, as `disk-full` or `journal-failed`. A `Trouble` stays what it is; anything else is not ours to name. */
export function diskTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  const { code = "", message = String(error) } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return new Trouble(code === "ENOSPC" || code === "EDQUOT" ? "disk-full" : "journal-failed", message);
}

/** A `Trouble` as plain data, for a message between threads. */
export interface PortableTrouble {
  readonly code: ErrorCode;
  readonly summary: string;
  readonly details: TroubleDetails;
}

export function portable({ code, summary, details }: Trouble): PortableTrouble {
  return { code, summary, details };
}

export function fromPortable({ code, summary, details }: PortableTrouble): Trouble {
  return new Trouble(code, summary, details);
}
