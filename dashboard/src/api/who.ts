// Who is looking, as the API knows them: by our own sign-in, or by that of the application that we are a part of.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, dataOf } from "./client.ts";

export const whoQuery = queryOptions({
  queryKey: ["who"],
  queryFn: () => dataOf(api.GET("/api/session")),
  staleTime: 60_000,
});

/** Whether people, their organizations and API keys are ours, so that there are pages for them. */
export function useHasOwnSignIn(): boolean {
  const { data: who } = useQuery(whoQuery);
  return who?.signIn === "switchhook";
}

/** Whether they may do what needs the role admin. */
export function useIsAdmin(): boolean {
  const { data: who } = useQuery(whoQuery);
  return who?.actor?.role === "owner" || who?.actor?.role === "admin";
}
