/** The reading half of the API: figures, their explanations, and the books behind them, each as of one sequence number. */
import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import { Trouble } from "../base/errors.ts";
import type { LineJson } from "../base/line.ts";
import type { LiveFirm } from "./live-firm.ts";
import { thin } from "./thin.ts";
import * as schemas from "./schemas.ts";

const { ErrorBody } = schemas;

/** A line whose children were left out says how many. */
type CutLine = LineJson & { readonly childrenCut?: number };

/** The tree down to `depth` levels below `line`. */
function cutBelow(line: LineJson, depth: number): CutLine {
  if (line.children === undefined) return line;
  const { children, ...rest } = line;
  return depth === 0
    ? { ...rest, childrenCut: children.length }
    : { ...rest, children: children.map((child) => cutBelow(child, depth - 1)) };
}

function netCapitalRoutes(app: FastifyInstance, live: LiveFirm): void {
  app.get<{ Querystring: { depth: number } }>(
    "/net-capital",
    {
      schema: {
        summary: "Net capital now",
        description:
          "The figures, the tiers and the waterfall; or `answer: unknown`, with what is missing. Never a zero for unknown.",
        tags: ["net capital"],
        querystring: schemas.DepthQuery,
        response: { 200: schemas.NetCapital, 400: ErrorBody },
      },
    },
    ({ query }) => {
      const view = live.netCapital();
      const explained = query.depth === 0 || view.answer === "unknown" ? undefined : live.explain();
      if (explained?.answer !== "figure") return view;
      return { ...view, computation: cutBelow(explained.line, query.depth) };
    },
  );

  app.get<{ Querystring: { line?: string; depth: number } }>(
    "/net-capital/explain",
    {
      schema: {
        summary: "Why a figure is what it is",
        description: "The tree of lines under a figure: amounts, paragraphs of law and inputs, down to positions.",
        tags: ["net capital"],
        querystring: schemas.ExplainQuery,
        response: { 200: schemas.Explanation, 400: ErrorBody, 404: ErrorBody },
      },
    },
    ({ query }) => {
      const explained = live.explain(query.line);
      if (explained === undefined) {
        throw new Trouble("not-found", "no line has this code", { field: "line", value: query.line });
      }
      return explained.answer === "unknown" ? explained : { ...explained, line: cutBelow(explained.line, query.depth) };
    },
  );

  app.get<{ Querystring: { points: number } }>(
    "/history",
    {
      schema: {
        summary: "Net capital over time, oldest first",
        tags: ["net capital"],
        querystring: schemas.HistoryQuery,
        response: { 200: schemas.History, 400: ErrorBody },
      },
    },
    ({ query }) => ({ points: thin(live.history(), query.points) }),
  );

  app.get<{ Querystring: { count: number } }>(
    "/events",
    {
      schema: {
        summary: "Tier crossings and other notable events, newest first",
        tags: ["net capital"],
        querystring: schemas.EventsQuery,
        response: { 200: schemas.Events, 400: ErrorBody },
      },
    },
    ({ query }) => ({ events: live.events(query.count) }),
  );

  app.get<{ Querystring: { count: number } }>(
    "/positions/movers",
    {
      schema: {
        summary: "The positions that moved net capital most today",
        tags: ["net capital"],
        querystring: schemas.MoversQuery,
        response: { 200: schemas.Movers, 400: ErrorBody },
      },
    },
    ({ query }) => {
      const { seq, at } = live.status();
      return { seq, at, movers: live.movers(query.count) };
    },
  );
}

function bookRoutes(app: FastifyInstance, live: LiveFirm): void {
  type Basis = { Querystring: Required<Static<typeof schemas.BasisQuery>> };

  app.get<Basis & { Params: { instrument: string } }>(
    "/stock-record/:instrument",
    {
      schema: {
        summary: "Who has a claim on a security, and where it is",
        tags: ["books"],
        params: schemas.InstrumentParams,
        querystring: schemas.BasisQuery,
        response: { 200: schemas.StockRecord, 400: ErrorBody, 404: ErrorBody },
      },
    },
    ({ params, query }) => {
      const record = live.stockRecord(params.instrument, query.basis);
      if (record !== undefined) return record;
      throw new Trouble("unknown-instrument", "no such instrument", { field: "instrument", value: params.instrument });
    },
  );

  app.get<{ Params: { account: string } }>(
    "/accounts/:account",
    {
      schema: {
        summary: "What one account has: cash, positions with their tax lots, profit",
        tags: ["books"],
        params: schemas.AccountParams,
        response: { 200: schemas.AccountStatement, 400: ErrorBody, 404: ErrorBody },
      },
    },
    ({ params }) => {
      const statement = live.account(params.account);
      if (statement !== undefined) return statement;
      throw new Trouble("not-found", "no such account", { field: "account", value: params.account });
    },
  );

  app.get<Basis>(
    "/trial-balance",
    {
      schema: {
        summary: "Every account with a balance of cash",
        tags: ["books"],
        querystring: schemas.BasisQuery,
        response: { 200: schemas.TrialBalance, 400: ErrorBody },
      },
    },
    ({ query }) => live.trialBalance(query.basis),
  );
}

function statusRoutes(app: FastifyInstance, live: LiveFirm): void {
  app.get(
    "/status",
    {
      schema: { summary: "Where the firm stands in its journal", tags: ["status"], response: { 200: schemas.Status } },
    },
    () => live.status(),
  );

  app.get(
    "/health",
    {
      schema: {
        summary: "Liveness and readiness",
        description: "200: facts are accepted. 503: the server lives, but takes no facts; `troubles` says why.",
        tags: ["status"],
        response: { 200: schemas.Health, 503: schemas.Health },
      },
    },
    (_request, reply) => {
      const { ready, troubles } = live.status();
      reply.code(ready ? 200 : 503);
      return { alive: true, ready, troubles };
    },
  );
}

export function figureRoutes(app: FastifyInstance, live: LiveFirm): void {
  netCapitalRoutes(app, live);
  bookRoutes(app, live);
  statusRoutes(app, live);
}
