/**
 * What each strategy requires in cents, and why: the formulas of 4210(f)(2) in exact arithmetic, with their inputs. The
 * weights of pairing, `costs.ts`, are the same formulas for one contract.
 */
import { assert, assertNever } from "../../base/assert.ts";
import { formatDecimal } from "../../base/decimal.ts";
import { type Line, line, type LineInput } from "../../base/line.ts";
import { add, type Cents, excessOver, greater, lesser, negate, toCents, ZERO } from "../../base/money.ts";
import { formatRate, type Rate } from "../../base/rate.ts";
import { formatDay } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { type Group, type GroupContext, valueIn } from "../group.ts";
import { treatmentsIn } from "../maintenance/plain-group.ts";
import { positionAnswer } from "../maintenance/position.ts";
import type { Cover } from "./covers.ts";
import { greatestLoss } from "./loss.ts";
import type { Strategy } from "./legs.ts";
import { spreadName } from "./names.ts";
import { indexValue } from "./protection.ts";
import {
  centsAt,
  inTheMoneyPoints,
  isGreater,
  outOfTheMoneyPoints,
  plus,
  type Points,
  type Series,
  times,
  uncoveredPoints,
  whole,
} from "./series.ts";

/** A strategy as it is explained: what it requires, and what it adds to margin equity. */
export interface StrategyAnswer {
  readonly label: string;
  readonly paragraph: string;
  readonly requirement: Cents;
  readonly equityAdjustment: Cents;
  readonly inputs: Readonly<Record<string, LineInput>>;
}

export class StrategyAnswers {
  readonly #group: Group;
  readonly #context: GroupContext;
  readonly #series: readonly Series[];
  readonly #covers: readonly Cover[];

  /** A strategy's legs are the series, then the covers. */
  constructor(group: Group, context: GroupContext, series: readonly Series[], covers: readonly Cover[]) {
    this.#group = group;
    this.#context = context;
    this.#series = series;
    this.#covers = covers;
  }

  line(strategy: Strategy, code: string): { readonly line: Line; readonly equityAdjustment: Cents } {
    const { label, paragraph, requirement, equityAdjustment, inputs } = this.answer(strategy);
    const all: Record<string, LineInput> = {};
    for (const [at, index] of strategy.legs.entries()) {
      if (index >= this.#series.length) continue;
      const [name, input] = this.#legInput(this.#series[index], strategy.contracts[at]);
      all[name] = input;
    }
    Object.assign(all, inputs);
    if (equityAdjustment !== 0) all["equity adjustment"] = equityAdjustment;
    return { line: line(code, label, paragraph, requirement, all), equityAdjustment };
  }

  /** The requirement of a strategy, by its kind. */
  answer(strategy: Strategy): StrategyAnswer {
    switch (strategy.kind) {
      case "long":
        return this.#long(strategy);
      case "uncovered":
        return this.#uncovered(strategy);
      case "straddle":
        return this.#straddle(strategy);
      case "spread":
        return this.#spread(strategy);
      case "long-box":
        return this.#longBox(strategy);
      case "covered-call":
      case "covered-put":
        return this.#covered(strategy);
      case "exchange-covered-call":
        return this.#exchangeCovered(strategy);
      case "protected-option":
        return this.#protected(strategy);
      case "protective-put":
      case "protective-call":
        return this.#protective(strategy);
      case "conversion":
      case "reversal":
        return this.#conversion(strategy);
      case "collar":
        return this.#collar(strategy);
      case "stock-both":
        throw new TypeError("stock by itself is no strategy of options");
      default:
        return assertNever(strategy.kind);
    }
  }

  /** (f)(2)(D): paid for in full; of more than nine months a share of its value is loan value. */
  #long({ legs, contracts }: Strategy): StrategyAnswer {
    const { rules, account } = this.#context;
    const series = this.#series[legs[0]];
    const { paragraph, rate } = rules.options.long;
    const hasLoan = series.isLongDated && account.regime !== "cash";
    const { numerator, denominator } = rate;
    const loan: Rate = { numerator: denominator - numerator, denominator };
    return {
      label: `Long ${named(series)}`,
      paragraph,
      requirement: ZERO,
      equityAdjustment: hasLoan ? this.#cents(series, contracts[0], times(series.price, loan)) : ZERO,
      inputs: {
        "market value": this.#value(series, contracts[0]),
        ...(hasLoan && { "requirement rate": formatRate(rate) }),
      },
    };
  }

