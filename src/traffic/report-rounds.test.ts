import * as fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import type { Database } from "../db/connect.ts";
import { callStatusOrder, recordedCallOrder } from "./call-status.ts";
import { messageStatusOrder, recordedMessageOrder } from "./message-status.ts";
import { roundsOf } from "./report-rounds.ts";
import { BEGAN, call, freshSid, message, moveNumber, OURS, seedNumber, THEIRS } from "./traffic.testing.ts";
import type { CallReport, MessageReport, TrafficReport } from "./traffic-report.ts";
import { recordTraffic } from "./traffic-store.ts";

const NOW = new Date("2026-01-10T12:10:00Z");
const secondsAfter = (seconds: number) => new Date(BEGAN.getTime() + seconds * 1_000);

/** What the reports of one story are about. A leg is told of after the call that it was dialled from. */
type Subject = "call" | "leg" | "message";
interface Told {
  readonly subject: Subject;
  readonly call: Partial<CallReport> & { readonly status: string };
  readonly message: Partial<MessageReport> & { readonly status: string };
}

/** Reports that agree about nothing: each says of its call or message what it likes. */
function stories() {
  const shared = {
    holder: fc.option(fc.constant({ orgId: "org_9", phoneNumberId: "phone_9", agentId: "agent_9" }), {
      nil: undefined,
      freq: 5,
    }),
    ourAddress: fc.constantFrom(OURS, OURS, "+14155550000"),
    direction: fc.constantFrom("inbound" as const, "outbound" as const),
    from: fc.constantFrom("", OURS, THEIRS),
    to: fc.constantFrom("", OURS, THEIRS),
    // Before anybody had the number, while org_1 had it, and since org_2 has it.
    startedAt: fc.constantFrom(
      secondsAfter(-30 * 24 * 3_600),
      secondsAfter(1),
      secondsAfter(2),
      secondsAfter(6),
    ),
    price: fc.constantFrom(undefined, "0.01", "0.02"),
    priceUnit: fc.constant("USD"),
  };
  const small = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
  const time = fc.option(fc.integer({ min: 0, max: 9 }).map(secondsAfter), { nil: undefined });
  const ordered = (statuses: readonly string[], orders: readonly ((status: string) => number)[]) =>
    fc
      .tuple(fc.constantFrom(...statuses), fc.constantFrom(...orders))
      .map(([status, orderOf]) => ({ status, statusOrder: orderOf(status) }));
  const ofCall = fc.record({
    ...shared,
    answeredAt: time,
    endedAt: time,
    durationSeconds: small,
    sipCode: small,
    answeredBy: fc.constantFrom(undefined, "human", "machine_start"),
  });
  const callStatus = ordered(
    ["ringing", "in-progress", "completed", "completed", "busy", "teleported"],
    [callStatusOrder, (status) => callStatusOrder(status, 2), recordedCallOrder],
  );
  const ofMessage = fc.record({
    ...shared,
    channel: fc.constantFrom("sms" as const, "mms" as const, "whatsapp" as const),
    reportedAt: time.map((at) => at ?? BEGAN),
    errorCode: small,
    segments: small,
    mediaCount: small,
  });
  const messageStatus = ordered(
    ["queued", "sent", "delivered", "undelivered", "failed", "received", "teleported"],
    [messageStatusOrder, recordedMessageOrder],
  );
  const told = fc.record({
    subject: fc.constantFrom<Subject>("call", "leg", "message"),
    call: fc.tuple(ofCall, callStatus).map(([said, status]) => ({ ...said, ...status })),
    message: fc.tuple(ofMessage, messageStatus).map(([said, status]) => ({ ...said, ...status })),
  });
  return fc.record({
    story: fc.array<Told>(told, { minLength: 2, maxLength: 8 }),
    cuts: fc.array(fc.nat(8), { maxLength: 3 }),
  });
}

/** With SIDs that no other story has. */
function reportsOf(story: readonly Told[]): readonly TrafficReport[] {
  const sids = { call: freshSid("CA"), leg: freshSid("CA"), message: freshSid("SM") };
  return story.map((told, index) => {
    if (told.subject === "message") return message(sids.message, told.message.status, told.message);
    const isLegOfKnown = told.subject === "leg" && story.slice(0, index).some(isSomebodysCall);
    const parent = isLegOfKnown ? { parentSid: sids.call } : {};
    return call(sids[told.subject], told.call.status, { ...told.call, ...parent });
  });
}

/**
 * While the call is nobody's, the leg's holder does depend on the groups: what comes together with the report that makes it
 * somebody's belongs to them as well.
 */
function isSomebodysCall({ subject, call: { holder, ourAddress, startedAt } }: Told): boolean {
  const isHeld = ourAddress === OURS && startedAt !== undefined && startedAt >= BEGAN;
  return subject === "call" && (holder !== undefined || isHeld);
}

function inGroups<T>(items: readonly T[], cuts: readonly number[]): readonly (readonly T[])[] {
  const borders = [0, ...cuts.toSorted((a, b) => a - b), items.length];
  return borders.slice(1).map((end, index) => items.slice(borders[index], end));
}

describeEachDatabase("reports that contradict each other", (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await seedNumber(database.db);
    await moveNumber(database.db, "org_2", secondsAfter(5));
  });
  afterAll(() => database.close());

  test("add up to the same, one by one, in groups and all together", async () => {
    const property = fc.asyncProperty(stories(), async ({ story, cuts }) => {
      const oneByOne = await stateAfter(
        story,
        story.map((_, index) => index),
      );
      expect(await stateAfter(story, cuts)).toEqual(oneByOne);
      expect(await stateAfter(story, [])).toEqual(oneByOne);
    });
    await fc.assert(property, { numRuns: kind === "PGlite" ? 10 : 100 });
  });

  /** @param cuts where one group ends and the next begins */
  async function stateAfter(story: readonly Told[], cuts: readonly number[]) {
    const reports = reportsOf(story);
    for (const group of inGroups(reports, cuts)) {
      const records = group.map((report) => ({ report }));
      await recordTraffic(database, records, NOW);
    }
    const sids = [...new Set(reports.map(({ sid }) => sid))];
    return Promise.all(sids.map((sid) => stateOf(sid)));
  }

  /** Without its SIDs: they differ from story to story. */
  async function stateOf(sid: string) {
    const { rows } = await sql<{ state: unknown }>`
      select to_jsonb(c) - 'sid' - 'parent_sid' || jsonb_build_object('is_leg', parent_sid is not null) as state
        from call c where sid = ${sid}
      union all select to_jsonb(m) - 'sid' from message m where sid = ${sid}
      union all select jsonb_build_object('count', coalesce(sum(count), 0), 'seconds', coalesce(sum(seconds), 0),
        'segments', coalesce(sum(segments), 0), 'price', coalesce(sum(price), 0))
        from usage_entry where sid = ${sid}`.execute(database.db);
    return rows.map(({ state }) => state);
  }
});

test("a report comes later than all before it about the same call, and about the call it was dialled from", () => {
  const [parent, leg, other] = [freshSid("CA"), freshSid("CA"), freshSid("SM")];
  const dialled = call(leg, "ringing", { parentSid: parent });
  const [began, ended, sent] = [call(parent, "ringing"), call(parent, "completed"), message(other, "sent")];
  expect(roundsOf([began, sent, dialled, ended])).toEqual([[began, sent], [dialled], [ended]]);
  expect(roundsOf([dialled, began, ended])).toEqual([[dialled, began], [ended]]);
});
