// Who is signed in. better-auth's endpoints are no part of the OpenAPI document, so their shapes are stated here.
import { queryOptions } from "@tanstack/react-query";
import { send } from "./client.ts";
import { queryClient } from "./query-client.ts";

export interface Session {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly session: { readonly activeOrganizationId: string | null };
}

export interface Organization {
  readonly id: string;
  readonly name: string;
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly organizationName: string;
  readonly inviterEmail: string;
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => getJson<Session | null>("/api/auth/get-session"),
  staleTime: 60_000,
});

export const organizationsQuery = queryOptions({
  queryKey: ["organizations"],
  queryFn: () => getJson<readonly Organization[]>("/api/auth/organization/list"),
  staleTime: 60_000,
});

export function invitationQuery(id: string) {
  return queryOptions({
    queryKey: ["invitation", id],
    queryFn: () => getJson<Invitation>(`/api/auth/organization/get-invitation?id=${encodeURIComponent(id)}`),
  });
}

export async function signIn(body: { readonly email: string; readonly password: string }): Promise<void> {
  await postJson("/api/auth/sign-in/email", body);
  await forgetEverything();
}

export async function signUp(body: {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}): Promise<void> {
  await postJson("/api/auth/sign-up/email", body);
  await forgetEverything();
}

export async function signOut(): Promise<void> {
  await postJson("/api/auth/sign-out", {});
  await forgetEverything();
}

export async function acceptInvitation(invitationId: string): Promise<void> {
  await postJson("/api/auth/organization/accept-invitation", { invitationId });
  await forgetEverything();
}

export async function switchOrganization(organizationId: string): Promise<void> {
  await postJson("/api/auth/organization/set-active", { organizationId });
  await forgetEverything();
}

/** What one person or organization has seen is nothing for the next. */
async function forgetEverything(): Promise<void> {
  await queryClient.cancelQueries();
  queryClient.clear();
}

async function getJson<T>(path: string): Promise<T> {
  const response = await send(path);
  // better-auth vouches for the shape.
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, body: object): Promise<T> {
  const response = await send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}
