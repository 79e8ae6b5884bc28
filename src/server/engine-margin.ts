/**
 * Margin of a running engine as the server sees it. What sums over accounts is made seldom (`seldom.ts`): a cascade of calls
 * must not hold up facts. What is asked of one account is made when it is asked for.
 */
import { assert } from "../base/assert.ts";
import { formatDollars, sum, toCents } from "../base/money.ts";
import { Trouble } from "../base/errors.ts";
import { formatInstant } from "../base/time.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { marginAccountOf } from "../margin/account.ts";
import type { MarginCall } from "../margin/ladder/call.ts";
import { reasonInWords } from "../margin/ladder/restrictions.ts";
import { curesInWords, curesOf } from "../margin/liquidation/answer.ts";
import { CALLS_MAX, STANDINGS_MAX } from "./limits.ts";
import type { Position, TroubleJson } from "./live-firm.ts";
import {
  type Liquidations,
  type LiveMargin,
  type LiveStress,
  MARGIN_RUNGS,
  type MarginAccountView,
  type MarginCalls,
  type MarginCallView,
  type MarginOverview,
  type MarginRung,
  type MarginStanding,
  type MarginStandings,
  type StandingsQuery,
} from "./live-margin.ts";
import { bindingFigures, MarginFigures } from "./margin-figures.ts";
import {
  callView,
  firmLimitView,
  liquidationView,
  marginFigures,
  positionOf,
  standingView,
  stepView,
  troubleJson,
} from "./margin-views.ts";
import { Seldom } from "./seldom.ts";

export class EngineMargin implements LiveMargin {
  readonly #state: FirmState;
  readonly #figures: MarginFigures;
  readonly stress: LiveStress;
  readonly #overview: Seldom<MarginOverview>;
  readonly #calls: Seldom<MarginCalls>;
  readonly #standings = new Map<MarginRung | undefined, Seldom<MarginStandings>>();

  /** `changed` is called when something newer can be told though no fact came; without `stress` there is none. */
  constructor(state: FirmState, { changed, stress = NO_STRESS }: { changed?: () => void; stress?: LiveStress } = {}) {
    this.#state = state;
    this.#figures = new MarginFigures(state);
    this.stress = stress;
    const seq = (): number => state.seq;
    this.#overview = new Seldom(() => this.#makeOverview(), seq, changed);
    this.#calls = new Seldom(() => this.#makeCalls(), seq);
    for (const rung of [undefined, ...MARGIN_RUNGS])
      this.#standings.set(rung, new Seldom(() => this.#makeStandings(rung), seq));
  }

  close(): void {
    this.#overview.close();
  }

  #position(): Position {
    return { seq: this.#state.seq, at: formatInstant(this.#state.at) };
  }

  // ——— all accounts ———

  overview(): MarginOverview {
    return this.#overview.get();
  }

