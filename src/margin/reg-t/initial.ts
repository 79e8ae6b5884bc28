/**
 * What Regulation T asks of positions, 220.12 (the Supplement), as a pure function over what an account holds. Amounts are
 * beyond what margin equity deducts already: 150% of a short sale, of which equity has deducted the market value, is 50%.
 *
 * What is held long and short is netted first: a short sale against the box is a sale, 220.4(b)(2). Options stand in
 * margin as their exchange's rules say, 220.12(f)(1): what they ask beyond the stock of their group.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import { type Line, line, total } from "../../base/line.ts";
import { add, type Cents, excessOver, negate, subtract, sum, toCents, ZERO } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentType } from "../../books/instrument-types.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { Holding, MarginBooks } from "../account.ts";
import { exchangeOf, type Group, type GroupAnswer, type GroupContext, hasOptions, valueIn } from "../group.ts";
import { positionMaintenance } from "../maintenance/plain-group.ts";

/** How the Supplement sees an instrument. */
export type InitialKind = "equity" | "not-marginable" | "good-faith" | "security-future" | "option" | "index-warrant";

/** What 4210(f)(2) asks of a group with options, stock and all. */
export type OptionsRule = (group: Group, context: GroupContext) => GroupAnswer;

/** What the Supplement requires. With troubles, nothing of it is known. */
export interface InitialAnswer {
  /** Cents beyond what margin equity deducts; not negative. */
  readonly requirement: Cents;
  readonly lines: readonly Line[];
  readonly troubles: readonly Trouble[];
}

const KINDS: Readonly<Partial<Record<InstrumentType, InitialKind>>> = {
  equity: "equity",
  etf: "equity",
  preferred: "equity",
  convertible: "equity",
  warrant: "equity",
  "mutual-fund": "equity",
  "money-market-fund": "good-faith",
  treasury: "good-faith",
  agency: "good-faith",
  municipal: "good-faith",
  corporate: "good-faith",
  "commercial-paper": "good-faith",
  "certificate-of-deposit": "good-faith",
  future: "security-future",
  option: "option",
};

/** How the Supplement sees an instrument. Throws `missing-rule` for what it does not speak of. */
export function initialKind({ instruments }: Pick<MarginBooks, "instruments">, instrument: number): InitialKind {
  const { instrument: name, type, notMarginable, fundClass, convertsInto } = instruments.attributes(instrument);
  if (isIndexWarrant(instruments, instrument)) return "index-warrant";
  // A bond that converts is an equity security, 220.2, whatever it is listed as.
  const kind = type === "corporate" && convertsInto !== undefined ? "equity" : KINDS[type];
  if (kind === undefined) {
    throw new Trouble("missing-rule", `Regulation T does not say what a position in ${name} requires`, {
      field: "type",
      value: type,
      expected: "a security",
    });
  }
  if (kind === "equity" && notMarginable) return "not-marginable";
  return type === "mutual-fund" && fundClass === "government" ? "good-faith" : kind;
}

/** A warrant on an index or on a currency. */
function isIndexWarrant(instruments: MarginBooks["instruments"], instrument: number): boolean {
  if (instruments.type(instrument) !== "warrant") return false;
  const on = instruments.columns.underlying[instrument];
  return on !== -1 && ["index", "currency"].includes(instruments.type(on));
}

/** A requirement, by what rate and which paragraph. */
export interface Required {
  readonly amount: Cents;
  readonly paragraph: string;
  readonly rate: string;
}

/**
 * What a plain position requires that is worth `value` cents (not negative), long or short as `units` say. `value` is
 * what it cost or brought on the day of the trade, and market value after it (220.2, current market value). Of good-faith
 * margin, and of 220.12(a) where 4210 asks more, the share of value that 4210 asks now.
 */
export function initialOn(context: GroupContext, instrument: number, units: number, value: Cents): Required {
  const { regT } = context.rules;
  const kind = initialKind(context.books, instrument);
  const byRate = ({ paragraph, rate }: { paragraph: string; rate: Rate }, beyond = ""): Required => ({
    amount: portion(value, rate),
    paragraph,
    rate: `${formatRate(rate)}${beyond}`,
  });
  if (kind === "option") return { amount: ZERO, paragraph: regT.options.paragraph, rate: "" };
  if (kind === "security-future") {
    // Not of the Supplement: 17 CFR 242.403, which is what 4210 asks, long and short.
    const { paragraph, rate } = context.rules.maintenance.securityFuture;
    return { amount: maintenanceOn(context, instrument, units, value), paragraph, rate: formatRate(rate) };
  }
  if (kind === "index-warrant") {
    // 220.12(f)(1): what the rules of its exchange ask, long and short.
    const amount = maintenanceOn(context, instrument, units, value);
    return { amount, paragraph: regT.options.paragraph, rate: "what 4210 asks" };
  }
  if (kind === "good-faith") {
    const amount = maintenanceOn(context, instrument, units, value);
    if (units >= 0) return { amount, paragraph: regT.goodFaith.paragraph, rate: "good faith" };
    const { paragraph, rate } = regT.shortGoodFaith;
    return { amount: add(portion(value, rate), amount), paragraph, rate: "100% and good faith" };
  }
  if (units < 0) return byRate(regT.shortEquity, " beyond its value");
  if (kind === "not-marginable") return byRate(regT.notMarginable);
  const asked = byRate(regT.marginEquity);
  const maintained = maintenanceOn(context, instrument, units, value);
  return maintained <= asked.amount ? asked : { ...asked, amount: maintained, rate: "what 4210 asks, which is more" };
}

