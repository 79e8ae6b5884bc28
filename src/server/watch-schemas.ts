/**
 * The JSON forms of what follows from the figure, as schemas: each mirrors the interface of the same name in
 * `live-watch.ts`, where the meaning of each field is told.
 */
import { Type } from "typebox";
import { EFFECT_KINDS } from "../base/effect.ts";
import { EFFECTS_MAX, HISTORY_EVERY_SECONDS_MAX } from "./limits.ts";
import { Amount, At, Code, nullable, object, position } from "./schemas.ts";

const Kind = Type.Enum([...EFFECT_KINDS]);
const Severity = Type.Enum(["good", "info", "warning", "critical"]);
const Paragraph = Type.String({ description: "The paragraph of law." });
const EffectStatus = Type.Enum(["pending", "delivered", "failed"]);
const NoticeStatus = Type.Enum(["open", "sent", "overdue"]);
const Roles = Type.Array(Type.String());

export const Effects = object({
  effects: Type.Array(
    object({
      ...position,
      id: Type.String({ description: "The fact that caused it, and which of that fact's effects it is." }),
      number: Type.Integer({ minimum: 1, description: "Which effect of all: where a reader goes on." }),
      kind: Kind,
      severity: Severity,
      to: Roles,
      title: Type.String(),
      text: Type.String(),
      paragraph: Type.Optional(Paragraph),
      line: Type.Optional(Code),
      due: Type.Optional(At),
      subject: Type.Optional(Type.String()),
      status: EffectStatus,
      deliveries: Type.Array(
        object({ ...position, channel: Type.String(), outcome: Type.Enum(["delivered", "failed"]) }),
      ),
    }),
  ),
  next: Type.Integer({ minimum: 0, description: "What to ask `after` next." }),
  missed: Type.Integer({
    minimum: 0,
    description:
      "How many after `after` are in the journal alone: `plimsoll effects --dir DIRECTORY --journal --after NUMBER` reads on there.",
  }),
  forgotten: Type.Integer({ minimum: 0, description: "How many are in the journal alone." }),
});

const notice = {
  ...position,
  id: Type.String(),
  code: Type.String(),
  title: Type.String(),
  paragraph: Paragraph,
  to: Roles,
  due: At,
  status: NoticeStatus,
  ended: nullable(object(position)),
  sent: nullable(object({ ...position, by: Type.String(), channel: Type.String(), late: Type.Boolean() })),
};

const Condition = object({
  ...position,
  code: Type.String(),
  title: Type.String(),
  paragraph: Paragraph,
  meaning: Type.String(),
  cleared: nullable(object(position)),
  businessDays: Type.Integer({ minimum: 0 }),
  lasting: nullable(
    object({
      longerThan: Type.Integer(),
      binds: Type.Boolean(),
      meaning: Type.String(),
      paragraph: Paragraph,
    }),
  ),
});

export const Notices = object({
  notices: Type.Array(object({ ...notice, text: Type.String({ description: "The draft, fit to be sent." }) })),
  conditions: Type.Array(Condition),
});

const Restriction = object({
  ...position,
  id: Type.String(),
  kind: Type.Enum(["block-proprietary", "halt-capital-commitments"]),
  title: Type.String(),
  haircutAbove: Type.Optional(Type.String()),
  tier: Type.String(),
  paragraph: Paragraph,
  ended: nullable(
    object({
      ...position,
      how: Type.Enum(["tier-left", "rulebook-changed", "released"]),
      by: Type.Optional(Type.String()),
      secondApproval: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      tierHeld: Type.Optional(Type.Boolean()),
    }),
  ),
});

export const Restrictions = object({ restrictions: Type.Array(Restriction) });

export const OrderCheck = object({
  ...position,
  allowed: Type.Boolean(),
  proprietary: Type.Boolean(),
  increasesPosition: Type.Boolean(),
  haircut: nullable(Type.String()),
  reasons: Type.Array(
    object({ restriction: Type.Optional(Type.String()), paragraph: Paragraph, message: Type.String() }),
  ),
});

const point = { ...position, netCapital: nullable(Amount), requirement: nullable(Amount) };
export const CapitalHistory = object({ points: Type.Array(object(point)), next: Type.Optional(At) });
export const Crossings = object({
  crossings: Type.Array(
    object({ ...point, known: Type.Boolean(), tier: nullable(Type.String()), tierInForce: nullable(Type.String()) }),
  ),
});

export const EffectsQuery = object({
  after: Type.Optional(
    Type.Integer({ minimum: 0, description: "Only those with a higher number: what the last answer said is `next`." }),
  ),
  since: Type.Optional(
    Type.String({ description: "A sequence number (effects of later facts) or an instant (at it or later)." }),
  ),
  kind: Type.Optional(Kind),
  status: Type.Optional(EffectStatus),
  count: Type.Optional(
    Type.Integer({ description: "At most so many, oldest first.", minimum: 1, maximum: EFFECTS_MAX, default: 200 }),
  ),
});
export const NoticesQuery = object({ status: Type.Optional(NoticeStatus) });
export const RestrictionParams = object({ id: Type.String({ minLength: 1, maxLength: 40 }) });
export const Release = object({
  by: Type.String({ minLength: 1, description: "The first officer." }),
  secondApproval: Type.String({ minLength: 1, description: "The second officer, another person." }),
  reason: Type.String({ minLength: 1, description: "Why." }),
});
export const OrderQuery = object({
  account: Type.String({ minLength: 1, maxLength: 200 }),
  instrument: Type.String({ minLength: 1, maxLength: 200 }),
  side: Type.Enum(["buy", "sell", "sell-short"]),
  quantity: Type.String({ pattern: "^[0-9]+(\\.[0-9]+)?$" }),
});
const range = {
  from: Type.Optional(Type.String({ description: "ISO 8601; from the first where absent." })),
  to: Type.Optional(Type.String({ description: "ISO 8601, inclusive; to the last where absent." })),
};
export const RangeQuery = object(range);
export const CapitalHistoryQuery = object({
  ...range,
  every: Type.Optional(
    Type.Integer({
      description: "Seconds between points, at least; 0 for every figure that was kept.",
      minimum: 0,
      maximum: HISTORY_EVERY_SECONDS_MAX,
      default: 0,
    }),
  ),
});
