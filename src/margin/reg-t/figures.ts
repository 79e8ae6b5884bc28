/** What the running states of transactions ask of a margin account, at its present holdings and prices. */
import type { Cents } from "../../base/money.ts";

/** All in cents. Margin equity leaves option values out, requirements have them in: the gross convention. */
export interface AccountFigures {
  /** Margin equity. */
  readonly equity: Cents;
  /** Cash and everything held, options too, shorts negative: the equity of 4210(a)(5). */
  readonly netLiquidation: Cents;
  /** What of all that is held long is not paid for, not negative: what is short is secured by its proceeds first. */
  readonly owed: Cents;
  /** What 4210 asks to maintain. */
  readonly maintenance: Cents;
  /** What Regulation T asks initially, beyond what equity deducts. */
  readonly regT: Cents;
}

/** The figures of a margin account by its principal's row; undefined where something of it is unknown. */
export type FiguresOf = (account: number) => AccountFigures | undefined;

/** Short ways to the same figures, for accounts of plain positions: those that are each margined by themselves. */
export interface PlainFigures {
  /** Whether what an account was before a transaction can be said once the books have it. */
  canLookBack(account: number): boolean;
  /** The figures of such an account before the transaction that the books have just taken. */
  lookBack(account: number): AccountFigures | undefined;
  /**
   * What the Supplement asks of a plain position of the account that is worth `value` cents, as `initialOn` says, in cents;
   * NaN where something is unknown.
   */
  initialOn(account: number, instrument: number, units: number, value: Cents): number;
}
