/**
 * What the house requires of an account: the rule's requirement of each name, raised by the house rules that hold for it, and
 * what is charged on the account as a whole. It is never below the rule's, 4210(d)(1)(B). Each rule is a line of what it
 * adds, so that the lines and the rule's requirement sum to the house's.
 */
import { Trouble } from "../../base/errors.ts";
import { type Line, line, total } from "../../base/line.ts";
import { add, type Cents, sum, toCents, ZERO } from "../../base/money.ts";
import { betaCharge, type AccountCharge } from "./beta.ts";
import { type AccountExposures, type Exposure, exposuresOf, type HouseContext, type HousePart } from "./exposures.ts";
import { type Demand, type House, type HouseClass, houseOf } from "./house.ts";
import { lossDemand } from "./loss-capacity.ts";
import { leavesOptionsOut, optionDemands } from "./option-moves.ts";
import { raise, type Raising } from "./raise.ts";
import { rateDemands } from "./rate-demands.ts";
import { asksNothing, type HouseRule } from "./rules.ts";
import { blockSizeDemand, concentrationDemand, type Found, liquidityDemand } from "./sizes.ts";

export interface HouseAnswer {
  /** The rules' requirement of all parts and all that the house adds, in cents; nothing where there are troubles. */
  readonly requirement: Cents;
  /** What each house rule adds, in the order of the rulebook: their amounts sum to the addition. Made when they are read. */
  readonly lines: readonly Line[];
  /** Names with short options that a rate leaves out. Sought when it is read. */
  readonly optionsLeftOut: readonly string[];
  /** Each a `missing-input` or a `missing-rule`. */
  readonly troubles: readonly Trouble[];
}

const NO_LINES = { lines: [], optionsLeftOut: [] } as const;

/** The house requirement over what the rules require of each group of the account. */
export function houseRequirement(context: HouseContext, parts: readonly HousePart[]): HouseAnswer {
  const ruled = sum(parts.map(({ requirement }) => requirement));
  if (asksNothing(context.rules.house)) return { ...NO_LINES, requirement: ruled, troubles: [] };
  const house = houseOf(context.books, context.rules.house, context.asOf, context.tape);
  try {
    const raised = raisedBy(context, house, parts);
    if (raised.troubles.length > 0) return { ...NO_LINES, requirement: ZERO, troubles: distinct(raised.troubles) };
    return {
      requirement: add(ruled, addedBy(raised)),
      troubles: [],
      get lines() {
        return linesOf(context, house, raised);
      },
      get optionsLeftOut() {
        return raised.names.filter((name) => name.leavesOptionsOut()).map(({ exposure }) => exposure.name);
      },
    };
  } catch (error) {
    if (!(error instanceof Trouble) || error.code !== "missing-input") throw error;
    return { ...NO_LINES, requirement: ZERO, troubles: [error] };
  }
}

/** What the house adds to the rules' requirement, in cents: `rates` of the instruments' rules alone, `all` of every rule. */
export interface HouseAddition {
  readonly rates: Cents;
  readonly all: Cents;
}

/**
 * The same figures without lines. What `all` has over `rates` is what the account's own rules add. Throws `missing-input` or
 * `missing-rule`.
 */
export function houseAddition(context: HouseContext, parts: readonly HousePart[]): HouseAddition {
  if (asksNothing(context.rules.house)) return { rates: ZERO, all: ZERO };
  const house = houseOf(context.books, context.rules.house, context.asOf, context.tape);
  const raised = raisedBy(context, house, parts);
  if (raised.troubles.length > 0) throw raised.troubles[0];
  let rates = 0;
  for (const { exposure, demands } of raised.names)
    for (const { amount } of raiseName(exposure, demands)) rates += amount;
  return { rates: rates as Cents, all: addedBy(raised) };
}

/** What all rules add together, in cents. */
function addedBy({ names, charges }: RaisedAccount): Cents {
  let all = 0;
  for (const { exposure, demands, own } of names)
    for (const { amount } of raiseName(exposure, [...demands, ...own])) all += amount;
  for (const { amount } of charges) all += amount;
  return toCents(all);
}

interface RaisedName {
  readonly exposure: Exposure;
  /** Of the instruments' rules, and of the account's. */
  readonly demands: readonly Demand[];
  readonly own: readonly Demand[];
  /** Whether a rate holds for what it has short options on, and does not count them. */
  readonly leavesOptionsOut: () => boolean;
}

