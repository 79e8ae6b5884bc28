/**
 * The margin of one account from scratch, explained: its equity, what each regime requires, and which of those in force
 * binds. The tree of lines says what every position and every group contributes.
 *
 *     excess = equity − requirement
 *     equity = cash + stock and bonds long − short (options left out, but for the loan value of long-dated ones)
 *
 * Requirements of short options include what the options are worth, so that nothing is counted twice.
 */
import { assertNever } from "../base/assert.ts";
import type { Trouble } from "../base/errors.ts";
import { type Line, line, total } from "../base/line.ts";
import { add, type Cents, excessOver, subtract, sum, ZERO } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import { holdingsOf, type MarginAccount, type MarginBooks } from "./account.ts";
import { type Secured, securedByEquivalents } from "./cash-equivalents.ts";
import type { AccountMargin, GroupMargin, MarginFigures, RegimeAnswer, RegimeFigures, RegimeName } from "./answer.ts";
import { contributionsOf } from "./contributions.ts";
import { marginEquity, marginEquityLine, netLiquidationOf, type Valued, valueAccount } from "./equity.ts";
import { type Group, type GroupAnswer, type GroupContext, groupsOf, hasOptions } from "./group.ts";
import { houseRequirement } from "./house/requirement.ts";
import type { Tape } from "./house/statistics.ts";
import { plainGroup } from "./maintenance/plain-group.ts";
import { leastEquityLine } from "./portfolio/least-equity.ts";
import {
  type PortfolioFigures,
  portfolioFigures,
  type PortfolioMargin,
  portfolioMargin,
} from "./portfolio/portfolio.ts";
import { paidInFull } from "./paid-in-full.ts";
import type { PortfolioScans } from "./portfolio/scans.ts";
import { optionsGroup } from "./options/group-answer.ts";
import { type InitialAnswer, minimumEquityDeposit, regTInitial } from "./reg-t/initial.ts";
import type { MarginRules } from "./rules.ts";
import { type SevereStress, severeStressLine, severeStressOf } from "./severe-stress.ts";

/** Options of the computation that are not part of the books. */
export interface MarginOptions {
  /** By instrument, in place of the market's valuation price: 10^-8, NaN where unknown. */
  readonly price?: (instrument: number) => number;
  /** What portfolio margin is scanned with, for those who ask for many accounts: `portfolioScans`. */
  readonly scans?: PortfolioScans;
  /** What the house's rules know of past days beyond what was stated. */
  readonly tape?: Tape;
  /** Without the regimes that are shown beside those in force: for those who ask often. */
  readonly inForceAlone?: boolean;
}

/** The margin of an account, explained. What cannot be said is among the troubles of its regime. */
export function marginOf(
  books: MarginBooks,
  rules: MarginRules,
  account: MarginAccount,
  asOf: Day,
  options: MarginOptions = {},
): AccountMargin {
  return new Computation(books, rules, account, asOf, options).answer();
}

/** The figures of the same computation, of the regimes in force: for those who ask often and read no lines. */
export function marginFigures(
  books: MarginBooks,
  rules: MarginRules,
  account: MarginAccount,
  asOf: Day,
  options: MarginOptions = {},
): MarginFigures {
  return new Computation(books, rules, account, asOf, options).figures();
}

/** What 4210(c), (e) and (f), or of a cash account 220.8, ask of a group. */
export function groupRequirement(group: Group, context: GroupContext): GroupAnswer {
  if (hasOptions(context.books, group)) return optionsGroup(group, context);
  return context.account.regime === "cash" ? paidInFull(group, context) : plainGroup(group, context);
}

/** The same when a position is taken: what hedged stock requires less, it does in maintenance only. */
export function initialRequirement(group: Group, context: GroupContext): GroupAnswer {
  return hasOptions(context.books, group)
    ? optionsGroup(group, context, { purpose: "initial" })
    : groupRequirement(group, context);
}

/** A regime's figures, and the line that explains them. */
interface Explained {
  readonly figures: RegimeFigures;
  readonly line: () => Line;
}

