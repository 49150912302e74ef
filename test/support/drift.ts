// What the suites do with sweeps and drift, through the API as a user would.
import { pause } from "./look-again.ts";
import type { Answer, World } from "./world.ts";

type Headers = Readonly<Record<string, string>>;
type Client = Pick<World, "request">;

/** Sweeps an account, by default the world's, and waits for the end. */
export async function sweep(
  world: Pick<World, "request" | "accountId">,
  accountId = world.accountId,
  headers?: Headers,
): Promise<Answer["body"]> {
  const path = `/api/twilio-accounts/${accountId}/sweep`;
  let { body } = await world.request("POST", path, undefined, headers);
  // Where nobody's clock runs, a request has no time to wait for it.
  while (body.state === "running") {
    await pause();
    ({ body } = await world.request("GET", path, undefined, headers));
  }
  if (body.state !== "completed") throw new Error(`Not swept: ${JSON.stringify(body)}`);
  return body;
}

/** What differs, or did, newest first. */
export async function drifts(world: Client, query = "", headers?: Headers): Promise<Answer["body"][]> {
  const { status, body } = await world.request("GET", `/api/drift?${query}`, undefined, headers);
  if (status !== 200) throw new Error(`No drift: ${JSON.stringify(body)}`);
  return body.drifts;
}

export async function setPolicy(world: Client, policy: object, headers?: Headers): Promise<void> {
  const body = { policies: [policy] };
  const set = await world.request("PUT", "/api/drift/policies", body, headers);
  if (set.status !== 200) throw new Error(`No policy: ${JSON.stringify(set.body)}`);
}
