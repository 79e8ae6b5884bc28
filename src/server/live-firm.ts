/**
 * What the server needs of a running firm: the only door between the HTTP and WebSocket API and the engine. Everything
 * that comes through it is plain JSON, ready to send: amounts are decimal strings of dollars ("-1234.50"), quantities and
 * prices decimal strings, instants ISO 8601 in UTC. An amount that cannot be said is absent or null, never zero.
 *
 * Every method except `submit` answers at once from what the engine has applied, and writes nothing.
 */
import type { ErrorCode, Origin } from "../base/errors.ts";
import type { LineJson } from "../base/line.ts";
import type { LiveMargin } from "./live-margin.ts";
import type { LiveWatch } from "./live-watch.ts";

/** One thing that is wrong or missing, as `Trouble.toJSON()` writes it. */
export interface TroubleJson {
  readonly code: ErrorCode;
  /** One sentence for people. */
  readonly message: string;
  readonly field?: string;
  readonly value?: unknown;
  readonly expected?: string;
  readonly origin?: Origin;
}

/** Why one fact of a batch was refused. */
export interface RefusedFact extends TroubleJson {
  /** Which fact of the batch, from 0. */
  readonly index: number;
}

/** The error that `submit` throws when any fact of the batch is refused; then none was recorded. */
export interface FactsRefusedError extends Error {
  readonly name: "FactsRefused";
  readonly troubles: readonly RefusedFact[];
}

/** Where a computation stands in the journal. */
export interface Position {
  /** Sequence number of the last fact that the answer includes. */
  readonly seq: number;
  /** The time of that fact. */
  readonly at: string;
}

export interface Status extends Position {
  readonly firm: string;
  readonly state: "replaying" | "live" | "paused" | "finished";
  /** Market seconds per second of a replay; absent when live. */
  readonly speed?: number;
  /** The drill that is running, of which `GET /drill` tells; absent where none is. */
  readonly drill?: string;
  /** Every fact up to this sequence number is on disk. */
  readonly durableSeq: number;
  /** Facts applied in the last second. */
  readonly factsPerSecond: number;
  /** IANA zone in which the page shows times. */
  readonly timeZone: string;
  /** The market session that `at` falls in, where there is one: the page's time axis. */
  readonly session?: { readonly opens: string; readonly closes: string };
  /** Whether facts are accepted now; where not, `troubles` says why. */
  readonly ready: boolean;
  readonly troubles: readonly TroubleJson[];
}

/** A level of net capital at which something begins: early warning, notice, restriction. */
export interface Tier {
  /** Its name, in one word: "yellow". */
  readonly code: string;
  /** What it means: "Early warning. Notice to the SEC within 24 hours." */
  readonly label: string;
  /** The firm is in this tier when its net capital is below this. */
  readonly amount: string;
  /** The same as a percentage of the minimum, where it is one: "120". */
  readonly percent?: string;
  readonly paragraph: string;
}

/** One bar of the waterfall, top to bottom. A deduction is a positive amount on a step that deducts. */
export interface WaterfallStep {
  /** The line that explains it. */
  readonly code: string;
  readonly label: string;
  readonly effect: "starts" | "adds" | "deducts" | "subtotal" | "total";
  readonly amount: string;
  readonly paragraph: string;
}

export interface NetCapitalFigure extends Position {
  readonly answer: "figure";
  readonly netCapital: string;
  /** The minimum that the firm must have. */
  readonly requirement: string;
  /** Net capital less the requirement; negative when the firm is below it. */
  readonly excess: string;
  /** Net capital as a percentage of the requirement, rounded down, for example "131.62"; null where none is required. */
  readonly percentOfMinimum: string | null;
  /** Code of the gravest tier that the firm is in; null where it is in none. */
  readonly tier: string | null;
  /** From the mildest (the highest amount) to the gravest. */
  readonly tiers: readonly Tier[];
  readonly waterfall: readonly WaterfallStep[];
  /** Codes of the lines that explain the three figures. */
  readonly lines: { readonly netCapital: string; readonly requirement: string; readonly excess: string };
}

/** The figure cannot be said: an input or a rule is missing. */
export interface NetCapitalUnknown extends Position {
  readonly answer: "unknown";
  /** What is missing, at least one. */
  readonly troubles: readonly TroubleJson[];
}

export type NetCapitalView = NetCapitalFigure | NetCapitalUnknown;

/** The tree under one line, and when it was computed. */
export interface Explanation extends Position {
  readonly answer: "figure";
  readonly line: LineJson;
}

