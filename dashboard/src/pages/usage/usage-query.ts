// What is asked of the API for what the address says.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { REFRESH_SLOWLY_MS } from "../../api/query-client.ts";
import { lastDays } from "./days.ts";
import type { Measure, UsageSearch } from "./search.ts";

/** As many rows as a report may have. */
const MAX_ROWS = 10_000;
const DEFAULT_DAYS = 30;
const route = getRouteApi("/signed-in/usage");

export type UsageSum = Schemas["UsageSum"];
export type UsageRow = Schemas["UsageRow"];
export type UsageQuery = ReturnType<typeof usageQuery>;

export function useUsageQuery(): UsageQuery {
  return usageQuery(route.useSearch(), new Date());
}

function usageQuery(search: UsageSearch, now: Date) {
  const { agent, number, kind, direction } = search;
  const byDefault = lastDays(DEFAULT_DAYS, now);
  return {
    from: search.from ?? byDefault.from,
    to: search.to ?? byDefault.to,
    ...(agent === undefined ? {} : { chatbotId: agent }),
    ...(number === undefined ? {} : { phoneNumberId: number }),
    ...(kind === undefined ? {} : { kind }),
    ...(direction === undefined ? {} : { direction }),
  };
}

export function useReport(query: UsageQuery, groupBy: string) {
  return useQuery(reportQuery(query, groupBy));
}

export function reportQuery(query: UsageQuery, groupBy: string) {
  return queryOptions({
    queryKey: ["usage", "report", groupBy, query],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/usage", { params: { query: { ...query, groupBy, limit: MAX_ROWS } }, signal })),
    refetchInterval: REFRESH_SLOWLY_MS,
  });
}

/** For pictures and orders; what is shown as an amount stays as exact as it came. */
export function amountOf(sum: UsageSum, measure: Measure): number {
  return measure === "cost" ? Number(sum.cost?.amount ?? 0) : sum[measure];
}
