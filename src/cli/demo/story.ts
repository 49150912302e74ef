// The main job, done in front of the reader: every step goes through the HTTP API as a user's would, and is checked in
// the emulated Twilio afterwards.
import type { LoggedRequest } from "../../../emulator/index.ts";
import { type ApiClient, ApiError } from "../api-client.ts";
import type { Narrator } from "./narrator.ts";
import type { StoryDeps } from "./story-deps.ts";
import { placeCallAndMessages } from "./traffic-story.ts";

interface DemoNumber {
  readonly id: string;
  readonly phoneNumber: string;
  readonly chatbotId: string | null;
}
interface Changed {
  readonly message: string;
  readonly operation: { readonly id: string };
}
interface Verification {
  readonly configured: boolean;
  readonly effective: Record<
    "voice" | "sms" | "whatsapp",
    { readonly verdict: string; readonly reason: string }
  >;
  readonly differences: readonly unknown[];
}

export async function tellStory(deps: StoryDeps): Promise<void> {
  const numbers = await connectAndImport(deps);
  await createAgents(deps);
  await assignPlainNumber(deps, numbers);
  await failAnAssignment(deps, numbers);
  await assignWithWhatsApp(deps, numbers);
  await refuseShadowedNumber(deps, numbers);
  await placeCallAndMessages(deps);
  await proveTheLog(deps);
}

async function connectAndImport({ api, account, tell }: StoryDeps): Promise<readonly DemoNumber[]> {
  tell.heading("Connect a Twilio account and import its numbers");
  const { accountSid, authToken } = account;
  const connected = await api.send<{ id: string; friendlyName: string }>("POST", "/api/twilio-accounts", {
    accountSid,
    authToken,
  });
  tell.line(`Connected "${connected.friendlyName}" (${accountSid}); its credentials are encrypted at rest.`);
  const imported = await api.send<{ imported: number }>("POST", "/api/phone-numbers/import", {
    accountId: connected.id,
  });
  tell.check(
    `${account.numbers.length} numbers are imported; in Twilio nothing has changed`,
    imported.imported,
    account.numbers.length,
  );
  const { phoneNumbers } = await api.send<{ phoneNumbers: DemoNumber[] }>("GET", "/api/phone-numbers");
  for (const { phoneNumber, about } of account.numbers) tell.line(`${phoneNumber}  ${about}`);
  return phoneNumbers;
}

async function createAgents({ api, tell }: StoryDeps): Promise<void> {
  tell.heading("Create two agents");
  const agents = [
    {
      id: "agent_frontdesk",
      name: "Front desk",
      says: "Hello, this is the front desk. How can I help?",
      replies: "The front desk has your message.",
    },
    {
      id: "agent_support",
      name: "Support",
      says: "You have reached support.",
      replies: "Support has your message.",
    },
  ];
  for (const { id, name, says, replies } of agents) {
    const voice = { kind: "say", text: says };
    await api.send("POST", "/api/agents", { id, name, voice, messaging: { kind: "reply", text: replies } });
    tell.line(`${id}  "${name}"`);
  }
}

async function assignPlainNumber(deps: StoryDeps, numbers: readonly DemoNumber[]): Promise<void> {
  const { api, tell } = deps;
  // The one that came with URLs of somebody else's: the interesting case.
  const number = numberOf(deps, numbers, 6);
  tell.heading(`Assign ${number.phoneNumber} to the front desk, with SMS`);
  const since = deps.emulator.control.requests().length;
  const assigned = await api.send<Changed>("POST", "/api/phone-numbers/assign", {
    phoneNumberId: number.id,
    chatbotId: "agent_frontdesk",
    enableSms: true,
  });
  tell.line(assigned.message);
  tell.line("Twilio received:");
  const before = await snapshotFields(api, assigned.operation.id);
  for (const write of writesSince(deps, since)) tellWrite(tell, write, before);
  await verify(deps, number, ["voice", "sms"]);
  tell.check(
    "somebody's URLs are kept for the day it is unassigned",
    before.get("smsUrl"),
    "https://legacy.example.com/sms",
  );
}

async function failAnAssignment(deps: StoryDeps, numbers: readonly DemoNumber[]): Promise<void> {
  const { api, tell, emulator, account } = deps;
  const number = numberOf(deps, numbers, 3);
  tell.heading(`Let an assignment of ${number.phoneNumber} fail on purpose`);
  const twilioBefore = emulator.control.snapshot();
  const numbersBefore = await listNumbers(api);
  emulator.control.addFault({
    method: "POST",
    path: `/IncomingPhoneNumbers/${account.numbers[3]?.sid}`,
    effect: { kind: "error", status: 400, code: 21402, message: "VoiceUrl is not valid" },
  });
  const since = emulator.control.requests().length;
  const failure = await failureOf(
    api.send("POST", "/api/phone-numbers/assign", {
      phoneNumberId: number.id,
      chatbotId: "agent_support",
      enableSms: true,
      enableWhatsApp: true,
    }),
  );
  for (const { method, path, status } of writesSince(deps, since)) tell.line(`${method} ${path} → ${status}`);
  tell.line("The WhatsApp sender was written, then Twilio refused the number, so the sender was put back.");
  tell.check(
    `the API says so: ${failure.problem.code}, Twilio's code 21402`,
    [failure.status, failure.problem.code, failure.problem.twilioCode],
    [502, "twilio_rejected", 21402],
  );
  tell.check("the operation is rolled back", failure.problem.outcome, "rolled_back");
  tell.check("Twilio is exactly as before, field for field", emulator.control.snapshot(), twilioBefore);
  tell.check("so is the database", await listNumbers(api), numbersBefore);
  emulator.control.clearFaults();
}

