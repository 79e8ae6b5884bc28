/**
 * The figures of many accounts without their explanations. Of an account of plain positions they are what the running bands
 * rest on, many times as fast; elsewhere equity is a convention of the regime that binds, and the computation is asked. A list
 * or a sum takes these; one account that is looked at takes the explained computation. Both are the same to the cent.
 */
import { type Cents, negate, subtract, ZERO } from "../base/money.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { marginAccountOf } from "../margin/account.ts";
import type { MarginFigures as Computed } from "../margin/answer.ts";
import { marginFigures } from "../margin/computation.ts";
import type { Boundary } from "../margin/ladder/boundaries.ts";
import type { MarginCall } from "../margin/ladder/call.ts";

/** In the equity of what binds. */
export interface BindingFigures {
  readonly equity: Cents;
  readonly requirement: Cents;
  readonly excess: Cents;
}

/** Excess, whatever equity it was worked out in. */
interface Excess {
  /** What the account is worth: below zero, a deficit. */
  readonly worth: Cents;
  /** Over what binds. */
  readonly excess: Cents;
  /** Over what 4210 alone requires. */
  readonly overRule: Cents;
}

/** Of an account whose every part is known. */
export function bindingFigures({
  requirements,
  troubles,
}: Pick<Computed, "requirements" | "troubles">): BindingFigures | undefined {
  return troubles.length > 0 || requirements.binding === undefined ? undefined : requirements[requirements.binding];
}

export class MarginFigures {
  readonly #state: FirmState;

  constructor(state: FirmState) {
    this.#state = state;
  }

  /** Undefined while something of the account is not known. Cash accounts have no bands: they are computed. */
  of(account: number): BindingFigures | undefined {
    const { rungs } = this.#state.margin;
    const over = rungs?.isPlain(account) === true ? this.#running(account) : undefined;
    if (over !== undefined)
      return { equity: over.worth, requirement: subtract(over.worth, over.excess), excess: over.excess };
    const computed = this.#computed(account);
    return computed && bindingFigures(computed);
  }

  /** What an account is worth less than nothing; zero while that is not known. */
  lacking(account: number): Cents {
    const worth =
      this.#state.margin.rungs?.account(account) === undefined
        ? this.#computed(account)?.netLiquidation
        : this.#running(account)?.worth;
    return worth === undefined ? ZERO : short(worth);
  }

  #computed(row: number): Computed | undefined {
    const { books, margin } = this.#state;
    const account = marginAccountOf(books, row);
    if (account === undefined || margin.rules === undefined) return undefined;
    return marginFigures(books, margin.rules, account, margin.asOf, { tape: margin.tape });
  }

  #running(account: number): Excess | undefined {
    const { rungs, ladder } = this.#state.margin;
    const over = rungs?.excessFromScratch(account);
    const at = (code: Boundary["code"]): number =>
      over?.[ladder.boundaries.findIndex((one) => one.code === code)] ?? NaN;
    const [worth, excess, overRule] = [at("deficit"), at("call"), at("maintenance")] as [Cents, Cents, Cents];
    return Number.isNaN(worth) || Number.isNaN(excess) ? undefined : { worth, excess, overRule };
  }

  /** What a call is short of at prices of now, where prices decide it; else, or while that is not known, as last looked at. */
  deficiency({ account, layer, deficiency }: MarginCall): Cents {
    if (layer !== "maintenance" && layer !== "portfolio" && layer !== "house") return deficiency;
    const known = this.#state.margin.rungs?.account(account);
    const figures = known && this.#running(account);
    if (known === undefined || figures === undefined) return deficiency;
    const { excess, overRule } = figures;
    if (layer === "house") return excess < overRule ? short(excess) : ZERO;
    return (layer === "portfolio") === (known.regime === "portfolio") ? short(overRule) : ZERO;
  }
}

function short(excess: Cents): Cents {
  return excess < 0 ? negate(excess) : ZERO;
}