  /** (f)(2)(E). A put in a cash account is secured by its exercise price. */
  #uncovered({ legs, contracts }: Strategy): StrategyAnswer {
    const { rules, account } = this.#context;
    const series = this.#series[legs[0]];
    if (account.regime === "cash") {
      return {
        label: `Short ${named(series)}, secured by cash`,
        paragraph: rules.options.cash.paragraph,
        requirement: this.#cents(series, contracts[0], whole(series.strike)),
        equityAdjustment: ZERO,
        inputs: { "aggregate exercise price": this.#cents(series, contracts[0], whole(series.strike)) },
      };
    }
    return {
      label: `Short ${named(series)}, uncovered`,
      paragraph: series.uncoveredTerms.paragraph,
      requirement: this.#cents(series, contracts[0], uncoveredPoints(series)),
      equityAdjustment: ZERO,
      inputs: this.#uncoveredInputs(series, contracts[0]),
    };
  }

  #uncoveredInputs(series: Series, contracts: number): Record<string, LineInput> {
    const { basic, least, isOverTheCounter } = series.uncoveredTerms;
    return {
      underlying: formatDecimal(series.underlyingPrice, PRICE_SCALE, 2),
      "market value": this.#value(series, contracts),
      ...(isOverTheCounter && { "in the money": this.#cents(series, contracts, whole(inTheMoneyPoints(series))) }),
      "out of the money": this.#cents(series, contracts, whole(outOfTheMoneyPoints(series))),
      basic: formatRate(basic),
      least: formatRate(least),
    };
  }

  /** (f)(2)(G): the greater side, and the market value of the other. */
  #straddle({ legs, contracts }: Strategy): StrategyAnswer {
    const { paragraph } = this.#context.rules.options.straddle;
    const [call, put] = legs.map((index) => this.#series[index]);
    const [callSide, putSide] = [uncoveredPoints(call), uncoveredPoints(put)];
    const isEqual = !isGreater(callSide, putSide) && !isGreater(putSide, callSide);
    const isCall = isEqual ? put.price >= call.price : isGreater(callSide, putSide);
    const [one, other] = isCall ? [call, put] : [put, call];
    const side = isCall ? callSide : putSide;
    const name = call.strike === put.strike && call.expiry === put.expiry ? "straddle" : "combination";
    return {
      label: `Short ${name}: ${call.instrument} and ${put.instrument}`,
      paragraph,
      requirement: this.#cents(one, contracts[0], plus(side, other.price)),
      equityAdjustment: ZERO,
      inputs: {
        "requirement of the call": this.#cents(call, contracts[0], callSide),
        "requirement of the put": this.#cents(put, contracts[0], putSide),
        "market value of the other": this.#value(other, contracts[0]),
      },
    };
  }

  /** (f)(2)(H)(i): the greatest loss at any exercise price. */
  #spread({ legs, contracts }: Strategy): StrategyAnswer {
    const { paragraph, definition } = this.#context.rules.options.spread;
    const series = legs.map((index) => this.#series[index]);
    const { loss, price } = greatestLoss(series, contracts);
    const name = spreadName(series, contracts);
    return {
      label: `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${series.map(({ instrument }) => instrument).join(", ")}`,
      paragraph: `${paragraph}, ${definition}`,
      requirement: this.#cents(series[0], 1, whole(loss)),
      equityAdjustment: ZERO,
      inputs: { "loses most at": formatDecimal(price, PRICE_SCALE, 2) },
    };
  }

  /** (f)(2)(H)(v): a share of the difference of strikes; the box counts in equity, at most at that difference. */
  #longBox({ legs, contracts }: Strategy): StrategyAnswer {
    const { paragraph, requirement } = this.#context.rules.options.longBox;
    const [a, b, c, d] = legs.map((index) => this.#series[index]);
    const difference = c.strike - a.strike;
    const value = Math.max(0, Math.min(a.price - b.price - c.price + d.price, difference));
    return {
      label: `Long European box: ${[a, b, c, d].map(({ instrument }) => instrument).join(", ")}`,
      paragraph,
      requirement: this.#cents(a, contracts[0], times(difference, requirement)),
      equityAdjustment: this.#cents(a, contracts[0], whole(value)),
      inputs: {
        "difference of strikes": this.#cents(a, contracts[0], whole(difference)),
        rate: formatRate(requirement),
      },
    };
  }

  /** (f)(2)(I)(i): the stock's own requirement. It counts at no more than a call's strike; a put adds what it is in the money. */
  #covered({ kind, legs, contracts, stock }: Strategy): StrategyAnswer {
    const { rules, account } = this.#context;
    const series = this.#series[legs[0]];
    const own = this.#stock(stock);
    const inTheMoney = this.#cents(series, contracts[0], whole(inTheMoneyPoints(series)));
    const isCall = kind === "covered-call";
    const isCash = account.regime === "cash";
    return {
      label: `Covered ${isCall ? "call" : "put"}: ${named(series)} with ${isCall ? "long" : "short"} stock`,
      paragraph: isCash ? rules.options.cash.paragraph : rules.options.covered.paragraph,
      requirement: isCall ? own : add(own, inTheMoney),
      equityAdjustment: isCall && !isCash ? negate(inTheMoney) : ZERO,
      inputs: { ...this.#stockInputs(stock), "requirement of the stock": own, "in the money": inTheMoney },
    };
  }

  /**
   * (f)(2)(I)(i) and (ii): what converts counts at no more than the exercise price; a warrant not at all, and what it costs
   * more is asked.
   */
  #exchangeCovered({ legs: [leg, other], contracts: [contracts] }: Strategy): StrategyAnswer {
    const { rules, books } = this.#context;
    const call = this.#series[leg];
    const cover = this.#covers[other - this.#series.length];
    assert("lot" in cover, "it becomes the stock");
    const units = cover.lot * contracts;
    const { instrument } = books.instruments.attributes(cover.row);
    const own = positionAnswer(this.#context, treatmentsIn(this.#context), cover.row, units, "").requirement;
    const value = valueIn(this.#context, cover.row, units);
    const exercise = this.#cents(call, contracts, whole(call.strike));
    const { isWarrant } = cover.covers;
    const above = isWarrant ? this.#cents(call, contracts, whole(Math.max(0, cover.strike - call.strike))) : ZERO;
    return {
      label: `Covered call: ${named(call)} with ${instrument}, a ${isWarrant ? "warrant" : "security that converts"}`,
      paragraph: rules.options.covered.paragraph,
      requirement: add(own, above),
      equityAdjustment: negate(isWarrant ? value : excessOver(value, exercise)),
      inputs: {
        [instrument]: formatDecimal(units, books.instruments.columns.scale[cover.row]),
        "market value": value,
        "aggregate exercise price": exercise,
        [`requirement of ${instrument}`]: own,
        ...(isWarrant && { "warrant's exercise price above the call's": above }),
      },
    };
  }

  /** (f)(2)(H)(v)f: what it is in the money, or what its protection lacks. The fund stands on its own line. */
  #protected({ legs: [leg, other], contracts: [contracts] }: Strategy): StrategyAnswer {
    const { rules, books } = this.#context;
    const option = this.#series[leg];
    const protection = this.#covers[other - this.#series.length];
    assert("lacks" in protection, "it protects");
    const { instrument } = books.instruments.attributes(protection.row);
    const index = indexValue(this.#context, option, contracts);
    const inTheMoney = this.#cents(option, contracts, whole(inTheMoneyPoints(option)));
    const lacks = toCents(protection.lacks * contracts);
    return {
      label: `Protected ${option.isCall ? "call" : "put"}: ${named(option)} with ${instrument} ${option.isCall ? "long" : "short"}`,
      paragraph: rules.options.protected?.paragraph ?? rules.options.paragraph,
      requirement: greater(inTheMoney, lacks),
      equityAdjustment: ZERO,
      inputs: {
        "index value": index,
        "in the money": inTheMoney,
        "protection lacks": lacks,
      },
    };
  }

  /** (f)(2)(H)(v)a: a share of the exercise price and what it is out of the money, no more than the stock by itself. */
  #protective({ kind, legs, contracts, stock }: Strategy): StrategyAnswer {
    const { paragraph, exercise } = this.#context.rules.options.hedged;
    const series = this.#series[legs[0]];
    const own = this.#stock(stock);
    const hedged = this.#cents(series, contracts[0], hedgedPoints(series, exercise));
    return {
      label: `${kind === "protective-put" ? "Protective put" : "Protective call"}: ${named(series)} with stock`,
      paragraph: `${paragraph}a`,
      requirement: lesser(hedged, own),
      equityAdjustment: ZERO,
      inputs: {
        ...this.#stockInputs(stock),
        ...this.#hedgeInputs(series, contracts[0], exercise),
        "requirement of the stock": own,
      },
    };
  }

  /** (f)(2)(H)(v)b and c: a share of the exercise price; the stock counts at no more than it, a short put adds. */
  #conversion({ kind, legs, contracts, stock }: Strategy): StrategyAnswer {
    const { paragraph, conversion } = this.#context.rules.options.hedged;
    const [call, put] = legs.map((index) => this.#series[index]);
    const isConversion = kind === "conversion";
    const written = isConversion ? call : put;
    const exercise = this.#cents(written, contracts[0], times(written.strike, conversion));
    const inTheMoney = this.#cents(written, contracts[0], whole(inTheMoneyPoints(written)));
    return {
      label: `${isConversion ? "Conversion" : "Reverse conversion"}: ${call.instrument}, ${put.instrument} with stock`,
      paragraph: `${paragraph}${isConversion ? "b" : "c"}`,
      requirement: isConversion ? exercise : add(exercise, inTheMoney),
      equityAdjustment: isConversion ? negate(inTheMoney) : ZERO,
      inputs: {
        ...this.#stockInputs(stock),
        "aggregate exercise price": this.#cents(written, contracts[0], whole(written.strike)),
        rate: formatRate(conversion),
        "in the money": inTheMoney,
      },
    };
  }

  /** (f)(2)(H)(v)d: the lesser of the protected stock and a share of the call's exercise price. */
  #collar({ legs, contracts, stock }: Strategy): StrategyAnswer {
    const { paragraph, exercise, collar } = this.#context.rules.options.hedged;
    const [call, put] = legs.map((index) => this.#series[index]);
    const hedged = this.#cents(put, contracts[0], hedgedPoints(put, exercise));
    const most = this.#cents(call, contracts[0], times(call.strike, collar));
    const inTheMoney = this.#cents(call, contracts[0], whole(inTheMoneyPoints(call)));
    return {
      label: `Collar: ${call.instrument}, ${put.instrument} with long stock`,
      paragraph: `${paragraph}d`,
      requirement: lesser(hedged, most),
      equityAdjustment: negate(inTheMoney),
      inputs: {
        ...this.#stockInputs(stock),
        ...this.#hedgeInputs(put, contracts[0], exercise),
        "share of the call's exercise price": most,
        "in the money": inTheMoney,
      },
    };
  }

  #hedgeInputs(series: Series, contracts: number, exercise: Rate): Record<string, LineInput> {
    return {
      "aggregate exercise price": this.#cents(series, contracts, whole(series.strike)),
      rate: formatRate(exercise),
      "out of the money": this.#cents(series, contracts, whole(outOfTheMoneyPoints(series))),
    };
  }

