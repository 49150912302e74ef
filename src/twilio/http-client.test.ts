import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Emulator, type FaultEffect, startEmulator } from "../../emulator/index.ts";
import { testClock } from "../base/clock.testing.ts";
import { TwilioHttpClient } from "./http-client.ts";
import {
  CREDENTIALS,
  emulatedClient,
  httpDeps,
  json,
  sid,
  startServer,
  type TestClient,
  testClient,
} from "./twilio.testing.ts";
import { TwilioError } from "./twilio-error.ts";

const MAX_ATTEMPTS = 4;
const VOICE_URL = "https://example.com/voice";
const error = (status: number): FaultEffect => ({ kind: "error", status });

let emulator: Emulator;
let client: TestClient;
let numberSid: string;

beforeEach(async () => {
  emulator = await startEmulator();
  client = emulatedClient(emulator);
  numberSid = emulator.control.createNumber(CREDENTIALS.accountSid, { phoneNumber: "+14155550100" }).sid;
});

afterEach(() => emulator.close());

const readNumber = () => client.sdk.incomingPhoneNumbers(numberSid).fetch();
const listNumbers = () => client.sdk.incomingPhoneNumbers.list({ limit: 1 });
const updateNumber = () => client.sdk.incomingPhoneNumbers(numberSid).update({ voiceUrl: VOICE_URL });
const sendMessage = () =>
  client.sdk.messages.create({ from: "+14155550100", to: "+14155550199", body: "Hello" });
const removeNumber = () => client.sdk.incomingPhoneNumbers(numberSid).remove();

const REQUESTS = { readNumber, listNumbers, updateNumber, sendMessage, removeNumber } as const;
type RequestName = keyof typeof REQUESTS;

/** Waits for an answer only as long as the test has to; the others must not fail because a machine is busy. */
function faceEffect(effect: FaultEffect, times = 1): void {
  emulator.control.addFault({ effect, times });
  const isSilent = effect.kind === "hang" || effect.kind === "applyThenHang";
  client = testClient(emulator.url, { attemptTimeoutMs: isSilent ? 500 : 5_000 });
}

async function failureOf(request: () => Promise<unknown>): Promise<TwilioError> {
  const outcome = await request().then(
    () => "no failure",
    (failure: unknown) => failure,
  );
  expect(outcome).toBeInstanceOf(TwilioError);
  return outcome as TwilioError;
}

describe("a request that fails for a moment", () => {
  test.each([
    ["readNumber", "429", error(429)],
    ["listNumbers", "429", error(429)],
    ["updateNumber", "429", error(429)],
    ["sendMessage", "429, which was never processed,", error(429)],
    ["removeNumber", "429", error(429)],
    ["readNumber", "500", error(500)],
    ["listNumbers", "503", error(503)],
    ["readNumber", "a lost connection", { kind: "reset" }],
    ["readNumber", "no answer in time", { kind: "hang" }],
    ["updateNumber", "500, because it sets the same values again,", error(500)],
    ["updateNumber", "503", error(503)],
    ["removeNumber", "502", error(502)],
  ] satisfies [RequestName, string, FaultEffect][])(
    "%s: %s is repeated and goes well",
    async (name, _what, effect) => {
      faceEffect(effect, 2);
      await REQUESTS[name]();
      expect(emulator.control.requests()).toHaveLength(3);
      expect(client.clock.slept).toHaveLength(2);
    },
  );
});

describe("a request whose repetition could do harm", () => {
  test.each([
    ["sendMessage", "500", error(500)],
    ["sendMessage", "503", error(503)],
    ["sendMessage", "a lost connection", { kind: "reset" }],
    ["sendMessage", "no answer in time", { kind: "applyThenHang" }],
    ["updateNumber", "a lost connection", { kind: "applyThenReset" }],
    ["updateNumber", "no answer in time", { kind: "hang" }],
    ["removeNumber", "no answer in time", { kind: "hang" }],
  ] satisfies [RequestName, string, FaultEffect][])(
    "%s: %s is not repeated, and nobody knows the outcome",
    async (name, _what, effect) => {
      faceEffect(effect);
      const failure = await failureOf(REQUESTS[name]);
      expect(failure.isAmbiguous).toBe(true);
      expect(emulator.control.requests()).toHaveLength(1);
    },
  );
});

