import { Hono } from "hono";
import { sql } from "kysely";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Db } from "../db/connect.ts";

/** `/healthz`: the process is there. `/readyz`: it can work, that is, reach its database. `/metrics`: Prometheus. */
export function healthRoutes(deps: {
  readonly db: Db;
  readonly metrics: Metrics;
  readonly log: Logger;
}): Hono {
  return new Hono()
    .get("/healthz", (c) => c.json({ status: "ok" }))
    .get("/readyz", async (c) => {
      try {
        await sql`select 1`.execute(deps.db);
        return c.json({ status: "ok" });
      } catch (error) {
        deps.log.error({ err: error }, "database.unreachable");
        return c.json({ status: "unavailable", reason: "The database does not answer." }, 503);
      }
    })
    .get("/metrics", async (c) => {
      const { registry } = deps.metrics;
      return c.body(await registry.metrics(), 200, { "Content-Type": registry.contentType });
    });
}
