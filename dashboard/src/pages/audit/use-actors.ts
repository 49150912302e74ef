import { useQuery } from "@tanstack/react-query";
import { send } from "../../api/client.ts";
import { useHasOwnSignIn } from "../../api/who.ts";

interface Member {
  readonly userId: string;
  readonly user: { readonly name: string };
}

/** The parts of the server that act by themselves. */
const SYSTEM: Readonly<Record<string, string>> = {
  "system:drift": "Switchhook: healing",
  "system:environment": "Switchhook: settings at start",
  "system:public_url": "Switchhook: public URL",
  "system:recovery": "Switchhook: recovery",
};

/** Whom entries can be by: a member by name, a key as such, whoever has left by the id. @param chosen is always offered */
export function useActors(chosen?: string) {
  const { data: members = [] } = useQuery({
    queryKey: ["members", "names"],
    queryFn: fetchMembers,
    enabled: useHasOwnSignIn(),
    staleTime: 60_000,
  });
  const nameOf = (userId: string) => {
    if (userId.startsWith("key:")) return "An API key";
    return SYSTEM[userId] ?? members.find((member) => member.userId === userId)?.user.name ?? userId;
  };
  const ids = new Set([...members.map(({ userId }) => userId), ...Object.keys(SYSTEM)]);
  if (chosen !== undefined) ids.add(chosen);
  return { nameOf, actors: [...ids].map((id) => ({ value: id, label: nameOf(id) })) };
}

async function fetchMembers(): Promise<readonly Member[]> {
  const response = await send("/api/auth/organization/list-members");
  // better-auth vouches for the shape.
  const { members } = (await response.json()) as { readonly members: readonly Member[] };
  return members;
}