describe("a request that Twilio refuses", () => {
  test.each([400, 401, 403, 404, 409])("with %i is not repeated and has had no effect", async (status) => {
    emulator.control.addFault({ effect: { kind: "error", status, code: 21402, message: "Not like this" } });
    const failure = await failureOf(updateNumber);
    expect(failure).toMatchObject({
      status,
      twilioCode: 21402,
      message: "Not like this",
      isAmbiguous: false,
    });
    expect(emulator.control.requests()).toHaveLength(1);
  });

  test.each([
    [401, { isDenied: true, isNotFound: false }],
    [403, { isDenied: true, isNotFound: false }],
    [404, { isDenied: false, isNotFound: true }],
    [400, { isDenied: false, isNotFound: false }],
  ])("with %i says what kind of refusal it is", async (status, kind) => {
    emulator.control.addFault({ effect: error(status) });
    expect(await failureOf(readNumber)).toMatchObject(kind);
  });

  test("names Twilio's own id of the request, for its support", async () => {
    emulator.control.addFault({ effect: error(400) });
    const failure = await failureOf(readNumber);
    expect(failure.twilioRequestId).toBe(emulator.control.requests()[0]?.id);
  });
});

describe("a failure that lasts", () => {
  test.each([
    ["readNumber", 429, false],
    ["sendMessage", 429, false],
    ["readNumber", 503, false],
    ["updateNumber", 500, true],
  ] satisfies [RequestName, number, boolean][])(
    "%s: after the last attempt, %i comes out (ambiguous: %s)",
    async (name, status, isAmbiguous) => {
      emulator.control.addFault({ effect: error(status), times: 100 });
      expect(await failureOf(REQUESTS[name])).toMatchObject({ status, isAmbiguous });
      expect(emulator.control.requests()).toHaveLength(MAX_ATTEMPTS);
    },
  );

  test("waits longer each time, by a share that chance decides, and never long", async () => {
    emulator.control.addFault({ effect: error(429), times: 100 });
    await failureOf(readNumber);
    expect(client.clock.slept).toEqual([100, 200, 400]);
  });

  test.each([
    ["4 attempts of 4 seconds", 4_000, 4],
    ["2 attempts of 10 seconds", 10_000, 2],
    ["1 attempt of 15 seconds", 15_000, 1],
    ["1 attempt after which the wait alone would take too long", 14_950, 1],
  ])("is given up so that no attempt begins after 15 seconds: %s", async (_what, attemptMs, attempts) => {
    const clock = testClock();
    const slow = await startServer((_request, res) => {
      clock.advance(attemptMs);
      json(res, { code: 20503 }, 503);
    });
    const patient = testClient(slow.url, { clock });
    await failureOf(() => patient.sdk.incomingPhoneNumbers(numberSid).fetch());
    expect(slow.received).toHaveLength(attempts);
    await slow.close();
  });
});

describe("an outcome that nobody knows", () => {
  test.each([
    ["refused", error(404)],
    ["limited", error(429)],
    ["unauthorised", error(401)],
  ])(
    "stays unknown when the repetition is %s: the first attempt may have taken effect",
    async (_what, effect) => {
      emulator.control.addFault({ effect: error(500) });
      emulator.control.addFault({ effect, times: 100 });
      const failure = await failureOf(updateNumber);
      expect(failure.isAmbiguous).toBe(true);
      expect(failure.status).toBe(effect.kind === "error" ? effect.status : 0);
    },
  );

  test("is none of a read's, whatever happens to it", async () => {
    emulator.control.addFault({ effect: { kind: "reset" }, times: 100 });
    expect(await failureOf(readNumber)).toMatchObject({ status: 0, isAmbiguous: false });
  });
});

