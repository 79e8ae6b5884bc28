/** The API's part on rulebooks: versions, drafts, what they change and would do, and the way into force by two officers. */
import type { FastifyInstance } from "fastify";
import type { EngineRulebooks } from "./engine-rulebooks.ts";
import * as schemas from "./rulebook-schemas.ts";
import { ErrorBody, Recorded } from "./schemas.ts";

interface Named {
  readonly rulebook: string;
}

interface Versioned extends Named {
  readonly version: string;
}

const tags = ["rulebooks"];
const refusals = { 400: ErrorBody, 404: ErrorBody, 422: ErrorBody, 503: ErrorBody };

function versionRoutes(app: FastifyInstance, rulebooks: EngineRulebooks): void {
  app.get(
    "/rulebooks",
    { schema: { summary: "Every rulebook, its versions and its drafts", tags, response: { 200: schemas.Rulebooks } } },
    () => ({ rulebooks: rulebooks.list() }),
  );

  app.get<{ Params: Named }>(
    "/rulebooks/:rulebook",
    {
      schema: {
        summary: "One rulebook: its versions and its drafts",
        tags,
        params: schemas.RulebookParams,
        response: { 200: schemas.Rulebook, 404: ErrorBody },
      },
    },
    ({ params }) => rulebooks.view(params.rulebook),
  );

  app.get<{ Params: Versioned }>(
    "/rulebooks/:rulebook/versions/:version",
    {
      schema: {
        summary: "The document of a version, or of a draft",
        tags,
        params: schemas.VersionParams,
        response: { 200: schemas.VersionDocument, 404: ErrorBody },
      },
    },
    ({ params }) => ({ ...params, document: rulebooks.document(params.rulebook, params.version) }),
  );

  app.get<{ Params: Named; Querystring: { from: string; to: string } }>(
    "/rulebooks/:rulebook/diff",
    {
      schema: {
        summary: "What changes from one version or draft to another, in words",
        tags,
        params: schemas.RulebookParams,
        querystring: schemas.DiffQuery,
        response: { 200: schemas.Diff, 400: ErrorBody, 404: ErrorBody },
      },
    },
    ({ params, query }) => rulebooks.diff(params.rulebook, query.from, query.to),
  );
}

function draftRoutes(app: FastifyInstance, rulebooks: EngineRulebooks): void {
  app.get<{ Params: Named }>(
    "/rulebooks/:rulebook/drafts",
    {
      schema: {
        summary: "The newest writing of every draft",
        tags,
        params: schemas.RulebookParams,
        response: { 200: schemas.Drafts, 404: ErrorBody },
      },
    },
    ({ params }) => ({ drafts: rulebooks.drafts(params.rulebook) }),
  );

  app.get<{ Params: Versioned }>(
    "/rulebooks/:rulebook/drafts/:version",
    {
      schema: {
        summary: "One draft: its document, and what it changes in the version in force",
        tags,
        params: schemas.VersionParams,
        response: { 200: schemas.Draft, 404: ErrorBody },
      },
    },
    ({ params }) => rulebooks.draft(params.rulebook, params.version),
  );

  app.post<{ Params: Named; Body: { document: string; by: string } }>(
    "/rulebooks/:rulebook/drafts",
    {
      schema: {
        summary: "An officer proposes a version",
        description:
          "Recorded as a rulebook-drafted fact. 400: the document is not a sound rulebook; `troubles` says everything " +
          "that is wrong with it, with line and column. A draft of the same version is superseded.",
        tags,
        params: schemas.RulebookParams,
        body: schemas.Proposal,
        response: { 201: schemas.DraftSummary, ...refusals },
      },
    },
    async ({ params, body }, reply) => {
      reply.code(201);
      return rulebooks.propose(params.rulebook, body.document, body.by, {});
    },
  );
}

function approvalRoutes(app: FastifyInstance, rulebooks: EngineRulebooks): void {
  app.post<{ Params: Versioned; Body: { hash: string; by: string } }>(
    "/rulebooks/:rulebook/drafts/:version/approve",
    {
      schema: {
        summary: "Another officer puts a draft in force",
        description:
          "Recorded as a rulebook-activated fact that holds the document. `hash` is that of the text which the officer " +
          "read: 422 where the draft has been written again since, or where the officer wrote it.",
        tags,
        params: schemas.VersionParams,
        body: schemas.Approval,
        response: { 201: Recorded, ...refusals },
      },
    },
    async ({ params: { rulebook, version }, body }, reply) => {
      const recorded = await rulebooks.approve(rulebook, version, body.hash, body.by);
      reply.code(201);
      return { ...recorded, count: 1 };
    },
  );

  app.post<{ Params: Versioned; Body: { by: string; reason?: string } }>(
    "/rulebooks/:rulebook/drafts/:version/withdraw",
    {
      schema: {
        summary: "An officer takes a draft back, or turns it down",
        tags,
        params: schemas.VersionParams,
        body: schemas.Withdrawal,
        response: { 201: Recorded, ...refusals },
      },
    },
    async ({ params: { rulebook, version }, body }, reply) => {
      const recorded = await rulebooks.withdraw(rulebook, version, body.by, body.reason);
      reply.code(201);
      return { ...recorded, count: 1 };
    },
  );
}

function previewRoutes(app: FastifyInstance, rulebooks: EngineRulebooks): void {
  app.get<{ Params: Versioned; Querystring: { all: boolean } }>(
    "/rulebooks/:rulebook/drafts/:version/preview",
    {
      schema: {
        summary: "What the figures would be now under a draft, line by line",
        description: "The draft counts as in force today, whatever its day. Nothing is recorded.",
        tags,
        params: schemas.VersionParams,
        querystring: schemas.PreviewQuery,
        response: { 200: schemas.Preview, 400: ErrorBody, 404: ErrorBody },
      },
    },
    ({ params, query }) => rulebooks.preview(params.rulebook, params.version, query.all),
  );

  app.post<{ Params: Named; Querystring: { all: boolean }; Body: { document: string } }>(
    "/rulebooks/:rulebook/preview",
    {
      schema: {
        summary: "The same under a document that nobody drafted",
        tags,
        params: schemas.RulebookParams,
        querystring: schemas.PreviewQuery,
        body: schemas.Candidate,
        response: { 200: schemas.Preview, 400: ErrorBody, 404: ErrorBody },
      },
    },
    ({ params, query, body }) => rulebooks.previewDocument(params.rulebook, body.document, query.all),
  );
}

export function rulebookRoutes(app: FastifyInstance, rulebooks: EngineRulebooks): void {
  versionRoutes(app, rulebooks);
  draftRoutes(app, rulebooks);
  approvalRoutes(app, rulebooks);
  previewRoutes(app, rulebooks);
}
