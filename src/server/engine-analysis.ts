/** Questions to a running engine that record nothing: what if, and how its figure stands beside another's. Plain JSON. */
import { formatInstant } from "../base/time.ts";
import type { Engine } from "../engine/engine.ts";
import { type WhatIfJson, whatIfToJson } from "../engine/what-if/answer-json.ts";
import { questionOf } from "../engine/what-if/question.ts";
import { whatIf } from "../engine/what-if/what-if.ts";
import { compareNetCapital } from "../net-capital/comparison/comparison.ts";
import { computationOf, readComputation } from "../net-capital/comparison/read.ts";
import { type ComparisonJson, comparisonToJson } from "../net-capital/comparison/report.ts";
import type { Position } from "./live-firm.ts";

export interface WhatIfView extends Position, WhatIfJson {}
export interface ComparisonView extends Position, ComparisonJson {}

/** Another computation: what `plimsoll compare` reads from a file, or the text of such a file. */
export interface ComparisonRequest {
  readonly csv?: string;
}

export class EngineAnalysis {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  #position(): Position {
    return { seq: this.#engine.seq, at: formatInstant(this.#engine.at) };
  }

  /** Throws `Trouble` where the question is malformed, or cannot be asked of this firm. */
  whatIf(json: unknown): WhatIfView {
    const question = questionOf(json);
    return { ...this.#position(), ...whatIfToJson(whatIf(this.#engine.state, question), question) };
  }

  /** Throws `Trouble` where the other computation cannot be read, or this firm has no figure. */
  compare(request: ComparisonRequest): ComparisonView {
    const { netCapital, books } = this.#engine.state;
    const theirs = request.csv === undefined ? computationOf(request) : readComputation(request.csv);
    return { ...this.#position(), ...comparisonToJson(compareNetCapital(netCapital, books.instruments, theirs)) };
  }
}