/** What one position did to net capital since the day began. */
export interface Mover {
  readonly instrument: string;
  readonly symbol?: string;
  readonly description?: string;
  readonly side: "long" | "short";
  readonly quantity: string;
  /** Signed: a short position's is negative. Null where there is no price. */
  readonly marketValue: string | null;
  readonly price: string | null;
  /** Since the day began, in currency per unit and in percent. */
  readonly priceChange: string | null;
  readonly priceChangePercent: string | null;
  /** What its haircut takes from net capital, positive; null where the haircut falls on a whole portfolio. */
  readonly haircut: string | null;
  /** Change in net capital since the day began that this position made: its profit less the change of its haircut. */
  readonly effect: string;
  /** The line that explains it, where one does. */
  readonly line?: string;
}

export interface HistoryPoint extends Position {
  /** Null while it cannot be said: a gap in the line, not a zero. */
  readonly netCapital: string | null;
  readonly requirement: string | null;
}

export interface FirmEvent extends Position {
  /** Increases with each event; the stream sends each id once. */
  readonly id: number;
  readonly severity: "good" | "info" | "warning" | "critical";
  /** In few words: "Fell below 120% of the minimum". */
  readonly title: string;
  readonly detail?: string;
  readonly paragraph?: string;
  /** The line that explains it, where one does. */
  readonly line?: string;
  /** The account whose margin it is about, where it is about one. */
  readonly account?: string;
  /** Of many alike about accounts: an event with this key stands in place of the earlier one with the same. */
  readonly group?: string;
}

export type Basis = "settlement" | "trade-date";

/** The trial balance of one security: who has a claim on it and where it is. The quantities sum to zero. */
export interface StockRecord extends Position {
  readonly instrument: string;
  readonly basis: Basis;
  readonly entries: readonly {
    readonly account: string;
    readonly type: string;
    readonly title?: string;
    /** Positive: a claim on us. Negative: it is there. */
    readonly quantity: string;
  }[];
  readonly claims: string;
  readonly places: string;
  readonly difference: string;
}

/** What one account has: cash, positions with their tax lots, realised and unrealised profit. */
export interface AccountStatement extends Position {
  readonly account: string;
  readonly type: string;
  readonly title?: string;
  readonly cash: readonly { readonly currency: string; readonly balance: string; readonly settled: string }[];
  readonly positions: readonly {
    readonly instrument: string;
    readonly quantity: string;
    readonly settledQuantity: string;
    readonly cost: string;
    /** Null where there is no price. */
    readonly value: string | null;
    readonly unrealised: string | null;
    readonly lots: readonly { readonly quantity: string; readonly cost: string; readonly opened: string }[];
  }[];
  readonly realised: string;
}

/** Every account with a balance of cash. Debits equal credits. */
export interface TrialBalance extends Position {
  readonly basis: Basis;
  readonly currency: string;
  readonly entries: readonly {
    readonly account: string;
    readonly type: string;
    readonly title?: string;
    readonly debit: string;
    readonly credit: string;
  }[];
  readonly debits: string;
  readonly credits: string;
}

export interface LiveFirm {
  /** What follows from the figure. */
  readonly watch: LiveWatch;
  /** Where every margin account stands, and what a stress would do. */
  readonly margin: LiveMargin;
  status(): Status;
  /**
   * Checks all facts, records all or none, and resolves when they are durable. `facts` is unchecked JSON; a fact without
   * `at` is stamped with the time. Rejects with a `FactsRefusedError`, or with a `Trouble` when no fact can be taken now
   * ("journal-failed", "disk-full").
   */
  submit(facts: readonly unknown[], origin: Origin): Promise<{ readonly firstSeq: number; readonly lastSeq: number }>;
  netCapital(): NetCapitalView;
  /** The tree under the line with this code, by default the whole computation; undefined where no line has the code. */
  explain(code?: string): Explanation | NetCapitalUnknown | undefined;
  /** The `count` positions with the largest effect either way, largest first. */
  movers(count: number): readonly Mover[];
  /** Oldest first, at a cadence of the firm's own; the server thins them for its readers. */
  history(): readonly HistoryPoint[];
  /** The last `count` events, newest first. */
  events(count: number): readonly FirmEvent[];
  /** Undefined where the instrument is unknown. */
  stockRecord(instrument: string, basis: Basis): StockRecord | undefined;
  /** Undefined where the account is unknown. */
  account(name: string): AccountStatement | undefined;
  trialBalance(basis: Basis): TrialBalance;
  /** Calls `listener` after facts were applied or the state changed; it must be quick. Returns the way to stop. */
  subscribe(listener: () => void): () => void;
}
