import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem.ts";

const RETRIES = 2;

/** How old what others may change becomes on a page that is only looked at. A refetch that fails is told. */
export const REFRESH_SLOWLY_MS = 60_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A problem that the request itself has will be there the next time as well.
      retry: (failures, error) =>
        failures < RETRIES && error instanceof ApiProblem && error.problem.status >= 500,
    },
    // A change is made now or not at all: one that waits for the connection would come as a surprise.
    mutations: { networkMode: "always", retry: false },
  },
});
