import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CallOutcomes, type Control, type Emulator, startEmulator } from "./index.ts";
import { sdk, startReceiver, twiml } from "./test-kit.ts";

const TOKEN = "t".repeat(32);
const NUMBER = "+14155550100";
const CALLER = "+14155559999";
const AGENT = "+14155557777";
const SIP = "sip:agent@example.com;transport=tls";

const EVENTS = 'statusCallback="leg?x=1" statusCallbackEvent="initiated ringing answered completed"';

let emulator: Emulator;
let control: Control;
let client: ReturnType<typeof sdk>;
let numberSid: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  receiver = await startReceiver(TOKEN, {
    "/plain": twiml(`<Dial>${AGENT}</Dial><Say>After</Say>`),
    "/number": twiml(`<Dial action="/dialed"><Number ${EVENTS}>${AGENT}</Number></Dial>`),
    "/sip": twiml(`<Dial callerId="${NUMBER}"><Sip username="u" statusCallback="/leg">${SIP}</Sip></Dial>`),
    "/two": twiml(`<Dial action="/dialed"><Number>${AGENT}</Number><Sip>${SIP}</Sip></Dial>`),
    "/conference": twiml('<Dial action="/dialed"><Conference>Room</Conference></Dial>'),
    "/relay": twiml('<Connect action="/ended"><ConversationRelay url="wss://r.example.com"/></Connect>'),
  });
  emulator = await startEmulator({ allowLocalhostUrls: true });
  control = emulator.control;
  const accountSid = control.createAccount({ authToken: TOKEN }).sid;
  client = sdk(emulator, accountSid, TOKEN);
  numberSid = control.createNumber(accountSid, { phoneNumber: NUMBER }).sid;
});

afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const at = (path: string) => `${receiver.url}${path}`;

function call(path: string, more: CallOutcomes & { answerSeconds?: number } = {}) {
  control.updateNumber(numberSid, { voice_url: at(path) });
  return control.placeCall({ from: CALLER, to: NUMBER, ...more });
}

const asked = (path: string) => receiver.received.filter((webhook) => webhook.path === path);

