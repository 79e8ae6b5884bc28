/**
 * The figures of an account that boundaries and layers compare, from its margin as it is computed and explained.
 *
 * What excess is compared with a share of: the market value of what is held long in groups without options, and of every
 * other group (shorts, options) what it requires. A group that holds stock long and short counts by what is long.
 */
import { type Cents, negate, sum, ZERO } from "../../base/money.ts";
import { valueOf } from "../account.ts";
import type { AccountMargin, GroupMargin, MarginFigures, RegimeFigures, RegimeName } from "../answer.ts";
import type { MarginBooks } from "../account.ts";
import type { CallLayer, LadderRules } from "./rules.ts";
import type { AccountFigures, FIGURED_LAYERS } from "./view.ts";

type FiguredLayer = (typeof FIGURED_LAYERS)[number];

/** The layer that a regime's deficiency is called in. Of Regulation T and cash accounts transactions decide. */
const LAYER_OF: Readonly<Partial<Record<RegimeName, FiguredLayer>>> = {
  maintenance: "maintenance",
  portfolio: "portfolio",
  house: "house",
};

/** Undefined while something of it is not known. `unreliable`: why nothing may be done on it alone. */
export function accountFigures(
  books: MarginBooks,
  margin: AccountMargin,
  rules: LadderRules,
  unreliable?: string,
): AccountFigures | undefined {
  return figuresWith(margin, () => sum(margin.groups.map((group) => baseOf(books, group, rules))), unreliable);
}

/** The same of figures that nothing explains; `base`, which few ask for, is worked out when they do. */
export function figuresWith(
  { requirements, troubles }: Pick<MarginFigures, "requirements" | "troubles">,
  base: () => Cents,
  unreliable?: string,
): AccountFigures | undefined {
  const binding = requirements.binding === undefined ? undefined : requirements[requirements.binding];
  if (troubles.length > 0 || binding === undefined) return undefined;
  const ruled = requirements.portfolio?.isInForce
    ? requirements.portfolio
    : (requirements.maintenance ?? requirements.cash);
  return {
    equity: binding.equity,
    requirement: binding.requirement,
    // In the equity of the regime that binds, so that boundaries are nested.
    regulatory: ruled === undefined ? ZERO : ((binding.equity - ruled.excess) as Cents),
    get base() {
      return base();
    },
    deficiency: deficienciesOf(requirements),
    ...(unreliable !== undefined && { unreliable }),
  };
}

/** Each layer for what it asks itself: the house for what it asks beyond the rule, so that nothing is called twice. */
function deficienciesOf(requirements: MarginFigures["requirements"]): Partial<Record<FiguredLayer, Cents>> {
  const short = (regime: RegimeName): Cents => shortOf(requirements[regime]);
  const ofRule = Math.max(short("maintenance"), short("portfolio")) as Cents;
  const found: Partial<Record<CallLayer, Cents>> = {};
  for (const [regime, layer] of Object.entries(LAYER_OF)) found[layer] = short(regime as RegimeName);
  const house = short("house");
  return { ...found, house: house > ofRule ? house : ZERO };
}

function shortOf(answer: RegimeFigures | undefined): Cents {
  if (answer === undefined || !answer.isInForce || answer.excess >= 0) return ZERO;
  return negate(answer.excess);
}

function baseOf(books: MarginBooks, { holdings, requirement, value }: GroupMargin, { shortsBy }: LadderRules): Cents {
  const { instruments, market } = books;
  const isOptions = holdings.some(({ instrument }) => instruments.type(instrument) === "option");
  const longs = isOptions ? [] : holdings.filter(({ units }) => units > 0);
  if (longs.length > 0)
    return sum(longs.map(({ instrument, units }) => valueOf(books, instrument, units, market.price(instrument))));
  const worth = Math.abs(value ?? ZERO) as Cents;
  if (shortsBy === "market-value") return worth;
  return requirement.portfolio ?? requirement.maintenance ?? requirement.cash ?? worth;
}
