// People with a browser: they sign up through the API and send their session's cookie, and an origin, as browsers do.
import type { TestNumber } from "./numbers.ts";
import { PUBLIC_URL, type World } from "./world.ts";

export interface Person {
  /** The organization that signing up made for them. */
  readonly orgId: string;
  readonly email: string;
  /** A browser's: the session's cookie, and our own page's origin. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @param origin of our own pages */
export async function signUp(world: World, name: string, origin = PUBLIC_URL): Promise<Person> {
  const email = `${name.toLowerCase()}@example.com`;
  const body = { name, email, password: "correct horse battery staple" };
  const answer = await world.request("POST", "/api/auth/sign-up/email", body, page(origin, ""));
  if (answer.status !== 200) throw new Error(`No sign-up: ${JSON.stringify(answer.body)}`);
  const headers = page(origin, cookieOf(answer.headers));
  const organizations = await world.request("GET", "/api/auth/organization/list", undefined, headers);
  return { email, headers, orgId: organizations.body[0]?.id ?? "" };
}

function page(origin: string, cookie: string): Record<string, string> {
  return { "content-type": "application/json", origin, cookie };
}

function cookieOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** An API key of the person's organization, as the headers that present it. */
export async function createKey(world: World, person: Person, metadata: object = {}) {
  const body = { name: "ci", organizationId: person.orgId, metadata };
  const answer = await world.request("POST", "/api/auth/api-key/create", body, person.headers);
  return { "x-api-key": String(answer.body.key) };
}

/** Makes somebody a member of the inviter's organization; their session acts for it from then on. */
export async function join(world: World, inviter: Person, invited: Person, role: string): Promise<void> {
  const invitation = await world.request(
    "POST",
    "/api/auth/organization/invite-member",
    { email: invited.email, role },
    inviter.headers,
  );
  const accepted = await world.request(
    "POST",
    "/api/auth/organization/accept-invitation",
    { invitationId: invitation.body.id },
    invited.headers,
  );
  if (accepted.status !== 200) throw new Error(`Not joined: ${JSON.stringify(accepted.body)}`);
}

/** A Twilio account of somebody's own. */
export interface OwnAccount {
  readonly id: string;
  readonly sid: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Creates an account in Twilio and connects it to the organization that the headers act for. */
export async function connectOwnAccount(
  world: World,
  headers: OwnAccount["headers"],
  sid: string,
): Promise<OwnAccount> {
  const authToken = `token-of-${sid}`;
  world.emulator.control.createAccount({ sid, authToken });
  const credentials = { accountSid: sid, authToken };
  const answer = await world.request("POST", "/api/twilio-accounts", credentials, headers);
  if (answer.status !== 201) throw new Error(`Not connected: ${JSON.stringify(answer.body)}`);
  return { id: answer.body.id, sid, headers };
}

/** A number in that account, imported under an id. */
export async function newNumberIn(
  world: World,
  account: OwnAccount,
  names: { readonly id: string; readonly e164: string },
): Promise<TestNumber> {
  const { sid } = world.emulator.control.createNumber(account.sid, { phoneNumber: names.e164 });
  const body = { accountId: account.id, ids: { [names.e164]: names.id } };
  const answer = await world.request("POST", "/api/phone-numbers/import", body, account.headers);
  if (answer.status !== 200) throw new Error(`Import failed: ${JSON.stringify(answer.body)}`);
  world.emulator.control.clearRequests();
  return { ...names, sid };
}
