// Whatever bytes arrive where Twilio calls, signed or not: no crash, no 5xx, and nothing of a forged one is kept.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signWebhook } from "../../emulator/index.ts";
import { createLogger } from "../../src/base/log.ts";
import { openDatabase } from "../../src/db/connect.ts";
import { createTestDatabase, describeEachDatabase } from "../support/databases.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { callTo, endOfCallTo, type Params } from "../support/served-world.ts";
import { ACCOUNT_SID, AUTH_TOKEN, addAgent, createWorld, PUBLIC_URL, type World } from "../support/world.ts";

const PATHS = [
  "/api/twilio/status",
  "/api/twilio/voice",
  "/api/twilio/voice/fallback",
  "/api/twilio/voice/ended",
  "/api/twilio/webhook",
  "/api/twilio/webhook/fallback",
] as const;
const RUNS = 150;
/** What a webhook that is taken may leave. */
const TRAFFIC_TABLES = [
  "status_event",
  "call",
  "message",
  "late_reply",
  "reply_run",
  "usage_entry",
  "usage_daily",
  "usage_agent_daily",
  "usage_outbox",
] as const;

describeEachDatabase("hostile webhooks", (database) => {
  let world: World;
  let number: TestNumber;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    number = await newNumber(world);
    await assign(world, number, { enableSms: true });
  });
  afterAll(() => world.close());

  test("signed, but with any parameters in any state: taken or refused, never an error of ours", async () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    const odd = fc.oneof(
      text,
      fc.constantFrom("", "-1", "1e400", "NaN", "\0", "\ud800", "__proto__", "9".repeat(200), "whatsapp:"),
    );
    const change = fc.record({
      base: fc.constantFrom(0, 1, 2, 3),
      changed: fc.array(fc.tuple(fc.nat({ max: 20 }), odd), { maxLength: 4 }),
      added: fc.dictionary(odd, odd, { maxKeys: 4 }),
      path: fc.constantFrom(...PATHS),
    });
    const property = fc.asyncProperty(change, async ({ base, changed, added, path }) => {
      const params: Record<string, string> = { ...genuineFor(number)[base] };
      const names = Object.keys(params).filter((name) => name !== "AccountSid");
      for (const [index, value] of changed) params[names[index % names.length] ?? ""] = value;
      for (const [name, value] of Object.entries(added)) if (name !== "AccountSid") params[name] = value;
      // As the bytes that are sent say it: a form holds no half of a surrogate pair.
      const body = new URLSearchParams(params).toString();
      const sent = Object.fromEntries(new URLSearchParams(body));
      const signature = signWebhook({ url: `${PUBLIC_URL}${path}`, params: sent, authToken: AUTH_TOKEN });
      const headers = {
        "x-twilio-signature": signature,
        "content-type": "application/x-www-form-urlencoded",
      };
      const status = await post(world, path, body, headers);
      expect(path === "/api/twilio/status" ? [204, 400] : [200]).toContain(status);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test.each(PATHS)("a body over 64 KiB is refused at %s", async (path) => {
    const body = `Body=${"x".repeat(64 * 1024)}`;
    expect(await post(world, path, body, { "content-type": "application/x-www-form-urlencoded" })).toBe(413);
  });

  test.each(PATHS)(
    "a signed body that is not a form is refused at %s, whatever it looks like",
    async (path) => {
      const body = new URLSearchParams(endOfCallTo(number)).toString();
      const bodySHA256 = createHash("sha256").update(body).digest("hex");
      const url = `${path}?bodySHA256=${bodySHA256}`;
      const signature = signWebhook({ url: `${PUBLIC_URL}${url}`, params: {}, authToken: AUTH_TOKEN });
      const headers = { "x-twilio-signature": signature, "content-type": "application/json" };
      expect(await post(world, url, body, headers)).toBe(400);
    },
  );
});

describeEachDatabase("webhooks that Twilio did not sign for an account of ours", (kind) => {
  test("are refused, whatever they are, and leave not one row", async () => {
    const database = await createTestDatabase(kind);
    const world = await createWorld({ database: { ...database, drop: async () => {} } });
    await addAgent(world, "agent_456");
    const number = await newNumber(world);
    await assign(world, number, { enableSms: true });
    const before = await otherThingsKept(world);

    const property = fc.asyncProperty(forged(number), async ({ path, body, headers }) => {
      expect(await post(world, path, body, headers)).toBe(403);
    });
    await fc.assert(property, { numRuns: 2 * RUNS });

    expect(await otherThingsKept(world)).toEqual(before);
    await world.close();
    expect(await trafficRows(database.url)).toEqual(TRAFFIC_TABLES.map((table) => ({ table, rows: 0 })));
    await database.drop();
  });
});

async function post(
  world: World,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<number> {
  const request = new Request(`${PUBLIC_URL}${path}`, { method: "POST", body, headers });
  const response = await world.switchhook.fetch(request);
  await response.arrayBuffer();
  return response.status;
}

/** What Twilio sends of calls and messages. */
function genuineFor(number: TestNumber): readonly Params[] {
  const message = {
    AccountSid: ACCOUNT_SID,
    MessageSid: `SM${"5".repeat(32)}`,
    From: number.e164,
    To: "+14155559999",
  };
  return [
    endOfCallTo(number),
    callTo(number),
    { ...message, MessageStatus: "delivered", SmsSid: message.MessageSid },
    { ...message, From: "+14155559999", To: number.e164, Body: "Hello?", NumMedia: "0", NumSegments: "1" },
  ];
}

/** Any bytes, and what Twilio might have sent: with any signature, another's, or that of an account that is not ours. */
function forged(number: TestNumber) {
  const header = fc.string({ unit: fc.constantFrom(...Array.from("abcABC019=/+ ;,.")), maxLength: 60 });
  const form = "application/x-www-form-urlencoded";
  const anyPath = fc.constantFrom(...PATHS);
  const garbage = fc.record({
    path: anyPath,
    body: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => new Uint8Array(bytes)),
    headers: fc.record({
      "x-twilio-signature": header,
      "content-type": fc.oneof(
        header,
        fc.constantFrom("application/json", "multipart/form-data", `${form}; charset=x`),
      ),
      "i-twilio-idempotency-token": header,
    }),
  });
  const credible = fc
    .record({
      path: anyPath,
      genuine: fc.constantFrom(...genuineFor(number)),
      authToken: fc.constantFrom("another's token", AUTH_TOKEN),
      signature: fc.option(header, { nil: undefined }),
    })
    .map(({ path, genuine, authToken, signature }) => {
      const ours = signature === undefined && authToken === AUTH_TOKEN;
      const params = ours ? { ...genuine, AccountSid: `AC${"9".repeat(32)}` } : genuine;
      const signed = signWebhook({ url: `${PUBLIC_URL}${path}`, params, authToken });
      const headers = { "x-twilio-signature": signature ?? signed, "content-type": form };
      return { path, body: new URLSearchParams(params).toString(), headers };
    });
  return fc.oneof(garbage, credible);
}

async function otherThingsKept(world: World): Promise<unknown> {
  const paths = ["/api/audit", "/api/phone-numbers", "/api/drift", "/api/alerts"];
  const answers = await Promise.all(paths.map((path) => world.request("GET", path)));
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
  return answers.map(({ body }) => body);
}

/** Read when the node has stopped: it has the embedded database to itself. */
async function trafficRows(databaseUrl: string) {
  const database = await openDatabase(databaseUrl, createLogger("silent"));
  const counts = TRAFFIC_TABLES.map(
    (table) => sql`select ${table} as table, count(*)::int as rows from ${sql.table(table)}`,
  );
  const { rows } = await sql`${sql.join(counts, sql` union all `)}`.execute(database.db);
  await database.close();
  return rows;
}
