/**
 * What the server needs of margin and stress: where every account stands, its calls, what is proposed to close, and what a
 * stress would do. As in `live-firm.ts`, everything is plain JSON, ready to send, and every method answers at once and writes
 * nothing. Accounts are named by their principal: the account that others are margined with.
 */
import type { LineJson } from "../base/line.ts";
import type { ScenarioDocument } from "../stress/rules-document.ts";
import type { Position, TroubleJson } from "./live-firm.ts";

/** From the best to the worst; `unknown` where something that the account holds has no price or no rule. */
export const MARGIN_RUNGS = ["healthy", "warning", "call", "restricted", "liquidating", "deficit", "unknown"] as const;
export type MarginRung = (typeof MARGIN_RUNGS)[number];

/** The state of all accounts at a fact. */
export interface MarginOverview extends Position {
  /** Version of the rulebook in force; null where none is, or none that can be read: then every list is empty. */
  readonly rulebook: string | null;
  /** How many margin accounts stand on each rung; of cash accounts those of which something is asked. */
  readonly rungs: Readonly<Record<MarginRung, number>>;
  /** Calls that stand: what was called, what would meet them now, and how many are past their day. */
  readonly calls: {
    readonly open: number;
    readonly amount: string;
    readonly outstanding: string;
    readonly overdue: number;
  };
  readonly restricted: number;
  readonly liquidations: number;
  /** What accounts in deficit lack together: the firm's unsecured exposure. Unknown accounts are in no sum. */
  readonly unsecured: string;
  /** What net capital is charged for accounts without their margin. */
  readonly capitalCharges: string;
  /** All portfolio margin accounts against the firm's limit, 4210(g)(12), as last looked at; null until then. */
  readonly firmLimit: FirmLimitView | null;
  /** Why there are no rules. */
  readonly troubles: readonly TroubleJson[];
}

/** What portfolio margin accounts require together, and so many times net capital. */
export interface FirmLimitView extends Position {
  readonly requirement: string;
  readonly limit: string;
  /** How many accounts cannot be computed: they are in no sum. */
  readonly unknown: number;
  /** Since when it is above the limit, and from which day no account is to be opened; null where it is not. */
  readonly over: (Position & { readonly stopsFrom: string }) | null;
  /** That day has come. */
  readonly stopped: boolean;
}

/** One account. Amounts are null while they cannot be said. */
export interface MarginStanding {
  readonly account: string;
  readonly title: string | null;
  readonly group: string | null;
  readonly regime: "cash" | "margin" | "portfolio";
  readonly rung: MarginRung;
  /** In the convention of the requirement that binds. */
  readonly equity: string | null;
  readonly requirement: string | null;
  /** Equity less requirement. */
  readonly excess: string | null;
  readonly restricted: boolean;
}

export interface StandingsQuery {
  readonly rung?: MarginRung;
  /** At most so many. */
  readonly count: number;
}

/** The accounts of a query. Where more stand than one answer works out, those past the gravest boundaries are in it. */
export interface MarginStandings extends Position {
  readonly accounts: readonly MarginStanding[];
  /** How many stand where the query looked. */
  readonly total: number;
}

export interface MarginCallView {
  /** What a `margin-call-extended` fact names. */
  readonly id: string;
  readonly account: string;
  /** "maintenance", "reg-t", "house", …; and in words. */
  readonly layer: string;
  readonly title: string;
  readonly paragraph: string;
  /** What was called, as it was issued; what its customer was last told would meet it; and what came in since. */
  readonly amount: string;
  readonly told: string;
  readonly credited: string;
  /** What would meet it now, at prices of now. */
  readonly outstanding: string;
  readonly issued: Position;
  /** Since when prices alone cover it; null while they do not. It ends once that has lasted. */
  readonly covered: Position | null;
  /** The day, extensions included, and the instant at which it ends. */
  readonly due: string;
  readonly dueBy: string;
  /** The latest day that an extension can name. */
  readonly latest: string;
  readonly overdue: boolean;
  readonly extensions: readonly { readonly until: string; readonly by: string; readonly reason: string }[];
  readonly announced: readonly { readonly amount: string; readonly expected: string }[];
}

