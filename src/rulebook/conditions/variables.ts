/** What conditions may speak of: variables in groups, each of one type, and what is wrong with a text that is no condition. */
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";

/** A text, yes or no, a plain number, an amount, a rate, a day. */
export type ConditionType = "text" | "flag" | "number" | "dollars" | "rate" | "day";

interface ConditionVariable {
  readonly type: ConditionType;
  /** For the reference. */
  readonly meaning: string;
}

/** Variables by group and name: `instrument.sector` is `{ instrument: { sector: … } }`. */
export type ConditionVariables = Readonly<Record<string, Readonly<Record<string, ConditionVariable>>>>;

interface Values {
  readonly text: string;
  readonly flag: boolean;
  readonly number: number;
  readonly dollars: Cents;
  readonly rate: Rate;
  readonly day: Day;
}

/** The values of one group; undefined where it is not known. */
export type ConditionValues<V extends ConditionVariables, G extends keyof V> = {
  readonly [N in keyof V[G]]: Values[V[G][N]["type"]] | undefined;
};

/** What is wrong with the text of a condition. */
export interface ConditionProblem {
  readonly summary: string;
  readonly expected?: string;
  /** Where in the text, the first character is 0. */
  readonly offset: number;
}
