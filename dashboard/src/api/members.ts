// Who belongs to the organization, and its API keys. better-auth's endpoints, whose shapes are stated here.
import { queryOptions } from "@tanstack/react-query";
import { send } from "./client.ts";
import { REFRESH_SLOWLY_MS } from "./query-client.ts";
import { postJson } from "./session.ts";

export interface Member {
  readonly id: string;
  readonly role: string;
  readonly userId: string;
  readonly user: { readonly name: string; readonly email: string };
}

export interface PendingInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly status: string;
  readonly expiresAt: string;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string | null;
  readonly start: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastRequest: string | null;
}

export const organizationQuery = queryOptions({
  queryKey: ["organization"],
  queryFn: () =>
    getJson<{
      readonly members: readonly Member[];
      readonly invitations: readonly PendingInvitation[];
    } | null>("/api/auth/organization/get-full-organization"),
  refetchInterval: REFRESH_SLOWLY_MS,
});

export function apiKeysQuery(organizationId: string | undefined) {
  return queryOptions({
    queryKey: ["api-keys", organizationId],
    enabled: organizationId !== undefined,
    queryFn: () =>
      getJson<{ readonly apiKeys: readonly ApiKey[] }>(
        `/api/auth/api-key/list?organizationId=${encodeURIComponent(organizationId ?? "")}`,
      ),
    refetchInterval: REFRESH_SLOWLY_MS,
  });
}

export function invite(email: string, role: string): Promise<PendingInvitation> {
  return postJson("/api/auth/organization/invite-member", { email, role });
}

export function cancelInvitation(invitationId: string): Promise<unknown> {
  return postJson("/api/auth/organization/cancel-invitation", { invitationId });
}

export function changeRole(memberId: string, role: string): Promise<unknown> {
  return postJson("/api/auth/organization/update-member-role", { memberId, role });
}

export function removeMember(memberIdOrEmail: string): Promise<unknown> {
  return postJson("/api/auth/organization/remove-member", { memberIdOrEmail });
}

/** @returns the key itself, which is never shown again */
export async function createApiKey(organizationId: string, name: string, role: string): Promise<string> {
  const metadata = { role };
  const { key } = await postJson<{ readonly key: string }>("/api/auth/api-key/create", {
    name,
    organizationId,
    metadata,
  });
  return key;
}

export function deleteApiKey(keyId: string): Promise<unknown> {
  return postJson("/api/auth/api-key/delete", { keyId });
}

async function getJson<T>(path: string): Promise<T> {
  const response = await send(path);
  // better-auth vouches for the shape.
  return (await response.json()) as T;
}
