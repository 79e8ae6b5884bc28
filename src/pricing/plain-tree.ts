/**
 * The Leisen-Reimer tree as one would write it down: slow and obvious. The kernel's tree is held to it digit by digit,
 * and the exercise boundary to a long one of it; it prices nothing in production.
 */
import { payoff } from "./black-scholes.ts";
import { presentValue, within } from "./terms.ts";
import type { CashDividend, OptionTerms } from "./terms.ts";

/** The inversion of the normal by Peizer and Pratt, for an odd number of steps. */
function peizerPratt(z: number, steps: number): number {
  const a = z / (steps + 1 / 3 + 0.1 / (steps + 1));
  return 0.5 + Math.sign(z) * Math.sqrt(0.25 - 0.25 * Math.exp(-a * a * (steps + 1 / 6)));
}

/**
 * What exercise in one step adds to the tree's spot, and the factor on it; whether a dividend falls within the step.
 */
interface Exercise {
  readonly cash: number;
  readonly factor: number;
  readonly paying: boolean;
}

/**
 * What the holder of the option takes in the step from `now` to `end`: the payoff at once, or, if that is more on a
 * spot at the strike, what he gets who binds himself now to exercise at a dividend before `end`, a call just before it,
 * a put just after it. A dividend at `now` is still ahead.
 */
function exerciseIn(terms: OptionTerms, dividends: readonly CashDividend[], now: number, end: number): Exercise {
  const { right, strike, years: life, rate, dividendYield } = terms;
  const side = right === "call" ? 1 : -1;
  const slack = 1e-9 * life;
  const ahead = dividends
    .filter(({ years }) => years >= now - slack)
    .map((dividend) => ({ ...dividend, years: Math.max(0, dividend.years - now) }));
  let best: Exercise = { factor: 1, cash: presentValue(ahead, rate) - strike, paying: false };
  for (const [index, { years: wait }] of ahead.entries()) {
    if (now + wait >= end - slack) break;
    const factor = Math.exp(-dividendYield * wait);
    const still = presentValue(ahead.slice(right === "call" ? index : index + 1), rate);
    const cash = still - strike * Math.exp(-rate * wait);
    const better = side * (cash + strike * factor) > side * (best.cash + strike * best.factor);
    best = { ...(better ? { factor, cash } : best), paying: true };
  }
  return best;
}

/** The mean of max(0, gain) over a node's half of the way to both neighbours, where the gain is taken as straight. */
function smoothGain(gain: number, before: number, after: number): number {
  const half = Math.abs(after - before) / 4;
  return Math.abs(gain) < half ? (gain + half) ** 2 / (4 * half) : Math.max(0, gain);
}

/** The value of an option by a tree of `steps` steps (odd), on the spot less its escrowed dividends. */
export function plainTreeValue(
  spot: number,
  terms: OptionTerms,
  options: { steps: number; style: "american" | "european"; dividends?: readonly CashDividend[] },
): number {
  const { strike, years, volatility, rate, dividendYield } = terms;
  const { steps, style } = options;
  const dividends = within(options.dividends ?? [], years);
  const start = spot - presentValue(dividends, rate);
  const deviation = volatility * Math.sqrt(years);
  const low = (Math.log(start / strike) + (rate - dividendYield - volatility ** 2 / 2) * years) / deviation;
  const probability = peizerPratt(low, steps);
  const tilted = peizerPratt(low + deviation, steps);
  const step = years / steps;
  const growth = Math.exp((rate - dividendYield) * step);
  const up = (growth * tilted) / probability;
  const down = (growth * (1 - tilted)) / (1 - probability);
  const discount = Math.exp(-rate * step);
  const side = terms.right === "call" ? 1 : -1;
  // Node `j` has gone up j times. Spots and values are those of the step in hand, first of expiry.
  const spots = Float64Array.from({ length: steps + 1 }, (_, j) => start * up ** j * down ** (steps - j));
  const values = spots.map((at) => payoff(at, terms));
  const gains = new Float64Array(steps + 1);
  for (let k = steps - 1; k >= 0; k--) {
    for (let j = 0; j <= k; j++) {
      spots[j] /= down;
      values[j] = discount * (probability * values[j + 1] + (1 - probability) * values[j]);
    }
    if (style === "european") continue;
    const end = k === steps - 1 ? Number.POSITIVE_INFINITY : k * step + step;
    const { cash, factor, paying } = exerciseIn(terms, dividends, k * step, end);
    for (let j = 0; j <= k; j++) gains[j] = side * (spots[j] * factor + cash) - values[j];
    for (let j = 0; j <= k; j++) {
      const smooth = paying && j > 0 && j < k;
      values[j] += smooth ? smoothGain(gains[j], gains[j - 1], gains[j + 1]) : Math.max(0, gains[j]);
    }
  }
  return values[0];
}