/** Maintenance of the position, as a share of its market value, on `value`. */
function maintenanceOn(context: GroupContext, instrument: number, units: number, value: Cents): Cents {
  const maintenance = positionMaintenance(context, instrument, units);
  const market = Math.abs(valueIn(context, instrument, units));
  if (market === value || market === 0) return maintenance;
  return toCents(multiplyDivide(maintenance, value, market));
}

/** What all of an account's groups require. */
export function regTInitial(groups: readonly Group[], context: GroupContext, options: OptionsRule): InitialAnswer {
  const answers = groups.map((group) => groupInitial(group, context, options));
  const troubles = answers.flatMap((answer) => answer.troubles);
  const lines = answers.flatMap((answer) => answer.lines);
  return { requirement: sum(lines.map(({ amount }) => amount)), lines, troubles };
}

function groupInitial(group: Group, context: GroupContext, options: OptionsRule): InitialAnswer {
  try {
    const stock = stockLines(context, group);
    if (!hasOptions(context.books, group)) return { requirement: ZERO, lines: stock, troubles: [] };
    const written = optionsLine(group, context, options);
    return written instanceof Trouble
      ? { requirement: ZERO, lines: [], troubles: [written] }
      : { requirement: ZERO, lines: [...stock, written], troubles: [] };
  } catch (error) {
    if (error instanceof Trouble) return { requirement: ZERO, lines: [], troubles: [error] };
    throw error;
  }
}

function stockLines(context: GroupContext, group: Group): Line[] {
  const { books } = context;
  const net = netUnits(group.holdings);
  const lines: Line[] = [];
  for (const [instrument, units] of net) {
    if (initialKind(books, instrument) === "option") continue;
    if (units >= 0) lines.push(plainLine(context, instrument, units, boxed(group, instrument)));
    else lines.push(...shortLines(context, group, net, instrument, units));
  }
  return lines;
}

function netUnits(holdings: readonly Holding[]): Map<number, number> {
  const net = new Map<number, number>();
  for (const { instrument, units } of holdings) net.set(instrument, (net.get(instrument) ?? 0) + units);
  return net;
}

/** Whether the instrument is held both ways. */
function boxed({ holdings }: Group, instrument: number): boolean {
  const held = holdings.filter((holding) => holding.instrument === instrument);
  return held.some(({ units }) => units > 0) && held.some(({ units }) => units < 0);
}

function lineCode({ account, books }: GroupContext, instrument: number, part = ""): string {
  const owner = books.accounts.attributes(account.account).account;
  return `margin/${owner}/reg-t/${books.instruments.attributes(instrument).instrument}${part}`;
}

function plainLine(context: GroupContext, instrument: number, units: number, isBoxed: boolean, part = ""): Line {
  const { books, rules } = context;
  const { instrument: name } = books.instruments.attributes(instrument);
  const value = toCents(Math.abs(valueIn(context, instrument, units)));
  const required = initialOn(context, instrument, units, value);
  const side = units < 0 ? "Short" : "Long";
  const code = lineCode(context, instrument, part);
  const { paragraph: netted } = rules.regT.againstTheBox;
  if (units === 0) return line(code, `Long and short: ${name}`, netted, ZERO);
  return line(code, `${side} ${name}`, required.paragraph, required.amount, {
    "market value": value,
    rate: required.rate,
    ...(isBoxed && { "held both ways": `netted, ${netted}` }),
  });
}

/** A net short position: as far as the account holds what it can be exchanged for, (c)(2); the rest, (c)(1) or (d). */
function shortLines(
  context: GroupContext,
  group: Group,
  net: ReadonlyMap<number, number>,
  instrument: number,
  units: number,
): Line[] {
  const { books, rules } = context;
  const isBoxed = boxed(group, instrument);
  const covered = Math.min(-units, hedgingUnits(context, group, net, instrument));
  if (covered === 0) return [plainLine(context, instrument, units, isBoxed)];
  const { paragraph, rate } = rules.regT.hedgedShort;
  const value = negate(valueIn(context, instrument, -covered));
  const { instrument: name } = books.instruments.attributes(instrument);
  const hedged = line(
    lineCode(context, instrument, "/hedged"),
    `Short ${name} against what it can be exchanged for`,
    paragraph,
    portion(value, rate),
    { "market value": value, rate: `${formatRate(rate)} beyond its value` },
  );
  const rest = units + covered;
  return rest === 0 ? [hedged] : [hedged, plainLine(context, instrument, rest, isBoxed)];
}

