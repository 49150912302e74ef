import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "./index.ts";
import { sdk } from "./test-kit.ts";

const COUNT = 1_203;
let emulator: Emulator;
let account: { sid: string; auth_token: string };

beforeEach(async () => {
  emulator = await startEmulator();
  account = emulator.control.createAccount();
  for (let index = 0; index < COUNT; index++) {
    emulator.control.createNumber(account.sid, { phoneNumber: `+1415${String(index).padStart(7, "0")}` });
  }
});

afterEach(() => emulator.close());

test.each([[50], [1000]])("the SDK lists all numbers in pages of %i, each once", async (pageSize) => {
  const numbers = await sdk(emulator, account.sid, account.auth_token).incomingPhoneNumbers.list({
    pageSize,
  });
  expect(new Set(numbers.map((number) => number.sid)).size).toBe(COUNT);
  expect(emulator.control.requests()).toHaveLength(Math.ceil(COUNT / pageSize));
});

test("a page size over 1000 is cut to 1000", async () => {
  const page = await sdk(emulator, account.sid, account.auth_token).incomingPhoneNumbers.page({
    pageSize: 5000,
  });
  expect(page.instances).toHaveLength(1000);
});

test("releasing numbers on pages already read skips nobody", async () => {
  const client = sdk(emulator, account.sid, account.auth_token);
  const first = await client.incomingPhoneNumbers.page({ pageSize: 1000 });
  for (const number of first.instances.slice(0, 500)) emulator.control.releaseNumber(number.sid);
  const second = await first.nextPage();
  expect(second?.instances).toHaveLength(COUNT - 1000);
});

test("a page has relative addresses and says where it is", async () => {
  const path = `/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers.json`;
  const authorization = `Basic ${btoa(`${account.sid}:${account.auth_token}`)}`;
  const read = async (address: string): Promise<unknown> =>
    (await fetch(emulator.url + address, { headers: { authorization } })).json();
  expect(await read(`${path}?PageSize=100&Page=2`)).toMatchObject({
    page: 2,
    page_size: 100,
    start: 200,
    end: 299,
    first_page_uri: `${path}?PageSize=100&Page=0`,
    next_page_uri: expect.stringMatching(/Page=3&PageToken=PA[0-9a-f]{32}$/),
    previous_page_uri: `${path}?PageSize=100&Page=1`,
  });
});

test.each([
  ["+14150000007", 1],
  ["415000001*", 10],
  ["000120", 4],
])("filters by the partial number %s", async (phoneNumber, count) => {
  const client = sdk(emulator, account.sid, account.auth_token);
  expect(await client.incomingPhoneNumbers.list({ phoneNumber })).toHaveLength(count);
});

describe("a list that moves while it is read", () => {
  const MESSAGES = 7;

  async function listed(pageSize: number): Promise<string[]> {
    const client = sdk(emulator, account.sid, account.auth_token);
    return (await client.messages.list({ pageSize })).map(({ body }) => body);
  }

  beforeEach(async () => {
    for (let index = 0; index < MESSAGES; index++) {
      await emulator.control.receiveMessage({
        from: "+14155559999",
        to: "+14150000000",
        body: String(index),
      });
    }
    emulator.control.repeatAcrossPages(true);
  });

  test.each([
    [3, "0 1 2 2 3 4 4 5 6"],
    [4, "0 1 2 3 3 4 5 6"],
    [7, "0 1 2 3 4 5 6"],
    [1, "0 1 2 3 4 5 6"],
  ])("in pages of %i shows %s", async (pageSize, bodies) => {
    expect((await listed(pageSize)).join(" ")).toBe(bodies);
  });

  test("does so by page number too", async () => {
    const client = sdk(emulator, account.sid, account.auth_token);
    const page = await client.messages.page({ pageSize: 3, pageNumber: 1 });
    expect(page.instances.map(({ body }) => body)).toEqual(["2", "3", "4"]);
  });

  test("shows calls twice, and numbers once", async () => {
    for (let index = 0; index < 3; index++)
      await emulator.control.placeCall({ from: "+14155559999", to: "+14150000000" });
    const client = sdk(emulator, account.sid, account.auth_token);
    expect(await client.calls.list({ pageSize: 2 })).toHaveLength(4);
    expect(await client.incomingPhoneNumbers.list({ pageSize: 1000 })).toHaveLength(COUNT);
  });

  test("can be had from the start", async () => {
    const moving = await startEmulator({ repeatAcrossPages: true });
    const { sid, auth_token: token } = moving.control.createAccount();
    moving.control.createNumber(sid, { phoneNumber: "+14150000000" });
    for (const from of ["+14155559991", "+14155559992", "+14155559993"])
      await moving.control.placeCall({ from, to: "+14150000000" });
    expect(await sdk(moving, sid, token).calls.list({ pageSize: 2 })).toHaveLength(4);
    await moving.close();
  });

  test("shows each once again when that is switched off", async () => {
    emulator.control.repeatAcrossPages(false);
    expect(await listed(3)).toHaveLength(MESSAGES);
  });
});

test("a product list has absolute addresses on the emulator", async () => {
  const service = emulator.control.createService(account.sid, { friendly_name: "all" });
  for (const number of await sdk(emulator, account.sid, account.auth_token).incomingPhoneNumbers.list({
    limit: 120,
  })) {
    emulator.control.addToService(service.sid, number.sid);
  }
  const client = sdk(emulator, account.sid, account.auth_token);
  const members = await client.messaging.v1.services(service.sid).phoneNumbers.list({ pageSize: 50 });
  expect(members).toHaveLength(120);
  const page = await client.messaging.v1.services(service.sid).phoneNumbers.page({ pageSize: 50 });
  expect(page.nextPageUrl).toMatch(emulator.url);
});
