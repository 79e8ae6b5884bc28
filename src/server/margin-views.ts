/** Margin accounts, calls and proposals of a running engine as plain JSON. */
import { formatDecimal } from "../base/decimal.ts";
import type { Trouble } from "../base/errors.ts";
import { lineToJson } from "../base/line.ts";
import { type Cents, formatDollars } from "../base/money.ts";
import { formatDay, formatInstant } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import type { MarginAccount } from "../margin/account.ts";
import { type AccountMargin, type GroupMargin, REGIME_NAMES } from "../margin/answer.ts";
import type { MarginCall, Moment } from "../margin/ladder/call.ts";
import { callClocks, endOfDue } from "../margin/ladder/clocks.ts";
import type { Step } from "../margin/ladder/history.ts";
import type { LayerRules } from "../margin/ladder/rules.ts";
import { layerInWords } from "../margin/ladder/words.ts";
import type { FirmLimitStanding } from "../margin/running/firm-limit.ts";
import { type Proposal, proposalEndInWords } from "../margin/liquidation/liquidations.ts";
import type { Position, TroubleJson } from "./live-firm.ts";
import type { BindingFigures } from "./margin-figures.ts";
import type {
  FirmLimitView,
  LiquidationView,
  MarginAccountView,
  MarginCallView,
  MarginGroupView,
  MarginRung,
  MarginStanding,
  RegimeView,
} from "./live-margin.ts";

export function positionOf({ seq, at }: Moment): Position {
  return { seq, at: formatInstant(at) };
}

export function troubleJson({ code, message, details }: Trouble): TroubleJson {
  return { code, message, ...details };
}

function nameOf({ names, accounts }: Books, row: number): string {
  return names.text(accounts.nameId(row));
}

export function firmLimitView(standing: FirmLimitStanding | null): FirmLimitView | null {
  if (standing === null) return null;
  const { requirement, limit, unknown, over, stopsFrom, stopped } = standing;
  return {
    ...positionOf(standing),
    requirement: formatDollars(requirement),
    limit: formatDollars(limit),
    unknown,
    over: over === null || stopsFrom === null ? null : { ...positionOf(over), stopsFrom: formatDay(stopsFrom) },
    stopped,
  };
}

export function standingView(
  books: Books,
  { account, regime }: MarginAccount,
  figures: BindingFigures | undefined,
  state: { readonly rung: MarginRung; readonly restricted: boolean },
): MarginStanding {
  const { title, ownerGroup } = books.accounts.attributes(account);
  return {
    account: nameOf(books, account),
    title: title === "" ? null : title,
    group: ownerGroup ?? null,
    regime,
    rung: state.rung,
    equity: figures === undefined ? null : formatDollars(figures.equity),
    requirement: figures === undefined ? null : formatDollars(figures.requirement),
    excess: figures === undefined ? null : formatDollars(figures.excess),
    restricted: state.restricted,
  };
}

/** `deficiency`: what is missing now. */
export function callView(
  books: Books,
  call: MarginCall,
  rules: LayerRules | undefined,
  deficiency: Cents,
): MarginCallView {
  const { id, layer, amount, told, credited, due, overdue, extensions, announced } = call;
  const clocks = rules && callClocks(rules, call.day, books.calendar);
  return {
    id,
    account: nameOf(books, call.account),
    layer,
    title: layerInWords(layer),
    paragraph: rules?.paragraph ?? "",
    amount: formatDollars(amount),
    credited: formatDollars(credited),
    told: formatDollars(told),
    outstanding: formatDollars(deficiency),
    issued: positionOf(call.issued ?? call.since),
    covered: call.covered && positionOf(call.covered),
    due: formatDay(due),
    dueBy: formatInstant(endOfDue(due)),
    latest: formatDay(clocks?.latest ?? due),
    overdue: overdue !== null,
    extensions: extensions.map(({ until, by, reason }) => ({ until: formatDay(until), by, reason })),
    announced: announced.map((deposit) => ({
      amount: formatDollars(deposit.amount),
      expected: formatDay(deposit.expected),
    })),
  };
}

