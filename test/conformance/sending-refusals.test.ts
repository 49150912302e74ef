// What is refused is refused before it can be sent, with a code, and the same for a number that is not ours and one that
// is not there.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultEffect } from "../../emulator/index.ts";
import { impatientClock } from "../support/clock.ts";
import { newNumber, type TestNumber } from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { call, creations, newAssignedNumber, outgoing, PERSON, send } from "../support/sending.ts";
import { type Answer, addAgent, createWorld, type World } from "../support/world.ts";

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer).toMatchObject({ status, body: { status, code, type: `/errors/${code}` } });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
}

describe("sending what cannot be sent", () => {
  let world: World;
  let number: TestNumber;
  let stranger: Person;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL", switchhook: { clock: impatientClock } });
    await addAgent(world, "agent_456");
    number = await newAssignedNumber(world);
    stranger = await signUp(world, "Stranger");
  });
  afterAll(() => world.close());

  const nothingIsSent = () => {
    expect(outgoing(world, "messages", number)).toEqual([]);
    expect(outgoing(world, "calls", number)).toEqual([]);
  };

  test.each<[string, object]>([
    ["without a recipient", { to: undefined }],
    ["to a number without a plus", { to: "14155550123" }],
    ["to a number with a space", { to: "+1 4155550123" }],
    ["to a WhatsApp address", { to: `whatsapp:${PERSON}` }],
    ["to a SIP address", { to: "sip:desk@example.com" }],
    ["to several", { to: [PERSON] }],
    ["of nothing", { text: undefined }],
    ["of no text", { text: "" }],
    ["of blanks", { text: " \n" }],
    ["of no media", { text: undefined, mediaUrls: [] }],
    ["of too much text", { text: "a".repeat(1_601) }],
    ["of half a character", { text: "\ud83d" }],
    ["of too many media", { mediaUrls: Array.from({ length: 11 }, () => "https://example.com/a.png") }],
    ["of media over http", { mediaUrls: ["http://example.com/a.png"] }],
    ["of media that are no URL", { mediaUrls: ["a.png"] }],
    ["of media in a file", { mediaUrls: ["file:///etc/passwd"] }],
    ["over another channel", { channel: "mms" }],
    ["with a member that we do not know", { from: "+14155550000" }],
    ["from a number with another kind of id", { phoneNumberId: 7 }],
  ])("a message %s is invalid", async (_name, input) => {
    world.emulator.control.clearRequests();
    expectProblem(await send(world, number, input), 400, "invalid_input");
    expect(world.emulator.control.requests()).toEqual([]);
    nothingIsSent();
  });

  test.each<[string, object]>([
    ["without a recipient", { to: undefined }],
    ["to nobody", { to: "anonymous" }],
    ["to a client", { to: "client:desk" }],
    ["to a SIP address without a host", { to: "sip:desk" }],
    ["to a SIP address that is too long", { to: `sip:${"a".repeat(250)}@example.com` }],
    ["that rings for no time", { timeoutSeconds: 0 }],
    ["that rings for ever", { timeoutSeconds: 601 }],
    ["that rings for a part of a second", { timeoutSeconds: 0.5 }],
    ["with TwiML", { twiml: "<Response/>" }],
  ])("a call %s is invalid", async (_name, input) => {
    world.emulator.control.clearRequests();
    expectProblem(await call(world, number, input), 400, "invalid_input");
    expect(world.emulator.control.requests()).toEqual([]);
    nothingIsSent();
  });

  describe.each([
    ["message", send],
    ["call", call],
  ] as const)("a %s", (_kind, act) => {
    test("without credentials is nobody's", async () => {
      expectProblem(await act(world, number, {}, {}), 401, "unauthenticated");
      nothingIsSent();
    });

    test("from another organization's number and from none get the same answer, byte for byte", async () => {
      const attempt = async (id: string) => {
        const answer = await act(world, { id }, {}, stranger.headers);
        expectProblem(answer, 404, "phone_number_not_found");
        answer.headers.delete("x-request-id");
        return [[...answer.headers], JSON.stringify(answer.body).replace(answer.body.requestId, "")];
      };
      expect(await attempt(number.id)).toEqual(await attempt("none"));
      nothingIsSent();
    });

    test("from a number without an agent is refused", async () => {
      expectProblem(await act(world, await newNumber(world)), 409, "number_not_assigned");
    });

    test("from a number that is gone is refused", async () => {
      const gone = await newAssignedNumber(world);
      world.emulator.control.releaseNumber(gone.sid);
      await world.request("POST", "/api/phone-numbers/import", { accountId: world.accountId });
      world.emulator.control.clearRequests();
      expectProblem(await act(world, gone), 409, "number_released");
      expect(world.emulator.control.requests()).toEqual([]);
    });

    test.each<[string, FaultEffect, number, string]>([
      ["the recipient", { kind: "error", status: 400, code: 21211 }, 422, "recipient_invalid"],
      ["something else", { kind: "error", status: 400, code: 21606 }, 502, "twilio_rejected"],
      ["the credentials", { kind: "error", status: 401, code: 20003 }, 502, "twilio_credentials_rejected"],
      ["the permission", { kind: "error", status: 403, code: 20003 }, 502, "twilio_not_permitted"],
    ])(
      "that Twilio refuses because of %s is refused, and not tried again",
      async (_name, effect, ...problem) => {
        world.emulator.control.clearRequests();
        world.emulator.control.addFault({ method: "POST", effect });
        expectProblem(await act(world, number), ...problem);
        expect(world.emulator.control.requests()).toHaveLength(1);
        nothingIsSent();
      },
    );

    test("that Twilio's limit holds up is tried again, and can be tried again", async () => {
      world.emulator.control.clearRequests();
      world.emulator.control.addFault({ method: "POST", times: 4, effect: { kind: "error", status: 429 } });
      const answer = await act(world, number);
      expectProblem(answer, 503, "twilio_rate_limited");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(world.emulator.control.requests({ method: "POST" })).toHaveLength(4);
      nothingIsSent();
    });
  });

  test.each<[string, Parameters<typeof newAssignedNumber>[1], object, string]>([
    ["a message", { capabilities: { sms: false } }, {}, "SMS"],
    ["media", { capabilities: { mms: false } }, { mediaUrls: ["https://example.com/a.png"] }, "MMS"],
  ])("%s from a number that cannot send it is refused", async (_name, fields, input, named) => {
    const incapable = await newAssignedNumber(world, fields);
    const answer = await send(world, incapable, input);
    expectProblem(answer, 409, "capability_missing");
    expect(answer.body.detail).toContain(named);
    expect(creations(world, "Messages")).toEqual([]);
  });

  test("a WhatsApp message from a number without a sender is refused", async () => {
    expectProblem(await send(world, number, { channel: "whatsapp" }), 409, "whatsapp_sender_missing");
    nothingIsSent();
  });
});
