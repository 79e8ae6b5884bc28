/**
 * Runs a drill against a real engine: facts as they fall due, and between them what people of the drill do. What happened
 * is kept as a log for people: each what-if with its answers, what each person did, the lowest point.
 */
import { FactsRefused } from "../../engine/admission.ts";
import { formatInstant, type Instant } from "../../base/time.ts";
import type { Engine } from "../../engine/engine.ts";
import { type FigureJson, type UnknownJson, whatIfToJson } from "../../engine/what-if/answer-json.ts";
import { whatIf } from "../../engine/what-if/what-if.ts";
import type { Fact } from "../../facts/kinds.ts";
import type { Pacer } from "../pacer.ts";
import type { Act, Cue, Drill, HedgeQuestion } from "./drill.ts";

export interface HedgeAnswer {
  readonly name: string;
  readonly before: FigureJson | UnknownJson;
  readonly after: FigureJson | UnknownJson;
  readonly milliseconds: number;
}

export type DrillEntry = { readonly at: string; readonly seq: number } & (
  | { readonly what: "what-if"; readonly title: string; readonly hedges: readonly HedgeAnswer[] }
  | { readonly what: "act"; readonly by: string; readonly words: string }
);

export interface LowPoint {
  readonly at: string;
  readonly seq: number;
  readonly netCapitalCents: number;
  readonly requirementCents: number;
}

/** Facts that are recorded together: after each such batch the figure is looked at for its lowest point. */
const TOGETHER = 16;

export class DrillRun {
  readonly log: DrillEntry[] = [];
  readonly #engine: Engine;
  readonly #drill: Drill;
  readonly #cues: Cue[];
  #low: LowPoint | undefined;

  constructor(engine: Engine, drill: Drill) {
    this.#engine = engine;
    this.#drill = drill;
    this.#cues = drill.cues.toSorted((a, b) => a.at - b.at);
  }

  /** The lowest net capital against its minimum so far, as of the end of each batch. */
  get low(): LowPoint | undefined {
    return this.#low;
  }

  /** Opens the books. The engine is a new one. */
  async open(): Promise<void> {
    // A rulebook is judged against books that are open, and stands alone in what is submitted.
    for (const facts of aloneWhere(this.#drill.opening, ({ kind }) => kind === "rulebook-activated"))
      await this.#engine.submit(facts);
  }

  /** Plays the script at the pace of `pacer`, and tells `progress` after every batch. */
  async play(pacer: Pacer, progress: () => void): Promise<void> {
    for await (const { facts } of pacer) {
      let rest = facts;
      for (let cue = this.#cueBefore(rest); cue !== undefined; cue = this.#cueBefore(rest)) {
        const earlier = rest.filter(({ at }) => at < formatInstant(cue.at));
        await this.#record(earlier);
        rest = rest.slice(earlier.length);
        await this.#answer(cue);
      }
      await this.#record(rest);
      progress();
    }
  }

  /** The next cue that is due before the last of these facts; it is taken off the list. */
  #cueBefore(facts: readonly Fact[]): Cue | undefined {
    const [next] = this.#cues;
    const last = facts.at(-1);
    if (next === undefined || last === undefined || formatInstant(next.at) > last.at) return undefined;
    this.#cues.shift();
    return next;
  }

  async #record(facts: readonly Fact[]): Promise<void> {
    for (let from = 0; from < facts.length; from += TOGETHER)
      await this.#recordTogether(facts.slice(from, from + TOGETHER));
  }

  async #recordTogether(facts: readonly Fact[]): Promise<void> {
    await this.#engine.submit(facts);
    const { unknown, netCapitalCents, requirementCents } = this.#engine.state.netCapital.figures;
    if (unknown) return;
    const low = this.#low;
    if (low !== undefined && netCapitalCents * low.requirementCents >= low.netCapitalCents * requirementCents) return;
    this.#low = { ...this.#position(), netCapitalCents, requirementCents };
  }

  #position(): { readonly at: string; readonly seq: number } {
    return { at: formatInstant(this.#engine.at), seq: this.#engine.seq };
  }

  async #answer(cue: Cue): Promise<void> {
    if (cue.do === "what-if") this.log.push(this.#askHedges(cue.question));
    else await this.#act(cue.at, cue.by, cue.act);
  }

  #askHedges({ title, account, hedges }: HedgeQuestion): DrillEntry {
    const position = this.#position();
    const answers = hedges.map(({ name, trades }): HedgeAnswer => {
      const started = performance.now();
      const asked = trades.map((trade) => ({ ...trade, account }));
      const answer = whatIf(this.#engine.state, { trades: asked, lines: "none" });
      const { before, after } = whatIfToJson(answer, { trades: asked, lines: "none" });
      return { name, before, after, milliseconds: performance.now() - started };
    });
    return { ...position, what: "what-if", title, hedges: answers };
  }

  /** What the firm refuses is not done, and not in the log. */
  async #act(at: Instant, by: string, act: Act): Promise<void> {
    for (const { words, fact } of act(this.#engine.state)) {
      const stamp = formatInstant(Math.max(at, this.#engine.at + 1) as Instant);
      try {
        await this.#engine.submit([{ ...fact, at: stamp }]);
      } catch (error) {
        if (!(error instanceof FactsRefused)) throw error;
        continue;
      }
      this.log.push({ ...this.#position(), what: "act", by, words });
    }
  }
}

/** The facts in their order, in lists; each that `isAlone` picks in one of its own. */
function aloneWhere(facts: readonly Fact[], isAlone: (fact: Fact) => boolean): Fact[][] {
  const lists: Fact[][] = [];
  for (const [index, fact] of facts.entries()) {
    const last = lists.at(-1);
    if (last === undefined || isAlone(fact) || isAlone(facts[index - 1])) lists.push([fact]);
    else last.push(fact);
  }
  return lists;
}