  #makeOverview(): MarginOverview {
    const { ladder, rules } = this.#state.margin;
    const rungs = Object.fromEntries(MARGIN_RUNGS.map((rung) => [rung, 0])) as Record<MarginRung, number>;
    if (rules === undefined)
      return { ...this.#position(), rulebook: null, rungs, ...NOTHING_CALLED, troubles: this.#whyNoRules() };
    const inDeficit: number[] = [];
    let others = 0;
    for (const account of ladder.accounts()) {
      const { rung } = ladder.standing(account);
      if (rung === "healthy") continue;
      rungs[rung]++;
      if (this.#state.margin.rungs?.account(account) !== undefined) others++;
      if (rung === "deficit") inDeficit.push(account);
    }
    rungs.healthy = (this.#state.margin.rungs?.size ?? 0) - others;
    const calls = ladder.openCalls();
    return {
      ...this.#position(),
      rulebook: rules.version,
      rungs,
      calls: {
        open: calls.length,
        amount: formatDollars(sum(calls.map(({ amount }) => amount))),
        outstanding: formatDollars(sum(calls.map((call) => this.#figures.deficiency(call)))),
        overdue: calls.filter(({ overdue }) => overdue !== null).length,
      },
      restricted: ladder.restricted().length,
      liquidations: ladder.liquidations.list().length,
      unsecured: formatDollars(sum(inDeficit.map((account) => this.#figures.lacking(account)))),
      capitalCharges: formatDollars(toCents(this.#state.margin.charges.sum)),
      firmLimit: firmLimitView(this.#state.margin.firmLimit.standing),
      troubles: [],
    };
  }

  #whyNoRules(): readonly TroubleJson[] {
    const { rulesTrouble } = this.#state.margin;
    return rulesTrouble === undefined
      ? [{ code: "missing-rule", message: "no margin rulebook is in force" }]
      : [troubleJson(rulesTrouble)];
  }

  standings({ rung, count }: StandingsQuery): MarginStandings {
    const made = this.#standings.get(rung)?.get();
    assert(made !== undefined, "every rung has its list");
    return { ...made, accounts: made.accounts.slice(0, count) };
  }

  #makeStandings(rung: MarginRung | undefined): MarginStandings {
    const { rows, total } = this.#rowsOn(rung);
    const restricted = new Set(this.#state.margin.ladder.restricted());
    const accounts = rows.flatMap((row) => this.#standing(row, restricted.has(row)) ?? []);
    return { ...this.#position(), accounts: accounts.sort(byExcess), total };
  }

  /** The accounts on a rung, or all: as many as an answer works out, those past the gravest boundaries first. */
  #rowsOn(rung: MarginRung | undefined): { rows: readonly number[]; total: number } {
    const { ladder, rungs } = this.#state.margin;
    if (rungs === undefined) return { rows: [], total: 0 };
    const bandOf = (row: number): number => ladder.standing(row).band;
    const troubled = ladder
      .accounts()
      .filter((row) => isOn(rung, ladder.standing(row).rung))
      .sort((a, b) => bandOf(b) - bandOf(a) || a - b);
    const rows = troubled.slice(0, STANDINGS_MAX);
    if (rung !== undefined && rung !== "healthy") return { rows, total: troubled.length };
    const known = new Set(ladder.accounts());
    let total = troubled.length;
    for (const row of rungs.principals()) {
      if (known.has(row)) continue;
      total++;
      if (rows.length < STANDINGS_MAX) rows.push(row);
    }
    return { rows, total };
  }

  #standing(row: number, restricted: boolean): MarginStanding | undefined {
    const { books, margin } = this.#state;
    const account = marginAccountOf(books, row);
    const { rung } = margin.ladder.standing(row);
    return account && standingView(books, account, this.#figures.of(row), { rung, restricted });
  }

  calls(): MarginCalls {
    return this.#calls.get();
  }

  #makeCalls(): MarginCalls {
    const { ladder, rules } = this.#state.margin;
    const open = rules === undefined ? [] : ladder.openCalls().sort((a, b) => a.due - b.due || a.account - b.account);
    const calls = open.slice(0, CALLS_MAX).map((call) => this.#callView(call));
    return { ...this.#position(), calls, total: open.length };
  }

  #callView(call: MarginCall): MarginCallView {
    const { books, margin } = this.#state;
    return callView(books, call, margin.ladder.calls.layer(call.layer), this.#figures.deficiency(call));
  }

  liquidations(): Liquidations {
    const { books, margin } = this.#state;
    const { liquidations } = margin.ladder;
    const ended = liquidations.ended().slice(-CALLS_MAX).toReversed();
    const all = margin.rules === undefined ? [] : [...liquidations.list(), ...ended].slice(0, CALLS_MAX);
    return { ...this.#position(), liquidations: all.map((proposal) => liquidationView(books, proposal)) };
  }

  // ——— one account ———

  account(name: string): MarginAccountView | undefined {
    const { books, margin } = this.#state;
    const named = books.accounts.findText(name);
    const account = named < 0 ? undefined : marginAccountOf(books, named);
    const figures = account && margin.marginOf(account.account);
    if (account === undefined || figures === undefined || margin.rules === undefined) return undefined;
    const { ladder } = margin;
    const row = account.account;
    const cures = curesOf(books, margin.rules, figures, undefined, { asOf: margin.asOf, tape: margin.tape });
    const proposal = ladder.liquidations.standing(row);
    const reasons = ladder.restrictionOf(row)?.reasons ?? [];
    const { rung } = ladder.standing(row);
    return {
      ...this.#position(),
      standing: standingView(books, account, bindingFigures(figures), { rung, restricted: reasons.length > 0 }),
      ...marginFigures(books, figures),
      calls: ladder.calls
        .of(row)
        .filter(({ id }) => id !== "")
        .map((call) => {
          const cures = margin.cures(row, call.layer, this.#figures.deficiency(call), true);
          return { ...this.#callView(call), cures };
        }),
      cures: cures === undefined || figures.troubles.length > 0 ? [] : curesInWords(books, cures),
      liquidation: proposal === undefined ? null : liquidationView(books, proposal),
      restrictions: reasons.map((reason) => ({
        ...positionOf(reason.since),
        code: reason.code,
        words: reasonInWords(reason),
        paragraph: reason.paragraph,
      })),
      severeStress:
        figures.severeStress === undefined
          ? null
          : { ...figures.severeStress, deficit: formatDollars(figures.severeStress.deficit) },
      trail: ladder.history(row).map(stepView),
      troubles: figures.troubles.map(troubleJson),
    };
  }
}

const NO_STRESS: LiveStress = {
  now: () => ({ exact: null, reverse: null, swept: null }),
  ask: () => Promise.reject(new Trouble("not-ready", "nothing stresses this firm")),
};

const NOTHING_CALLED = {
  calls: { open: 0, amount: "0.00", outstanding: "0.00", overdue: 0 },
  restricted: 0,
  liquidations: 0,
  unsecured: "0.00",
  capitalCharges: "0.00",
  firmLimit: null,
} as const;

function isOn(wanted: MarginRung | undefined, rung: MarginRung): boolean {
  return wanted === undefined || wanted === rung;
}

/** The least excess first; what cannot be said last. */
function byExcess(a: MarginStanding, b: MarginStanding): number {
  if (a.excess === null || b.excess === null) return Number(a.excess === null) - Number(b.excess === null);
  return Number(a.excess) - Number(b.excess) || (a.account < b.account ? -1 : 1);
}
