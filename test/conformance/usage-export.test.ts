// The ledger as a file, of any size, over HTTP and over a real socket.
import { type Kysely, sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, serve } from "../../src/adapters/node.ts";
import type { Tables } from "../../src/db/tables.ts";
import { ACCOUNT, freshSid } from "../../src/traffic/traffic.testing.ts";
import {
  corrected,
  endedCall,
  newTenant,
  openUsageApp,
  sentMessage,
  type Tenant,
  type UsageApp,
} from "../../src/usage/usage.testing.ts";
import { describeEachDatabase } from "../support/databases.ts";

const MARCH = "from=2026-03-01&to=2026-03-31";
/** Many pages. */
const MANY = 20_000;

type Line = Readonly<Record<string, unknown>>;

describeEachDatabase("an export", (database) => {
  let app: UsageApp;
  let server: RunningServer;
  /** What happens while the first part of a download is on its way, and the second not yet. */
  let afterFirstPart = async (_request: Request): Promise<void> => {};
  const big = newTenant();
  const log = watchedLog();
  beforeAll(async () => {
    app = await openUsageApp(database, { log: log.logger });
    const answer = async (request: Request) =>
      heldBack(await app.app.fetch(request), () => afterFirstPart(request));
    server = await serve({ fetch: answer }, { port: 0, host: "127.0.0.1" });
    await insertEntries(app.db, big, MANY);
  });
  afterAll(async () => {
    await server.close();
    await app.close();
  });

  const download = async (tenant: Tenant, query: string) => {
    const { status, body, headers } = await app.request(
      "GET",
      `/api/usage/export?${query}`,
      undefined,
      tenant.headers,
    );
    expect(status).toBe(200);
    return { text: String(body), headers };
  };
  const entries = async (tenant: Tenant, query = MARCH) =>
    linesOf((await download(tenant, `${query}&format=ndjson`)).text).map((line) => JSON.parse(line));

  test("has every charge and correction, and what they add up to is the usage", async () => {
    const tenant = newTenant();
    const sid = freshSid("CA");
    await app.record(
      endedCall(59, { ...tenant, sid, at: "2026-03-10T10:00:00Z" }),
      corrected(endedCall(61, { ...tenant, sid, price: "0.017", priceUnit: "USD" })),
      sentMessage("whatsapp", 1, { ...tenant, direction: "outbound", agentId: undefined }),
    );
    const [charge, message, correction] = await entries(tenant);
    expect(charge).toEqual({
      id: expect.stringMatching(/^usage_\d+$/),
      type: "charge",
      corrects: null,
      kind: "voice",
      direction: "inbound",
      sid,
      phoneNumberId: "phone_1",
      chatbotId: "agent_1",
      beganAt: "2026-03-10T10:00:00.000Z",
      day: "2026-03-10",
      count: 1,
      seconds: 59,
      minutes: 1,
      segments: 0,
      provisional: false,
      price: null,
      priceUnit: null,
      recordedAt: app.clock.now().toISOString(),
    });
    expect(correction ?? message).toBeDefined();
    const all = [message, correction];
    expect(all.find(({ type }) => type === "correction")).toMatchObject({
      corrects: charge.id,
      sid,
      day: "2026-03-10",
      count: 0,
      seconds: 2,
      minutes: 1,
      price: "0.017",
      priceUnit: "USD",
    });
    expect(all.find(({ type }) => type === "charge")).toMatchObject({ kind: "whatsapp", chatbotId: null });
  });

  test("of many pages is the ledger, each entry once and in order, in both formats", async () => {
    const { rows } = await sql<{ id: string }>`
      select 'usage_' || id as id from usage_entry as entry where org_id = ${big.orgId} order by day, entry.id`.execute(
      app.db,
    );
    const ids = rows.map(({ id }) => id);
    expect(ids).toHaveLength(MANY);
    const exported = (await entries(big)).map(({ id }: { id: string }) => id);
    expect(exported.join()).toBe(ids.join());
    const [header, ...records] = linesOf((await download(big, `${MARCH}&format=csv`)).text);
    expect(header).toBe(
      "id,type,corrects,kind,direction,sid,phoneNumberId,chatbotId,beganAt,day,count,seconds,minutes,segments," +
        "provisional,price,priceUnit,recordedAt",
    );
    expect(records.map((record) => record.split(",")[0]).join()).toBe(ids.join());
  });

  test("can be narrowed as a report can, and ends with its last day", async () => {
    const tenant = newTenant();
    await app.record(
      endedCall(1, { ...tenant, at: "2026-03-31T23:59:59Z" }),
      endedCall(2, { ...tenant, at: "2026-04-01" }),
      endedCall(3, { ...tenant, agentId: "agent_2" }),
      endedCall(4, { ...tenant, phoneNumberId: "phone_2" }),
      sentMessage("sms", 5, tenant),
      endedCall(6, { ...tenant, direction: "outbound" }),
    );
    const seconds = async (query: string) =>
      (await entries(tenant, query)).map((entry) => entry.seconds + entry.segments);
    expect(await seconds(MARCH)).toEqual([3, 4, 5, 6, 1]);
    expect(await seconds("from=2026-04-01&to=2026-04-01")).toEqual([2]);
    expect(await seconds(`${MARCH}&chatbotId=agent_2`)).toEqual([3]);
    expect(await seconds(`${MARCH}&phoneNumberId=phone_2`)).toEqual([4]);
    expect(await seconds(`${MARCH}&kind=sms`)).toEqual([5]);
    expect(await seconds(`${MARCH}&direction=outbound`)).toEqual([6]);
  });

  test("of nothing is a CSV of its header, or no line at all", async () => {
    const csv = await download(newTenant(), MARCH);
    expect(csv.text).toMatch(/^id,type,.*,recordedAt\n$/);
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(csv.headers.get("content-disposition")).toBe(
      'attachment; filename="usage-2026-03-01-2026-03-31.csv"',
    );
    const ndjson = await download(newTenant(), `${MARCH}&format=ndjson`);
    expect(ndjson.text).toBe("");
    expect(ndjson.headers.get("content-type")).toContain("application/x-ndjson");
  });

  test("has nothing of another organization's, whosever ids are asked for", async () => {
    for (const filter of ["", "&chatbotId=agent_1", "&phoneNumberId=phone_1"]) {
      expect(await entries(newTenant(), MARCH + filter)).toEqual([]);
    }
  });

  test.each(["format=xls", "from=2026-03-32", "to=2026-02-01", "chatbotId=a&agentId=a", "kind=fax"])(
    "with %s is refused",
    async (query) => {
      const given = new URLSearchParams({ from: "2026-03-01", to: "2026-03-31" });
      for (const [name, value] of new URLSearchParams(query)) given.set(name, value);
      const { status, body } = await app.request("GET", `/api/usage/export?${given.toString()}`);
      expect([status, body.code]).toEqual([400, "invalid_input"]);
    },
  );

  describe("over a socket", () => {
    const begin = (format: string, abort = new AbortController()) =>
      fetch(`${server.url}/api/usage/export?${MARCH}&format=${format}`, {
        headers: big.headers,
        signal: abort.signal,
      });

    test("of a client that goes away reads no further", async () => {
      const exported = log.next("usage.exported");
      const client = new AbortController();
      afterFirstPart = async ({ signal }) => {
        client.abort();
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      };
      const failure = await begin("ndjson", client)
        .then((response) => response.text())
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: "AbortError" });
      const line = await exported;
      expect(line).toMatchObject({ outcome: "cancelled", orgId: big.orgId, format: "ndjson" });
      expect(line.entryCount).toBeLessThan(MANY);
    });

    test.each(["ndjson", "csv"])(
      "that fails in the middle is cut off and never looks whole: %s",
      async (format) => {
        const exported = log.next("usage.exported");
        // Would wait for ever for a transaction that had read the table.
        afterFirstPart = async () =>
          void (await sql`alter table usage_entry rename to usage_entry_gone`.execute(app.db));
        try {
          const received = await receivedOf(await begin(format));
          expect(received.isWhole).toBe(false);
          expect(received.text).toContain("CA");
          expect(received.text).not.toMatch(/usage_entry|error/i);
          expect(linesOf(received.text).length).toBeLessThan(MANY);
          expect(await exported).toMatchObject({ outcome: "failed" });
        } finally {
          await sql`alter table usage_entry_gone rename to usage_entry`.execute(app.db);
        }
      },
    );
  });
});