describe("a <Dial>", () => {
  test("makes a call of its own, which ends with it", async () => {
    const { callSid, legs, verbs } = await call("/plain", { answerSeconds: 30, dialSeconds: 25.2 });
    expect(legs).toMatchObject([
      {
        parent_call_sid: callSid,
        direction: "outbound-dial",
        from: CALLER,
        to: AGENT,
        status: "completed",
        duration: "26",
      },
    ]);
    expect(verbs.map(({ name }) => name)).toEqual(["Dial", "Say"]);
    expect(await client.calls.list({ parentCallSid: callSid })).toMatchObject([
      { sid: legs[0]?.sid, parentCallSid: callSid, direction: "outbound-dial" },
    ]);
  });

  test("reports the leg's events to the noun's callback, and its end to the action", async () => {
    const { callSid, legs } = await call("/number", { dialSeconds: 61 });
    const [sid = ""] = legs.map((leg) => leg.sid);
    expect(asked("/leg").map(({ params }) => [params.CallStatus, params.SequenceNumber])).toEqual([
      ["initiated", "0"],
      ["ringing", "1"],
      ["in-progress", "2"],
      ["completed", "3"],
    ]);
    expect(asked("/leg")[3]).toMatchObject({
      isSigned: true,
      url: at("/leg?x=1"),
      params: {
        CallSid: sid,
        ParentCallSid: callSid,
        Direction: "outbound-dial",
        CallDuration: "61",
        Duration: "2",
      },
    });
    expect(asked("/dialed")[0]?.params).toMatchObject({
      CallSid: callSid,
      DialCallStatus: "completed",
      DialCallSid: sid,
      DialCallDuration: "61",
    });
  });

  test("reports only the leg's end unless more was asked for, and shows the caller id that it was given", async () => {
    const { legs, webhooks } = await call("/sip");
    expect(legs).toMatchObject([{ from: NUMBER, to: SIP, phone_number_sid: numberSid }]);
    expect(asked("/leg").map(({ params }) => [params.CallStatus, params.SequenceNumber])).toEqual([
      ["completed", "0"],
    ]);
    expect(webhooks.map(({ kind }) => kind)).toEqual(["voice", "status"]);
  });

  test.each([
    ["busy", "486", ["initiated", "ringing", "busy"]],
    ["no-answer", "487", ["initiated", "ringing", "no-answer"]],
    ["failed", "500", ["initiated", "failed"]],
  ] as const)("that comes out %s says so everywhere, and costs nothing", async (outcome, sip, statuses) => {
    const { call: parent, legs } = await call("/number", { dialOutcome: outcome });
    expect(parent).toMatchObject({ status: "completed", duration: "10" });
    expect(legs).toMatchObject([{ status: outcome, duration: null, start_time: null }]);
    expect(asked("/leg").map(({ params }) => params.CallStatus)).toEqual(statuses);
    expect(asked("/leg").at(-1)?.params.SipResponseCode).toBe(sip);
    expect(asked("/dialed")[0]?.params).toMatchObject({ DialCallStatus: outcome, DialCallDuration: "0" });
  });

  test("rings several at once, and the first to answer stops the others", async () => {
    const { legs } = await call("/two");
    expect(legs.map(({ to, status }) => [to, status])).toEqual([
      [AGENT, "completed"],
      [SIP, "canceled"],
    ]);
    expect(asked("/dialed")[0]?.params.DialCallSid).toBe(legs[0]?.sid);
  });

  test("into a conference makes no leg", async () => {
    expect((await call("/conference")).legs).toEqual([]);
    expect(asked("/dialed")[0]?.params).toMatchObject({ DialCallStatus: "completed" });
    expect(asked("/dialed")[0]?.params.DialCallSid).toBeUndefined();
  });

  test("for a caller who gave up connects nobody", async () => {
    control.updateNumber(numberSid, { voice_url: at("/plain") });
    const { legs } = await control.placeCall({ from: CALLER, to: NUMBER, outcome: "canceled" });
    expect(legs).toMatchObject([{ status: "canceled", duration: null }]);
  });

  test.each([
    ["fetched", () => ({ url: at("/number") })],
    ["given", () => ({ twiml: `<Response><Dial><Number>${AGENT}</Number></Dial></Response>` })],
  ])("in the %s document of an outbound call makes a leg too", async (_name, document) => {
    const parent = await client.calls.create({ from: NUMBER, to: CALLER, ...document() });
    const answered = { durationSeconds: 20, dialOutcome: "completed", dialSeconds: 15 } as const;
    const { legs } = await control.advanceCall(parent.sid, "in-progress", answered);
    expect(legs).toMatchObject([{ parent_call_sid: parent.sid, from: NUMBER, to: AGENT, duration: "15" }]);
  });

  test("has its callbacks held like all others", async () => {
    control.holdStatusCallbacks(true);
    const { legs } = await call("/number");
    expect(control.heldStatusCallbacks().map(({ sid, status }) => [sid, status])).toEqual(
      ["initiated", "ringing", "in-progress", "completed"].map((status) => [legs[0]?.sid, status]),
    );
  });
});

test.each([
  [{}, { SessionStatus: "completed", SessionDuration: "42" }],
  [
    { sessionOutcome: "ended", handoffData: '{"reason":"human"}' },
    { SessionStatus: "ended", HandoffData: '{"reason":"human"}' },
  ],
  [
    { sessionOutcome: "failed" },
    { SessionStatus: "failed", SessionDuration: "0", ErrorCode: "39001", ErrorMessage: expect.any(String) },
  ],
] as const)("a <Connect> with %j tells its action %j", async (outcomes, params) => {
  await call("/relay", { answerSeconds: 42, ...outcomes });
  expect(asked("/ended")[0]?.params).toMatchObject({ SessionId: expect.stringMatching(/^VX/), ...params });
  const hasError = asked("/ended")[0]?.params.ErrorCode !== undefined;
  expect(hasError).toBe("ErrorCode" in params);
});
