// Lists are read page by page, and one row further than a page is long: so nobody has to count to know whether one follows.

export interface Page<T> {
  readonly rows: readonly T[];
  /** Where the next page begins; undefined on the last. */
  readonly nextCursor: string | undefined;
}

/** @param rows one more than the page may have, where there are that many */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: last !== undefined && rows.length > limit ? cursorOf(last) : undefined };
}
