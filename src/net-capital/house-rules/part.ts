/**
 * The rules of the house as a part of the computation: what they add to the haircuts, a line for each rule and below it the
 * positions for which it holds. A position counts whole, also where another paragraph charges some of it.
 */
import type { Trouble } from "../../base/errors.ts";
import { type Line, line, total } from "../../base/line.ts";
import { type Cents, sum } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import type { Holdings } from "../claims.ts";
import { Classifier } from "../classify.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { PartAnswer } from "../part.ts";
import type { NetCapitalRules } from "../rules.ts";
import { HouseCharger, type HouseCharges } from "./charges.ts";
import type { HouseRule } from "./rules.ts";

/** How many positions a rule names in its lines; the most charged. */
const POSITIONS_NAMED = 20;

/** From scratch. */
export function houseRulesFromBooks(
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  asOf: Day,
  held: Holdings,
): PartAnswer {
  if (rules.houseRules.length === 0) return NO_HOUSE_RULES;
  const charger = new HouseCharger(books, rules, asOf, new Classifier(rules, asOf));
  const charged = [...held]
    .sort(([a], [b]) => a - b)
    .flatMap(([instrument, units]): ChargedPosition[] => {
      const view = units === 0 ? undefined : charger.view(instrument);
      if (view === undefined) return [];
      const { instrument: name } = books.instruments.attributes(instrument);
      return [{ name, ...charger.charges(view, units) }];
    });
  return answerOf(rules.houseRules, charged);
}

export const NO_HOUSE_RULES: PartAnswer = { lines: {}, troubles: [] };

/** A position that some rule may hold for, with what is charged on it. */
export interface ChargedPosition extends HouseCharges {
  readonly name: string;
}

/** The answer, given every position that some rule may hold for, in the order of listing. */
export function answerOf(rules: readonly HouseRule[], positions: readonly ChargedPosition[]): PartAnswer {
  const lines = rules.map((rule, index) => ruleLine(rule, index, positions));
  const troubles: Trouble[] = positions.flatMap((position) => position.troubles);
  return {
    lines: { haircuts: [total("haircuts/house-rules", "Rules of the house", "firm policy", lines)] },
    troubles,
  };
}

function ruleLine(
  { name, code, addition, paragraph, meaning }: HouseRule,
  index: number,
  positions: readonly ChargedPosition[],
): Line {
  const charged = positions.flatMap(({ name: instrument, value, charges }) => {
    const charge = charges.find(({ rule }) => rule === index);
    return charge === undefined ? [] : [{ instrument, value, amount: charge.amount }];
  });
  const named = [...charged].sort((a, b) => b.amount - a.amount).slice(0, POSITIONS_NAMED);
  return line(
    code,
    name,
    paragraph,
    sum(charged.map(({ amount }) => amount)),
    { meaning, addition, positions: String(charged.length) },
    named.map(({ instrument, value, amount }) =>
      line(`${code}/${instrument}`, instrument, paragraph, amount, {
        ...(!Number.isNaN(value) && { marketValue: value as Cents }),
      }),
    ),
  );
}