export interface MarginCalls extends Position {
  /** The soonest due first. */
  readonly calls: readonly MarginCallView[];
  /** How many stand. */
  readonly total: number;
}

export interface ClosingOrderView {
  readonly side: "buy" | "sell";
  readonly account: string;
  readonly instrument: string;
  readonly quantity: string;
  /** At which it was worked out. */
  readonly price: string;
  readonly value: string;
  /** What closing it is expected to cost: a model's. */
  readonly cost: string;
}

export interface LiquidationView extends Position {
  /** What a `liquidation-decided` fact names. */
  readonly id: string;
  readonly account: string;
  readonly status: "proposed" | "approved" | "rejected" | "ended";
  /** How it ended, in words; null while it stands. */
  readonly ended: (Position & { readonly how: string }) | null;
  /** In the order in which they are to be worked. */
  readonly orders: readonly ClosingOrderView[];
  readonly policy: string;
  /** Every set of orders was looked at. */
  readonly exact: boolean;
  /** False: closing all that helps does not restore the requirement with its cushion. */
  readonly cures: boolean;
  readonly cost: string;
  readonly before: { readonly equity: string; readonly requirement: string };
  readonly after: { readonly equity: string; readonly requirement: string };
  readonly decided:
    | (Position & { readonly decision: "approved" | "rejected"; readonly by: string; readonly reason: string })
    | null;
}

export interface Liquidations extends Position {
  /** Those that stand, then those that ended, the newest first. */
  readonly liquidations: readonly LiquidationView[];
}

export const MARGIN_REGIMES = ["cash", "regT", "maintenance", "portfolio", "house"] as const;
export type MarginRegime = (typeof MARGIN_REGIMES)[number];

/** What one regime asks of an account, and the equity that it compares. Null while it cannot be said. */
export interface RegimeView {
  readonly regime: MarginRegime;
  readonly equity: string | null;
  readonly requirement: string | null;
  readonly excess: string | null;
  /** Whether an account of this kind is held to it at all times. */
  readonly inForce: boolean;
  readonly binds: boolean;
  readonly troubles: readonly TroubleJson[];
}

/** What is margined together, and what each regime asks for it, where that can be told apart. */
export interface MarginGroupView {
  readonly underlying: string;
  readonly holdings: readonly { readonly instrument: string; readonly quantity: string }[];
  readonly value: string | null;
  readonly requirements: Readonly<Partial<Record<MarginRegime, string>>>;
}

/** Everything about one account: requirements side by side, line by line, and how it got here. */
export interface MarginAccountView extends Position {
  readonly standing: MarginStanding;
  /** The accounts of the ledger that are margined together, the principal first. */
  readonly members: readonly string[];
  readonly netLiquidation: string | null;
  readonly marketValue: string | null;
  readonly regimes: readonly RegimeView[];
  readonly groups: readonly MarginGroupView[];
  readonly explanation: LineJson | null;
  /** Each with what would meet it now, a sentence each. */
  readonly calls: readonly (MarginCallView & { readonly cures: readonly string[] })[];
  /** What would meet what binds, a sentence each; none where nothing is short. */
  readonly cures: readonly string[];
  readonly liquidation: LiquidationView | null;
  /** Why only closing orders are taken from it; none where all are. */
  readonly restrictions: readonly (Position & {
    readonly code: string;
    readonly words: string;
    readonly paragraph: string;
  })[];
  /** What a severe stress scenario would leave it owing, as it was stated last; null where none would. */
  readonly severeStress: { readonly scenario: string; readonly deficit: string; readonly asOfSeq: number } | null;
  /** Oldest first. */
  readonly trail: readonly (Position & {
    readonly kind: string;
    readonly layer: string | null;
    readonly amount: string | null;
    readonly paragraph: string | null;
    /** Who decided; null where nobody did. */
    readonly by: string | null;
    readonly words: string;
  })[];
  readonly troubles: readonly TroubleJson[];
}

