// Who asks, as this app knows it. Put your own sign-in here: Switchhook takes whatever it says.
import type { Actor, Switchhook } from "switchhook";

interface User {
  /** The customer that the user belongs to; the operator's own people have none. */
  readonly customerId?: string;
  readonly userId: string;
}

const SIGNED_IN = new Map<string, User>([
  ["operator-token", { userId: "operator" }],
  ["bakery-token", { userId: "baker", customerId: "bakery" }],
]);

/** The operator acts for the organization that has the Twilio account, a customer for one of its own. */
export function actorOf(
  { defaultOrganizationId }: Pick<Switchhook, "defaultOrganizationId">,
  authorization: string | null | undefined,
): Actor | undefined {
  const user = SIGNED_IN.get(authorization?.replace(/^Bearer /, "") ?? "");
  return user && { orgId: user.customerId ?? defaultOrganizationId, userId: user.userId, role: "admin" };
}

export function isCustomer(id: string): boolean {
  return [...SIGNED_IN.values()].some(({ customerId }) => customerId === id);
}
