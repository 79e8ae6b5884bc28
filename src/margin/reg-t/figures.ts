/** What the running states of transactions ask of a margin account, at its present holdings and prices. */
import type { Cents } from "../../base/money.ts";

/** All in cents, in the gross convention: margin equity leaves option values out, requirements have them in. */
export interface AccountFigures {
  /** Margin equity. */
  readonly equity: Cents;
  /** What 4210 asks to maintain. */
  readonly maintenance: Cents;
  /** What Regulation T asks initially, beyond what equity deducts. */
  readonly regT: Cents;
}

/** The figures of a margin account by its principal's row; undefined where something of it is unknown. */
export type FiguresOf = (account: number) => AccountFigures | undefined;
