/** What follows from the figure, of a running engine, as plain JSON. */
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { type Cents, formatDollars } from "../base/money.ts";
import { formatRate } from "../base/rate.ts";
import { formatInstant, type Instant, parseInstant } from "../base/time.ts";
import { type Effect, effectStatus } from "../engine/effects.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import type { Condition } from "../net-capital/watch/conditions.ts";
import { conditionInWords } from "../net-capital/watch/letter.ts";
import { type Notice, statusOf } from "../net-capital/watch/notices.ts";
import { OrderChecker } from "../net-capital/watch/order-check.ts";
import type { Moment, Restriction } from "../net-capital/watch/restrictions.ts";
import { restrictionInWords } from "../net-capital/watch/tier-watch.ts";
import { Events } from "./events.ts";
import { HISTORY_POINTS_MAX } from "./limits.ts";
import type { FirmEvent, Position } from "./live-firm.ts";
import type {
  CapitalHistoryView,
  ConditionView,
  CrossingView,
  EffectsQuery,
  EffectsView,
  EffectView,
  LiveWatch,
  NoticeView,
  OrderCheckView,
  ProposedOrder,
  RestrictionView,
  TimeRange,
  WatchView,
} from "./live-watch.ts";

const MICROS_PER_SECOND = 1_000_000;

export class EngineWatch implements LiveWatch {
  readonly #state: FirmState;
  readonly #checker: OrderChecker;
  readonly #events: Events;

  constructor(state: FirmState) {
    this.#state = state;
    this.#events = new Events(state.outbox);
    this.#checker = new OrderChecker(state.books, state.netCapital, state.watch);
  }

  effects({ since, after, kind, status, count }: EffectsQuery): EffectsView {
    const { outbox } = this.#state;
    const found = outbox.list({
      ...sinceOf(since),
      ...(after !== undefined && { afterNumber: after }),
      ...(kind && { kind }),
      ...(status && { status }),
    });
    const effects = found.slice(0, count).map(effectView);
    return {
      effects,
      next: effects.length < found.length ? (effects.at(-1)?.number ?? after ?? 0) : outbox.count,
      missed: outbox.missed(after ?? 0),
      forgotten: outbox.forgotten,
    };
  }

  /** The newest events, newest first: of the firm one by one, of accounts by kind and time. */
  events(count: number): readonly FirmEvent[] {
    return this.#events.newest(count);
  }

  notices(status?: NoticeView["status"]): readonly NoticeView[] {
    const all = this.#state.watch.notices.notices.list();
    return all.filter((notice) => status === undefined || statusOf(notice) === status).map(noticeView);
  }

