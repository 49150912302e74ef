// Pure: what a page of Twilio's says of a time. Twilio does not document the order of its lists.

/** One page, the longest there is. */
export const ONE_PAGE = { pageSize: 1_000, limit: 1_000 };

interface Listed {
  readonly dateCreated: Date;
}

/**
 * Those of a page that were created at `since` or later.
 *
 * @throws Error where there may be more of them on another page: it is full, and not seen to go back beyond `since`
 */
export function listedSince<T extends Listed>(page: readonly T[], since: Date): readonly T[] {
  const recent = page.filter(({ dateCreated }) => dateCreated >= since);
  const isNewestFirst = page.every(
    (item, index) => item.dateCreated <= (page[index - 1] ?? item).dateCreated,
  );
  const isWhole = page.length < ONE_PAGE.limit || (isNewestFirst && recent.length < page.length);
  if (!isWhole)
    throw new Error("Twilio's list is longer than a page, and more of what is looked for may follow.");
  return recent;
}
