// What the suites do with plans and batches, over HTTP as a user would.
import { pause } from "./look-again.ts";
import type { Answer, World } from "./world.ts";

type Headers = Readonly<Record<string, string>>;
type Client = Pick<World, "request">;

const BATCHES = "/api/batches";

/** A plan that is made. */
export async function plan(world: Client, body: object, headers?: Headers): Promise<Answer["body"]> {
  const planned = await world.request("POST", BATCHES, body, headers);
  if (planned.status !== 201) throw new Error(`Not planned: ${JSON.stringify(planned.body)}`);
  return until(world, planned.body.id, ({ state }) => state !== "planning", headers);
}

/** Sends what somebody decides about a batch: `apply`, `pause`, `undo` … */
export function decide(
  world: Client,
  action: string,
  batch: { readonly id: string },
  body?: object,
  headers?: Headers,
): Promise<Answer> {
  return world.request("POST", `${BATCHES}/${batch.id}/${action}`, body, headers);
}

/** The batch as soon as it is as a test wants it. Asks again and again; the test's own timeout ends that. */
export async function until(
  world: Client,
  id: string,
  isSo: (batch: Answer["body"]) => boolean,
  headers?: Headers,
): Promise<Answer["body"]> {
  for (;;) {
    const { status, body } = await world.request("GET", `${BATCHES}/${id}`, undefined, headers);
    if (status !== 200) throw new Error(`No batch: ${JSON.stringify(body)}`);
    if (isSo(body)) return body;
    await pause();
  }
}

/** Applies a plan and waits for its end. */
export async function applyAll(
  world: Client,
  batch: { readonly id: string },
  body?: object,
  headers?: Headers,
): Promise<Answer["body"]> {
  const applied = await decide(world, "apply", batch, body, headers);
  if (applied.status !== 202) throw new Error(`Not applied: ${JSON.stringify(applied.body)}`);
  return untilEnded(world, batch.id, headers);
}

/** Undoes a batch and waits for the end of the batch that does it. */
export async function undoAll(
  world: Client,
  batch: { readonly id: string },
  headers?: Headers,
): Promise<Answer["body"]> {
  const begun = await decide(world, "undo", batch, undefined, headers);
  if (begun.status !== 201) throw new Error(`Not undone: ${JSON.stringify(begun.body)}`);
  return untilEnded(world, begun.body.id, headers);
}

export function untilEnded(world: Client, id: string, headers?: Headers): Promise<Answer["body"]> {
  return until(world, id, ({ endedAt }) => endedAt !== null, headers);
}

/** Every number of a batch, by its id. */
export async function itemsOf(
  world: Client,
  batch: { readonly id: string },
  headers?: Headers,
): Promise<Readonly<Record<string, Answer["body"]>>> {
  const { body } = await world.request("GET", `${BATCHES}/${batch.id}/items?limit=200`, undefined, headers);
  return Object.fromEntries(body.items.map((item: { phoneNumberId: string }) => [item.phoneNumberId, item]));
}
