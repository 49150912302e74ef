// Whatever Twilio answers to any one request of an assignment: the number is assigned and configured, or Twilio and the
// database are exactly as before. The number has a WhatsApp sender and a Messaging Service that is taken over, so there
// are three writes, and those that were made have to be taken back.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fault, FaultEffect } from "../../emulator/index.ts";
import { impatientClock } from "../support/clock.ts";
import {
  assign,
  everything,
  lastAuditEntry,
  lastOperation,
  newService,
  newWhatsAppNumber,
  stored,
  unassign,
  verify,
  writes,
} from "../support/numbers.ts";
import { ACCOUNT_SID, AUTH_TOKEN, addAgent, createWorld, type World } from "../support/world.ts";

const EVERY_CHANNEL = { enableSms: true, enableWhatsApp: true, takeover: true };
const HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/** The requests of the assignment, in their order; the confirmation is the first read of the sender but one. */
const READS: readonly (readonly [string, Fault["path"], number])[] = [
  ["reading the number", "/IncomingPhoneNumbers/PN", 0],
  ["listing the Messaging Services", "/v1/Services$", 0],
  ["asking a service for the number", "/v1/Services/MG\\w+/PhoneNumbers/PN", 0],
  ["asking a service for the sender", "/v1/Services/MG\\w+/ChannelSenders/XE", 0],
  ["listing the senders", "/v2/Channels/Senders$", 0],
  ["reading the sender", "/v2/Channels/Senders/XE", 0],
  ["confirming the sender's change", "/v2/Channels/Senders/XE", 1],
];
const WRITES: readonly (readonly [string, Fault["path"]])[] = [
  ["the first write, of the sender", "/v2/Channels/Senders/XE"],
  ["the second write, of the service", "/v1/Services/MG"],
  ["the third write, of the number", "/IncomingPhoneNumbers/PN"],
];

const error = (status: number, code: number): FaultEffect => ({ kind: "error", status, code });
/** More often than any request is repeated. */
const FOR_LONG = 4;

interface Failure {
  readonly failure: string;
  readonly effect: FaultEffect;
  readonly times?: number;
  readonly code: string;
}

const REFUSALS: readonly Failure[] = [
  { failure: "400 21402", effect: error(400, 21402), code: "twilio_rejected" },
  { failure: "401 20003", effect: error(401, 20003), code: "twilio_credentials_rejected" },
  { failure: "403 20003", effect: error(403, 20003), code: "twilio_not_permitted" },
  { failure: "404 20404", effect: error(404, 20404), code: "twilio_not_found" },
];
const OUTAGES: readonly Failure[] = [
  { failure: "429 for long", effect: error(429, 20429), times: FOR_LONG, code: "twilio_rate_limited" },
  { failure: "500 for long", effect: error(500, 20500), times: FOR_LONG, code: "twilio_unavailable" },
  { failure: "503 for long", effect: error(503, 20503), times: FOR_LONG, code: "twilio_unavailable" },
  {
    failure: "a gateway's HTML for long",
    effect: { kind: "error", status: 502, body: HTML },
    times: FOR_LONG,
    code: "twilio_unavailable",
  },
];
const LOST: Failure = {
  failure: "a reset connection",
  effect: { kind: "reset" },
  code: "twilio_unavailable",
};
const LOST_FOR_LONG: Failure = { ...LOST, failure: "reset connections for long", times: FOR_LONG };
const LOST_ANSWER: Failure = {
  failure: "a connection that is reset once it took effect",
  effect: { kind: "applyThenReset" },
  code: "twilio_unavailable",
};

interface Case extends Failure {
  readonly request: string;
  readonly fault: Fault;
}

function cross(
  requests: readonly (readonly [string, Fault["path"], number?])[],
  method: string,
  failures: readonly Failure[],
): readonly Case[] {
  return requests.flatMap(([request, path, skip = 0]) =>
    failures.map((failure) => {
      const { effect, times = 1 } = failure;
      return { ...failure, request, fault: { method, path, skip, times, effect } };
    }),
  );
}

const numberRead = READS.filter(([, path]) => path?.includes("Incoming"));
const senderReads = READS.slice(0, -1).filter(([, path]) => path?.startsWith("/v2/Channels"));
const confirmation = READS.slice(-1);

const ROLLED_BACK: readonly Case[] = [
  ...cross(READS, "GET", OUTAGES.slice(0, 2)),
  ...cross([...numberRead, ...confirmation], "GET", [...REFUSALS, ...OUTAGES.slice(2), LOST_FOR_LONG]),
  ...cross(WRITES, "POST", [...REFUSALS, ...OUTAGES, LOST]),
  // Not the whole change is in place, so what took effect is taken back.
  ...cross(WRITES.slice(0, 2), "POST", [LOST_ANSWER]),
];

const SURVIVED: readonly Case[] = [
  ...cross(READS, "GET", [{ failure: "500 once", effect: error(500, 20500), code: "" }, LOST]),
  ...cross(WRITES, "POST", [
    { failure: "429 once", effect: error(429, 20429), code: "" },
    { failure: "503 once", effect: error(503, 20503), code: "" },
  ]),
  // The last write: a read shows that everything is in place.
  ...cross(WRITES.slice(2), "POST", [LOST_ANSWER]),
];

