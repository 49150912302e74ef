import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

interface Page {
  readonly nextCursor: string | null;
}

/** A list that pages by cursor, as one list that grows. `loadMore` asks for one page, once. */
export function useCursorList<P extends Page, Row>(options: {
  readonly queryKey: QueryKey;
  readonly fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<P>;
  readonly rowsOf: (page: P) => readonly Row[];
  readonly refetchInterval?: number;
}) {
  const { queryKey, fetchPage, rowsOf, refetchInterval } = options;
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    ...(refetchInterval === undefined ? {} : { refetchInterval }),
  });
  const pages = query.data?.pages;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rowsOf is pure, and the pages alone change
  const rows = useMemo(() => pages?.flatMap((page) => rowsOf(page)) ?? [], [pages]);
  return {
    rows,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoading: query.isFetchingNextPage || query.isPending,
    isEmpty: query.isSuccess && rows.length === 0,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
  };
}
