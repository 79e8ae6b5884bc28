/** What follows from the figure of the small firm for tests: lists that a test fills. */
import { Trouble } from "../../src/base/errors.ts";
import type {
  CapitalHistoryView,
  ConditionView,
  CrossingView,
  EffectsView,
  EffectsQuery,
  EffectView,
  LiveWatch,
  NoticeView,
  OrderCheckView,
  ProposedOrder,
  RestrictionView,
  WatchView,
} from "../../src/server/live-watch.ts";

const AT = "2026-11-20T14:31:07.000Z";

export const NOTICE: NoticeView = {
  id: "184113.1",
  seq: 184_113,
  at: AT,
  code: "required-minimum",
  title: "Net capital below 120% of the minimum",
  paragraph: "17a-11(b)(3)",
  to: ["SEC principal office in Washington DC", "examining authority"],
  text: "NOTICE UNDER SEC RULE 17a-11(b)(3)\n\nNet capital: $22,000,000.00",
  due: "2026-11-21T14:31:07.000Z",
  status: "open",
  ended: null,
  sent: null,
};

export const HALT: RestrictionView = {
  id: "184113.4",
  seq: 184_113,
  at: AT,
  kind: "halt-capital-commitments",
  title: "Nothing that commits capital",
  tier: "red",
  paragraph: "firm policy",
  ended: null,
};

export const CONDITION: ConditionView = {
  code: "finra-dollar-minimum",
  seq: 184_113,
  at: AT,
  title: "Net capital below 150% of the minimum dollar requirement",
  paragraph: "FINRA 4120(a)(1)(A)",
  meaning: "",
  cleared: null,
  businessDays: 3,
  lasting: { longerThan: 15, binds: false, meaning: "Business must not expand.", paragraph: "FINRA 4120(b)" },
};

const EFFECT: EffectView = {
  id: "184113.1",
  number: 1,
  seq: 184_113,
  at: AT,
  kind: "notice-due",
  severity: "warning",
  to: ["FINOP"],
  title: "Notice due (24 hours): Net capital below 120% of the minimum",
  text: NOTICE.text,
  paragraph: NOTICE.paragraph,
  line: "excess",
  due: NOTICE.due,
  subject: NOTICE.code,
  status: "delivered",
  deliveries: [{ seq: 184_120, at: AT, channel: "mail", outcome: "delivered" }],
};

export class FakeWatch implements LiveWatch {
  effectList: EffectView[] = [EFFECT];
  noticeList: NoticeView[] = [];
  conditionList: ConditionView[] = [];
  restrictionList: RestrictionView[] = [];
  tierInForce: string | null = null;

  effects({ after = 0, kind, count }: EffectsQuery): EffectsView {
    const found = this.effectList.filter(
      (effect) => effect.number > after && (kind === undefined || effect.kind === kind),
    );
    return { effects: found.slice(0, count), next: this.effectList.length, missed: 0, forgotten: 0 };
  }

  notices(status?: NoticeView["status"]): readonly NoticeView[] {
    return this.noticeList.filter((notice) => status === undefined || notice.status === status);
  }

  conditions(): readonly ConditionView[] {
    return this.conditionList;
  }

  restrictions(): readonly RestrictionView[] {
    return this.restrictionList;
  }

  checkOrder({ account, instrument }: ProposedOrder): OrderCheckView {
    if (account !== "FIRM-TRADING") throw new Trouble("unknown-account", "no such account", { field: "account" });
    const proprietary = { allowed: false, proprietary: true, increasesPosition: true } as const;
    const reason = { restriction: HALT.id, paragraph: HALT.paragraph, message: `${HALT.title} (${HALT.tier})` };
    return { seq: 1, at: AT, ...proprietary, haircut: instrument === "US-AAPL" ? "15%" : null, reasons: [reason] };
  }

  history(): CapitalHistoryView {
    return { points: [{ seq: 1, at: AT, netCapital: null, requirement: null }], next: AT };
  }

  crossings(): readonly CrossingView[] {
    const figures = { netCapital: "22000000.00", requirement: "18400000.00" };
    return [{ seq: 1, at: AT, ...figures, known: true, tier: null, tierInForce: "yellow" }];
  }

  standing(): WatchView {
    const { tierInForce, conditionList: conditions } = this;
    const restrictions = this.restrictionList.filter(({ ended }) => ended === null);
    const notices = this.noticeList.map(({ text: _text, ...notice }) => notice);
    return { tierInForce, restrictions, notices, conditions };
  }
}
