/** The API's part on what follows from the figure: effects, notices, restrictions and their release, history by time. */
import type { FastifyInstance } from "fastify";
import { Trouble } from "../base/errors.ts";
import type { LiveFirm } from "./live-firm.ts";
import type { EffectsQuery, NoticeView, ProposedOrder, TimeRange } from "./live-watch.ts";
import { ErrorBody, Recorded } from "./schemas.ts";
import * as schemas from "./watch-schemas.ts";

function outboxRoutes(app: FastifyInstance, { watch }: LiveFirm): void {
  app.get<{ Querystring: EffectsQuery }>(
    "/effects",
    {
      schema: {
        summary: "What followed from the facts and should reach somebody, oldest first",
        description:
          "Each effect is numbered by the fact that caused it, so that a reader can go on from where it was.",
        tags: ["effects"],
        querystring: schemas.EffectsQuery,
        response: { 200: schemas.Effects, 400: ErrorBody },
      },
    },
    ({ query }) => watch.effects(query),
  );

  app.get<{ Querystring: { status?: NoticeView["status"] } }>(
    "/notices",
    {
      schema: {
        summary: "Notices to regulators with their drafts and deadlines, and the conditions that stand",
        tags: ["effects"],
        querystring: schemas.NoticesQuery,
        response: { 200: schemas.Notices, 400: ErrorBody },
      },
    },
    ({ query }) => ({ notices: watch.notices(query.status), conditions: watch.conditions() }),
  );
}

function restrictionRoutes(app: FastifyInstance, live: LiveFirm): void {
  const { watch } = live;
  app.get(
    "/restrictions",
    {
      schema: {
        summary: "What tiers forbid, and what they forbade",
        tags: ["restrictions"],
        response: { 200: schemas.Restrictions },
      },
    },
    () => ({ restrictions: watch.restrictions() }),
  );

  app.get<{ Querystring: ProposedOrder }>(
    "/restrictions/check",
    {
      schema: {
        summary: "What the gate would be told of an order",
        tags: ["restrictions"],
        querystring: schemas.OrderQuery,
        response: { 200: schemas.OrderCheck, 400: ErrorBody, 404: ErrorBody, 422: ErrorBody },
      },
    },
    ({ query }) => watch.checkOrder(query),
  );

  app.post<{ Params: { id: string }; Body: { by: string; secondApproval: string; reason: string } }>(
    "/restrictions/:id/release",
    {
      schema: {
        summary: "Two officers release a restriction",
        description: "Recorded as a restriction-released fact. It is imposed again when its tier begins anew.",
        tags: ["restrictions"],
        params: schemas.RestrictionParams,
        body: schemas.Release,
        response: { 201: Recorded, 400: ErrorBody, 404: ErrorBody, 422: ErrorBody, 503: ErrorBody },
      },
    },
    async ({ params: { id }, body }, reply) => {
      if (!watch.restrictions().some((restriction) => restriction.id === id))
        throw new Trouble("not-found", "no such restriction", { field: "id", value: id });
      const fact = { kind: "restriction-released", restriction: id, ...body };
      const recorded = await live.submit([fact], { path: "/restrictions" });
      reply.code(201);
      return { ...recorded, count: 1 };
    },
  );
}

function historyRoutes(app: FastifyInstance, { watch }: LiveFirm): void {
  app.get<{ Querystring: TimeRange & { every: number } }>(
    "/net-capital/history",
    {
      schema: {
        summary: "Net capital between two times, oldest first",
        description:
          "The figures that were kept. Where there are more than an answer holds, `next` says from when to ask on.",
        tags: ["net capital"],
        querystring: schemas.CapitalHistoryQuery,
        response: { 200: schemas.CapitalHistory, 400: ErrorBody },
      },
    },
    ({ query }) => watch.history(query, query.every),
  );

  app.get<{ Querystring: TimeRange }>(
    "/net-capital/crossings",
    {
      schema: {
        summary: "Every crossing of a tier between two times, oldest first",
        tags: ["net capital"],
        querystring: schemas.RangeQuery,
        response: { 200: schemas.Crossings, 400: ErrorBody },
      },
    },
    ({ query }) => ({ crossings: watch.crossings(query) }),
  );
}

export function watchRoutes(app: FastifyInstance, live: LiveFirm): void {
  outboxRoutes(app, live);
  restrictionRoutes(app, live);
  historyRoutes(app, live);
}