/** Rows of one kind stand together on the page. */
export const STRESS_KINDS = ["grid", "index", "historical", "correlation", "names", "combined"] as const;
export type StressKind = (typeof STRESS_KINDS)[number];

export interface StressCapital {
  readonly netCapital: string;
  /** Of the minimum, "131.62"; null where none is required. */
  readonly percentOfMinimum: string | null;
  readonly tier: string | null;
}

/** One scenario of the last sweep. */
export interface StressRow {
  readonly scenario: string;
  readonly title: string;
  readonly kind: StressKind;
  /** Of a grid: its move of prices and of volatilities in percent: "-25", "50". */
  readonly price: string | null;
  readonly volatility: string | null;
  /** Accounts whose equity is below zero, and what they lack together. */
  readonly underWater: number;
  readonly unsecured: string;
  /** Accounts that would be called, and for how much together. */
  readonly called: number;
  readonly calls: string;
  /** With deficits charged at once; and as if no call were met in its time. Null where it cannot be said, or was not asked. */
  readonly capital: StressCapital | null;
  readonly capitalCallsUnmet: StressCapital | null;
  /** Accounts that are in no figure, because something they hold is not known. */
  readonly unknown: number;
  /** Of the calls, what called accounts could not meet if they sold everything at these prices. */
  readonly uncovered: string;
  /** The names that what is unsecured comes from, and the client groups that lack most; the largest first. */
  readonly names: readonly { readonly name: string; readonly unsecured: string }[];
  readonly clients: readonly StressedClient[];
}

export interface StressedClient {
  readonly name: string;
  readonly unsecured: string;
  readonly call: string;
  /** What it loses here and at other firms together, and of it at other firms; below zero a gain, null where not known. */
  readonly loss: string | null;
  readonly lossElsewhere: string | null;
}

/** Exactly, as of one fact. */
export interface StressView extends Position {
  /** How long it took, in milliseconds. */
  readonly took: number;
  readonly accounts: number;
  /** As the firm stands. */
  readonly capital: StressCapital | null;
  readonly rows: readonly StressRow[];
}

/** The smallest moves that break the firm, which are looked for less often. */
export interface ReverseView extends Position {
  /** Each the rest of a sentence that begins with "The firm". */
  readonly sentences: readonly string[];
}

/** One scenario of the sweep: the whole book at once, in single precision. Amounts in whole dollars. */
export interface SweptRow {
  readonly scenario: string;
  readonly underWater: number;
  readonly unsecured: string;
  readonly called: number;
  readonly calls: string;
  /** The same with the requirement held at what it is now. */
  readonly calledHeld: number;
  readonly callsHeld: string;
}

/** The last sweep. */
export interface SweptView extends Position {
  /** Milliseconds of the sweep alone. */
  readonly took: number;
  readonly accounts: number;
  /** Accounts whose figures are the exact functions' of an earlier fact, and the last fact of which they are. */
  readonly groups: number;
  readonly groupsAsOf: number;
  /** Accounts that are in no sum. */
  readonly unknown: number;
  readonly rows: readonly SweptRow[];
}

/** What stress knows now; each part as soon as there is one. */
export interface StressNow {
  readonly exact: StressView | null;
  readonly reverse: ReverseView | null;
  readonly swept: SweptView | null;
}

export interface LiveStress {
  now(): StressNow;
  /**
   * What somebody's own scenarios do, exactly, of the books that the last exact run stressed. Rejects with what is wrong with
   * them, or `not-ready` before the first run.
   */
  ask(scenarios: readonly ScenarioDocument[]): Promise<StressView>;
}

export interface LiveMargin {
  overview(): MarginOverview;
  /** The least excess first; those of which it cannot be said last. */
  standings(query: StandingsQuery): MarginStandings;
  /** Undefined for a name that is no margin account, or while there are no rules. */
  account(name: string): MarginAccountView | undefined;
  calls(): MarginCalls;
  liquidations(): Liquidations;
  readonly stress: LiveStress;
}
