/** `POST /facts`: what the firm learned, recorded all or nothing, and answered when it is durable. */
import type { FastifyInstance } from "fastify";
import { Trouble } from "../base/errors.ts";
import { BATCHES_WAITING_MAX, BODY_BYTES_MAX, FACTS_PER_BATCH_MAX } from "./limits.ts";
import type { LiveFirm } from "./live-firm.ts";
import { ErrorBody, Facts, Recorded } from "./schemas.ts";

const ORIGIN = { path: "POST /facts" };
const EXPECTED = 'a fact, an array of facts, or {"facts": [...]}';

/** The facts of a body in any of its three forms. */
function factsIn(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null) {
    throw new Trouble("bad-document", "the body holds no facts", { expected: EXPECTED });
  }
  if (!("facts" in body) || "kind" in body) return [body];
  const other = Object.keys(body).find((key) => key !== "facts");
  if (other !== undefined)
    throw new Trouble("unknown-field", "not a field of a batch", { field: other, expected: EXPECTED });
  if (!Array.isArray(body.facts)) throw new Trouble("bad-document", "facts is no array", { expected: EXPECTED });
  return body.facts;
}

export function factRoutes(app: FastifyInstance, live: LiveFirm): void {
  let waiting = 0;
  const schema = {
    summary: "Record facts",
    description:
      "Checks all facts, records all or none in the order given, and answers when they are on disk. 400: a fact is malformed. " +
      "422: the books refuse a fact. In both, `troubles` names the index, the field, the value and what was expected.",
    tags: ["facts"],
    body: Facts,
    response: {
      201: Recorded,
      400: ErrorBody,
      403: ErrorBody,
      413: ErrorBody,
      415: ErrorBody,
      422: ErrorBody,
      503: ErrorBody,
    },
  };
  // The books check facts, with better messages than a schema can give: the schema is there for the reader.
  const validatorCompiler = () => () => true;
  app.post("/facts", { schema, validatorCompiler, bodyLimit: BODY_BYTES_MAX }, async (request, reply) => {
    const facts = factsIn(request.body);
    if (facts.length === 0) throw new Trouble("bad-document", "the body holds no facts", { expected: EXPECTED });
    if (facts.length > FACTS_PER_BATCH_MAX) {
      throw new Trouble("too-large", `${facts.length} facts in one request`, {
        expected: `at most ${FACTS_PER_BATCH_MAX}`,
      });
    }
    if (waiting === BATCHES_WAITING_MAX) {
      throw new Trouble("not-ready", `${waiting} requests with facts are waiting already`);
    }
    waiting++;
    try {
      const recorded = await live.submit(facts, ORIGIN);
      reply.code(201);
      return { ...recorded, count: facts.length };
    } finally {
      waiting--;
    }
  });
}