  #stockInputs(units: number): Record<string, LineInput> {
    const { underlying } = this.#group;
    return { stock: formatDecimal(units, this.#context.books.instruments.columns.scale[underlying]) };
  }

  /** What stock of the group requires by itself; in a cash account, all that it is worth. */
  #stock(units: number): Cents {
    const { underlying } = this.#group;
    if (this.#context.account.regime === "cash") return valueIn(this.#context, underlying, units);
    return positionAnswer(this.#context, treatmentsIn(this.#context), underlying, units, "").requirement;
  }

  #value(series: Series, contracts: number): Cents {
    return this.#cents(series, contracts, whole(series.price));
  }

  #cents({ row }: Series, contracts: number, points: Points): Cents {
    return centsAt(this.#context, row, contracts, points);
  }

  #legInput(series: Series, contracts: number): [string, LineInput] {
    const { instrument, price } = series;
    const side = series.contracts > 0 ? "long" : "short";
    return [`${side} ${instrument}`, `${contracts} at ${formatDecimal(price, PRICE_SCALE, 2)}`];
  }
}

function hedgedPoints(series: Series, exercise: Rate): Points {
  return plus(times(series.strike, exercise), outOfTheMoneyPoints(series));
}

function named({ instrument, isCall, strike, expiry }: Series): string {
  return `${instrument} (${isCall ? "call" : "put"} ${formatDecimal(strike, PRICE_SCALE, 2)}, ${formatDay(expiry)})`;
}
