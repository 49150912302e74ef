// Numbers, and who may answer them: the queries that several pages share.
import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { isolated } from "../components/isolated.ts";
import { api, dataOf, type Schemas } from "./client.ts";

const PAGE = 200;
/** So many pages of agents are offered to choose from. */
const MAX_PAGES = 10;

export const accountsQuery = queryOptions({
  queryKey: ["twilio-accounts"],
  queryFn: async () => (await dataOf(api.GET("/api/twilio-accounts"))).accounts,
});

export const agentsQuery = queryOptions({
  queryKey: ["agents", "all"],
  queryFn: fetchAgents,
  staleTime: 60_000,
});

export const publicUrlQuery = queryOptions({
  queryKey: ["public-url"],
  queryFn: () => dataOf(api.GET("/api/public-url")),
});

export function numberQuery(id: string) {
  return queryOptions({
    queryKey: ["phone-numbers", "one", id],
    queryFn: () => dataOf(api.GET("/api/phone-numbers/{id}", { params: { path: { id } } })),
  });
}

/** The name of an agent within a text, or its id until that is known. */
export function useAgentName(): (id: string) => string {
  const { data: agents } = useQuery(agentsQuery);
  return useMemo(() => {
    const names = new Map(agents?.map(({ id, name }) => [id, name]));
    return (id) => isolated(names.get(id) ?? id);
  }, [agents]);
}

/** After a change of numbers: whatever is shown of them is read anew. */
export async function refreshNumbers(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ["phone-numbers"] });
}

async function fetchAgents(): Promise<readonly Schemas["Agent"][]> {
  const agents: Schemas["Agent"][] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await dataOf(api.GET("/api/agents", { params: { query } }));
    agents.push(...answer.agents);
    if (answer.nextCursor === null) break;
    cursor = answer.nextCursor;
  }
  return agents;
}