describe("what Twilio says about its limit", () => {
  const NUMBER = sid("PN");
  const refuseOnce = (headers: Record<string, string>) => {
    let received = 0;
    return startServer((_request, res) => {
      received += 1;
      if (received > 1) return json(res, { sid: NUMBER });
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      return json(res, { code: 20429 }, 429);
    });
  };

  // Chance is a half here, so the jitter of a first repetition is 100 ms.
  test.each([
    ["seconds", "3", 3_100],
    ["a date", "Thu, 01 Jan 2026 00:00:04 GMT", 4_100],
    ["a date that is over", "Wed, 31 Dec 2025 00:00:00 GMT", 100],
    ["nothing that anybody understands", "soon", 100],
  ])("Retry-After is honoured where it is %s, and spread out", async (_what, retryAfter, waitMs) => {
    const server = await refuseOnce({ "retry-after": retryAfter });
    const asked = testClient(server.url);
    await asked.sdk.incomingPhoneNumbers(NUMBER).update({ voiceUrl: VOICE_URL });
    expect(asked.clock.slept).toEqual([waitMs]);
    expect(server.received).toHaveLength(2);
    await server.close();
  });

  test("Retry-After that is longer than anybody waits is handed on, and not waited for", async () => {
    const server = await refuseOnce({ "retry-after": "60" });
    const asked = testClient(server.url);
    const failure = await failureOf(() => asked.sdk.incomingPhoneNumbers(NUMBER).fetch());
    expect(failure).toMatchObject({ status: 429, retryAfterMs: 60_000, isAmbiguous: false });
    expect(asked.clock.slept).toEqual([]);
    await server.close();
  });

  test("its count of the account's requests lowers the limit further than ours alone would", async () => {
    const limitAfter = async (headers: Record<string, string>) => {
      const server = await refuseOnce(headers);
      const deps = httpDeps();
      const options = { baseUrl: server.url, attemptTimeoutMs: 5_000 };
      const direct = new TwilioHttpClient(deps, options, CREDENTIALS.accountSid);
      // So many that the count is neither ours nor below what one refusal may take.
      const uri = `https://api.twilio.com/2010-04-01/Accounts/${CREDENTIALS.accountSid}.json`;
      await Promise.all(Array.from({ length: 20 }, () => direct.request({ method: "get", uri })));
      await server.close();
      return deps.gates.of(`${CREDENTIALS.accountSid} ${server.url}`).limit;
    };
    expect(await limitAfter({ "twilio-concurrent-requests": "14" })).toBeLessThan(await limitAfter({}));
  });
});

describe("a request that is given up while it waits for its turn", () => {
  test.each(["interactive", "batch"] as const)("is never sent, and says so: %s", async (priority) => {
    const given = new AbortController();
    const deps = httpDeps();
    const options = { baseUrl: emulator.url, attemptTimeoutMs: 5_000 };
    const gate = deps.gates.of(`${CREDENTIALS.accountSid} ${emulator.url}`);
    const turns = await Promise.all(
      Array.from({ length: gate.limit }, () => gate.enter("interactive", new AbortController().signal)),
    );
    const waiting = new TwilioHttpClient(deps, options, CREDENTIALS.accountSid, {
      priority,
      signal: given.signal,
    });
    const uri = `https://api.twilio.com/2010-04-01/Accounts/${CREDENTIALS.accountSid}/Messages.json`;
    const failure = failureOf(() => waiting.request({ method: "post", uri }));
    expect(gate.waiting).toBe(1);
    given.abort();
    expect(await failure).toMatchObject({ isUnsent: true, isAmbiguous: false });
    for (const turn of turns) turn.leave();
    expect(gate.isIdle).toBe(true);
    expect(emulator.control.requests()).toEqual([]);
  });
});

describe("a request whose turn does not come within its deadline", () => {
  test.each([
    ["of somebody's is not sent", "interactive", "get", 0],
    ["that writes is not sent, nor one of a batch", "batch", "post", 0],
    ["that a batch reads with is sent when it comes", "batch", "get", 1],
  ] as const)("%s", async (_what, priority, method, sent) => {
    const deps = httpDeps();
    const gate = deps.gates.of(`${CREDENTIALS.accountSid} ${emulator.url}`);
    const turns = await Promise.all(
      Array.from({ length: gate.limit }, () => gate.enter("interactive", new AbortController().signal)),
    );
    const options = { baseUrl: emulator.url, attemptTimeoutMs: 5_000, deadlineMs: 1 };
    const waiting = new TwilioHttpClient(deps, options, CREDENTIALS.accountSid, { priority });
    const { accountSid: username, authToken: password } = CREDENTIALS;
    const uri = `https://api.twilio.com/2010-04-01/Accounts/${username}/Messages.json`;
    const answer = waiting.request({ method, uri, username, password }).catch((failure: unknown) => failure);
    await vi.waitFor(() => expect(gate.waiting).toBe(sent), { interval: 2 });
    await new Promise((resolve) => AbortSignal.timeout(3).addEventListener("abort", resolve));
    for (const turn of turns) turn.leave();
    expect(await answer).toMatchObject(sent === 0 ? { isUnsent: true } : { statusCode: 200 });
    expect(emulator.control.requests()).toHaveLength(sent);
  });
});