describe("rollback", () => {
  let world: World;
  let number: Awaited<ReturnType<typeof newWhatsAppNumber>>;
  beforeAll(async () => {
    world = await createWorld({
      database: "PostgreSQL",
      switchhook: { clock: impatientClock, lateWriteWindowMs: 0 },
    });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
  });
  beforeEach(async () => {
    number = await newWhatsAppNumber(world, {
      voice_url: "https://before.example.com/voice",
      voice_method: "GET",
      sms_url: "https://before.example.com/sms",
    });
    newService(world, [number.sid, number.senderSid]);
  });
  afterEach(() => startTwilioAnew());
  afterAll(() => world.close());

  /** An account without resources, so that each assignment has the same few requests. */
  function startTwilioAnew(): void {
    world.emulator.control.reset();
    world.emulator.control.createAccount({ sid: ACCOUNT_SID, authToken: AUTH_TOKEN });
  }

  test("the assignment has three writes when nothing fails", async () => {
    expect((await assign(world, number, EVERY_CHANNEL)).status).toBe(200);
    expect(writes(world)).toHaveLength(3);
  });

  test.each(ROLLED_BACK)("$failure at $request changes nothing", async ({ fault, code }) => {
    const before = await everything(world);
    world.emulator.control.addFault(fault);
    const { status, headers, body } = await assign(world, number, EVERY_CHANNEL);
    world.emulator.control.clearFaults();

    expect(body).toMatchObject({ code, status, outcome: "rolled_back", requestId: expect.any(String) });
    expect(status).toBe(code === "twilio_rate_limited" ? 503 : 502);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(await everything(world)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({
      id: body.operationId,
      state: "rolled_back",
      phase: "finished",
      error: { code },
    });
    expect(await lastAuditEntry(world, number.id)).toMatchObject({
      action: "phone_number.assign",
      outcome: "rolled_back",
      after: { operationId: body.operationId, error: { code } },
    });
  });

  test.each(SURVIVED)(
    "$failure at $request does not keep the number from being assigned",
    async ({ fault }) => {
      world.emulator.control.addFault(fault);
      expect((await assign(world, number, EVERY_CHANNEL)).status).toBe(200);
      world.emulator.control.clearFaults();
      expect((await verify(world, number)).body).toMatchObject({ configured: true, differences: [] });
      expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "ok" });
      expect(await lastOperation(world, number)).toMatchObject({ state: "committed" });
      expect(await lastAuditEntry(world, number.id)).toMatchObject({ outcome: "committed" });
    },
  );

  test.each(cross(senderReads, "GET", REFUSALS))(
    "$failure at $request refuses WhatsApp and changes nothing",
    async ({ fault }) => {
      const before = await everything(world);
      world.emulator.control.addFault(fault);
      const { body } = await assign(world, number, EVERY_CHANNEL);
      expect(body.code).toMatch(/^twilio_(not_permitted|rejected)$/);
      expect(await everything(world)).toEqual(before);
      expect((await lastOperation(world, number)).state).toMatch(/^(refused|rolled_back)$/);
    },
  );

  test.each(cross(WRITES, "POST", [...REFUSALS.slice(0, 1), ...OUTAGES.slice(1, 2)]))(
    "$failure at $request of a change to another agent leaves the first agent answering",
    async ({ fault }) => {
      await assign(world, number, EVERY_CHANNEL);
      // Somebody has meddled with every resource, so that each has to be written.
      world.emulator.control.updateSender(number.senderSid, { fallback_url: "https://theirs.example.com/f" });
      for (const { sid } of world.emulator.control.snapshot().services as { sid: string }[]) {
        world.emulator.control.updateService(sid, { inbound_method: "GET" });
      }
      const before = await everything(world);
      world.emulator.control.addFault(fault);
      const failed = await assign(world, number, { ...EVERY_CHANNEL, chatbotId: "agent_789" });
      world.emulator.control.clearFaults();
      expect(failed.body).toMatchObject({ outcome: "rolled_back" });
      expect(await everything(world)).toEqual(before);
      expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456" });
    },
  );

  test.each(cross(WRITES, "POST", [...REFUSALS.slice(0, 1), ...OUTAGES.slice(1, 2)]))(
    "$failure at $request of an unassignment leaves the agent answering",
    async ({ fault }) => {
      await assign(world, number, EVERY_CHANNEL);
      const before = await everything(world);
      world.emulator.control.addFault(fault);
      const failed = await unassign(world, number, { restore: true });
      world.emulator.control.clearFaults();
      expect(failed.body).toMatchObject({ outcome: "rolled_back" });
      expect(await everything(world)).toEqual(before);
      expect((await verify(world, number)).body).toMatchObject({ configured: true });
    },
  );

  test("revoked credentials change nothing, and are told as such", async () => {
    const before = await everything(world);
    world.emulator.control.revokeCredentials(ACCOUNT_SID);
    const { status, body } = await assign(world, number, EVERY_CHANNEL);
    expect(body).toMatchObject({
      code: "twilio_credentials_rejected",
      twilioCode: 20003,
      outcome: "rolled_back",
    });
    expect(status).toBe(502);
    expect(writes(world)).toEqual([]);
    const { numbers } = await everything(world);
    expect(numbers).toEqual(before.numbers);
  });

  test("the audit chain still holds after all of this", async () => {
    expect((await world.request("GET", "/api/audit/verify")).body).toMatchObject({
      valid: true,
      firstBroken: null,
    });
  });
});
