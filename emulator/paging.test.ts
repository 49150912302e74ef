import { afterEach, beforeEach, expect, test } from "vitest";
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
