import * as fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import type { Actor } from "../auth/actor.ts";
import { testClock } from "../base/clock.testing.ts";
import type { Database, Db } from "../db/connect.ts";
import { type AuditEntry, type AuditEvent, hashOf } from "./audit-entry.ts";
import { appendAudit, listAudit, verifyAudit } from "./audit-service.ts";

const EVENT: AuditEvent = {
  action: "phone_number.assign",
  target: { type: "phone_number", id: "phone_1" },
  before: null,
  after: { agentId: "agent_1", channels: { sms: true, whatsapp: false } },
  outcome: "committed",
};
const VALID = { valid: true, firstBroken: undefined };

const clock = testClock();
let database: Database;
let db: Db;
/** Of an organization that is new for each test. */
let actor: Actor;
let serial = 0;

beforeEach(() => {
  serial += 1;
  actor = { orgId: `org_${serial}`, userId: "user_1", role: "admin", requestId: "req_1" };
});

const ofOther = (): Actor => ({ ...actor, orgId: `${actor.orgId}_other` });

function append(event: Partial<AuditEvent> = {}, by = actor): Promise<void> {
  clock.advance(1_001);
  return db.transaction().execute((tx) => appendAudit(tx, clock, by, { ...EVENT, ...event }));
}

async function appendMany(count: number, by = actor): Promise<void> {
  for (let index = 1; index <= count; index++) await append({ after: { index } }, by);
}

const set = (assignment: string) => `update audit_entry set ${assignment} where org_id = :org and seq = 3`;

/** Every entry, oldest first. */
async function entries(of = actor): Promise<readonly AuditEntry[]> {
  return (await listAudit({ db }, of, { limit: 1_000 })).rows.toReversed();
}

/** Changes the table as somebody could who owns the database. `:org` is the organization. */
async function tamper(...statements: string[]): Promise<void> {
  const all = [
    "alter table audit_entry disable trigger all",
    ...statements,
    "alter table audit_entry enable trigger all",
  ];
  for (const statement of all) await sql.raw(statement.replaceAll(":org", `'${actor.orgId}'`)).execute(db);
}

/** Rewrites an entry and every hash from there on, as somebody would who knows how they are made. */
async function rewriteFrom(first: number): Promise<string> {
  let prevHash = "";
  for (const entry of await entries()) {
    const forged = { ...entry, ...(entry.seq === first ? { action: "forged" } : {}) };
    if (entry.seq > first) forged.prevHash = prevHash;
    prevHash = entry.seq < first ? entry.hash : hashOf(forged);
    await tamper(
      `update audit_entry set action = '${forged.action}', prev_hash = '${forged.prevHash}', hash = '${prevHash}'
        where org_id = :org and seq = ${entry.seq}`,
    );
  }
  return prevHash;
}

