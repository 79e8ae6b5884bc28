/** What the ladder asks about an account, and what it is told. Whoever wires it gives these; tests give others. */
import type { Calendar } from "../../books/calendar.ts";
import type { Cursor, Emit } from "../../base/effect.ts";
import type { Cents } from "../../base/money.ts";
import type { BandFigures } from "./boundaries.ts";
import type { History } from "./history.ts";
import type { CallLayer, LadderRules } from "./rules.ts";

/** Layers whose deficiency moves with prices, and is read with the figures. Of the others it is stated. */
export const FIGURED_LAYERS = ["maintenance", "house", "portfolio"] as const satisfies readonly CallLayer[];

export function isFigured(layer: CallLayer): boolean {
  return FIGURED_LAYERS.some((figured) => figured === layer);
}

/** An account's figures at the fact that is being applied, in cents. */
export interface AccountFigures extends BandFigures {
  /** What each layer is short of; none where it is not named. */
  readonly deficiency: Readonly<Partial<Record<(typeof FIGURED_LAYERS)[number], Cents>>>;
  /** Why nothing may be done on these figures alone: a price that is too old, or held. */
  readonly unreliable?: string;
}

export interface LadderView {
  /** Undefined where something that the account holds has no price or no rule. */
  figures(account: number): AccountFigures | undefined;
  /** Its name, for people. */
  name(account: number): string;
  /** What would meet a deficiency, a sentence each. */
  cures?(account: number, layer: CallLayer, deficiency: Cents): readonly string[];
}

/** What the parts of the ladder share. */
export interface LadderContext {
  readonly calendar: Calendar;
  readonly cursor: Cursor;
  readonly emit: Emit;
  readonly view: LadderView;
  readonly history: History;
}

/** The rules in force; undefined until there are any. */
export type CurrentRules = () => LadderRules | undefined;
