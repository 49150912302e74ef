import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type DemoAccount, type Emulator, seedDemo, startEmulator } from "./index.ts";
import { sdk } from "./test-kit.ts";

/** Twilio publishes its OpenAPI files inside of its CLI. */
const folder = join(
  dirname(createRequire(import.meta.url).resolve("@twilio/cli-core/package.json")),
  "src/services/twilio-api",
);

const response = z.looseObject({
  content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional(),
});
const operation = z.looseObject({ responses: z.record(z.string(), response) });
const specification = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

const specs = new Map<string, z.output<typeof specification>>();
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, allowUnionTypes: true });

function specOf(name: string): z.output<typeof specification> {
  const known = specs.get(name);
  if (known) return known;
  const file = readFileSync(join(folder, `twilio_${name}.json`), "utf8");
  const spec = specification.parse(adapt(JSON.parse(file), name, ""));
  ajv.addSchema(spec, name);
  specs.set(name, spec);
  return spec;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** OpenAPI 3.0 to JSON Schema, with what Twilio's own examples show: unset SIDs are empty text. */
function adapt(node: unknown, spec: string, key: string): unknown {
  if (Array.isArray(node)) return node.map((item) => adapt(item, spec, ""));
  if (!isObject(node)) return node;
  const { nullable, ...plain } = node;
  const entries = Object.entries(plain).map(([name, value]) => [name, adapt(value, spec, name)]);
  const schema: Record<string, unknown> = Object.fromEntries(entries);
  if (typeof schema.$ref === "string") schema.$ref = spec + schema.$ref;
  if (isObject(schema.properties) && schema.type === "object") schema.additionalProperties ??= false;
  const alternatives: unknown[] = [schema];
  if (nullable === true) alternatives.push({ type: "null" });
  // In reality a price is text wherever it appears; only the schema of usage says otherwise.
  if (schema.type === "number" && key === "price") alternatives.push({ type: "string" });
  if (typeof schema.pattern === "string" && key.endsWith("_sid")) alternatives.push({ const: "" });
  return alternatives.length > 1 ? { anyOf: alternatives } : schema;
}

function schemaOf(spec: string, method: string, path: string, status: number): unknown {
  const found = operation.parse(specOf(spec).paths[path]?.[method.toLowerCase()]);
  const content = found.responses[String(status)]?.content ?? {};
  return content["application/json"]?.schema ?? content["application/scim+json"]?.schema;
}

const components = z.looseObject({
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

function propertiesOf(spec: string, name: string): string[] {
  const schema = components.parse(specOf(spec)).components.schemas[name];
  return isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties).toSorted() : [];
}

let emulator: Emulator;
let demo: DemoAccount;
const ids = { call: "", message: "" };

beforeAll(async () => {
  emulator = await startEmulator();
  demo = seedDemo(emulator.control);
  emulator.control.updateNumber(demo.numbers[0]?.sid ?? "", {
    voice_url: "https://unreachable.invalid/voice",
  });
  ids.call = (await emulator.control.placeCall({ from: "+14155559999", to: "+14155550101" })).callSid;
  ids.message = (
    await emulator.control.receiveMessage({ from: "+14155559999", to: "+14155550101", body: "hi" })
  ).messageSid;
  const client = sdk(emulator, demo.accountSid, demo.authToken);
  const call = {
    to: "+14155559999",
    from: "+14155550101",
    twiml: "<Response><Dial>+14155557777</Dial></Response>",
  };
  await emulator.control.advanceCall((await client.calls.create(call)).sid, "in-progress");
  emulator.control.setAddressConfiguration(demo.accountSid, { address: "+14155550101" });
  emulator.control.addToService(`MG${"2".padStart(32, "0")}`, `XE${"1".padStart(32, "0")}`);
});

afterAll(() => emulator.close());

const SIDS: Record<string, () => string> = {
  AccountSid: () => demo.accountSid,
  PN: () => demo.numbers[0]?.sid ?? "",
  PN3: () => demo.numbers[2]?.sid ?? "",
  AP: () => `AP${"1".padStart(32, "0")}`,
  MG: () => `MG${"2".padStart(32, "0")}`,
  XE: () => `XE${"1".padStart(32, "0")}`,
  CA: () => ids.call,
  SM: () => ids.message,
};

const ACCOUNT = "/2010-04-01/Accounts/{AccountSid}";

/** [specification, method, path with the names of its SIDs in place of the parameters, status, body] */
const CASES: [string, string, string, number, (Record<string, string> | object)?][] = [
  ["api_v2010", "GET", "/2010-04-01/Accounts.json", 200],
  ["api_v2010", "POST", "/2010-04-01/Accounts.json", 201, { FriendlyName: "sub" }],
  ["api_v2010", "GET", "/2010-04-01/Accounts/{Sid=AccountSid}.json", 200],
  ["api_v2010", "GET", `${ACCOUNT}/IncomingPhoneNumbers.json`, 200],
  ["api_v2010", "POST", `${ACCOUNT}/IncomingPhoneNumbers.json`, 201, { AreaCode: "212" }],
  ["api_v2010", "GET", `${ACCOUNT}/IncomingPhoneNumbers/{Sid=PN}.json`, 200],
  [
    "api_v2010",
    "POST",
    `${ACCOUNT}/IncomingPhoneNumbers/{Sid=PN}.json`,
    200,
    { SmsUrl: "https://a.example.com" },
  ],
  ["api_v2010", "GET", `${ACCOUNT}/Applications.json`, 200],
  ["api_v2010", "POST", `${ACCOUNT}/Applications.json`, 201, { FriendlyName: "app" }],
  ["api_v2010", "GET", `${ACCOUNT}/Applications/{Sid=AP}.json`, 200],
  ["api_v2010", "GET", `${ACCOUNT}/Messages.json`, 200],
  [
    "api_v2010",
    "POST",
    `${ACCOUNT}/Messages.json`,
    201,
    { To: "+14155559999", From: "+14155550101", Body: "hi" },
  ],
  ["api_v2010", "GET", `${ACCOUNT}/Messages/{Sid=SM}.json`, 200],
  ["api_v2010", "GET", `${ACCOUNT}/Calls.json`, 200],
  [
    "api_v2010",
    "POST",
    `${ACCOUNT}/Calls.json`,
    201,
    { To: "+14155559999", From: "+14155550101", Url: "https://a.example.com" },
  ],
  ["api_v2010", "GET", `${ACCOUNT}/Calls/{Sid=CA}.json`, 200],
  ["api_v2010", "GET", `${ACCOUNT}/Usage/Records.json`, 200],
  ["api_v2010", "GET", `${ACCOUNT}/Usage/Records/Daily.json`, 200],
  ["api_v2010", "GET", `${ACCOUNT}/Usage/Records/Today.json`, 200],
  ["api_v2010", "GET", `${ACCOUNT}/Usage/Records/Yesterday.json`, 200],
  ["api_v2010", "GET", `${ACCOUNT}/Usage/Records/AllTime.json`, 200],
  ["messaging_v1", "GET", "/v1/Services", 200],
  ["messaging_v1", "POST", "/v1/Services", 201, { FriendlyName: "service" }],
  ["messaging_v1", "GET", "/v1/Services/{Sid=MG}", 200],
  ["messaging_v1", "POST", "/v1/Services/{Sid=MG}", 200, { StickySender: "false" }],
  ["messaging_v1", "GET", "/v1/Services/{ServiceSid=MG}/PhoneNumbers", 200],
  ["messaging_v1", "POST", "/v1/Services/{ServiceSid=MG}/PhoneNumbers", 201, { PhoneNumberSid: "PN" }],
  ["messaging_v1", "GET", "/v1/Services/{ServiceSid=MG}/PhoneNumbers/{Sid=PN3}", 200],
  ["messaging_v1", "GET", "/v1/Services/{MessagingServiceSid=MG}/ChannelSenders", 200],
  ["messaging_v1", "GET", "/v1/Services/{MessagingServiceSid=MG}/ChannelSenders/{Sid=XE}", 200],
  ["messaging_v2", "GET", "/v2/Channels/Senders", 200],
  ["messaging_v2", "GET", "/v2/Channels/Senders/{Sid=XE}", 200],
  [
    "messaging_v2",
    "POST",
    "/v2/Channels/Senders/{Sid=XE}",
    202,
    { webhook: { callback_url: "https://a.example.com" } },
  ],
  ["monitor_v1", "GET", "/v1/Alerts", 200],
  ["routes_v2", "GET", "/v2/PhoneNumbers/{PhoneNumber}", 200],
  ["conversations_v1", "GET", "/v1/Configuration/Addresses", 200],
  ["accounts_v1", "POST", "/v1/AuthTokens/Secondary", 201],
  ["accounts_v1", "POST", "/v1/AuthTokens/Promote", 200],
];

/** {Sid=PN} is the parameter Sid of the specification, and the demo's PN in the request. */
const specPath = (path: string) => path.replaceAll(/\{(\w+)=\w+\}/g, "{$1}");

const requestPath = (path: string) =>
  path
    .replaceAll(/\{(?:\w+=)?(\w+)\}/g, (_match, name: string) => SIDS[name]?.() ?? "%2B14155550101")
    .replace(/^\/v2\/Channels\/Senders$/, "/v2/Channels/Senders?Channel=whatsapp");

async function ask(
  method: string,
  path: string,
  body: object | undefined,
): Promise<{ status: number; json: unknown }> {
  const token = emulator.control
    .snapshot()
    .accounts.map((account) => ("auth_token" in account ? account.auth_token : ""));
  const isJson = path.startsWith("/v2/Channels");
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body ?? {})) form.set(name, SIDS[value]?.() ?? String(value));
  const res = await fetch(emulator.url + requestPath(path), {
    method,
    headers: {
      authorization: `Basic ${btoa(`${demo.accountSid}:${String(token[0])}`)}`,
      ...(isJson && { "content-type": "application/json" }),
    },
    ...(method === "POST" && { body: isJson ? JSON.stringify(body) : form }),
  });
  return { status: res.status, json: await res.json() };
}