describeEachDatabase("the audit log", (kind) => {
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    ({ db } = database);
  });

  afterAll(() => database.close());

  test("records who did what to what, before, after and for which request", async () => {
    await append();
    expect(await entries()).toMatchObject([
      {
        ...EVENT,
        orgId: actor.orgId,
        seq: 1,
        at: clock.now().toISOString(),
        actor: { userId: "user_1", role: "admin" },
        requestId: "req_1",
      },
    ]);
  });

  test("is proved valid when nobody has touched it, also while it is empty", async () => {
    expect(await verifyAudit({ db }, actor)).toEqual({ ...VALID, entries: 0 });
    await appendMany(5);
    expect(await verifyAudit({ db }, actor)).toEqual({ ...VALID, entries: 5 });
  });

  test("has no entry of a change that did not take place", async () => {
    await append();
    const failing = db.transaction().execute(async (tx) => {
      await appendAudit(tx, clock, actor, EVENT);
      throw new Error("The change failed");
    });
    await expect(failing).rejects.toThrow("The change failed");
    await append();
    expect((await entries()).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await verifyAudit({ db }, actor)).toMatchObject(VALID);
  });

  test("keeps 50 entries that are appended at once in one chain without a gap", async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => append({ after: { index } })));
    expect((await entries()).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    expect(await verifyAudit({ db }, actor)).toEqual({ ...VALID, entries: 50 });
  });

  test("keeps organizations apart: one's broken chain is not the other's", async () => {
    await appendMany(3, actor);
    await appendMany(3, ofOther());
    await tamper("update audit_entry set action = 'nothing' where org_id = :org and seq = 2");
    expect(await verifyAudit({ db }, actor)).toMatchObject({ valid: false });
    expect(await verifyAudit({ db }, ofOther())).toEqual({ ...VALID, entries: 3 });
    expect((await entries(ofOther())).every(({ orgId }) => orgId === ofOther().orgId)).toBe(true);
  });

  test.each([
    "update audit_entry set action = 'nothing'",
    "delete from audit_entry",
    "truncate audit_entry",
    "truncate audit_head, audit_entry",
  ])("cannot be changed by mistake: %s", async (statement) => {
    await append();
    await expect(sql.raw(statement).execute(db)).rejects.toThrow("append-only");
    expect(await entries()).toHaveLength(1);
  });

  test("holds a value of JSON's every kind so that it can still be proved", async () => {
    const values = fc.sample(fc.jsonValue({ noUnicodeString: false }), 150);
    const storable = values.filter((value) => !JSON.stringify(value).includes("\\u"));
    for (const after of storable) await append({ after });
    expect(storable.length).toBeGreaterThan(50);
    expect(await verifyAudit({ db }, actor)).toEqual({ ...VALID, entries: storable.length });
  });

  describe("once it was tampered with", () => {
    beforeEach(() => appendMany(5));

    test.each([
      ["id", "'audit_forged'"],
      ["at", "at + interval '1 millisecond'"],
      ["actor", `'{"userId": "user_9", "role": "admin"}'`],
      ["actor", `'{"userId": "user_1", "role": "owner"}'`],
      ["action", "'phone_number.unassign'"],
      ["target_type", "'agent'"],
      ["target_id", "'phone_2'"],
      ["before", "'{}'"],
      ["after", `'{"index": 33}'`],
      ["after", "null"],
      ["outcome", "'refused'"],
      ["request_id", "''"],
      ["prev_hash", "hash"],
      ["hash", "prev_hash"],
    ])("in an entry's %s to %s names that entry", async (column, value) => {
      const [third] = (await entries()).slice(2);
      await tamper(set(`${column} = ${value}`));
      const verdict = await verifyAudit({ db }, actor);
      expect(verdict).toMatchObject({ valid: false, entries: 2, firstBroken: { seq: 3 } });
      expect(["audit_forged", third?.id]).toContain(verdict.firstBroken?.id);
    });

    test.each([
      ["the first entry", ["delete from audit_entry where org_id = :org and seq = 1"], 2],
      ["an entry in the middle", ["delete from audit_entry where org_id = :org and seq = 3"], 4],
      ["the last entry", ["delete from audit_entry where org_id = :org and seq = 5"], 5],
      ["all entries", ["delete from audit_entry where org_id = :org"], 1],
      ["the chain's end", ["delete from audit_head where org_id = :org"], 1],
      [
        "the last entry, with the end moved back",
        [
          "delete from audit_entry where org_id = :org and seq = 5",
          "update audit_head set seq = 4 where org_id = :org",
        ],
        4,
      ],
      [
        "an entry, with the others moved up",
        [
          "delete from audit_entry where org_id = :org and seq = 3",
          "update audit_entry set seq = 3 where org_id = :org and seq = 4",
          "update audit_entry set seq = 4 where org_id = :org and seq = 5",
        ],
        3,
      ],
      [
        "nothing, but in another order",
        [
          "update audit_entry set seq = 9 where org_id = :org and seq = 2",
          "update audit_entry set seq = 2 where org_id = :org and seq = 3",
          "update audit_entry set seq = 3 where org_id = :org and seq = 9",
        ],
        2,
      ],
      [
        "nothing, but handed to another organization",
        ["update audit_entry set org_id = 'another' where org_id = :org and seq = 3"],
        4,
      ],
    ])("by taking away %s, the first entry that does not fit is named", async (_name, statements, seq) => {
      await tamper(...statements);
      expect(await verifyAudit({ db }, actor)).toMatchObject({ valid: false, firstBroken: { seq } });
    });

    test("by adding an entry, that entry is named, even where it continues the chain", async () => {
      const last = (await entries()).at(-1);
      const forged = {
        ...(last as AuditEntry),
        id: `audit_forged_${serial}`,
        seq: 6,
        prevHash: last?.hash ?? "",
      };
      await tamper(
        `insert into audit_entry select org_id, 6, '${forged.id}', at, actor, action, target_type, target_id, before, after,
          outcome, request_id, '${forged.prevHash}', '${hashOf(forged)}' from audit_entry where org_id = :org and seq = 5`,
      );
      expect(await verifyAudit({ db }, actor)).toMatchObject({
        valid: false,
        entries: 5,
        firstBroken: { seq: 6, id: forged.id },
      });
    });

    test("with one entry's hash recomputed, the next one is named, because it follows another", async () => {
      const third = (await entries())[2] as AuditEntry;
      const hash = hashOf({ ...third, action: "forged" });
      await tamper(set(`action = 'forged', hash = '${hash}'`));
      expect(await verifyAudit({ db }, actor)).toMatchObject({ valid: false, firstBroken: { seq: 4 } });
    });

    test.each([1, 3, 5])(
      "with every hash recomputed from entry %i on, the end is not what was written last",
      async (first) => {
        await rewriteFrom(first);
        expect(await verifyAudit({ db }, actor)).toMatchObject({
          valid: false,
          firstBroken: { seq: 5, reason: "It is not the entry that was written last." },
        });
      },
    );
  });
});

