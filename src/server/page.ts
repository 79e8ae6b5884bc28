/** The dashboard's files. The page may load nothing from anywhere else, and no other page may frame it. */
import { existsSync } from "node:fs";
import { join, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const YEAR_SECONDS = 31_536_000;

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Plimsoll</title>
<p>The dashboard has not been built. Run <code>npm run build</code>, then load this page again. The API is running.</p>`;

/** Serves `webRoot` at `/`. Where nothing has been built there, the page says so. */
export async function page(app: FastifyInstance, webRoot: string): Promise<void> {
  if (!existsSync(join(webRoot, "index.html"))) {
    app.get("/", { schema: { hide: true } }, (_request, reply) =>
      reply
        .code(503)
        .type("text/html; charset=utf-8")
        .header("content-security-policy", CONTENT_SECURITY_POLICY)
        .send(NOT_BUILT),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: webRoot,
    cacheControl: false,
    decorateReply: false,
    schemaHide: true,
    setHeaders(reply, path) {
      // Vite names what is under assets/ by its content.
      const fixed = path.startsWith(join(webRoot, "assets") + sep);
      reply.header("cache-control", fixed ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache");
      reply.header("content-security-policy", CONTENT_SECURITY_POLICY);
      reply.header("cross-origin-opener-policy", "same-origin");
    },
  });
}
