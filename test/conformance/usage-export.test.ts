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
const MANY = 20_000;
/** So that the file is larger than what sockets keep of a download that nobody reads. */
const LONG_ID_CHARACTERS = 2_000;

type Line = Readonly<Record<string, unknown>>;

describeEachDatabase("an export", (database) => {
  let app: UsageApp;
  let server: RunningServer;
  const big = newTenant();
  const log = watchedLog();
  beforeAll(async () => {
    app = await openUsageApp(database, { log: log.logger });
    server = await serve({ fetch: (request) => app.app.fetch(request) }, { port: 0, host: "127.0.0.1" });
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
    /** A download of which the first part has been read. */
    async function begun(format: string) {
      const abort = new AbortController();
      const response = await fetch(`${server.url}/api/usage/export?${MARCH}&format=${format}`, {
        headers: big.headers,
        signal: abort.signal,
      });
      const reader = response.body?.getReader();
      if (!reader) throw new Error("No body");
      const first = await reader.read();
      return { abort, reader, first: Buffer.from(first.value ?? []).toString() };
    }

    async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
      const chunks: Uint8Array[] = [];
      for (;;) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw new Error(Buffer.concat(chunks).toString(), { cause: error });
        });
        if (done) return Buffer.concat(chunks).toString();
        chunks.push(value);
      }
    }

    test("of a client that goes away reads no further", async () => {
      const exported = log.next("usage.exported");
      const { abort } = await begun("ndjson");
      abort.abort();
      const line = await exported;
      expect(line).toMatchObject({ outcome: "cancelled", orgId: big.orgId, format: "ndjson" });
      expect(line.entryCount).toBeLessThan(MANY);
    });

    test.each(["ndjson", "csv"])(
      "that fails in the middle is cut off and never looks whole: %s",
      async (format) => {
        const exported = log.next("usage.exported");
        const { reader, first } = await begun(format);
        // Would wait for ever for a transaction that had read the table.
        await sql`alter table usage_entry rename to usage_entry_gone`.execute(app.db);
        try {
          const failure: unknown = await readToEnd(reader).catch((error: unknown) => error);
          expect(failure).toBeInstanceOf(Error);
          const received = first + (failure instanceof Error ? failure.message : "");
          expect(received).not.toMatch(/usage_entry|error/i);
          expect(linesOf(received).length).toBeLessThan(MANY);
          expect(await exported).toMatchObject({ outcome: "failed" });
        } finally {
          await sql`alter table usage_entry_gone rename to usage_entry`.execute(app.db);
        }
      },
    );
  });
});

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Entries as nothing of ours would write them, and quickly. */
async function insertEntries(db: Kysely<Tables>, { orgId }: Tenant, count: number): Promise<void> {
  await sql`
    insert into usage_entry (org_id, account_sid, sid, kind, revision, direction, phone_number_id, agent_id, began_at,
      day, count, seconds, segments, is_provisional, recorded_at)
    select ${orgId}, ${ACCOUNT}, 'CA' || n, 'voice', 0, 'inbound',
      repeat('x', ${LONG_ID_CHARACTERS}::integer), 'agent_1', timestamptz '2026-03-01',
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
