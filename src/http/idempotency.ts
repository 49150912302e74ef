// A POST that is repeated with the same Idempotency-Key gets the first one's answer and does nothing again.
// After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { ApiEnv } from "../api/api.ts";
import { addMs, type Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import { type Json, jsonHash } from "../base/json.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import {
  claimKey,
  findKey,
  forgetKey,
  type KeptResponse,
  releaseKey,
  saveResponse,
} from "./idempotency-store.ts";

const MAX_KEY_LENGTH = 255;
/**
 * Longer than any request runs: an import reads an account page by page and takes minutes when Twilio is slow, and a
 * repetition that starts beside it does everything twice. After that the process that had the key is gone; that its key
 * is locked for longer costs only whoever repeats the request.
 */
const LOCK_MS = 15 * MINUTE_MS;

interface IdempotencyDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * @throws AppError `idempotency_key_reused` for another request, or somebody else's; `idempotency_in_progress` while the
 * first one runs
 */
export function idempotency(deps: IdempotencyDeps) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (key === undefined || c.req.method !== "POST") return next();
    if (key === "" || key.length > MAX_KEY_LENGTH) {
      throw new AppError("invalid_input", { detail: `Idempotency-Key: 1 to ${MAX_KEY_LENGTH} characters` });
    }
    const { orgId, userId } = c.var.actor;
    const { method, path } = c.req;
    // Somebody else's answer may hold what this one's role is not shown; and to act again under their key would be worse.
    const requestHash = jsonHash({ userId, method, path, body: await c.req.text() });
    const now = deps.clock.now();
    const lockedUntil = addMs(now, LOCK_MS);
    const firstUsedAt = await claimKey(deps.db, { orgId, key, requestHash, lockedUntil, now });
    if (!firstUsedAt) return replay(deps.db, orgId, key, requestHash);
    const wasUnfinished = firstUsedAt < now;
    if (wasUnfinished) c.set("unfinishedSince", firstUsedAt);
    await next();
    // What is done is done: the answer goes out, and the key stays locked for as long as if the process had died.
    await noteEnd(deps, { orgId, key, wasUnfinished }, c).catch((err: unknown) => {
      deps.log.error({ requestId: c.var.requestId, orgId, err }, "idempotency.not_noted");
    });
  });
}

interface UsedKey {
  readonly orgId: string;
  readonly key: string;
  readonly wasUnfinished: boolean;
}

async function noteEnd(
  { db, clock }: IdempotencyDeps,
  { orgId, key, wasUnfinished }: UsedKey,
  { res, error }: Pick<Context<ApiEnv>, "res" | "error">,
): Promise<void> {
  if (isFinal(res, error)) return saveResponse(db, orgId, key, await kept(res.clone()));
  if (wasUnfinished) return releaseKey(db, orgId, key, clock.now());
  return forgetKey(db, orgId, key);
}

/** What may be different next time is forgotten, so that the key can be used to retry. */
function isFinal({ status, headers }: Response, error: Error | undefined): boolean {
  if (error instanceof AppError && error.isFinal) return true;
  return status < 500 && !headers.has("retry-after");
}

async function replay(db: Db, orgId: string, key: string, requestHash: string): Promise<Response> {
  const stored = await findKey(db, orgId, key);
  if (stored && stored.requestHash !== requestHash) {
    throw new AppError("idempotency_key_reused", {
      detail:
        "It was used for another request, or by somebody else. Nothing was done. Use a new key for a new request.",
    });
  }
  if (!stored?.response) throw new AppError("idempotency_in_progress", { retryAfterSeconds: 2 });
  const { status, body, location } = stored.response;
  const contentType = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "Content-Type": contentType,
      "Idempotent-Replayed": "true",
      ...(location === undefined ? {} : { Location: location }),
    },
  });
}

async function kept(response: Response): Promise<KeptResponse> {
  const location = response.headers.get("location") ?? undefined;
  // Every answer of the API is JSON.
  return { status: response.status, body: (await response.json()) as Json, location };
}