class Computation {
  readonly #context: GroupContext;
  readonly #groups: readonly Group[];
  readonly #valued: Valued;
  readonly #scans: PortfolioScans | undefined;
  readonly #tape: Tape | undefined;
  readonly #inForceAlone: boolean;
  #answersOnce: readonly GroupAnswer[] | undefined;

  constructor(
    books: MarginBooks,
    rules: MarginRules,
    account: MarginAccount,
    asOf: Day,
    { price, scans, tape, inForceAlone = false }: MarginOptions,
  ) {
    this.#context = { books, rules, account, asOf, ...(price !== undefined && { price }) };
    this.#groups = groupsOf(books, holdingsOf(books, account));
    this.#valued = valueAccount(this.#context, this.#groups);
    this.#scans = scans;
    this.#tape = tape;
    this.#inForceAlone = inForceAlone;
  }

  get #name(): string {
    const { books, account } = this.#context;
    return books.names.text(books.accounts.nameId(account.account));
  }

  get #root(): string {
    return `margin/${this.#name}`;
  }

  get #severeStress(): SevereStress | undefined {
    const { books, rules, account } = this.#context;
    return severeStressOf(books, rules.ladder, account.account);
  }

  /** What maintenance, or a cash account, asks of each group. */
  get #answers(): readonly GroupAnswer[] {
    return (this.#answersOnce ??= this.#groups.map((group) => groupRequirement(group, this.#context)));
  }

  get #secured(): Secured | undefined {
    if (this.#context.account.regime !== "cash" || this.#valued.troubles.length > 0) return undefined;
    return securedByEquivalents(this.#context, this.#groups, this.#answers, `${this.#root}/cash/equivalents`);
  }

  /** Under which name the groups' requirements stand. */
  get #own(): keyof typeof RULED {
    return this.#context.account.regime === "cash" ? "cash" : "maintenance";
  }

  // ——— figures ———

  figures(): MarginFigures {
    const groups = this.#groups.map(({ underlying, holdings }, index) => ({
      underlying,
      holdings,
      value: this.#valued.groupValues[index],
    }));
    if (this.#context.account.regime !== "portfolio") {
      const ruled = this.#ruled();
      return this.#whole(ruled.regime === "cash" ? [ruled] : [ruled, this.#house(ruled).figures], groups);
    }
    const portfolio = portfolioFigures(this.#context, this.#scans);
    const ruled = portfolioRegime(portfolio, true);
    return this.#whole([ruled, portfolioHouse(portfolio, ruled)], groups);
  }

  #whole<R extends RegimeFigures, G>(regimes: readonly R[], groups: readonly G[]) {
    const { account } = this.#context;
    const { longMarketValue, shortMarketValue, longOptionValue, shortOptionValue, cash } = this.#valued;
    const inForce = regimes.filter(({ isInForce }) => isInForce);
    const troubles = distinct(inForce.flatMap((regime) => regime.troubles));
    const binding = troubles.length > 0 ? undefined : leastExcess(inForce);
    const equity = binding?.equity ?? this.#equity();
    const requirements: Partial<Record<RegimeName, R>> = {};
    for (const regime of regimes) requirements[regime.regime] = regime;
    return {
      account,
      cash,
      longMarketValue,
      shortMarketValue,
      longOptionValue,
      shortOptionValue,
      // Portfolio margin values options that have no price of the market.
      netLiquidation: this.#valued.troubles.length > 0 ? equity : netLiquidationOf(this.#valued),
      equity,
      marketValue: add(add(longMarketValue, shortMarketValue), add(longOptionValue, shortOptionValue)),
      requirements: { ...requirements, binding: binding?.regime },
      excess: binding?.excess ?? ZERO,
      groups,
      troubles,
    };
  }

  #equity(): Cents {
    return marginEquity(this.#valued, this.#answers);
  }

  #regime(regime: RegimeName, requirement: Cents, troubles: readonly Trouble[], isInForce: boolean): RegimeFigures {
    const equity = this.#equity();
    return {
      regime,
      equity,
      requirement,
      excess: subtract(equity, requirement),
      isInForce,
      troubles: distinct([...this.#valued.troubles, ...troubles]),
    };
  }

  /** Maintenance, or what a cash account asks: the sum of the groups, less what cash equivalents secure of it. */
  #ruled(): RegimeFigures {
    const whole = sum(this.#answers.map((answer) => answer.requirement));
    const requirement = subtract(whole, this.#secured?.amount ?? ZERO);
    const troubles = this.#answers.flatMap((answer) => answer.troubles);
    return this.#regime(this.#own, requirement, troubles, this.#context.account.regime !== "portfolio");
  }

  /** What the house asks over what the rules require. */
  #house(ruled: RegimeFigures): Explained {
    const code = `${this.#root}/house`;
    if (ruled.troubles.length > 0) {
      const figures = this.#regime("house", ZERO, ruled.troubles, true);
      return { figures, line: () => line(code, HOUSE, "4210(d)", ZERO) };
    }
    const parts = this.#groups.map(({ underlying, holdings }, index) => ({
      underlying,
      holdings,
      requirement: this.#answers[index].requirement,
    }));
    const tape = this.#tape;
    const asked = houseRequirement({ ...this.#context, ...(tape && { tape }) }, parts);
    const requirement = asked.troubles.length > 0 ? ruled.requirement : asked.requirement;
    return {
      figures: this.#regime("house", requirement, asked.troubles, true),
      line: () => {
        const rule = line(`${code}/rule`, "What the rules require", RULED[this.#own].paragraph, ruled.requirement);
        const leftOut = asked.optionsLeftOut;
        const inputs = leftOut.length === 0 ? {} : { "rates leave out options on": leftOut.join(", ") };
        return total(code, HOUSE, "4210(d)", [rule, ...asked.lines], inputs);
      },
    };
  }

  // ——— explained ———

  answer(): AccountMargin {
    const { account, rules } = this.#context;
    const isBeside = account.regime !== "cash" && !this.#inForceAlone;
    const initials = isBeside ? this.#initials() : undefined;
    const isScanned = isBeside || account.regime === "portfolio";
    const portfolio = isScanned ? portfolioMargin(this.#context, this.#scans) : undefined;
    const regimes = this.#regimes(initials, portfolio);
    const groups = this.#groupMargins(initials, regimes, portfolio);
    const whole = this.#whole(regimes, groups);
    const { binding } = whole.requirements;
    return {
      ...whole,
      name: this.#name,
      leastEquity: portfolio?.leastEquity,
      severeStress: this.#severeStress,
      minimumEquityDeposit: this.#minimumEquityDeposit(rules, portfolio),
      lines: this.#tree(regimes, binding === undefined ? undefined : whole.requirements[binding], portfolio),
    };
  }

  /**
   * 4210(b)(4), and of portfolio margin (g)(4). Of what was bought no more need be deposited than is owed for it; who is
   * short needs all of the minimum.
   */
  #minimumEquityDeposit({ maintenance }: MarginRules, portfolio: PortfolioFigures | undefined): Cents {
    const { cash, shortMarketValue, shortOptionValue } = this.#valued;
    const { dollars } = maintenance.minimumEquity;
    switch (this.#context.account.regime) {
      case "cash":
        return ZERO;
      case "portfolio":
        return portfolio?.minimumEquityShortfall ?? ZERO;
      case "margin":
        return minimumEquityDeposit(
          dollars,
          netLiquidationOf(this.#valued),
          shortMarketValue > 0 || shortOptionValue > 0 ? dollars : excessOver(ZERO, cash),
        );
      default:
        return assertNever(this.#context.account.regime);
    }
  }

  /** Of each group what Regulation T asks when a position is taken. */
  #initials(): readonly InitialAnswer[] {
    return this.#groups.map((group) => regTInitial([group], this.#context, initialRequirement));
  }

  /** Every regime that says something of the account, in the order of `REGIME_NAMES`. */
  #regimes(
    initials: readonly InitialAnswer[] | undefined,
    portfolio: PortfolioMargin | undefined,
  ): readonly RegimeAnswer[] {
    const ruled = this.#ruled();
    const { label, paragraph } = RULED[this.#own];
    const secured = this.#secured?.line;
    const lines = [...this.#answers.flatMap((answer) => answer.lines), ...(secured === undefined ? [] : [secured])];
    const own = { ...ruled, line: total(`${this.#root}/${this.#own}`, label, paragraph, lines) };
    const { regime } = this.#context.account;
    const scanned = portfolio === undefined ? undefined : this.#portfolio(portfolio, regime === "portfolio");
    const house = (): RegimeAnswer =>
      regime === "portfolio" && portfolio !== undefined && scanned !== undefined
        ? this.#portfolioHouse(portfolio, scanned)
        : explained(this.#house(ruled));
    return [
      ...(initials === undefined ? [] : [this.#regT(initials)]),
      own,
      ...(scanned === undefined ? [] : [scanned]),
      ...(regime === "cash" ? [] : [house()]),
    ];
  }

  #regT(initials: readonly InitialAnswer[]): RegimeAnswer {
    const lines = initials.flatMap((initial) => initial.lines);
    const troubles = initials.flatMap((initial) => initial.troubles);
    const root = total(`${this.#root}/reg-t`, "Regulation T, initial requirement", "220.12", lines);
    return { ...this.#regime("regT", root.amount, troubles, false), line: root };
  }

  #portfolio(portfolio: PortfolioMargin, isInForce: boolean): RegimeAnswer {
    const { line: required, equityLine } = portfolio;
    // What is not eligible is margined by maintenance rules, whose lines stand in the tree once already.
    const [from, to] = [`${this.#root}/maintenance/`, `${this.#root}/portfolio/not-eligible/`];
    const children = required.children.map((child) =>
      child.code === `${this.#root}/portfolio/not-eligible` ? recoded(child, from, to) : child,
    );
    const whole = { ...required, children, inputs: { ...required.inputs, equity: equityLine.amount } };
    return { ...portfolioRegime(portfolio, isInForce), line: whole };
  }

  #portfolioHouse(portfolio: PortfolioMargin, { line: rule, ...figures }: RegimeAnswer): RegimeAnswer {
    const code = `${this.#root}/house`;
    const own =
      portfolio.houseLine ??
      total(code, HOUSE, "4210(d)", [line(`${code}/rule`, "What 4210(g) requires", rule.paragraph, rule.amount)]);
    return { ...portfolioHouse(portfolio, figures), line: own };
  }

  #groupMargins(
    initials: readonly InitialAnswer[] | undefined,
    regimes: readonly RegimeAnswer[],
    portfolio: PortfolioMargin | undefined,
  ): readonly GroupMargin[] {
    const isScanned = portfolio !== undefined && portfolio.troubles.length === 0;
    const houseOf = this.#houseByGroup(regimes, portfolio);
    const secured = this.#secured?.byGroup;
    return this.#groups.map(({ underlying, holdings }, index) => {
      const { requirement: ruled, troubles } = this.#answers[index];
      const initial = initials?.[index];
      const requirement = {
        ...(troubles.length === 0 && { [this.#own]: ruled }),
        ...(initial !== undefined && initial.troubles.length === 0 && { regT: initial.requirement }),
      };
      const scanned = isScanned ? portfolio.contributions.get(underlying) : undefined;
      const house = houseOf(underlying, ruled);
      return {
        underlying,
        holdings,
        value: this.#valued.groupValues[index],
        requirement,
        contribution: {
          ...requirement,
          ...(secured !== undefined && { cash: subtract(ruled, secured[index]) }),
          ...(scanned !== undefined && { portfolio: scanned }),
          ...(house !== undefined && { house }),
        },
      };
    });
  }

  /** What of the house's requirement comes from a group of which the rules require so much. */
  #houseByGroup(
    regimes: readonly RegimeAnswer[],
    portfolio: PortfolioMargin | undefined,
  ): (underlying: number, ruled: Cents) => Cents | undefined {
    const house = regimes.find(({ regime }) => regime === "house");
    if (house === undefined || house.troubles.length > 0) return () => undefined;
    if (this.#context.account.regime === "portfolio")
      return (underlying) =>
        portfolio?.houseLine === undefined ? portfolio?.contributions.get(underlying) : undefined;
    const names = new Map(
      this.#groups.map(({ underlying }) => [
        this.#context.books.instruments.attributes(underlying).instrument,
        underlying,
      ]),
    );
    const rules = house.line.children.flatMap(({ children }) => children);
    const added = contributionsOf(rules, ({ label }) => names.get(label));
    return (underlying, ruled) => add(ruled, added.get(underlying) ?? ZERO);
  }

  /** Each equity that a requirement is compared with, then the requirements. What is not known has no line but says why. */
  #tree(
    regimes: readonly RegimeAnswer[],
    binding: RegimeAnswer | undefined,
    portfolio: PortfolioMargin | undefined,
  ): Line {
    const { regime } = this.#context.account;
    const equity = this.#equityLine();
    const scanned = portfolio === undefined || portfolio.troubles.length > 0 ? undefined : portfolio.equityLine;
    const leastEquity = portfolio?.leastEquity;
    const equities = scanned === undefined ? [equity] : regime === "portfolio" ? [scanned, equity] : [equity, scanned];
    const unknown = regimes.filter(({ troubles }) => troubles.length > 0);
    return line(
      this.#root,
      `Margin excess of ${this.#name}`,
      PARAGRAPHS[regime],
      binding?.excess ?? ZERO,
      {
        equity: binding?.equity ?? equity.amount,
        ...(binding !== undefined && { requirement: binding.requirement, binding: binding.regime }),
        ...Object.fromEntries(unknown.map((each) => [each.regime, `unknown: ${inWords(each.troubles)}`])),
      },
      [
        ...equities,
        ...regimes.flatMap(({ troubles, line: own }) => (troubles.length > 0 ? [] : [own])),
        ...(leastEquity === undefined ? [] : [leastEquityLine(this.#root, leastEquity)]),
        ...this.#stressLines(),
      ],
    );
  }

  #stressLines(): readonly Line[] {
    const stress = this.#severeStress;
    return stress === undefined ? [] : [severeStressLine(this.#root, stress, this.#context.rules.ladder)];
  }

  #equityLine(): Line {
    const { instruments } = this.#context.books;
    const parts = this.#groups.map(({ underlying }, index) => ({
      name: instruments.attributes(underlying).instrument,
      adjustment: this.#answers[index].equityAdjustment,
    }));
    return marginEquityLine(`${this.#root}/equity`, this.#valued, parts);
  }
}

function portfolioRegime({ equity, requirement, troubles }: PortfolioFigures, isInForce: boolean): RegimeFigures {
  return { regime: "portfolio", equity, requirement, excess: subtract(equity, requirement), isInForce, troubles };
}

function portfolioHouse({ house, equity }: PortfolioFigures, { troubles }: RegimeFigures): RegimeFigures {
  const excess = subtract(equity, house);
  return { regime: "house", equity, requirement: house, excess, isInForce: true, troubles };
}

function explained({ figures, line: lineOf }: Explained): RegimeAnswer {
  return { ...figures, line: lineOf() };
}

const HOUSE = "House requirement";

const RULED = {
  cash: { label: "Paid in full", paragraph: "220.8(a)" },
  maintenance: { label: "Maintenance requirement", paragraph: "4210(c), (e), (f)" },
} as const;

const PARAGRAPHS = { cash: "220.8", margin: "4210(b)-(f)", portfolio: "4210(g)" } as const;

/** The same lines under other codes. */
function recoded(node: Line, from: string, to: string): Line {
  const code = node.code.startsWith(from) ? to + node.code.slice(from.length) : node.code;
  return { ...node, code, children: node.children.map((child) => recoded(child, from, to)) };
}

/** The regime that leaves least; of equals the first, which is the rule's own. */
function leastExcess<R extends RegimeFigures>(regimes: readonly R[]): R | undefined {
  let least: R | undefined;
  for (const regime of regimes) if (least === undefined || regime.excess < least.excess) least = regime;
  return least;
}

function inWords(troubles: readonly Trouble[]): string {
  return troubles.map(({ message }) => message).join("; ");
}

function distinct(troubles: readonly Trouble[]): readonly Trouble[] {
  if (troubles.length < 2) return troubles;
  return [...new Map(troubles.map((trouble) => [trouble.message, trouble])).values()];
}
