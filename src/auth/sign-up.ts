import type { GenericEndpointContext } from "@better-auth/core";
import { getCurrentAdapter } from "@better-auth/core/context";
import { APIError } from "better-auth/api";
import { systemClock } from "../base/clock.ts";
import { newUuid } from "../base/ids.ts";

// All of this runs inside better-auth's transaction, so it reads and writes through the adapter of that transaction:
// another connection would not see the new user, and the embedded database has no other connection.
type Adapter = Awaited<ReturnType<typeof getCurrentAdapter>>;

interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** @throws APIError `INVITATION_REQUIRED` when nobody has invited the address, though there is somebody who could */
export async function requireInvitation(
  context: GenericEndpointContext | null,
  email: string,
): Promise<void> {
  const adapter = context && (await getCurrentAdapter(context.context.adapter));
  if (adapter && ((await isInvited(adapter, email)) || (await countPeople(adapter)) === 0)) return;
  throw new APIError("FORBIDDEN", {
    code: "INVITATION_REQUIRED",
    message: "Signing up needs an invitation for this e-mail address. Ask an owner or admin to invite you.",
  });
}

/**
 * The organization that a new session of the user begins in: the one they joined first, else a new one of their own. It
 * hangs on the session, not on the user's creation, because better-auth runs the hooks after a creation only when the
 * first session exists already, and outside the transaction. Whoever is invited is to accept, and gets none meanwhile.
 *
 * @param mayFound whether others than the first person of all may have one of their own
 */
export async function organizationForSession(
  context: GenericEndpointContext,
  userId: string,
  mayFound: boolean,
): Promise<string | undefined> {
  const adapter = await getCurrentAdapter(context.context.adapter);
  const joined = await findFirstMembership(adapter, userId);
  if (joined !== undefined) return joined;
  if (!mayFound && (await countPeople(adapter)) > 1) return undefined;
  const person = await adapter.findOne<Person>({ model: "user", where: [{ field: "id", value: userId }] });
  if (!person || (await isInvited(adapter, person.email))) return undefined;
  return foundOrganization(adapter, person);
}

function countPeople(adapter: Adapter): Promise<number> {
  return adapter.count({ model: "user" });
}

async function isInvited(adapter: Adapter, email: string): Promise<boolean> {
  const pending = await adapter.count({
    model: "invitation",
    where: [
      { field: "email", value: email.toLowerCase() },
      { field: "status", value: "pending" },
      { field: "expiresAt", operator: "gt", value: systemClock.now() },
    ],
  });
  return pending > 0;
}

async function findFirstMembership(adapter: Adapter, userId: string): Promise<string | undefined> {
  const [first] = await adapter.findMany<{ organizationId: string }>({
    model: "member",
    where: [{ field: "userId", value: userId }],
    sortBy: { field: "createdAt", direction: "asc" },
    limit: 1,
  });
  return first?.organizationId;
}

async function foundOrganization(adapter: Adapter, person: Person): Promise<string> {
  const name = person.name.trim() || person.email;
  const createdAt = systemClock.now();
  const { id } = await adapter.create<{ name: string; slug: string; createdAt: Date }, { id: string }>({
    model: "organization",
    data: { name, slug: uniqueSlug(name), createdAt },
  });
  await adapter.create({
    model: "member",
    data: { organizationId: id, userId: person.id, role: "owner", createdAt },
  });
  return id;
}

// The tail of a UUIDv7 is random; a slug that is taken would make the sign-up fail.
function uniqueSlug(name: string): string {
  const withoutAccents = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = withoutAccents.match(/[a-z0-9]+/g) ?? ["organization"];
  return `${words.join("-").slice(0, 40)}-${newUuid().slice(-8)}`;
}
