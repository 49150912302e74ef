// What the suites do with numbers, through the API as a user would, and how they look at Twilio afterwards.
import type { LoggedRequest, NumberFields, Snapshot } from "../../emulator/index.ts";
import { ACCOUNT_SID, type Answer, addNumber, PUBLIC_URL, type World } from "./world.ts";

export interface TestNumber {
  readonly id: string;
  readonly sid: string;
  readonly e164: string;
}

let count = 0;

/** An id and a phone number that no other test of this process has. */
export function freshNames(): { readonly id: string; readonly e164: string } {
  count++;
  return { id: `phone_test_${count}`, e164: `+1415556${String(count).padStart(4, "0")}` };
}

/** A number of a test's own: in Twilio with the given fields, and imported. */
export async function newNumber(world: World, fields: NumberFields = {}): Promise<TestNumber> {
  const { id, e164 } = freshNames();
  const sid = await addNumber(world, id, { phoneNumber: e164, ...fields });
  return { id, sid, e164 };
}

/** A number whose WhatsApp sender is online, with a callback and a profile of somebody's. */
export async function newWhatsAppNumber(
  world: World,
  fields: NumberFields = {},
): Promise<TestNumber & { readonly senderSid: string }> {
  const number = await newNumber(world, fields);
  const sender = world.emulator.control.createSender(ACCOUNT_SID, {
    phoneNumber: number.e164,
    webhook: { callback_url: "https://before.example.com/whatsapp", callback_method: "POST" },
    profile: {
      name: "A shop",
      about: "Open all day",
      emails: [{ email: "shop@example.com", label: "Shop" }],
    },
  });
  return { ...number, senderSid: sender.sid };
}

/** A Messaging Service that answers by itself, with these members. @returns its SID */
export function newService(world: World, memberSids: readonly string[]): string {
  const { control } = world.emulator;
  const service = control.createService(ACCOUNT_SID, {
    inbound_request_url: "https://before.example.com/service",
    fallback_url: "https://before.example.com/service-fallback",
  });
  for (const sid of memberSids) control.addToService(service.sid, sid);
  return service.sid;
}

type Headers = Readonly<Record<string, string>>;

/** Assigns to `agent_456`, unless `input` says otherwise. */
export function assign(
  world: World,
  number: Pick<TestNumber, "id">,
  input: object = {},
  headers?: Headers,
): Promise<Answer> {
  const body = { phoneNumberId: number.id, chatbotId: "agent_456", ...input };
  return world.request("POST", "/api/phone-numbers/assign", body, headers);
}

export function unassign(
  world: World,
  number: Pick<TestNumber, "id">,
  input: object = {},
  headers?: Headers,
): Promise<Answer> {
  return world.request(
    "DELETE",
    "/api/phone-numbers/assign",
    { phoneNumberId: number.id, ...input },
    headers,
  );
}

export function verify(world: World, number: Pick<TestNumber, "id">, headers?: Headers): Promise<Answer> {
  return world.request("GET", `/api/phone-numbers/webhooks?phoneNumberId=${number.id}`, undefined, headers);
}

/** Lends a number of one's own account to an organization. */
export function allocate(
  world: World,
  number: Pick<TestNumber, "id">,
  organizationId: string,
  headers?: Headers,
): Promise<Answer> {
  return world.request("PUT", `/api/phone-numbers/${number.id}/allocation`, { organizationId }, headers);
}

export function takeBack(world: World, number: Pick<TestNumber, "id">, headers?: Headers): Promise<Answer> {
  return world.request("DELETE", `/api/phone-numbers/${number.id}/allocation`, undefined, headers);
}

/** The number as Switchhook's database has it. */
export async function stored(world: World, number: Pick<TestNumber, "id">): Promise<Answer["body"]> {
  return (await world.request("GET", `/api/phone-numbers/${number.id}`)).body;
}

/** The number's latest operation. */
export async function lastOperation(world: World, number: Pick<TestNumber, "id">): Promise<Answer["body"]> {
  const { body } = await world.request("GET", `/api/operations?phoneNumberId=${number.id}&limit=1`);
  return body.operations[0];
}

/** The newest audit entry about a target. */
export async function lastAuditEntry(world: World, targetId: string): Promise<Answer["body"]> {
  const { body } = await world.request("GET", `/api/audit?targetId=${targetId}&limit=1`);
  return body.entries[0];
}

/** What a failed change must leave as it was: Twilio, and what we store about numbers, agents and accounts. */
export interface Everything {
  readonly twilio: Snapshot;
  readonly numbers: unknown;
  readonly agents: unknown;
  readonly accounts: unknown;
}

export async function everything(world: World): Promise<Everything> {
  const [numbers, agents, accounts] = await Promise.all(
    ["/api/phone-numbers?limit=200", "/api/agents?limit=200", "/api/twilio-accounts"].map((path) =>
      world.request("GET", path),
    ),
  );
  return {
    twilio: world.emulator.control.snapshot(),
    numbers: numbers?.body,
    agents: agents?.body,
    accounts: accounts?.body,
  };
}

/** One resource as Twilio holds it. */
export function inTwilio(
  world: World,
  kind: "numbers" | "services" | "senders",
  sid: string,
): Snapshot[typeof kind][number] {
  const { [kind]: resources } = world.emulator.control.snapshot();
  const found = resources.find((resource) => "sid" in resource && resource.sid === sid);
  if (!found) throw new Error(`There is no ${sid} in Twilio`);
  return found;
}

/** The writes that Twilio was sent since its log was last cleared. */
export function writes(world: World): readonly LoggedRequest[] {
  return world.emulator.control.requests().filter(({ method }) => method !== "GET");
}

/** The URLs that an agent's numbers are given, with their delivery settings. */
export function urlsOf(agentId: string, publicUrl = PUBLIC_URL) {
  const answer = "#ct=2000&rt=8000&rc=2&rp=ct,5xx";
  return {
    voice: `${publicUrl}/api/twilio/voice?agentId=${agentId}${answer}`,
    voiceFallback: `${publicUrl}/api/twilio/voice/fallback?agentId=${agentId}${answer}`,
    message: `${publicUrl}/api/twilio/webhook${answer}`,
    messageFallback: `${publicUrl}/api/twilio/webhook/fallback${answer}`,
    status: `${publicUrl}/api/twilio/status#ct=2000&rt=5000&rc=3&rp=all`,
  };
}
