/**
 * A running engine as the server sees it: figures, explanations and records as plain JSON. What is costly to make is made at
 * most once for each fact, and the movers at most twice a second.
 */
import { formatDecimal } from "../base/decimal.ts";
import type { Origin, Trouble } from "../base/errors.ts";
import { findLine, lineToJson } from "../base/line.ts";
import { type Cents, formatDollars } from "../base/money.ts";
import { portionUp, formatRate } from "../base/rate.ts";
import { formatInstant, type Instant } from "../base/time.ts";
import { accountStatement } from "../books/account-statement.ts";
import { NO_DAY } from "../books/settlement.ts";
import { stockRecord } from "../books/stock-record.ts";
import { trialBalance } from "../books/trial-balance.ts";
import { FactsRefused, type RefusedFact, refusedFact } from "../engine/admission.ts";
import type { Engine } from "../engine/engine.ts";
import { checkFact } from "../facts/parse.ts";
import type { Fact } from "../facts/kinds.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import { BASE_CURRENCY } from "../net-capital/inputs.ts";
import { EngineMargin } from "./engine-margin.ts";
import { EngineWatch } from "./engine-watch.ts";
import type {
  AccountStatement,
  Basis,
  Explanation,
  FirmEvent,
  HistoryPoint,
  LiveFirm,
  Mover,
  NetCapitalUnknown,
  NetCapitalView,
  Position,
  Status,
  StockRecord,
  TrialBalance,
  TroubleJson,
} from "./live-firm.ts";
import { HISTORY_POINTS_MAX } from "./limits.ts";
import type { LiveStress } from "./live-margin.ts";
import { movers } from "./movers.ts";
import { waterfallSteps } from "./waterfall.ts";

/** What only the one who runs the engine knows. */
export interface Running {
  readonly firm: string;
  /** Whether a replay drives the firm, and how fast. */
  pace(): Pick<Status, "state"> & { readonly speed?: number };
  /** The time now, for facts that come without one. A replay gives its own time. */
  now(): Instant;
  /** The name of the drill that is running. */
  readonly drill?: string;
  /** The page's time axis; the session of the business day where absent. */
  readonly session?: { readonly opens: Instant; readonly closes: Instant };
  /** What stresses the firm; nothing does without it. */
  readonly stress?: LiveStress;
}

const MOVERS_MS = 500;

export class EngineFirm implements LiveFirm {
  readonly watch: EngineWatch;
  readonly margin: EngineMargin;
  readonly #engine: Engine;
  readonly #running: Running;
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;
  #answer: { readonly seq: number; readonly answer: NetCapitalAnswer } | undefined;
  #movers: { readonly at: number; readonly list: readonly Mover[] } = { at: Number.NEGATIVE_INFINITY, list: [] };
  /** Of the last whole second: when it ended, the sequence number then, and the facts in it. */
  #second = { ended: performance.now(), seq: 0, facts: 0 };

  constructor(engine: Engine, running: Running) {
    this.watch = new EngineWatch(engine.state);
    this.margin = new EngineMargin(engine.state, {
      changed: () => this.changed(),
      ...(running.stress !== undefined && { stress: running.stress }),
    });
    this.#engine = engine;
    this.#running = running;
    this.#second.seq = engine.seq;
    const clock = setInterval(() => this.#countFacts(), 1000);
    clock.unref();
    const unsubscribe = engine.subscribe(() => this.changed());
    this.#stop = () => {
      clearInterval(clock);
      unsubscribe();
    };
  }

  /** Tells the subscribers that something changed: facts were applied, or the pace is another. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Lets go of the engine. */
  close(): void {
    this.#stop();
    this.margin.close();
    this.#listeners.clear();
  }