interface RaisedAccount {
  readonly names: readonly RaisedName[];
  readonly charges: readonly AccountCharge[];
  readonly troubles: readonly Trouble[];
}

function raisedBy(context: HouseContext, house: House, parts: readonly HousePart[]): RaisedAccount {
  const account = exposuresOf(context, parts);
  const houseClass: HouseClass = house.classOf(context.account);
  const troubles: Trouble[] = [];
  const keep = <T extends object>(found: T | Trouble | undefined): T[] => {
    if (found instanceof Trouble) troubles.push(found);
    return found === undefined || found instanceof Trouble ? [] : [found];
  };
  const asked = accountRules(context, house, account);
  const names = account.names.map((exposure) => ({
    exposure,
    demands: [
      ...rateDemands(context, house, houseClass, exposure, troubles),
      ...optionDemands(context, house, houseClass, exposure, troubles),
    ],
    leavesOptionsOut: () => leavesOptionsOut(house, houseClass, exposure),
    own: asked.flatMap((ask) => keep(ask(exposure))),
  }));
  const charges = house.rules.betaWeighted
    .filter((rule) => house.covers(rule, context.account))
    .flatMap((rule) => keep(betaCharge(context, house, rule, account)));
  return { names, charges, troubles };
}

/** The rules for whole accounts that are for this one, each as a question about a name. */
function accountRules(
  context: HouseContext,
  house: House,
  account: AccountExposures,
): ((exposure: Exposure) => Found)[] {
  const { concentration, blockSize, liquidity, lossCapacity } = house.rules;
  const own = <R extends HouseRule>(rules: readonly R[]) => rules.filter((rule) => house.covers(rule, context.account));
  return [
    ...own(concentration).map((rule) => (name: Exposure) => concentrationDemand(house, rule, account, name)),
    ...own(blockSize).map((rule) => (name: Exposure) => blockSizeDemand(house, rule, name)),
    ...own(liquidity).map((rule) => (name: Exposure) => liquidityDemand(house, rule, name)),
    ...own(lossCapacity).map((rule) => (name: Exposure) => lossDemand(context, house, rule, account, name)),
  ];
}

function raiseName(exposure: Exposure, demands: readonly Demand[]): readonly Raising[] {
  const { part, stock, shortOptions, isPlain } = exposure;
  const value = Math.abs(stock) as Cents;
  return raise(
    {
      requirement: part.requirement,
      value,
      beside: shortOptions,
      most: isPlain && stock >= 0 ? value : undefined,
    },
    demands,
  );
}

function linesOf({ books, account }: HouseContext, house: House, { names, charges }: RaisedAccount): Line[] {
  const root = `margin/${books.names.text(books.accounts.nameId(account.account))}/house`;
  const byRule = new Map<HouseRule, Line[]>();
  for (const { exposure, demands, own } of names) {
    for (const { demand, amount } of raiseName(exposure, [...demands, ...own])) {
      const { rule, words, inputs } = demand;
      const added = line(`${root}/${rule.code}/${exposure.name}`, exposure.name, rule.paragraph, amount, {
        asked: words,
        marketValue: exposure.stock,
        ruleRequirement: exposure.part.requirement,
        ...inputs,
      });
      byRule.set(rule, [...(byRule.get(rule) ?? []), added]);
    }
  }
  const charged = new Map(charges.map((charge) => [charge.rule, charge]));
  const { rates, concentration, blockSize, liquidity, lossCapacity, betaWeighted } = house.rules;
  const order: readonly HouseRule[] = [...rates, ...concentration, ...blockSize, ...liquidity, ...lossCapacity];
  return [
    ...order.flatMap((rule) => {
      const added = byRule.get(rule);
      if (added === undefined) return [];
      return [total(`${root}/${rule.code}`, rule.name, rule.paragraph, added, { meaning: rule.meaning })];
    }),
    ...betaWeighted.flatMap((rule) => {
      const charge = charged.get(rule);
      if (charge === undefined) return [];
      const inputs = { meaning: rule.meaning, asked: charge.words, ...charge.inputs };
      return [line(`${root}/${rule.code}`, rule.name, rule.paragraph, charge.amount, inputs)];
    }),
  ];
}

function distinct(troubles: readonly Trouble[]): readonly Trouble[] {
  return [...new Map(troubles.map((trouble) => [trouble.message, trouble])).values()];
}