describe("what the emulator answers is what Twilio's OpenAPI files describe", () => {
  test.each(CASES)("%s %s %s: %i", async (spec, method, path, status, body) => {
    const schema = schemaOf(spec, method, specPath(path), status);
    expect(isObject(schema)).toBe(true);
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(status);
    const validate = ajv.compile(isObject(schema) ? schema : false);
    validate(answer.json);
    expect(validate.errors ?? []).toEqual([]);
  });

  test("no property of a usage record is missing", async () => {
    const { json } = await ask("GET", `${ACCOUNT}/Usage/Records/Daily.json`, undefined);
    const { usage_records: records } = z
      .looseObject({ usage_records: z.array(z.record(z.string(), z.unknown())) })
      .parse(json);
    const expected = propertiesOf("api_v2010", "api.v2010.account.usage.usage_record.usage_record_daily");
    expect(expected.length).toBeGreaterThan(5);
    expect(Object.keys(records[0] ?? {}).toSorted()).toEqual(expected);
  });

  test.each([
    ["api_v2010", "api.v2010.account.incoming_phone_number", `${ACCOUNT}/IncomingPhoneNumbers/{Sid=PN}.json`],
    ["api_v2010", "api.v2010.account.application", `${ACCOUNT}/Applications/{Sid=AP}.json`],
    ["api_v2010", "api.v2010.account.message", `${ACCOUNT}/Messages/{Sid=SM}.json`],
    ["api_v2010", "api.v2010.account.call", `${ACCOUNT}/Calls/{Sid=CA}.json`],
    ["api_v2010", "api.v2010.account", "/2010-04-01/Accounts/{Sid=AccountSid}.json"],
    ["messaging_v1", "messaging.v1.service", "/v1/Services/{Sid=MG}"],
  ])("%s: no property of %s is missing", async (spec, name, path) => {
    const properties = propertiesOf(spec, name);
    const { json } = await ask("GET", path, undefined);
    expect(properties.length).toBeGreaterThan(5);
    expect(Object.keys(isObject(json) ? json : {}).toSorted()).toEqual(properties);
  });
});