  conditions(): readonly ConditionView[] {
    const { conditions } = this.#state.watch.notices;
    return conditions.standing().flatMap((condition) => this.#conditionView(condition));
  }

  #conditionView(condition: Condition): ConditionView[] {
    const { notices } = this.#state.watch;
    const rule = notices.binding.find(({ code }) => code === condition.code);
    if (rule === undefined) return [];
    const { code, since, cleared, lasted } = condition;
    const { paragraph, meaning, lasting } = rule;
    return [
      {
        ...positionOf(since),
        code,
        title: conditionInWords(rule),
        paragraph,
        meaning,
        cleared: cleared && positionOf(cleared),
        businessDays: notices.conditions.businessDays(condition, this.#state.at),
        lasting: lasting === undefined ? null : { ...lasting, binds: lasted },
      },
    ];
  }

  restrictions(): readonly RestrictionView[] {
    return this.#state.watch.tiers.restrictions.list().map(restrictionView);
  }

  checkOrder({ account, instrument, side, quantity }: ProposedOrder): OrderCheckView {
    const { accounts, instruments } = this.#state.books;
    const accountRow = accounts.findText(account);
    if (accountRow < 0) throw new Trouble("unknown-account", "no such account", { field: "account", value: account });
    const row = instruments.findText(instrument);
    if (row < 0) throw instruments.unknownText(instrument);
    const units = instruments.toUnits(row, parseDecimal(quantity, QUANTITY_SCALE, "quantity"));
    if (!(units > 0))
      throw new Trouble("bad-value", "is not a quantity of it", {
        field: "quantity",
        value: quantity,
        expected: `above zero, with at most ${instruments.columns.scale[row]} decimals`,
      });
    const { haircut, ...check } = this.#checker.check({ account: accountRow, instrument: row, side, units });
    return { ...positionOf(this.#state), ...check, haircut: haircut ?? null };
  }

  history(range: TimeRange, every: number, most = HISTORY_POINTS_MAX): CapitalHistoryView {
    const { from, to } = instantsOf(range);
    const { columns, size } = this.#state.history.points;
    const points: CapitalHistoryView["points"][number][] = [];
    let nextAt = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < size; row++) {
      const at = columns.at[row];
      if (at < from || at > to || (every > 0 && at < nextAt)) continue;
      if (points.length === most) return { points, next: formatInstant(at as Instant) };
      points.push({
        ...positionOf({ seq: columns.seq[row], at: at as Instant }),
        netCapital: dollarsOrNull(columns.netCapital[row]),
        requirement: dollarsOrNull(columns.requirement[row]),
      });
      nextAt = at + every * MICROS_PER_SECOND;
    }
    return { points };
  }

  crossings(range: TimeRange): readonly CrossingView[] {
    const { from, to } = instantsOf(range);
    const { history } = this.#state;
    return Array.from({ length: history.crossingCount }, (_, row) => history.crossing(row))
      .filter(({ at }) => at >= from && at <= to)
      .map(({ netCapital, requirement, unknown, byFigure, inForce, ...moment }) => ({
        ...positionOf(moment),
        netCapital: dollarsOrNull(netCapital),
        requirement: dollarsOrNull(requirement),
        known: !unknown,
        tier: byFigure ?? null,
        tierInForce: inForce ?? null,
      }));
  }

  standing(): WatchView {
    const { tiers, notices } = this.#state.watch;
    const open = notices.notices.list().filter(({ sent, ended }) => sent === null || ended === null);
    return {
      tierInForce: tiers.inForce?.name ?? null,
      restrictions: tiers.restrictions.inForce().map(restrictionView),
      notices: open.map((notice) => {
        const { text: _, ...rest } = noticeView(notice);
        return rest;
      }),
      conditions: this.conditions(),
    };
  }
}

/** "123" is a sequence number, anything else an instant. */
function sinceOf(since: string | undefined): { afterSeq?: number; since?: Instant } {
  if (since === undefined) return {};
  return /^\d+$/.test(since) ? { afterSeq: Number(since) } : { since: parseInstant(since, "since") };
}

function instantsOf({ from, to }: TimeRange): { from: number; to: number } {
  return {
    from: from === undefined ? Number.NEGATIVE_INFINITY : parseInstant(from, "from"),
    to: to === undefined ? Number.POSITIVE_INFINITY : parseInstant(to, "to"),
  };
}

function positionOf({ seq, at }: Moment): Position {
  return { seq, at: formatInstant(at) };
}

function dollarsOrNull(cents: number): string | null {
  return Number.isNaN(cents) ? null : formatDollars(cents as Cents);
}

function effectView(effect: Effect): EffectView {
  const { seq, at, due, deliveries, ...said } = effect;
  return {
    ...positionOf({ seq, at }),
    ...said,
    ...(due !== undefined && { due: formatInstant(due) }),
    status: effectStatus(effect),
    deliveries: deliveries.map(({ channel, outcome, ...moment }) => ({ ...positionOf(moment), channel, outcome })),
  };
}

function noticeView(notice: Notice): NoticeView {
  const { id, code, title, paragraph, to, text, due, ended, sent } = notice;
  return {
    ...positionOf(notice),
    id,
    code,
    title,
    paragraph,
    to,
    text,
    due: formatInstant(due),
    status: statusOf(notice),
    ended: ended && positionOf(ended),
    sent: sent && { ...positionOf(sent), by: sent.by, channel: sent.channel, late: sent.at > due },
  };
}

function restrictionView(restriction: Restriction): RestrictionView {
  const { id, action, tier, paragraph, ended } = restriction;
  return {
    ...positionOf(restriction),
    id,
    kind: action.kind,
    title: restrictionInWords(action),
    ...(action.kind === "block-proprietary" && { haircutAbove: formatRate(action.haircutAbove) }),
    tier,
    paragraph,
    ended: ended && { ...ended, ...positionOf(ended) },
  };
}
