import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, problemAnswer } from "../api/api.ts";
import { EXPORT_FORMATS, FILE_FORMATS } from "./export-format.ts";
import { type ExportDeps, exportUsage } from "./export-service.ts";
import { checkFilter, filterQuery, usageFilter } from "./filter.ts";

const file = { schema: z.string() };

const exportRoute = createRoute({
  method: "get",
  path: "/api/usage/export",
  tags: ["Usage"],
  summary: "Download the entries of the ledger, as many as there are",
  description:
    "The answer begins before everything is read. When reading fails in the middle the connection is aborted, so a " +
    "client that sees the answer end has the whole file.",
  request: {
    query: filterQuery.extend({ format: z.enum(EXPORT_FORMATS).default("csv") }).superRefine(checkFilter),
  },
  responses: {
    200: {
      description: "One line an entry, in the order of their days; CSV begins with the names of the columns",
      content: { "text/csv": file, "application/x-ndjson": file },
    },
    default: problemAnswer,
  },
});

export function exportRoutes(deps: ExportDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(exportRoute, (c) => {
    const { format, ...query } = c.req.valid("query");
    const parts = exportUsage(deps, c.var.actor, { ...usageFilter(query), format });
    const name = `usage-${query.from}-${query.to}.${format}`;
    // Pulls a part when the client has taken the one before, and ends the export when the client goes away.
    const body = ReadableStream.from(parts).pipeThrough(new TextEncoderStream());
    return c.body(body, 200, {
      "Content-Type": FILE_FORMATS[format].contentType,
      "Content-Disposition": `attachment; filename="${name}"`,
      // Proxies that compress or buffer would hold back the parts.
      "Cache-Control": "no-store",
    });
  });
}
