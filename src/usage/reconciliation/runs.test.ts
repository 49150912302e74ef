import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../../test/support/databases.ts";
import { DAY_MS, HOUR_MS } from "../../base/durations.ts";
import type { Database } from "../../db/connect.ts";
import { sid } from "../../twilio/twilio.testing.ts";
import { listComparisons } from "./comparison-store.ts";
import {
  ACCOUNT,
  CALLER,
  countEntries,
  type HeldBooks,
  ledger,
  OURS,
  openHeldBooks,
} from "./reconciliation.testing.ts";
import { reconcileLastDays, reconcileLastHours } from "./runs.ts";
import { CATEGORIES } from "./usage-records.ts";

const [OTHER, UNUSED] = [sid("AC", 2), sid("AC", 3)];
const THEIRS = "+14155550200";

describeEachDatabase("scheduled reconciliation", (kind) => {
  let database: Database;
  let books: HeldBooks;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    books = await openHeldBooks(database);
  });
  afterEach(() => books.close());

  const callIn = (to: string, answerSeconds = 61) =>
    books.emulator.control.placeCall({ from: CALLER, to, answerSeconds });

  const pagesAsked = () =>
    books.emulator.control.requests().filter(({ path }) => /\/(Calls|Messages)\.json/.test(path)).length;

  test("an account that several organizations have connected is read once", async () => {
    await books.connect(ACCOUNT, "org_2");
    await callIn(OURS);
    books.clock.advance(HOUR_MS);
    books.emulator.control.clearRequests();
    await reconcileLastHours(books.deps);
    expect(pagesAsked()).toBe(2);
    expect(await ledger(books.db)).toMatchObject([{ org: "org_1", seconds: 61 }]);
  });

  test("an account of which nobody holds a number is not read", async () => {
    await books.connect(UNUSED, "org_1");
    books.emulator.control.clearRequests();
    await reconcileLastHours(books.deps);
    expect(pagesAsked()).toBe(2);
  });

  test.each([
    ["is refused by Twilio", () => books.connect(ACCOUNT, "org_0", "a wrong token")],
    [
      "cannot be decrypted",
      async () => {
        await books.connect(ACCOUNT, "org_0");
        await books.db
          .updateTable("twilio_account")
          .set({ credentials: "?" })
          .where("org_id", "=", "org_0")
          .execute();
      },
    ],
  ])("a connection that %s leaves its account to the others", async (_name, addConnection) => {
    await addConnection();
    await callIn(OURS);
    books.clock.advance(HOUR_MS);
    await reconcileLastHours(books.deps);
    expect(await ledger(books.db)).toHaveLength(1);
  });

  test("an account that cannot be read fails the run, once all the others are done", async () => {
    await books.connect(OTHER, "org_2");
    await books.addNumber(OTHER, "org_2", THEIRS);
    books.clock.advance(1_000);
    await callIn(OURS);
    await callIn(THEIRS);
    books.emulator.control.revokeCredentials(ACCOUNT);
    books.clock.advance(HOUR_MS);
    await expect(reconcileLastHours(books.deps)).rejects.toThrow("1 of 2 accounts failed");
    expect(await ledger(books.db)).toMatchObject([{ org: "org_2", seconds: 61 }]);
    await books.connect(ACCOUNT, "org_1", tokenNow(ACCOUNT));
    await reconcileLastHours(books.deps);
    expect(await ledger(books.db)).toHaveLength(2);
  });

  function tokenNow(accountSid: string): string {
    return books.emulator.control.rotateAuthToken(accountSid);
  }

  test("a price that Twilio has only after a day is found by the daily run", async () => {
    const { callSid } = await callIn(OURS);
    books.clock.advance(HOUR_MS);
    await reconcileLastHours(books.deps);
    books.clock.advance(DAY_MS);
    books.emulator.control.setPrice(callSid, "-0.0170");
    await reconcileLastHours(books.deps);
    expect(await ledger(books.db)).toMatchObject([{ price: null }]);
    await reconcileLastDays(books.deps);
    expect(await ledger(books.db)).toMatchObject([{ price: "0.017" }]);
  });

  test("what happened while nothing ran is found from where the last run was, a month in each run, and prices with it", async () => {
    const { callSid } = await callIn(OURS);
    books.clock.advance(HOUR_MS);
    await reconcileLastDays(books.deps);
    expect(await ledger(books.db)).toMatchObject([{ price: null }]);
    books.emulator.control.setPrice(callSid, "-0.0170");
    const days = [5, 20, 36];
    for (const [index, day] of days.entries()) {
      books.clock.advance((day - (days[index - 1] ?? 0)) * DAY_MS);
      await callIn(OURS);
    }
    books.clock.advance(4 * DAY_MS);
    await callIn(OURS);
    books.clock.advance(HOUR_MS);
    await reconcileLastDays(books.deps);
    expect(await ledger(books.db), "the first month, and the last days").toHaveLength(4);
    expect((await ledger(books.db))[0]).toMatchObject({ price: "0.017" });
    books.clock.advance(DAY_MS);
    await reconcileLastDays(books.deps);
    expect(await ledger(books.db)).toHaveLength(5);
    const compared = await listComparisons(books.db, ACCOUNT, { from: "2026-03-01", to: "2026-04-30" });
    expect(
      compared
        .filter(({ twilioCount }) => twilioCount > 0)
        .map(({ day }) => day)
        .toSorted(),
    ).toEqual(["2026-03-10", "2026-03-15", "2026-03-30", "2026-04-15", "2026-04-19"]);
    const entries = await countEntries(books.db);
    books.clock.advance(DAY_MS);
    books.emulator.control.clearRequests();
    await reconcileLastDays(books.deps);
    expect(pagesAsked(), "nothing is left to be made up for").toBe(2);
    expect(await countEntries(books.db)).toBe(entries);
  });

  test("what happened while an account refused us is found when it lets us in again, also before its first daily run", async () => {
    await reconcileLastHours(books.deps);
    await callIn(OURS);
    books.emulator.control.revokeCredentials(ACCOUNT);
    for (let day = 0; day < 10; day++) {
      books.clock.advance(DAY_MS);
      await expect(reconcileLastDays(books.deps)).rejects.toThrow("1 of 1 accounts failed");
    }
    await books.connect(ACCOUNT, "org_1", tokenNow(ACCOUNT));
    await reconcileLastDays(books.deps);
    expect(await ledger(books.db)).toHaveLength(1);
  });

  test("the daily run is there again every hour, for the accounts that are not done for today", async () => {
    await books.connect(OTHER, "org_2");
    await books.addNumber(OTHER, "org_2", THEIRS);
    books.clock.advance(1_000);
    await callIn(OURS);
    await callIn(THEIRS);
    books.emulator.control.revokeCredentials(ACCOUNT);
    books.clock.advance(HOUR_MS);
    await reconcileLastHours(books.deps).catch(() => {});
    await expect(reconcileLastDays(books.deps)).rejects.toThrow("1 of 2 accounts failed");
    await books.connect(ACCOUNT, "org_1", tokenNow(ACCOUNT));
    books.emulator.control.clearRequests();
    books.clock.advance(HOUR_MS);
    await reconcileLastDays(books.deps);
    expect(pagesAsked(), "of the one that failed").toBe(2);
    expect(await ledger(books.db)).toHaveLength(2);
    books.emulator.control.clearRequests();
    await reconcileLastDays(books.deps);
    expect(pagesAsked()).toBe(0);
    books.clock.advance(DAY_MS);
    await reconcileLastDays(books.deps);
    expect(pagesAsked()).toBe(4);
  });

  test("days count as read where a key may read calls and messages, but not what Twilio charges", async () => {
    await reconcileLastDays(books.deps);
    books.emulator.control.addFault({
      path: "/Usage/Records",
      times: 100,
      effect: { kind: "error", status: 403 },
    });
    for (let day = 0; day < 10; day++) {
      books.clock.advance(DAY_MS);
      await expect(reconcileLastDays(books.deps)).rejects.toThrow("1 of 1 accounts failed");
    }
    books.emulator.control.clearRequests();
    await reconcileLastDays(books.deps);
    expect(pagesAsked()).toBe(0);
  });

  test("a run that breaks off while it makes up for days goes on with the day at which it was", async () => {
    await reconcileLastDays(books.deps);
    for (let day = 0; day < 10; day++) {
      books.clock.advance(DAY_MS);
      await callIn(OURS);
    }
    books.clock.advance(HOUR_MS);
    // The last days are read, and then those from the 8th on; with the sixth of them it is over.
    books.emulator.control.addFault({
      path: "/Calls.json",
      skip: 6,
      times: 100,
      effect: { kind: "error", status: 500 },
    });
    await expect(reconcileLastDays(books.deps)).rejects.toThrow("1 of 1 accounts failed");
    expect(await ledger(books.db)).toHaveLength(6);
    books.emulator.control.clearFaults();
    books.emulator.control.clearRequests();
    books.clock.advance(HOUR_MS);
    await reconcileLastDays(books.deps);
    expect(pagesAsked(), "two lists for each of the four days that are left, and for the last ones").toBe(10);
    expect(await ledger(books.db)).toHaveLength(10);
  });

  test("the daily run compares the days that are over with Twilio's Usage Records", async () => {
    await books.emulator.control.placeCall({ from: CALLER, to: OURS, answerSeconds: 61 });
    await books.emulator.control.placeCall({ from: CALLER, to: OURS, answerSeconds: 60 });
    await books.emulator.control.receiveMessage({ from: CALLER, to: OURS, body: "a".repeat(161) });
    books.clock.advance(DAY_MS);
    const message = await books.client.sdk.messages.create({ from: OURS, to: CALLER, body: "hi" });
    for (const status of ["sent", "delivered"])
      await books.emulator.control.advanceMessage(message.sid, status);
    books.emulator.control.setPrice(message.sid, "-0.00790");
    books.clock.advance(DAY_MS);
    await callIn(OURS);
    await reconcileLastDays(books.deps);
    const comparisons = await listComparisons(books.db, ACCOUNT, { from: "2026-03-01", to: "2026-03-31" });
    expect(new Set(comparisons.map(({ day }) => day))).toEqual(
      new Set(["2026-03-09", "2026-03-10", "2026-03-11"]),
    );
    expect(comparisons.filter(({ twilioCount }) => twilioCount > 0)).toMatchObject([
      {
        day: "2026-03-10",
        category: "calls-inbound",
        ourCount: 2,
        ourUsage: 3,
        twilioCount: 2,
        twilioUsage: 3,
      },
      {
        day: "2026-03-10",
        category: "sms-inbound",
        ourCount: 1,
        ourUsage: 2,
        twilioCount: 1,
        twilioUsage: 2,
      },
      {
        day: "2026-03-11",
        category: "sms-outbound",
        ourCount: 1,
        ourUsage: 1,
        twilioCount: 1,
        twilioPrice: "0.0079",
      },
    ]);
    for (const { ourCount, ourUsage, twilioCount, twilioUsage } of comparisons) {
      expect([ourCount, ourUsage]).toEqual([twilioCount, twilioUsage]);
    }
  });

  test("a day is compared anew when it is looked at again", async () => {
    books.clock.advance(DAY_MS);
    await reconcileLastDays(books.deps);
    books.clock.advance(-DAY_MS);
    await callIn(OURS);
    books.clock.advance(2 * DAY_MS);
    await reconcileLastDays(books.deps);
    const comparisons = await listComparisons(books.db, ACCOUNT, { from: "2026-03-10", to: "2026-03-10" });
    expect(comparisons).toHaveLength(CATEGORIES.length);
    expect(comparisons).toContainEqual(
      expect.objectContaining({ category: "calls-inbound", ourCount: 1, twilioCount: 1 }),
    );
  });

  test("an account is compared without its subaccounts", async () => {
    books.emulator.control.createAccount({ sid: UNUSED, parentSid: ACCOUNT });
    books.emulator.control.createNumber(UNUSED, { phoneNumber: THEIRS, trunk_sid: `TK${"1".repeat(32)}` });
    await callIn(THEIRS);
    books.clock.advance(DAY_MS);
    await reconcileLastDays(books.deps);
    const comparisons = await listComparisons(books.db, ACCOUNT, { from: "2026-03-10", to: "2026-03-10" });
    expect(comparisons.map(({ twilioCount }) => twilioCount)).toEqual(CATEGORIES.map(() => 0));
  });

  test("what Twilio charges for numbers of nobody's shows as the difference", async () => {
    books.emulator.control.createNumber(ACCOUNT, { phoneNumber: THEIRS, trunk_sid: `TK${"1".repeat(32)}` });
    await callIn(OURS);
    await callIn(THEIRS);
    books.clock.advance(DAY_MS);
    await reconcileLastDays(books.deps);
    const comparisons = await listComparisons(books.db, ACCOUNT, { from: "2026-03-10", to: "2026-03-10" });
    expect(comparisons).toContainEqual(
      expect.objectContaining({
        category: "calls-inbound",
        ourCount: 1,
        ourUsage: 2,
        twilioCount: 2,
        twilioUsage: 4,
      }),
    );
  });
});
