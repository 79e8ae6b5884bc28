/**
 * A report as it is printed: headings, rows and columns, and nothing of what they mean. Plain data, so that it can be sent
 * to a worker that makes the PDF.
 */
import type { Day, Instant } from "../base/time.ts";

/** Whose figures, as of which fact, under which rules. */
export interface ReportHeader {
  readonly firm: string;
  /** Sequence number and time of the last fact behind the figures. */
  readonly seq: number;
  readonly at: Instant;
  readonly businessDay: Day;
  readonly rulebook: string;
  /** Of everything that the facts made; undefined where it was not taken. */
  readonly stateHash: string | undefined;
}

export interface PrintedRow {
  /** "6A1" */
  readonly number: string;
  readonly label: string;
  readonly indent: number;
  readonly paragraph: string;
  /** "3550"; empty where the form has none. */
  readonly box: string;
  /** As printed, brackets included; empty in the column that the row does not use. */
  readonly inner: string;
  readonly outer: string;
  /** Ruled above. */
  readonly total: boolean;
  /** Ruled above and twice below. */
  readonly final: boolean;
  /** The amount is said in words. */
  readonly isWords: boolean;
}

/** One line behind a box, or a position below that. */
export interface SourceRow {
  readonly label: string;
  readonly indent: number;
  readonly code: string;
  readonly paragraph: string;
  readonly amount: string;
}

export interface PrintedSection {
  readonly title: string;
  readonly rows: readonly PrintedRow[];
}

export interface PrintedSources {
  readonly title: string;
  readonly box: string;
  readonly amount: string;
  readonly rows: readonly SourceRow[];
}

export interface PrintedReport {
  readonly header: ReportHeader;
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly PrintedSection[];
  readonly notes: readonly string[];
  /** The appendix: what each box is made of. */
  readonly sources: readonly PrintedSources[];
  /** Whether officers sign it. */
  readonly signed: boolean;
}