async function assignWithWhatsApp(deps: StoryDeps, numbers: readonly DemoNumber[]): Promise<void> {
  const { api, tell } = deps;
  const number = numberOf(deps, numbers, 3);
  tell.heading(`Assign ${number.phoneNumber} once more, with SMS and WhatsApp`);
  const since = deps.emulator.control.requests().length;
  const assigned = await api.send<Changed>("POST", "/api/phone-numbers/assign", {
    phoneNumberId: number.id,
    chatbotId: "agent_support",
    enableSms: true,
    enableWhatsApp: true,
  });
  tell.line(assigned.message);
  for (const write of writesSince(deps, since)) tellWrite(tell, write, new Map());
  await verify(deps, number, ["voice", "sms", "whatsapp"]);
}

async function refuseShadowedNumber(deps: StoryDeps, numbers: readonly DemoNumber[]): Promise<void> {
  const { api, tell } = deps;
  const number = numberOf(deps, numbers, 4);
  tell.heading(`Try ${number.phoneNumber}, which sits on a SIP trunk`);
  const refusal = await failureOf(
    api.send("POST", "/api/phone-numbers/assign", { phoneNumberId: number.id, chatbotId: "agent_support" }),
  );
  tell.line(refusal.problem.detail ?? "");
  tell.check(
    "it is refused rather than made to look right",
    [refusal.status, refusal.problem.code],
    [409, "number_shadowed"],
  );
}

async function proveTheLog({ api, tell }: StoryDeps): Promise<void> {
  tell.heading("Prove the audit log");
  const { entries } = await api.send<{ entries: { action: string; outcome: string }[] }>("GET", "/api/audit");
  for (const { action, outcome } of entries.toReversed()) tell.line(`${action.padEnd(24)} ${outcome}`);
  const verdict = await api.send<{ valid: boolean }>("GET", "/api/audit/verify");
  tell.check("the hash chain is whole", verdict.valid, true);
}

function numberOf({ account }: StoryDeps, numbers: readonly DemoNumber[], index: number): DemoNumber {
  const number = numbers.find(({ phoneNumber }) => phoneNumber === account.numbers[index]?.phoneNumber);
  if (!number) throw new Error(`The demo account has no number ${index}`);
  return number;
}

async function verify(
  { api, tell }: StoryDeps,
  { id }: DemoNumber,
  channels: readonly ("voice" | "sms" | "whatsapp")[],
): Promise<void> {
  const found = await api.send<Verification>("GET", `/api/phone-numbers/webhooks?phoneNumberId=${id}`);
  const verdicts = channels.map((channel) => `${channel}: ${found.effective[channel].verdict}`);
  tell.check(
    `verified by reading Twilio again (${verdicts.join(", ")})`,
    [found.configured, found.differences],
    [true, []],
  );
}

function writesSince({ emulator }: StoryDeps, since: number): readonly LoggedRequest[] {
  return emulator.control
    .requests()
    .slice(since)
    .filter(({ method }) => method === "POST");
}

/** Form parameters as they came; a sender's JSON has them in its webhook block. */
function tellWrite(
  tell: Narrator,
  { method, path, params }: LoggedRequest,
  before: ReadonlyMap<string, string>,
): void {
  tell.line(`${method} ${path}`);
  const block = params.webhook;
  const fields = typeof block === "object" && block !== null ? block : params;
  for (const [name, value] of Object.entries(fields)) {
    tell.field(name, before.get(name.charAt(0).toLowerCase() + name.slice(1)) ?? "", String(value));
  }
}

async function snapshotFields(api: ApiClient, operationId: string): Promise<ReadonlyMap<string, string>> {
  const { snapshot } = await api.send<{ snapshot: { fields: Record<string, string> }[] }>(
    "GET",
    `/api/operations/${operationId}`,
  );
  return new Map(snapshot.flatMap(({ fields }) => Object.entries(fields)));
}

async function listNumbers(api: ApiClient): Promise<readonly DemoNumber[]> {
  return (await api.send<{ phoneNumbers: DemoNumber[] }>("GET", "/api/phone-numbers")).phoneNumbers;
}

async function failureOf(sending: Promise<unknown>): Promise<ApiError> {
  const outcome = await sending.catch((error: unknown) => error);
  if (outcome instanceof ApiError) return outcome;
  throw new Error("The request should have failed", { cause: outcome });
}
