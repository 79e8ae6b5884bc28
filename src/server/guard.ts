/**
 * Who may talk to the server. It has no sign-in yet, so that it listens on the loopback address and takes care that no
 * web page in the officer's browser can reach it: neither through a host name that an attacker points at 127.0.0.1 (DNS
 * rebinding), nor by a request or a WebSocket from a page of another origin.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Trouble } from "../base/errors.ts";

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function nameIn(hostHeader: string | undefined): string {
  const url = `http://${hostHeader ?? ""}`;
  return URL.canParse(url) ? new URL(url).hostname : "";
}

/** Throws `foreign-request` where a page of another origin asks to write or to watch. */
function refuseForeignOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  const own = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  if (!own || headers["sec-fetch-site"] === "cross-site") {
    throw new Trouble("foreign-request", "the request comes from a page of another origin", {
      field: "Origin",
      value: origin,
      expected: `http://${host}`,
    });
  }
}

/** `host` is the address that the server is bound to. */
export function guard(app: FastifyInstance, host: string): void {
  const onlyLoopback = isLoopback(host);
  app.addHook("onRequest", async (request) => {
    if (onlyLoopback && !isLoopback(nameIn(request.headers.host))) {
      throw new Trouble("foreign-request", "the request names another host", {
        field: "Host",
        value: request.headers.host,
        expected: "localhost, 127.0.0.1 or [::1]",
      });
    }
    const reads = request.method === "GET" || request.method === "HEAD";
    if (!reads || request.headers.upgrade !== undefined) refuseForeignOrigin(request);
  });
}
