import { createMiddleware } from "hono/factory";
import type { ChangeFeed } from "../db/change-feed.ts";

const READS = ["GET", "HEAD", "OPTIONS"];

/** Answers a change only once it is in effect here: whoever has assigned a number may call it at once. */
export function readYourWrites({ changes }: { readonly changes: Pick<ChangeFeed, "barrier"> }) {
  return createMiddleware(async (c, next) => {
    await next();
    if (c.res.ok && !READS.includes(c.req.method)) await changes.barrier();
  });
}
