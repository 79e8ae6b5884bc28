/**
 * How trouble leaves the server: every error is one JSON body, `{ code, message, cure, troubles }`, with a code from the
 * catalogue in `base/errors.ts` and the HTTP status that belongs to the code.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, ERRORS, Trouble } from "../base/errors.ts";
import { DocumentRefused } from "../rulebook/load.ts";
import type { FactsRefusedError, TroubleJson } from "./live-firm.ts";

/** What is wrong with the request itself is 400; what only the books can refuse is 422, the default. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  "bad-value": 400,
  "missing-field": 400,
  "unknown-field": 400,
  "unknown-kind": 400,
  "not-exact": 400,
  "bad-document": 400,
  "foreign-request": 403,
  "not-found": 404,
  "too-large": 413,
  "not-json": 415,
  internal: 500,
  "not-ready": 503,
  "journal-failed": 503,
  "journal-in-use": 503,
  "disk-full": 503,
};

interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cure: string;
  readonly troubles: readonly TroubleJson[];
}

function errorBody(code: ErrorCode, message: string, troubles: readonly object[]): ErrorBody {
  return { code, message, cure: ERRORS[code].cure, troubles: troubles as readonly TroubleJson[] };
}

/** A document that is wrong in several places says all of them, under the code of the first. */
function refusedDocument({ message, troubles }: DocumentRefused): [status: number, body: ErrorBody] {
  const [{ code } = { code: "bad-document" as const }] = troubles;
  const malformed = troubles.some((trouble) => STATUS[trouble.code] === 400);
  return [
    malformed ? 400 : 422,
    errorBody(
      code,
      message,
      troubles.map((trouble) => trouble.toJSON()),
    ),
  ];
}

function isFactsRefused(error: unknown): error is FactsRefusedError {
  return error instanceof Error && error.name === "FactsRefused" && Array.isArray(Object(error).troubles);
}

/** A refused batch: as grave as its first malformed fact, else as its first refused one. */
function refusal({ message, troubles }: FactsRefusedError): [status: number, body: ErrorBody] {
  const malformed = troubles.find((trouble) => STATUS[trouble.code] === 400);
  const code = malformed?.code ?? troubles[0]?.code ?? "not-allowed";
  return [malformed === undefined ? 422 : 400, errorBody(code, message, troubles)];
}

/** What fastify itself refuses, in our words. */
function fromFastify(error: FastifyError, limitBytes: number | undefined): Trouble | undefined {
  if (error.validation !== undefined) {
    const first = error.validation[0];
    const extra = first?.params["additionalProperty"];
    const field = typeof extra === "string" ? extra : (first?.instancePath.slice(1) ?? "");
    return new Trouble("bad-value", first?.message ?? error.message, { field });
  }
  if (error.statusCode === 413) {
    return new Trouble("too-large", "the body is too large", { expected: `at most ${limitBytes} bytes` });
  }
  if (error.statusCode === 415) {
    return new Trouble("not-json", "the body is not JSON", { expected: "Content-Type: application/json" });
  }
  if (error.statusCode === 404) return new Trouble("not-found", error.message);
  if (error.statusCode === 503) return new Trouble("not-ready", "the server is stopping");
  if (error.statusCode !== undefined && error.statusCode < 500) return new Trouble("bad-document", error.message);
  return undefined;
}

/** Answers `error`. What is not expected is an internal error: `report` hears it whole, the client only that it was. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  report: (error: unknown) => void,
): void {
  if (isFactsRefused(error) || error instanceof DocumentRefused) {
    const [status, body] = isFactsRefused(error) ? refusal(error) : refusedDocument(error);
    void reply.code(status).send(body);
    return;
  }
  const trouble = error instanceof Trouble ? error : fromFastify(error as FastifyError, request.routeOptions.bodyLimit);
  if (trouble === undefined) report(error);
  const { code, message } = trouble ?? { code: "internal" as const, message: "something went wrong in the server" };
  const status = STATUS[code] ?? (code === "unknown-instrument" ? 404 : 422);
  if (status === 503) reply.header("retry-after", "1");
  void reply.code(status).send(errorBody(code, message, trouble === undefined ? [] : [trouble.toJSON()]));
}

export function answerErrors(app: FastifyInstance, report: (error: unknown) => void): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, report));
  app.setNotFoundHandler((request) => {
    throw new Trouble("not-found", `there is no ${request.method} ${request.url.split("?", 1)[0]}`);
  });
}
