// What an organization has is nobody else's: whatever route of the API is asked, and wherever in the request its ids stand,
// it answers as if there were no such thing. A route that is missing from the table in support/foreign-ids.ts fails here.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DatabaseKind } from "../support/databases.ts";
import { setPolicy, sweep } from "../support/drift.ts";
import { ATTEMPTS, type Attempt, type Ids, NEEDS_ADMIN, NOBODYS, type Own } from "../support/foreign-ids.ts";
import { allocate, assign, freshNames, newNumber, type TestNumber } from "../support/numbers.ts";
import { connectOwnAccount, createKey, join, newNumberIn, type Person, signUp } from "../support/people.ts";
import { CALLER, createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { ACCOUNT_SID, API_KEY } from "../support/world.ts";

const DATABASE: DatabaseKind = "PostgreSQL";
const PLATFORM = { "x-api-key": API_KEY };

type Headers = Readonly<Record<string, string>>;

interface Tenant {
  readonly headers: Headers;
  readonly ids: Ids;
  /** What nobody else has to do with: names and URLs. */
  readonly secrets: readonly string[];
}

interface Stranger {
  readonly headers: Headers;
  readonly own: Own;
}

interface Seen {
  readonly status: number;
  readonly text: string;
}

let world: ServedWorld;
let platform: Tenant;
let holder: Tenant;
let lender: Stranger;
let strangers: Readonly<Record<"somebody" | "a key of somebody's" | "a removed member", Stranger>>;
let member: Headers;
let strangersCount = 0;

beforeAll(async () => {
  world = await createServedWorld(DATABASE);
  const [ben, carla, dana, erin] = [
    await signUp(world, "Ben", world.url),
    await signUp(world, "Carla", world.url),
    await signUp(world, "Dana", world.url),
    await signUp(world, "Erin", world.url),
  ];
  const number = await newNumber(world);
  platform = await settle("default", world.switchhook.defaultOrganizationId, PLATFORM, number);
  const lent = await newNumber(world);
  await allocate(world, lent, ben.orgId);
  holder = await settle("holder", ben.orgId, ben.headers, lent);
  lender = { headers: PLATFORM, own: { ...platform.ids } };
  const danas = await strangerOf(dana);
  const removed = await removedMember(ben, carla);
  strangers = {
    somebody: await strangerOf(erin),
    "a key of somebody's": { ...danas, headers: await createKey(world, dana) },
    "a removed member": removed,
  };
  const frank = await signUp(world, "Frank", world.url);
  await join(world, ben, frank, "member");
  member = frank.headers;
});
afterAll(() => world.close());

/** Gives an organization some of everything. */
async function settle(
  name: string,
  organizationId: string,
  headers: Headers,
  number: TestNumber,
): Promise<Tenant> {
  const agentId = `agent_of_${name}`;
  const secrets = [
    `Agent of ${name}`,
    `https://${name}.example.com/alerts`,
    `https://${name}.example.com/usage`,
  ];
  const send = async (method: string, path: string, body: object) => {
    const answer = await world.request(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const voice = { kind: "webhook", url: `https://${name}.example.com/voice` };
  await send("POST", "/api/agents", { id: agentId, name: secrets[0], voice });
  await send("PUT", "/api/alerts/webhook", { url: secrets[1] });
  await send("PUT", "/api/usage/sink", { url: secrets[2] });
  const assigned = await assign(world, number, { chatbotId: agentId, enableSms: true }, headers);
  const { callSid } = await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
  const { messageSid } = await world.emulator.control.receiveMessage({
    from: CALLER,
    to: number.e164,
    body: "Hello",
  });
  const { id: batchId } = await send("POST", "/api/batches", { selection: { all: true } });
  await setPolicy(world, { policy: "alert" }, headers);
  world.emulator.control.updateNumber(number.sid, { voice_url: "https://theirs.example.com/voice" });
  await sweep(world);
  const { alerts } = (await world.request("GET", "/api/alerts?kind=drift", undefined, headers)).body;
  const ids = {
    organizationId,
    accountId: world.accountId,
    accountSid: ACCOUNT_SID,
    phoneNumberId: number.id,
    e164: number.e164,
    agentId,
    operationId: assigned.body.operation.id,
    batchId,
    alertId: alerts[0].id,
    callSid,
    messageSid,
  };
  return { headers, ids, secrets };
}

/** Somebody with an account, a number and an agent of their own. */
async function strangerOf({ headers, orgId }: Person): Promise<Stranger> {
  strangersCount++;
  const sid = `AC${String(strangersCount).repeat(32)}`;
  const account = await connectOwnAccount(world, headers, sid);
  const { id: phoneNumberId } = await newNumberIn(world, account, freshNames());
  const agentId = `agent_of_stranger_${strangersCount}`;
  await world.request("POST", "/api/agents", { id: agentId, name: "A stranger's" }, headers);
  return { headers, own: { organizationId: orgId, accountId: account.id, phoneNumberId, agentId } };
}

async function removedMember(inviter: Person, removed: Person): Promise<Stranger> {
  const stranger = await strangerOf(removed);
  await join(world, inviter, removed, "admin");
  const removal = { memberIdOrEmail: removed.email };
  const remove = "/api/auth/organization/remove-member";
  const { status } = await world.request("POST", remove, removal, inviter.headers);
  const home = { organizationId: removed.orgId };
  await world.request("POST", "/api/auth/organization/set-active", home, removed.headers);
  if (status !== 200) throw new Error("Not removed");
  return stranger;
}

async function ask(route: string, { path, body }: Attempt, headers: Headers): Promise<Seen> {
  const [method = ""] = route.split(" ");
  const response = await world.switchhook.fetch(
    new Request(`${world.url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  );
  const isStream = response.headers.get("content-type") === "text/event-stream";
  return { status: response.status, text: isStream ? await beginningOf(response) : await response.text() };
}

async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value);
}

/** Without what the request itself says, and what is of the moment. */
function shownBeyond({ path, body }: Attempt, { text }: Seen, ids: Ids): string {
  const said = path + JSON.stringify(body);
  const named = Object.values(ids).flatMap((id) => (said.includes(id.replace("+", "")) ? id : []));
  const beyond = named.reduce(
    (rest, id) => rest.replaceAll(id, "…").replaceAll(id.replace("+", ""), "…"),
    text,
  );
  return beyond.replaceAll(/"(requestId|twilioRequestId)":"[^"]*"/g, "");
}

const LISTS = [
  "agents",
  "twilio-accounts",
  "phone-numbers",
  "operations",
  "batches",
  "alerts",
  "alerts/webhook",
  "drift",
  "drift/policies",
  "calls",
  "messages",
  "audit",
  "usage/rates",
  "usage/sink",
];

/** What another's attempts must leave as it is. */
async function everythingOf({ headers }: Tenant): Promise<unknown> {
  const lists = LISTS.map((path) => world.request("GET", `/api/${path}`, undefined, headers));
  const answers = await Promise.all(lists);
  expect(answers.map(({ status }) => status)).toEqual(LISTS.map(() => 200));
  const twilio = Object.values(world.emulator.control.snapshot()).flatMap((resources) =>
    Array.isArray(resources) ? resources.filter((one) => JSON.stringify(one).includes(ACCOUNT_SID)) : [],
  );
  return { bodies: answers.map(({ body }) => body), twilio };
}

/** 502 is what Twilio has refused. */
const REFUSALS = [400, 404, 409, 502];

async function expectNothing(
  victim: Tenant,
  { headers, own }: Stranger,
  routes: readonly string[] = Object.keys(ATTEMPTS),
): Promise<void> {
  const before = await everythingOf(victim);
  for (const route of routes) {
    const attempts = ATTEMPTS[route] ?? (() => []);
    const asNobodys = attempts(NOBODYS, own);
    for (const [index, attempt] of attempts(victim.ids, own).entries()) {
      const asNobody = asNobodys[index] ?? attempt;
      const theirs = await ask(route, attempt, headers);
      const nobodys = await ask(route, asNobody, headers);
      const shown = shownBeyond(attempt, theirs, victim.ids);
      const isSame = shown === shownBeyond(asNobody, nobodys, NOBODYS);
      const about = { route, ...attempt, status: nobodys.status };
      const told = victim.secrets.filter((secret) => shown.includes(secret));
      // A list that is narrowed by what is nobody's has nothing in it.
      const isNothing = isSame && (attempt.isOwn || REFUSALS.includes(theirs.status));
      const mayDiffer = attempt.isOwn && !attempt.path.includes("?");
      const seen = { ...about, status: theirs.status, told, isNothing: mayDiffer || isNothing, shown };
      expect(seen).toEqual({ ...about, told: [], isNothing: true, shown });
    }
  }
  expect(await everythingOf(victim)).toEqual(before);
}

test("every route of the API is asked", async () => {
  const { paths } = (await world.request("GET", "/api/openapi.json")).body;
  const routes = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(ATTEMPTS).toSorted()).toEqual(routes.toSorted());
});

test.each(["somebody", "a key of somebody's", "a removed member"] as const)(
  "%s sees and changes nothing by another organization's ids",
  (who) => {
    const secrets = [...Object.values(platform.ids), ...platform.secrets, CALLER];
    return expectNothing({ ...platform, secrets }, strangers[who]);
  },
);

test("whoever has lent a number sees and changes nothing of its holder's by their ids", async () => {
  // The account is the lender's own, and what is in it; so is whom they lend to, and the record of that.
  const { accountId, accountSid, e164 } = NOBODYS;
  const ids = { ...holder.ids, accountId, accountSid, e164 };
  const { agentId, operationId, batchId, alertId, callSid, messageSid } = ids;
  const secrets = [agentId, operationId, batchId, alertId, callSid, messageSid, ...holder.secrets];
  const routes = Object.keys(ATTEMPTS).filter((route) => !/allocation|audit$/.test(route));
  await expectNothing({ ...holder, ids, secrets }, lender, routes);
});

test("who is nobody is told nothing, and a member does nothing that needs an admin", async () => {
  const mine = strangers.somebody.own;
  const forbidden: string[] = [];
  for (const [route, attempts] of Object.entries(ATTEMPTS)) {
    for (const attempt of attempts(NOBODYS, mine)) {
      const { status } = await ask(route, attempt, {});
      expect([route, status]).toEqual([route, route === "GET /api/session" ? 200 : 401]);
      if ((await ask(route, attempt, member)).status === 403) forbidden.push(route);
    }
  }
  expect([...new Set(forbidden)].toSorted()).toEqual(NEEDS_ADMIN.toSorted());
});
