import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../../src/adapters/node.ts";
import { COMPILE_CACHE } from "../support/compile-cache.ts";
import {
  ACCOUNT_SID,
  API_KEY,
  AUTH_TOKEN,
  addAgent,
  addNumber,
  createWorld,
  SECRET,
  type World,
} from "../support/world.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

let directory: string;
let world: World;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  // A directory without an .env file, and nothing of the reader's own settings.
  directory = await mkdtemp(join(tmpdir(), "switchhook-cli-"));
  world = await createWorld();
  await addNumber(world, "phone_123", { phoneNumber: "+14155550123" });
  await addAgent(world, "agent_456");
  server = await serve(world.switchhook, { port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  await server.close();
  await world.close();
  await rm(directory, { recursive: true });
});

function startCli(args: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    env: { ...COMPILE_CACHE, PORT: "0", ...env },
  });
}

async function cli(args: readonly string[], env: Record<string, string> = {}) {
  const child = startCli(args, env);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { output, errors, code };
}

const atServer = (...args: string[]) => cli(["--url", server.url, "--api-key", API_KEY, ...args]);

test("the demo tells the whole story and exits with 0", async () => {
  const { output, errors, code } = await cli(["start", "--once"]);
  expect(errors).toBe("");
  expect(code).toBe(0);
  expect(output).toContain("✓ Twilio is exactly as before, field for field");
  expect(output).toContain("✓ the front desk answers it");
  expect(output).toContain("✓ the call took 61 s, which are two minutes to pay");
  expect(output).toContain("✓ two messages came in, and both replies were delivered");
  expect(output).toContain("✓ each message shows what it costs");
  expect(output).toContain("✓ together they cost 0.077 USD");
  expect(output).toContain("✓ the hash chain is whole");
});

test("half of the credentials are refused with what is missing", async () => {
  const { errors, code } = await cli(["start"], { TWILIO_ACCOUNT_SID: `AC${"a".repeat(32)}` });
  expect(code).toBe(1);
  expect(errors).toContain("TWILIO_AUTH_TOKEN");
});

test.each<[what: string, env: () => Record<string, string>, advice: string]>([
  ["a port that is in use", () => ({ PORT: new URL(server.url).port }), "set PORT to a free one"],
  ["a host that is not this one", () => ({ HOST: "192.0.2.1" }), "Set HOST to an address of this machine"],
  ["a database of another kind", () => ({ DATABASE_URL: "mysql://db/switchhook" }), "pglite:DIRECTORY"],
  ["an embedded database without a directory", () => ({ DATABASE_URL: "pglite:" }), "pglite:DIRECTORY"],
  [
    "a directory that cannot be made",
    () => ({ DATABASE_URL: `pglite:${MAIN}/data` }),
    "set DATABASE_URL to another one",
  ],
])("a server with %s does not start, and says what to set", async (_what, env, advice) => {
  const { code, errors } = await cli(["serve"], env());
  expect(code).toBe(1);
  expect(errors).toMatch(/^invalid_configuration: /);
  expect(errors).toContain(advice);
});

test("a server that is told to stop while it still starts ends as it should", async () => {
  const twilio = createServer().listen(0, "127.0.0.1");
  await once(twilio, "listening");
  const { port } = twilio.address() as AddressInfo;
  const child = startCli(["start"], {
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    TWILIO_API_BASE_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: "pglite:memory",
    SWITCHHOOK_SECRET: SECRET,
  });
  const [, response] = await once(twilio, "request");
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  response.writeHead(401).end();
  expect(await exited).toEqual([0, null]);
  twilio.close();
});

test("a number is assigned, verified, configured and unassigned from the command line", async () => {
  expect(await atServer("assign", "phone_123", "agent_456", "--sms")).toMatchObject({
    code: 0,
    output: "Agent agent_456 now answers +14155550123.\n",
  });
  const verified = await atServer("verify", "phone_123");
  expect(verified).toMatchObject({
    code: 0,
    output: expect.stringMatching(/is configured\n {2}voice +ours/),
  });
  expect((await atServer("configure")).output).toBe("1 numbers configured, 0 failed.\n");
  expect((await atServer("configure", "phone_123")).output).toBe("Nothing had to be changed.\n");
  expect((await atServer("numbers")).output).toContain("agent_456");
  expect((await atServer("unassign", "phone_123")).code).toBe(0);
  expect((await atServer("verify", "phone_123")).code).toBe(1);
});

test("a refusal ends with 1 and says what to do; --json gives the answer as it is", async () => {
  const refused = await atServer("assign", "phone_123", "agent_000");
  expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("There is no such agent") });
  const listed = await atServer("--json", "numbers");
  expect(JSON.parse(listed.output)).toMatchObject({ phoneNumbers: [{ id: "phone_123" }] });
});

test("a message of which nobody knows whether it was sent is repeated under its key", async () => {
  const keys: unknown[] = [];
  const proxy = createServer(({ headers }, response) => {
    keys.push(headers["idempotency-key"]);
    response.writeHead(502).end();
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const send = [
    "--url",
    `http://127.0.0.1:${port}`,
    "--api-key",
    API_KEY,
    "send",
    "phone_123",
    "+14155550199",
  ];
  const { code, errors } = await cli([...send, "Hello!"]);
  expect(code).toBe(1);
  const [, key = ""] = /--idempotency-key (\S+),/.exec(errors) ?? [];
  await cli([...send, "Hello!", "--idempotency-key", key]);
  proxy.close();
  expect(keys).toEqual([key, key]);
});

test("an address without http:// is said to lack it", async () => {
  const { host } = new URL(server.url);
  const { errors } = await cli(["--url", host, "--api-key", API_KEY, "numbers"]);
  expect(errors).toContain("must begin with http://");
});

test("without a key the command line says where one goes", async () => {
  expect(await cli(["--url", server.url, "numbers"])).toMatchObject({
    code: 1,
    errors: expect.stringContaining("SWITCHHOOK_API_KEY"),
  });
});