/** The same answer; what follows its first part waits for `act`. */
function heldBack(response: Response, act: () => Promise<void>): Response {
  if (!response.body) return response;
  return new Response(ReadableStream.from(partsOf(response.body, act)), response);
}

async function* partsOf(body: ReadableStream<Uint8Array>, act: () => Promise<void>) {
  let isFirst = true;
  for await (const part of body) {
    yield part;
    if (isFirst) await act();
    isFirst = false;
  }
}

async function receivedOf({ body }: Response): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let isWhole = true;
  try {
    for await (const part of body ?? []) parts.push(part);
  } catch {
    isWhole = false;
  }
  return { text: Buffer.concat(parts).toString(), isWhole };
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Entries as nothing of ours would write them, and quickly. */
async function insertEntries(db: Kysely<Tables>, { orgId }: Tenant, count: number): Promise<void> {
  await sql`
    insert into usage_entry (org_id, account_sid, sid, kind, revision, direction, phone_number_id, agent_id, began_at,
      day, count, seconds, segments, is_provisional, recorded_at)
    select ${orgId}, ${ACCOUNT}, 'CA' || n, 'voice', 0, 'inbound',
      'phone_1', 'agent_1', timestamptz '2026-03-01',
      date '2026-03-01' + n * 7 % 31, 1, n, 0, false, timestamptz '2026-03-01'
    from generate_series(1, ${count}::integer) as n`.execute(db);
}

function watchedLog() {
  const waiting: { readonly message: string; readonly resolve: (line: Line) => void }[] = [];
  const write = (text: string) => {
    const line: Line = JSON.parse(text);
    const index = waiting.findIndex(({ message }) => message === line.msg);
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(line);
  };
  return {
    logger: pino({ base: undefined }, { write }),
    /** The next line with this message. */
    next: (message: string) => new Promise<Line>((resolve) => waiting.push({ message, resolve })),
  };
}
