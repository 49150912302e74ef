import { addMs, type Clock } from "../base/clock.ts";
import type { Actor } from "./actor.ts";

/** Less than the 15 seconds after which a stream without news says that it is there. */
const CHECK_EVERY_MS = 10_000;

/**
 * Whether somebody who was let in would be let in still, for answers that go on: a key may be revoked meanwhile, or a
 * member removed. Looked up every 10 seconds at most; when that fails, nobody is let in.
 */
export function stillAsking(
  clock: Pick<Clock, "now">,
  actor: Pick<Actor, "orgId" | "userId">,
  findActor: () => Promise<Actor | undefined>,
): () => Promise<boolean> {
  let checkAt = addMs(clock.now(), CHECK_EVERY_MS);
  return async () => {
    if (clock.now() < checkAt) return true;
    checkAt = addMs(clock.now(), CHECK_EVERY_MS);
    const found = await findActor().catch(() => undefined);
    return found?.orgId === actor.orgId && found.userId === actor.userId;
  };
}
