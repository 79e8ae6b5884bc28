/** What is wrong with a file: the first hundred problems, and how many more there are. */
import type { Trouble } from "../../base/errors.ts";

/** Problems that are kept of one file; a file of the wrong kind would have one in every row. */
export const PROBLEMS_MAX = 100;

export class Problems {
  readonly kept: Trouble[] = [];
  /** Problems that were found and not kept. */
  more = 0;

  add(problem: Trouble): void {
    if (this.kept.length < PROBLEMS_MAX) this.kept.push(problem);
    else this.more++;
  }

  get any(): boolean {
    return this.kept.length > 0;
  }
}