  #countFacts(): void {
    const now = performance.now();
    const { seq } = this.#engine;
    const facts = Math.round(((seq - this.#second.seq) * 1000) / (now - this.#second.ended));
    const quiet = facts === 0 && this.#second.facts === 0;
    this.#second = { ended: now, seq, facts };
    if (!quiet) this.changed();
  }

  #position(): Position {
    return { seq: this.#engine.seq, at: formatInstant(this.#engine.at) };
  }

  status(): Status {
    const { durableSeq, failure } = this.#engine;
    return {
      ...this.#position(),
      firm: this.#running.firm,
      ...this.#running.pace(),
      ...(this.#running.drill !== undefined && { drill: this.#running.drill }),
      durableSeq,
      factsPerSecond: this.#second.facts,
      timeZone: "America/New_York",
      ...this.#session(),
      ready: failure === undefined,
      troubles: this.#troubles(),
    };
  }

  #troubles(): TroubleJson[] {
    const { failure, state } = this.#engine;
    const refused = state.refusals.kept.slice(0, 1).map(({ seq, kind, code, message }) => ({
      code,
      message: `${state.refusals.count} facts could not be applied; the first is ${seq}, ${kind}: ${message}`,
    }));
    return failure === undefined ? refused : [troubleJson(failure), ...refused];
  }

  #session(): Pick<Status, "session"> {
    const { session } = this.#running;
    if (session !== undefined)
      return { session: { opens: formatInstant(session.opens), closes: formatInstant(session.closes) } };
    const { businessDay, books } = this.#engine.state;
    if (businessDay === NO_DAY || !books.calendar.isSession(businessDay)) return {};
    const [opens, closes] = [books.calendar.sessionOpen(businessDay), books.calendar.sessionClose(businessDay)];
    return { session: { opens: formatInstant(opens), closes: formatInstant(closes) } };
  }

  async submit(facts: readonly unknown[], origin: Origin): Promise<{ firstSeq: number; lastSeq: number }> {
    const now = formatInstant(this.#running.now());
    const checked: Fact[] = [];
    const troubles: RefusedFact[] = [];
    for (const [index, json] of facts.entries()) {
      const outcome = checkFact(stamp(json, now), origin);
      if (Array.isArray(outcome)) troubles.push(...outcome.map((trouble) => refusedFact(index, trouble)));
      else checked.push(outcome);
    }
    if (troubles.length > 0) throw new FactsRefused(troubles);
    return this.#engine.submit(checked);
  }

  #answerNow(): NetCapitalAnswer {
    const { seq, state } = this.#engine;
    if (this.#answer?.seq !== seq) this.#answer = { seq, answer: state.netCapital.answer() };
    return this.#answer.answer;
  }

  netCapital(): NetCapitalView {
    const answer = this.#answerNow();
    if (answer.kind === "unknown") return this.#unknown(answer.troubles);
    const { netCapital, requirement, excess, tier } = answer;
    const tiers = this.#engine.state.netCapital.rules?.tiers ?? [];
    return {
      ...this.#position(),
      answer: "figure",
      netCapital: formatDollars(netCapital),
      requirement: formatDollars(requirement),
      excess: formatDollars(excess),
      percentOfMinimum: requirement > 0 ? formatDecimal(Math.floor((netCapital / requirement) * 10_000), 2, 2) : null,
      tier: tier?.name ?? null,
      tiers: tiers.map(({ name, meaning, below, paragraph }) => ({
        code: name,
        label: meaning,
        amount: formatDollars(portionUp(requirement, below)),
        percent: formatRate(below).replace("%", ""),
        paragraph,
      })),
      waterfall: waterfallSteps(answer.waterfall),
      lines: { netCapital: "net-capital", requirement: "requirement", excess: "excess" },
    };
  }

  #unknown(troubles: readonly Trouble[]): NetCapitalUnknown {
    return { ...this.#position(), answer: "unknown", troubles: troubles.map(troubleJson) };
  }

  explain(code = "excess"): Explanation | NetCapitalUnknown | undefined {
    const answer = this.#answerNow();
    if (answer.kind === "unknown") return this.#unknown(answer.troubles);
    const found = findLine(answer.computation, code);
    return found === undefined ? undefined : { ...this.#position(), answer: "figure", line: lineToJson(found) };
  }

  movers(count: number): readonly Mover[] {
    const now = performance.now();
    if (now - this.#movers.at >= MOVERS_MS) this.#movers = { at: now, list: movers(this.#engine.state) };
    return this.#movers.list.slice(0, count);
  }

  history(): readonly HistoryPoint[] {
    const { columns, size } = this.#engine.state.history.points;
    const points: HistoryPoint[] = [];
    for (let row = Math.max(0, size - HISTORY_POINTS_MAX); row < size; row++) {
      points.push({
        seq: columns.seq[row],
        at: formatInstant(columns.at[row] as Instant),
        netCapital: dollarsOrNull(columns.netCapital[row]),
        requirement: dollarsOrNull(columns.requirement[row]),
      });
    }
    return points;
  }

  events(count: number): readonly FirmEvent[] {
    return this.watch.events(count);
  }

  stockRecord(instrument: string, basis: Basis): StockRecord | undefined {
    const { books } = this.#engine;
    const row = books.instruments.findText(instrument);
    if (row < 0) return undefined;
    const { entries, long, short, difference } = stockRecord(books, row, basis);
    return { ...this.#position(), instrument, basis, entries, claims: long, places: short, difference };
  }

  account(name: string): AccountStatement | undefined {
    const { books } = this.#engine;
    const id = books.names.find(name);
    const row = id === undefined ? -1 : books.accounts.find(id);
    return row < 0 ? undefined : { ...this.#position(), ...accountStatement(books, row) };
  }

  trialBalance(basis: Basis): TrialBalance {
    const { books } = this.#engine;
    const dollar = books.instruments.findText(BASE_CURRENCY);
    if (dollar < 0)
      return { ...this.#position(), basis, currency: BASE_CURRENCY, entries: [], debits: "0.00", credits: "0.00" };
    const { currency, entries, debits, credits } = trialBalance(books, dollar, basis);
    return { ...this.#position(), basis, currency, entries, debits, credits };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Gives a fact that says no time the time at which it was taken in. */
function stamp(json: unknown, now: string): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json) || "at" in json) return json;
  return { ...json, at: now };
}

function troubleJson({ code, message, details }: Trouble): TroubleJson {
  return { code, message, ...details };
}

function dollarsOrNull(cents: number): string | null {
  return Number.isNaN(cents) ? null : formatDollars(cents as Cents);
}