test("what waited for its turn while its process stood still is not sent any more, whatever its timers say", async () => {
  const clock = testClock();
  const deps = httpDeps(clock);
  const gate = deps.gates.of(`${CREDENTIALS.accountSid} ${emulator.url}`);
  const turns = await Promise.all(
    Array.from({ length: gate.limit }, () => gate.enter("interactive", new AbortController().signal)),
  );
  const options = { baseUrl: emulator.url, attemptTimeoutMs: 5_000 };
  const waiting = new TwilioHttpClient(deps, options, CREDENTIALS.accountSid);
  const uri = `https://api.twilio.com/2010-04-01/Accounts/${CREDENTIALS.accountSid}/Messages.json`;
  const failure = failureOf(() => waiting.request({ method: "post", uri }));
  expect(gate.waiting).toBe(1);
  clock.advance(60_000);
  for (const turn of turns) turn.leave();
  expect(await failure).toMatchObject({ isUnsent: true, isAmbiguous: false });
  expect(gate.isIdle).toBe(true);
  expect(emulator.control.requests()).toEqual([]);
});

test("an answer in HTML is a failure that says its status, not one that nobody understands", async () => {
  const body = "<html><body><h1>502 Bad Gateway</h1></body></html>";
  emulator.control.addFault({ effect: { kind: "error", status: 502, body }, times: 100 });
  expect(await failureOf(readNumber)).toMatchObject({
    status: 502,
    message: "HTTP 502",
    twilioCode: undefined,
  });
});

