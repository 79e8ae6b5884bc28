/**
 * The HTTP and WebSocket API of one running firm, and its dashboard. Routes are in files by what they serve; what holds for
 * all of them is here: who may ask, how errors look, which headers every answer carries, how the server closes.
 */
import fastifySwagger from "@fastify/swagger";
import fastify, { type FastifyInstance } from "fastify";
import { Trouble } from "../base/errors.ts";
import { analysisRoutes } from "./analysis-routes.ts";
import type { EngineAnalysis } from "./engine-analysis.ts";
import { type DrillView, drillRoutes } from "./drill-routes.ts";
import { answerErrors, sendError } from "./errors.ts";
import { factRoutes } from "./facts.ts";
import { figureRoutes } from "./figures.ts";
import { guard } from "./guard.ts";
import { BODY_BYTES_MAX, CLOSE_MS_MAX } from "./limits.ts";
import type { LiveFirm } from "./live-firm.ts";
import { marginRoutes } from "./margin-routes.ts";
import { page } from "./page.ts";
import type { EngineRulebooks } from "./engine-rulebooks.ts";
import { reportRoutes, type Reports } from "./reports.ts";
import { rulebookRoutes } from "./rulebook-routes.ts";
import { SHARED } from "./schemas.ts";
import { streamRoute } from "./stream.ts";
import { watchRoutes } from "./watch-routes.ts";

const DEFAULT_HOST = "127.0.0.1";

export interface ServerOptions {
  readonly live: LiveFirm;
  /** Makes reports; none are offered without it. */
  readonly reports?: Reports;
  /** What-ifs and comparisons; none are offered without it. */
  readonly analysis?: EngineAnalysis;
  /** Versions and drafts of rulebooks; none are offered without it. */
  readonly rulebooks?: EngineRulebooks;
  /** The drill that is running; none is offered without it. */
  readonly drill?: () => DrillView;
  /** Folder of the built dashboard; no page is served without it. */
  readonly webRoot?: string;
  /** The address that the server will listen on; on a loopback address it answers only to loopback names. */
  readonly host?: string;
  /** Hears every internal error; by default it is written to stderr. */
  readonly report?: (error: unknown) => void;
}

function describeApi(app: FastifyInstance): void {
  for (const [$id, schema] of Object.entries(SHARED)) app.addSchema({ ...schema, $id });
  app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Plimsoll",
        version: "0.1.0",
        description:
          "A broker-dealer's books and regulatory figures, exact after every fact. See docs/reference/api.md.",
      },
    },
    refResolver: { buildLocalReference: ({ $id }) => (typeof $id === "string" ? $id : "") },
  });
}

function closeWithinLimit(app: FastifyInstance): void {
  app.addHook("preClose", (done) => {
    // Browsers open connections ahead of need; those have no request that could end.
    const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS_MAX);
    app.server.once("close", () => clearTimeout(cut));
    cut.unref();
    done();
  });
}

/** The server, not yet listening. `app.inject()` asks it without a socket. */
export function createServer({
  live,
  analysis,
  reports,
  rulebooks,
  drill,
  webRoot,
  host = DEFAULT_HOST,
  report = console.error,
}: ServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: "idle",
    routerOptions: { ignoreTrailingSlash: true },
    ajv: { customOptions: { removeAdditional: false } },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply, report),
  });
  app.removeContentTypeParser("text/plain");
  // Answers are sent as they are: a schema describes them, it does not filter them.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
  });
  answerErrors(app, report);
  closeWithinLimit(app);
  describeApi(app);
  streamRoute(app, live);
  // After the stream's own hooks: they end the socket of an upgrade that is refused.
  app.after(() => guard(app, host));
  app.register(async (scope) => {
    factRoutes(scope, live);
    figureRoutes(scope, live);
    watchRoutes(scope, live);
    marginRoutes(scope, live);
    if (reports !== undefined) reportRoutes(scope, reports);
    if (analysis !== undefined) analysisRoutes(scope, analysis);
    if (rulebooks !== undefined) rulebookRoutes(scope, rulebooks);
    if (drill !== undefined) drillRoutes(scope, drill);
    scope.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
    if (webRoot !== undefined) await page(scope, webRoot);
  });
  return app;
}

export interface RunningServer {
  /** Where it listens, for example "http://127.0.0.1:4210". */
  readonly url: string;
  /** Resolves when every socket is closed, within a second. */
  close(): Promise<void>;
}

/** Starts listening. Throws `port-in-use` where another program has the port; port 0 takes a free one. */
export async function startServer(options: ServerOptions & { readonly port: number }): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port } = options;
  const app = createServer(options);
  try {
    const url = await app.listen({ host, port });
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new Trouble("port-in-use", "another program listens on it", { field: "port", value: port });
    }
    throw error;
  }
}
