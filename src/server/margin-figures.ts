/**
 * The figures of many accounts without their explanations: what the running bands rest on, many times as fast. A list or
 * a sum takes these; one account that is looked at takes the explained computation. Both are the same to the cent.
 */
import { type Cents, negate, subtract, ZERO } from "../base/money.ts";
import type { FirmState } from "../engine/firm-state.ts";
import type { AccountMargin } from "../margin/answer.ts";
import type { Boundary } from "../margin/ladder/boundaries.ts";
import type { MarginCall } from "../margin/ladder/call.ts";

/** In the equity of what binds. */
export interface BindingFigures {
  readonly equity: Cents;
  readonly requirement: Cents;
  readonly excess: Cents;
}

interface Figures extends BindingFigures {
  /** Over what 4210 alone requires. */
  readonly overRule: Cents;
}

/** Of an account whose every part is known. */
export function bindingFigures({ requirements, troubles }: AccountMargin): BindingFigures | undefined {
  return troubles.length > 0 || requirements.binding === undefined ? undefined : requirements[requirements.binding];
}

export class MarginFigures {
  readonly #state: FirmState;

  constructor(state: FirmState) {
    this.#state = state;
  }

  /** Undefined while something of the account is not known. Cash accounts have no bands: they are computed. */
  of(account: number): BindingFigures | undefined {
    const { margin } = this.#state;
    if (margin.rungs?.account(account) !== undefined) return this.#running(account);
    const computed = margin.marginOf(account);
    return computed && bindingFigures(computed);
  }

  #running(account: number): Figures | undefined {
    const { rungs, ladder } = this.#state.margin;
    const over = rungs?.excessFromScratch(account);
    const at = (code: Boundary["code"]): number =>
      over?.[ladder.boundaries.findIndex((one) => one.code === code)] ?? NaN;
    const [equity, excess, overRule] = [at("deficit"), at("call"), at("maintenance")] as [Cents, Cents, Cents];
    if (Number.isNaN(equity) || Number.isNaN(excess)) return undefined;
    return { equity, requirement: subtract(equity, excess), excess, overRule };
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