describe("what goes out", () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let direct: TwilioHttpClient;

  beforeEach(async () => {
    server = await startServer((_request, res) => json(res, { sid: sid("PN") }));
    const deps = httpDeps();
    direct = new TwilioHttpClient(
      deps,
      { baseUrl: server.url, attemptTimeoutMs: 1_000 },
      CREDENTIALS.accountSid,
    );
  });

  afterEach(() => server.close());

  test.each([
    "https://api.twilio.com/2010-04-01/Accounts.json",
    "https://messaging.twilio.com/v1/Services",
    "https://monitor.twilio.com/v1/Alerts",
    "https://accounts.twilio.com/v1/AuthTokens/Promote",
    "https://routes.twilio.com/v2/PhoneNumbers/%2B14155550100",
    "https://conversations.twilio.com/v1/Configuration/Addresses",
    "https://api.dublin.ie1.twilio.com/2010-04-01/Accounts.json",
  ])("goes to the replaced origin, with its path untouched: %s", async (uri) => {
    await direct.request({ method: "get", uri });
    expect(server.received[0]?.url).toBe(new URL(uri).pathname);
  });

  test("the log names a number by its last four digits alone", async () => {
    const lines: string[] = [];
    const deps = { ...httpDeps(), log: pino({}, { write: (line: string) => void lines.push(line) }) };
    const options = { baseUrl: server.url, attemptTimeoutMs: 1_000 };
    const logged = new TwilioHttpClient(deps, options, CREDENTIALS.accountSid);
    await logged.request({ method: "get", uri: "https://routes.twilio.com/v2/PhoneNumbers/%2B14155550100" });
    await logged.request({ method: "get", uri: "https://api.twilio.com/whatsapp:+14155550100" });
    const paths = lines.map((line) => JSON.parse(line).path);
    expect(paths).toEqual(["/v2/PhoneNumbers/%2B…0100", "/whatsapp:+…0100"]);
  });

  test("a form is sent as one, with lists as repeated fields and without what is not set", async () => {
    const data = {
      VoiceUrl: "https://example.com/?a=b&c=d e",
      TrunkSid: "",
      Tag: ["a", "b"],
      SmsUrl: undefined,
    };
    await direct.request({ method: "post", uri: "https://api.twilio.com/x", data });
    const [request] = server.received;
    expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect([...new URLSearchParams(request?.body)]).toEqual([
      ["VoiceUrl", "https://example.com/?a=b&c=d e"],
      ["TrunkSid", ""],
      ["Tag", "a"],
      ["Tag", "b"],
    ]);
  });

  test("JSON is sent as JSON where the caller says so", async () => {
    const data = { webhook: { callback_url: "https://example.com" } };
    const headers = { "Content-Type": "application/json" };
    await direct.request({ method: "post", uri: "https://messaging.twilio.com/x", data, headers });
    expect(server.received[0]?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(server.received[0]?.body ?? "")).toEqual(data);
  });

  test("parameters join those that the address has already", async () => {
    const uri = "https://api.twilio.com/x?PageToken=a%2Bb";
    await direct.request({
      method: "get",
      uri,
      params: { PageSize: 1000, To: undefined, "StartTime>": "2026-01-01" },
    });
    const query = new URL(server.received[0]?.url ?? "", server.url).searchParams;
    expect([...query]).toEqual([
      ["PageToken", "a+b"],
      ["PageSize", "1000"],
      ["StartTime>", "2026-01-01"],
    ]);
  });

  test.each([
    ["the auth token", CREDENTIALS, `${CREDENTIALS.accountSid}:${CREDENTIALS.authToken}`],
    ["the API key", { ...CREDENTIALS, apiKey: { sid: sid("SK"), secret: "s3cret" } }, `${sid("SK")}:s3cret`],
  ])("is authorised by %s, in the account's own path", async (_name, credentials, basic) => {
    await testClient(server.url, { credentials }).sdk.incomingPhoneNumbers(sid("PN")).fetch();
    const [request] = server.received;
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from(basic).toString("base64")}`);
    expect(request?.url).toBe(
      `/2010-04-01/Accounts/${CREDENTIALS.accountSid}/IncomingPhoneNumbers/${sid("PN")}.json`,
    );
  });

  test("never follows a redirect, which would carry the credentials away", async () => {
    const redirecting = await startServer(
      (_request, res) => void res.writeHead(307, { Location: server.url }).end(),
    );
    const redirected = testClient(redirecting.url);
    await failureOf(() => redirected.sdk.incomingPhoneNumbers(sid("PN")).fetch());
    expect(server.received).toEqual([]);
    await redirecting.close();
  });

  test("an answer is asked for compressed, and read, a refusal as well", async () => {
    const answers = [
      { status: 200, body: { sid: sid("PN") } },
      { status: 404, body: { code: 20_404, message: "Not there – at all" } },
    ];
    const compressing = await startServer((request, res) => {
      expect(request.headers["accept-encoding"]).toBe("gzip");
      const { status = 500, body } = answers.shift() ?? {};
      res.writeHead(status, { "Content-Encoding": "gzip" }).end(gzipSync(JSON.stringify(body)));
    });
    const numbers = testClient(compressing.url).sdk.incomingPhoneNumbers(sid("PN"));
    expect(await numbers.fetch()).toMatchObject({ sid: sid("PN") });
    expect(await failureOf(() => numbers.fetch())).toMatchObject({
      twilioCode: 20_404,
      message: "Not there – at all",
    });
    await compressing.close();
  });
});

test("each attempt is counted by its method and status, and none by 0", async () => {
  const deps = httpDeps();
  const options = { baseUrl: emulator.url, attemptTimeoutMs: 5_000 };
  const counted = new TwilioHttpClient(deps, options, CREDENTIALS.accountSid);
  emulator.control.addFault({ effect: error(429) });
  emulator.control.addFault({ effect: { kind: "reset" } });
  const { accountSid: username, authToken: password } = CREDENTIALS;
  const uri = `https://api.twilio.com/2010-04-01/Accounts/${username}/IncomingPhoneNumbers/${numberSid}.json`;
  await counted.request({ method: "get", uri, username, password });
  const { values } = await deps.metrics.twilioRequests.get();
  expect(values.map(({ labels, value }) => [labels.status, value])).toEqual([
    [429, 1],
    [0, 1],
    [200, 1],
  ]);
});
