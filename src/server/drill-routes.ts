/** `GET /drill`: the drill that is running, what people of it asked and did. Only a drill offers it. */
import type { FastifyInstance } from "fastify";

/** Net capital before or after a hedge, in words ready to show. */
export interface DrillHedge {
  readonly name: string;
  /** As a percentage of the minimum, "108.10"; null where it cannot be said. */
  readonly before: string | null;
  readonly after: string | null;
  /** The tier by the figure; null where there is none. */
  readonly tierAfter: string | null;
}

export type DrillStep = { readonly at: string; readonly seq: number } & (
  | { readonly what: "what-if"; readonly title: string; readonly hedges: readonly DrillHedge[] }
  | { readonly what: "act"; readonly by: string; readonly words: string }
);

export interface DrillView {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  /** The instrument that it is about. */
  readonly instrument: string;
  readonly steps: readonly DrillStep[];
  /** The lowest net capital against the minimum so far. */
  readonly lowest: { readonly at: string; readonly percentOfMinimum: string } | null;
}

export function drillRoutes(app: FastifyInstance, drill: () => DrillView): void {
  app.get(
    "/drill",
    { schema: { summary: "The drill that is running, and what people of it asked and did", tags: ["drill"] } },
    () => drill(),
  );
}
