/** What would meet one call, a sentence each. What meets one layer of margin need not meet another. */
import { type Cents, displayDollars } from "../../base/money.ts";
import type { AccountMargin } from "../answer.ts";
import type { MarginBooks } from "../account.ts";
import type { CallLayer } from "../ladder/rules.ts";
import { FIGURED_LAYERS } from "../ladder/view.ts";
import type { MarginRules } from "../rules.ts";
import { curesInWords, curesOf } from "./answer.ts";
import type { GroupCureTerms } from "./group-cures.ts";
import { securitiesToBring } from "./cures.ts";

/**
 * Of a layer that prices move: cash, securities, a part of each position, by the requirement of its own regime. Of Regulation T:
 * cash, or securities by their loan value, 220.4(b) and 220.12. Of the least equity of a portfolio account: cash, or what is worth
 * as much. Of what else transactions ask: cash. None where nothing is short. With `terms`, also each position that is margined
 * with others and meets it.
 */
export function callCures(
  books: MarginBooks,
  rules: MarginRules,
  margin: AccountMargin,
  layer: CallLayer,
  deficiency: Cents,
  terms?: GroupCureTerms,
): readonly string[] {
  const figured = FIGURED_LAYERS.find((each) => each === layer);
  if (figured !== undefined) {
    const cures = margin.troubles.length > 0 ? undefined : curesOf(books, rules, margin, figured, terms);
    return cures === undefined ? [] : curesInWords(books, cures);
  }
  if (deficiency <= 0 || layer === "stress") return [];
  const inCash = `${displayDollars(deficiency)} in cash`;
  if (layer === "portfolio-minimum") return [inCash, `securities worth ${displayDollars(deficiency)}`];
  if (layer !== "reg-t") return [inCash];
  const worth = securitiesToBring({ equity: 0 as Cents, requirement: deficiency }, rules.regT.marginEquity.rate);
  return worth === undefined ? [inCash] : [inCash, `margin securities worth ${displayDollars(worth)}`];
}