export function liquidationView(books: Books, proposal: Proposal): LiquidationView {
  const { id, account, orders, policy, exact, cures, cost, before, after, decided, ended } = proposal;
  const standing = decided?.decision ?? "proposed";
  return {
    ...positionOf(proposal),
    id,
    account: nameOf(books, account),
    status: ended === null ? standing : ended.how === "rejected" ? "rejected" : "ended",
    ended: ended && { ...positionOf(ended), how: proposalEndInWords(ended.how) },
    orders: orders.map(({ instrument, account: holder, units, price, value, cost: each }) => ({
      side: units < 0 ? "sell" : "buy",
      account: nameOf(books, holder),
      instrument: books.instruments.attributes(instrument).instrument,
      quantity: quantity(books, instrument, Math.abs(units)),
      price: formatDecimal(price, PRICE_SCALE, 2),
      value: formatDollars(value),
      cost: formatDollars(each),
    })),
    policy,
    exact,
    cures,
    cost: formatDollars(cost),
    before: { equity: formatDollars(before.equity), requirement: formatDollars(before.requirement) },
    after: { equity: formatDollars(after.equity), requirement: formatDollars(after.requirement) },
    decided: decided && {
      ...positionOf(decided),
      decision: decided.decision,
      by: decided.by,
      reason: decided.reason,
    },
  };
}

function quantity({ instruments }: Books, instrument: number, units: number): string {
  return formatDecimal(units, instruments.columns.scale[instrument]);
}

/** Every regime side by side. Without troubles of its own a regime is known even where the account is not. */
function regimeViews({ requirements }: AccountMargin): readonly RegimeView[] {
  return REGIME_NAMES.flatMap((regime): RegimeView[] => {
    const answer = requirements[regime];
    if (answer === undefined) return [];
    const isKnown = answer.troubles.length === 0;
    const amount = (cents: Cents): string | null => (isKnown ? formatDollars(cents) : null);
    return [
      {
        regime,
        equity: amount(answer.equity),
        requirement: amount(answer.requirement),
        excess: amount(answer.excess),
        inForce: answer.isInForce,
        binds: requirements.binding === regime,
        troubles: answer.troubles.map(troubleJson),
      },
    ];
  });
}

function groupView(books: Books, { underlying, holdings, value, contribution }: GroupMargin): MarginGroupView {
  const { instruments } = books;
  return {
    underlying: instruments.attributes(underlying).instrument,
    holdings: holdings.map(({ instrument, units }) => ({
      instrument: instruments.attributes(instrument).instrument,
      quantity: quantity(books, instrument, units),
    })),
    value: value === undefined ? null : formatDollars(value),
    requirements: Object.fromEntries(
      Object.entries(contribution).map(([regime, cents]) => [regime, formatDollars(cents)]),
    ),
  };
}

/** What the margin of an account says by itself; calls and the rest are the ladder's. */
export function marginFigures(
  books: Books,
  margin: AccountMargin,
): Pick<
  MarginAccountView,
  "members" | "netLiquidation" | "marketValue" | "regimes" | "groups" | "explanation" | "troubles"
> {
  const isKnown = margin.troubles.length === 0;
  return {
    members: margin.account.members.map((row) => nameOf(books, row)),
    netLiquidation: isKnown ? formatDollars(margin.netLiquidation) : null,
    marketValue: isKnown ? formatDollars(margin.marketValue) : null,
    regimes: regimeViews(margin),
    groups: margin.groups.map((group) => groupView(books, group)),
    explanation: isKnown ? lineToJson(margin.lines) : null,
    troubles: margin.troubles.map(troubleJson),
  };
}

export function stepView(step: Step): MarginAccountView["trail"][number] {
  const { kind, layer, amount, paragraph, by, words } = step;
  return {
    ...positionOf(step),
    kind,
    layer: layer ?? null,
    amount: amount === undefined ? null : formatDollars(amount),
    paragraph: paragraph ?? null,
    by: by ?? null,
    words,
  };
}
