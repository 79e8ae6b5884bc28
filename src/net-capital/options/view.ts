/** What options are charged with: the books, one day, one version of the rules. */
import type { Day } from "../../base/time.ts";
import type { Classifier } from "../classify.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { NetCapitalRules } from "../rules.ts";
import type { Ranges } from "./rules.ts";
import type { StatedValues } from "../../books/stated-values.ts";

export interface OptionsView {
  readonly books: NetCapitalBooks;
  readonly rules: NetCapitalRules;
  readonly asOf: Day;
  readonly classifier: Classifier;
  readonly values: StatedValues;
  /** How far the underlying is taken: those of the firm, or those of a specialist's account. */
  readonly ranges: Ranges;
  /** What the firm has of an instrument, less what earlier parts claim. */
  readonly left: (instrument: number) => number;
}
