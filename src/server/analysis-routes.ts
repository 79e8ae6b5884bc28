/** `POST /what-if` and `POST /net-capital/compare`: questions that record nothing. */
import type { FastifyInstance } from "fastify";
import * as schemas from "./analysis-schemas.ts";
import type { ComparisonRequest, EngineAnalysis } from "./engine-analysis.ts";
import { ErrorBody } from "./schemas.ts";

const refusals = { 400: ErrorBody, 403: ErrorBody, 404: ErrorBody, 413: ErrorBody, 415: ErrorBody, 422: ErrorBody };

export function analysisRoutes(app: FastifyInstance, analysis: EngineAnalysis): void {
  // The question and the computation are read by their own readers, whose messages name the field and what was expected.
  const validatorCompiler = () => () => true;

  app.post(
    "/what-if",
    {
      schema: {
        summary: "Net capital before and after facts that did not happen",
        description:
          "Trades, moves of prices and volatilities, cash, rules, a later day: applied to a branch of the books by the same code. " +
          "Answers with every line that changes, the tier, and the largest size of a trade that keeps a cushion. Records nothing.",
        tags: ["net capital"],
        body: schemas.Question,
        response: { 200: schemas.WhatIf, ...refusals },
      },
      validatorCompiler,
    },
    ({ body }) => analysis.whatIf(body),
  );

  app.post<{ Body: ComparisonRequest }>(
    "/net-capital/compare",
    {
      schema: {
        summary: "Net capital held against another computation of it",
        description: "Total by total, line by line, with the reasons; the breaks of a total add up to its difference.",
        tags: ["net capital"],
        body: schemas.ComparisonRequest,
        response: { 200: schemas.Comparison, ...refusals },
      },
      validatorCompiler,
    },
    ({ body }) => analysis.compare(body),
  );
}
