// What the suites do with messages and calls, through the API as a user would, and what Twilio has of them afterwards.
import type { NewNumber } from "../../emulator/index.ts";
import { assign, freshNames, type TestNumber } from "./numbers.ts";
import { ACCOUNT_SID, type Answer, API_KEY, addNumber, type World } from "./world.ts";

/** Somebody with a telephone. */
export const PERSON = "+14155559999";

export type Headers = Readonly<Record<string, string>>;

/** As the owner of the default organization, with an Idempotency-Key. */
export function withKey(key: string): Headers {
  return { "x-api-key": API_KEY, "idempotency-key": key };
}

/** A number that `agent_456` answers. */
export async function newAssignedNumber(
  world: World,
  fields: Omit<NewNumber, "phoneNumber"> = {},
): Promise<TestNumber> {
  const { id, e164 } = freshNames();
  const sid = await addNumber(world, id, { phoneNumber: e164, ...fields });
  const number = { id, sid, e164 };
  const answer = await assign(world, number);
  if (answer.status !== 200) throw new Error(`Not assigned: ${JSON.stringify(answer.body)}`);
  world.emulator.control.clearRequests();
  return number;
}

/** Sends "Hello", unless `input` says otherwise. */
export function send(
  world: World,
  number: Pick<TestNumber, "id">,
  input: object = {},
  headers?: Headers,
): Promise<Answer> {
  const body = { phoneNumberId: number.id, to: PERSON, text: "Hello", ...input };
  return world.request("POST", "/api/messages", body, headers);
}

export function call(
  world: World,
  number: Pick<TestNumber, "id">,
  input: object = {},
  headers?: Headers,
): Promise<Answer> {
  const body = { phoneNumberId: number.id, to: PERSON, ...input };
  return world.request("POST", "/api/calls", body, headers);
}

/** What Twilio has sent, or placed, from a number. */
export function outgoing(
  world: World,
  kind: "messages" | "calls",
  number: Pick<TestNumber, "e164">,
): readonly object[] {
  const { [kind]: all } = world.emulator.control.snapshot();
  return all.filter((item) => "from" in item && String(item.from).endsWith(number.e164));
}

/** What Twilio was asked to create in our account. */
export function creations(world: World, kind: "Messages" | "Calls") {
  return world.emulator.control.requests({ method: "POST", path: `${ACCOUNT_SID}/${kind}.json$` });
}
