/**
 * What is not eligible for portfolio margin but stands in the account, (g)(7)(D): by the strategy-based rules. Stock without
 * loan value that is held short requires half of its value at all times, (g)(7)(E); what is held long, all of it, as (c)(6) has
 * it.
 */
import { type Line, line } from "../../base/line.ts";
import { add, type Cents, excessOver, negate, sum } from "../../base/money.ts";
import { formatRate, portion, type Rate } from "../../base/rate.ts";
import type { Holding } from "../account.ts";
import { type Group, type GroupAnswer, type GroupContext, valueIn } from "../group.ts";
import { plainGroup, positionMaintenance } from "../maintenance/plain-group.ts";

const STOCKS: ReadonlySet<string> = new Set(["equity", "preferred", "etf"]);

/** What such a group requires, with a line for what (g)(7)(E) asks beyond the rest. */
export function notEligible(group: Group, context: GroupContext): GroupAnswer {
  const plain = plainGroup(group, context);
  const shorts = group.holdings.filter((holding) => holding.units < 0 && isWithoutLoanValue(context, holding));
  if (shorts.length === 0 || plain.troubles.length > 0) return plain;
  const rule = context.rules.portfolio.notMarginableShort;
  const raised = rule === undefined ? [] : shorts.flatMap((holding) => raisedLine(context, holding, rule));
  return {
    requirement: add(plain.requirement, sum(raised.map(({ amount }) => amount))),
    equityAdjustment: plain.equityAdjustment,
    lines: [...plain.lines, ...raised],
    troubles: [],
  };
}

function isWithoutLoanValue({ books }: GroupContext, { instrument }: Holding): boolean {
  const { type, readyMarket, notMarginable } = books.instruments.attributes(instrument);
  return STOCKS.has(type) && (!readyMarket || notMarginable);
}

/** Beyond what the position requires by itself; an offset with the same security lowers nothing of it. */
function raisedLine(
  context: GroupContext,
  { instrument, units, account }: Holding,
  { paragraph, rate }: { readonly paragraph: string; readonly rate: Rate },
): Line[] {
  const { books } = context;
  const value: Cents = negate(valueIn(context, instrument, units));
  const more = excessOver(portion(value, rate), positionMaintenance(context, instrument, units));
  if (more === 0) return [];
  const { instrument: name } = books.instruments.attributes(instrument);
  const owner = books.accounts.attributes(context.account.account).account;
  const member = account === context.account.account ? "" : `/${books.accounts.attributes(account).account}`;
  const code = `margin/${owner}/maintenance/${name}${member}/without-loan-value`;
  return [
    line(code, `Short without loan value: ${name}`, paragraph, more, { "market value": value, rate: formatRate(rate) }),
  ];
}