/**
 * Units of a security sold short that the account can get in exchange, 220.12(c)(2): by converting what converts or by
 * exercising warrants, without restriction but the payment of money, within the time that the rulebook has; or by a listed
 * American call struck at no more than what the short sale brought. What short calls may have to deliver is taken from what
 * is exchanged, and with them no long call is counted: either may be their cover.
 */
function hedgingUnits(
  context: GroupContext,
  group: Group,
  net: ReadonlyMap<number, number>,
  instrument: number,
): number {
  const { books, rules, asOf } = context;
  const { instruments } = books;
  const latest = addSpan(asOf, rules.regT.hedgedShort.within);
  let wire = 0;
  let calls = 0;
  let owedOnCalls = 0;
  for (const [held, units] of net) {
    const attributes = instruments.attributes(held);
    if (attributes.type === "option") {
      if (attributes.right !== "call") continue;
      if (units < 0) owedOnCalls -= units * Number(attributes.multiplier);
      else if (isHedgingCall(context, group, instrument, held, asOf)) calls += units * Number(attributes.multiplier);
    } else if (units > 0) {
      const exchange = exchangeOf(books, held);
      if (exchange?.into !== instrument || exchange.wireUnits === undefined || (exchange.from ?? asOf) > latest)
        continue;
      wire += (units / 10 ** instruments.columns.scale[held]) * exchange.wireUnits;
    }
  }
  const { scale, wireUnits } = instruments.columns;
  const byExchange = Math.floor(wire / wireUnits[instrument] - owedOnCalls * 10 ** scale[instrument]);
  const byCalls = owedOnCalls > 0 ? 0 : Math.floor(calls * 10 ** scale[instrument]);
  return Math.max(0, byExchange) + byCalls;
}

function isHedgingCall(context: GroupContext, group: Group, instrument: number, call: number, asOf: Day): boolean {
  const { books } = context;
  const { style, strike, listing, maturity, underlying } = books.instruments.attributes(call);
  if (style === "european" || listing === undefined || strike === undefined) return false;
  if (maturity !== undefined && maturity < asOf) return false;
  if (books.instruments.findText(underlying ?? "") !== instrument) return false;
  let units = 0;
  let proceeds = 0;
  for (const holding of group.holdings) {
    if (holding.instrument !== instrument || holding.units >= 0) continue;
    units -= holding.units;
    proceeds -= books.ledger.rows.columns.cost[books.ledger.row(holding.account, instrument)];
  }
  return units > 0 && books.instruments.value(instrument, units, strike) <= proceeds;
}

/** What the options of a group ask beyond the stock in it. */
function optionsLine(group: Group, context: GroupContext, options: OptionsRule): Line | Trouble {
  const { books, rules } = context;
  const answer = options(group, context);
  if (answer.troubles.length > 0) return answer.troubles[0];
  const held = [...netUnits(group.holdings)].filter(([row, units]) => units !== 0 && !isOption(books, row));
  const stock = sum(held.map(([instrument, units]) => positionMaintenance(context, instrument, units)));
  const { instrument: name } = books.instruments.attributes(group.underlying);
  const code = lineCode(context, group.underlying, "/options");
  const inputs = { "requirement of the group": answer.requirement, "of which stock": stock };
  return total(
    code,
    `Options on ${name}, beyond their stock`,
    rules.regT.options.paragraph,
    strategyLines(answer, stock, `${optionsRoot(context, group.underlying)}/`, code),
    inputs,
  );
}

/**
 * The strategies with what each asks, stock and all, and less that what stock requires by itself, which stands on its own
 * lines: their sum is what the group requires beyond `stock`, but not below zero. What the group asks of stock that no
 * option needs is no strategy.
 */
function strategyLines({ requirement, lines }: GroupAnswer, stock: Cents, from: string, code: string): Line[] {
  const strategies = lines.filter((each) => each.code.startsWith(from));
  const asked = sum(strategies.map(({ amount }) => amount));
  const less = subtract(excessOver(requirement, stock), asked);
  const numbered = strategies.map((each) => ({ ...each, code: `${code}/${each.code.slice(from.length)}` }));
  if (less === 0) return numbered;
  const unused = subtract(requirement, asked);
  const label = "Less what the stock in them requires by itself";
  return [
    ...numbered,
    line(`${code}/stock`, label, "220.12", less, { "by itself": stock, "of which no option needs": unused }),
  ];
}

/** Under which code the strategies of a group stand. */
function optionsRoot({ account, books }: GroupContext, underlying: number): string {
  const owner = books.accounts.attributes(account.account).account;
  return `margin/${owner}/options/${books.instruments.attributes(underlying).instrument}`;
}

function isOption({ instruments }: Pick<MarginBooks, "instruments">, instrument: number): boolean {
  return instruments.type(instrument) === "option";
}

/** 4210(b)(4): what the first purchase of `cost` cents needs, beside an equity of `equity`; never more than its cost. */
export function minimumEquityDeposit(minimum: Cents, equity: Cents, cost: Cents): Cents {
  const lacking = excessOver(minimum, equity);
  return lacking < cost ? lacking : cost;
}
