import { api, dataOf } from "../../api/client.ts";
import { useCursorList } from "../../api/paging.ts";
import { trafficQuery } from "./activity-query.ts";
import type { ActivitySearch } from "./search.ts";

const PAGE = 100;

/** What the lists are kept under; what is looked at makes no other list. */
function listKey(noun: "calls" | "messages", search: ActivitySearch) {
  return ["activity", noun, trafficQuery(search), search.channel] as const;
}

export function useCalls(search: ActivitySearch) {
  return useCursorList({
    queryKey: listKey("calls", search),
    fetchPage: (cursor, signal) => {
      const query = { ...trafficQuery(search), ...(cursor ? { cursor } : {}), limit: PAGE };
      return dataOf(api.GET("/api/calls", { params: { query }, signal }));
    },
    rowsOf: ({ calls }) => calls,
  });
}

export function useMessages(search: ActivitySearch) {
  const { channel } = search;
  return useCursorList({
    queryKey: listKey("messages", search),
    fetchPage: (cursor, signal) => {
      const query = {
        ...trafficQuery(search),
        ...(channel === undefined ? {} : { channel }),
        ...(cursor ? { cursor } : {}),
        limit: PAGE,
      };
      return dataOf(api.GET("/api/messages", { params: { query }, signal }));
    },
    rowsOf: ({ messages }) => messages,
  });
}
