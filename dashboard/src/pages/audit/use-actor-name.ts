import { useQuery } from "@tanstack/react-query";
import { send } from "../../api/client.ts";

interface Member {
  readonly userId: string;
  readonly user: { readonly name: string };
}

/** What an actor is called: a member by name, a key as such, whoever has left by the id. */
export function useActorName(): (userId: string) => string {
  const { data: members = [] } = useQuery({
    queryKey: ["members", "names"],
    queryFn: fetchMembers,
    staleTime: 60_000,
  });
  return (userId) => {
    if (userId.startsWith("key:")) return "An API key";
    if (userId.startsWith("system")) return "Switchhook itself";
    return members.find((member) => member.userId === userId)?.user.name ?? userId;
  };
}

async function fetchMembers(): Promise<readonly Member[]> {
  const response = await send("/api/auth/organization/list-members");
  // better-auth vouches for the shape.
  const { members } = (await response.json()) as { readonly members: readonly Member[] };
  return members;
}
