/** `GET /reports/…`: reports of the firm as of the last fact, as JSON, CSV or PDF. */
import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { Trouble } from "../base/errors.ts";
import { REPORTS_AT_ONCE_MAX } from "./limits.ts";
import { ErrorBody } from "./schemas.ts";

const MEDIA_TYPES = {
  json: "application/json; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  pdf: "application/pdf",
} as const;

const Format = Type.Enum(["json", "csv", "pdf"], { default: "json" });
const FocusQuery = Type.Object(
  { form: Type.Enum(["II", "IIA"], { default: "II", description: "The part of Form X-17A-5." }), format: Format },
  { additionalProperties: false },
);
const FormatQuery = Type.Object({ format: Format }, { additionalProperties: false });

export type ReportRequest =
  | { readonly report: "focus"; readonly part: "II" | "IIA"; readonly format: keyof typeof MEDIA_TYPES }
  | { readonly report: "net-capital"; readonly format: keyof typeof MEDIA_TYPES };

/** Makes a report as of the last fact. Rejects with a `Trouble` where there is no figure. */
export type Reports = (wanted: ReportRequest) => Promise<Buffer>;

const response = {
  200: {
    description: "The report.",
    content: Object.fromEntries(
      Object.values(MEDIA_TYPES).map((type) => [type.split(";", 1)[0], { schema: Type.Unknown() }]),
    ),
  },
  400: ErrorBody,
  422: ErrorBody,
  503: ErrorBody,
};

export function reportRoutes(app: FastifyInstance, reports: Reports): void {
  let making = 0;
  const make = async (wanted: ReportRequest): Promise<Buffer> => {
    if (making === REPORTS_AT_ONCE_MAX) throw new Trouble("not-ready", `${making} reports are being made already`);
    making++;
    try {
      return await reports(wanted);
    } finally {
      making--;
    }
  };

  app.get<{ Querystring: Static<typeof FocusQuery> }>(
    "/reports/focus",
    {
      schema: {
        summary: "The net-capital pages of the FOCUS report",
        description: "Every box with its line, its amount and the lines of the computation that it comes from.",
        tags: ["reports"],
        querystring: FocusQuery,
        response,
      },
    },
    async ({ query: { form, format } }, reply) => {
      const report = await make({ report: "focus", part: form, format });
      return reply
        .type(MEDIA_TYPES[format])
        .header("content-disposition", `inline; filename="focus-${form}.${format}"`)
        .send(report);
    },
  );

  app.get<{ Querystring: Static<typeof FormatQuery> }>(
    "/reports/net-capital",
    {
      schema: {
        summary: "Every line of the computation of net capital",
        tags: ["reports"],
        querystring: FormatQuery,
        response,
      },
    },
    async ({ query: { format } }, reply) => {
      const report = await make({ report: "net-capital", format });
      return reply
        .type(MEDIA_TYPES[format])
        .header("content-disposition", `inline; filename="net-capital.${format}"`)
        .send(report);
    },
  );
}
