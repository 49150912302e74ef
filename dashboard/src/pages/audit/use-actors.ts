import { useQuery } from "@tanstack/react-query";
import { send } from "../../api/client.ts";
import { useHasOwnSignIn } from "../../api/who.ts";
import { SYSTEM } from "./actor-label.ts";

interface Member {
  readonly userId: string;
  readonly user: { readonly name: string };
}

/** Whom entries can be by: the members and the server's own parts. @param chosen is offered as well, by the id if need be */
export function useActors(chosen: string | undefined) {
  const { data: members = [] } = useQuery({
    queryKey: ["members", "names"],
    queryFn: fetchMembers,
    enabled: useHasOwnSignIn(),
    staleTime: 60_000,
  });
  const labels = new Map([
    ...members.map(({ userId, user }) => [userId, user.name] as const),
    ...Object.entries(SYSTEM),
  ]);
  if (chosen !== undefined && !labels.has(chosen)) {
    labels.set(chosen, chosen.startsWith("key:") ? "An API key" : chosen);
  }
  return [...labels].map(([value, label]) => ({ value, label }));
}

async function fetchMembers(): Promise<readonly Member[]> {
  const response = await send("/api/auth/organization/list-members");
  // better-auth vouches for the shape.
  const { members } = (await response.json()) as { readonly members: readonly Member[] };
  return members;
}