describe("a page of the log", () => {
  beforeAll(async () => {
    database = await openTestDatabase();
    ({ db } = database);
  });
  afterAll(() => database.close());

  test("begins with the newest entry, and says where the next page begins", async () => {
    await appendMany(5);
    const first = await listAudit({ db }, actor, { limit: 3 });
    expect(first.rows.map(({ seq }) => seq)).toEqual([5, 4, 3]);
    const last = await listAudit({ db }, actor, { limit: 3, cursor: Number(first.nextCursor) });
    expect(last.rows.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(last.nextCursor).toBeUndefined();
  });

  test("can be of one target alone", async () => {
    await append({ target: { type: "agent", id: "agent_1" } });
    await append();
    const { rows: found } = await listAudit({ db }, actor, { limit: 10, targetId: "agent_1" });
    expect(found.map(({ seq }) => seq)).toEqual([1]);
  });

  test.each<[string, object, readonly number[]]>([
    ["action", { action: "agent.create" }, [2]],
    ["outcome", { outcome: "refused" }, [3]],
    ["actor", { actorId: "key:1" }, [4]],
    ["moment's", { from: 2, to: 4 }, [3, 2]],
    ["action and outcome", { action: "agent.create", outcome: "refused" }, []],
  ])(
    "can be of one %s alone",
    async (_name, { from, to, ...filter }: { from?: number; to?: number }, seqs) => {
      await append();
      await append({ action: "agent.create" });
      await append({ outcome: "refused" });
      await append({}, { ...actor, userId: "key:1" });
      const { rows: all } = await listAudit({ db }, actor, { limit: 10 });
      const momentOf = (seq: number | undefined) => all.find((entry) => entry.seq === seq)?.at;
      const [first, last] = [from, to].map((seq) =>
        seq === undefined ? undefined : new Date(momentOf(seq) ?? 0),
      );
      const { rows: found } = await listAudit({ db }, actor, {
        limit: 10,
        ...filter,
        from: first,
        to: last,
      });
      expect(found.map(({ seq }) => seq)).toEqual(seqs);
    },
  );
});
