/** The API's part on margin and stress: where accounts stand, their calls, what is proposed to close, what a stress would do. */
import type { FastifyInstance } from "fastify";
import { Trouble } from "../base/errors.ts";
import type { ScenarioDocument } from "../stress/rules-document.ts";
import type { LiveFirm } from "./live-firm.ts";
import type { StandingsQuery } from "./live-margin.ts";
import * as schemas from "./margin-schemas.ts";
import { ErrorBody } from "./schemas.ts";

const tags = ["margin"];

function accountRoutes(app: FastifyInstance, { margin }: LiveFirm): void {
  app.get(
    "/margin",
    {
      schema: {
        summary: "How many margin accounts stand on each rung, and what that costs the firm",
        description: "`rulebook` is null where no margin rulebook is in force; `troubles` says why.",
        tags,
        response: { 200: schemas.Overview },
      },
    },
    () => margin.overview(),
  );

  app.get<{ Querystring: StandingsQuery }>(
    "/margin/accounts",
    {
      schema: {
        summary: "The margin accounts with the least excess",
        description:
          "Of one rung or of all. Where more stand than an answer holds, those past the gravest boundaries are in it.",
        tags,
        querystring: schemas.StandingsQuery,
        response: { 200: schemas.Standings, 400: ErrorBody },
      },
    },
    ({ query }) => margin.standings(query),
  );

  app.get<{ Params: { account: string } }>(
    "/margin/accounts/:account",
    {
      schema: {
        summary: "Everything about one margin account",
        description:
          "Its requirements by regime and which binds, line by line; calls and what would meet them; the proposal to close positions; restrictions; how it got here.",
        tags,
        params: schemas.AccountParams,
        response: { 200: schemas.Account, 400: ErrorBody, 404: ErrorBody },
      },
    },
    ({ params }) => {
      const view = margin.account(params.account);
      if (view !== undefined) return view;
      throw new Trouble("not-found", "no such margin account, or no margin rulebook in force", {
        field: "account",
        value: params.account,
      });
    },
  );
}

function followUpRoutes(app: FastifyInstance, { margin }: LiveFirm): void {
  app.get(
    "/margin/calls",
    {
      schema: {
        summary: "Margin calls that stand, the soonest due first",
        description:
          'An officer gives more time by a fact: `POST /facts` with `{"kind": "margin-call-extended", "call": ID, "until": DAY, "by", "reason"}`, at the latest `latest`. A deposit on its way is `{"kind": "margin-deposit-announced", "account", "amount", "expected"}`; it meets nothing until it is in.',
        tags,
        response: { 200: schemas.Calls },
      },
    },
    () => margin.calls(),
  );

  app.get(
    "/margin/liquidations",
    {
      schema: {
        summary: "Proposals to close positions: those that stand, then those that ended",
        description:
          'An officer decides by a fact: `POST /facts` with `{"kind": "liquidation-decided", "proposal": ID, "decision": "approved" or "rejected", "by", "reason"}`. An approved one becomes closing-order effects; nothing here sends an order.',
        tags,
        response: { 200: schemas.Liquidations },
      },
    },
    () => margin.liquidations(),
  );
}

export function marginRoutes(app: FastifyInstance, live: LiveFirm): void {
  accountRoutes(app, live);
  followUpRoutes(app, live);
  app.get(
    "/stress",
    {
      schema: {
        summary: "What stress scenarios do to the whole book",
        description:
          "`swept` is the last sweep of all accounts, about once a second, in single precision. `exact` is the last exact run, with " +
          "net capital, names and clients; `reverse` the smallest moves that break the firm. Each is null before its first, and its " +
          "`seq` says which fact it is of.",
        tags: ["stress"],
        response: { 200: schemas.Stress },
      },
    },
    () => live.margin.stress.now(),
  );
  app.post<{ Body: { readonly scenarios: readonly ScenarioDocument[] } }>(
    "/stress",
    {
      schema: {
        summary: "What scenarios of one's own would do, exactly",
        description:
          "Scenarios as in a file of stress rules, on the books of the last exact run: `seq` says which. Records nothing.",
        tags: ["stress"],
        body: schemas.StressQuestion,
        response: { 200: schemas.StressRun, 400: ErrorBody, 404: ErrorBody, 422: ErrorBody, 503: ErrorBody },
      },
    },
    ({ body }) => live.margin.stress.ask(body.scenarios),
  );
}
