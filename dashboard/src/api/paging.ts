import {
  type InfiniteData,
  type QueryKey,
  type QueryState,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { REFRESH_SLOWLY_MS } from "./query-client.ts";

interface Page {
  readonly nextCursor: string | null;
}

interface LoadedPage<Row> extends Page {
  readonly rows: readonly Row[];
  /** `kept`: not looked at when the list was last read anew. `left-out`: to be read again when somebody comes there. */
  readonly state: "read" | "kept" | "left-out";
}

interface View {
  readonly first: number;
  readonly last: number;
}

type LoadedPages<Row> = InfiniteData<LoadedPage<Row>, string | undefined>;

/**
 * A list that pages by cursor, as one list that grows. `loadMore` asks for one page, once. Read anew, after a change or
 * because time has passed, it asks for the pages in view alone: the others follow when they come into view.
 */
export function useCursorList<P extends Page, Row>(options: {
  readonly queryKey: QueryKey;
  readonly fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<P>;
  readonly rowsOf: (page: P) => readonly Row[];
  readonly refetchInterval?: number;
}) {
  const { queryKey, fetchPage, rowsOf, refetchInterval = REFRESH_SLOWLY_MS } = options;
  const client = useQueryClient();
  const view = useRef<View>({ first: 0, last: 0 });
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }): Promise<LoadedPage<Row>> => {
      const kept = keptPage(client.getQueryState<LoadedPages<Row>>(queryKey), pageParam, view.current);
      if (kept) return kept;
      const page = await fetchPage(pageParam, signal);
      return { rows: rowsOf(page), nextCursor: page.nextCursor, state: "read" };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval,
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages]);
  return {
    rows,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoading: query.isFetchingNextPage || query.isPending,
    isEmpty: query.isSuccess && rows.length === 0,
    loadMore: () => {
      if (!query.hasNextPage || query.isFetching) return;
      view.current = { first: rows.length, last: rows.length };
      void query.fetchNextPage();
    },
    /** Says which rows are in view. A list that nobody says it of has its last page in view. */
    showRows: (first: number, last: number) => {
      view.current = { first, last };
      const isOld = pages?.some(
        ({ state }, index) => state === "kept" && isInView(pages, index, view.current),
      );
      if (isOld && !query.isFetching) void query.refetch();
    },
  };
}

/** What stands for a page that nobody looks at when a list is read anew; undefined for one that is to be read. */
function keptPage<Row>(
  state: QueryState<LoadedPages<Row>> | undefined,
  cursor: string | undefined,
  view: View,
): LoadedPage<Row> | undefined {
  if (!state?.data || state.fetchMeta?.fetchMore) return undefined;
  const { pages, pageParams } = state.data;
  const index = pages.findIndex((page, at) => pageParams[at] === cursor && page.state !== "left-out");
  const page = pages[index];
  if (page) return isInView(pages, index, view) ? undefined : { ...page, state: "kept" };
  // The page before it ends elsewhere now. To read everything after it anew could take hundreds of requests.
  return { rows: [], nextCursor: cursor ?? null, state: "left-out" };
}

function isInView(pages: readonly LoadedPage<unknown>[], index: number, { first, last }: View): boolean {
  const start = pages.slice(0, index).reduce((count, { rows }) => count + rows.length, 0);
  // A list without rows is looked at as well.
  const end = start + Math.max(1, pages[index]?.rows.length ?? 0);
  return start <= last && first < end;
}
