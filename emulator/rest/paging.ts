import type { Collection } from "../collection.ts";
import { invalidParameter } from "../twilio-error.ts";
import type { RestContext } from "./context.ts";

const MAX_PAGE_SIZE = 1000;

interface PageRequest {
  readonly page: number;
  readonly pageSize: number;
  readonly after: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly request: PageRequest;
  /** Null on the last page. */
  readonly nextToken: string | null;
}

interface PageRules {
  readonly defaultPageSize?: number;
  /** The list grows at its head while it is read: a page may begin with what the one before it ended with. */
  readonly isMoving?: boolean;
}

/** One page of what matches. A cursor wins over a page number, and survives deletions on earlier pages. */
export function readPage<T extends { sid: string }>(
  context: RestContext,
  collection: Collection<T>,
  matches: (item: T) => boolean,
  { defaultPageSize = 50, isMoving = false }: PageRules = {},
): Page<T> {
  const request = readPageRequest(context, defaultPageSize);
  // A page of one must not repeat, or the list would never end.
  const overlap = isMoving && context.instance.repeatAcrossPages && request.pageSize > 1 ? 1 : 0;
  const skipped = request.after === 0 ? request.page * (request.pageSize - overlap) : 0;
  const start = skipped === 0 ? request.after : collection.pageAfter(0, skipped, matches).lastOrdinal;
  const { items, lastOrdinal, hasMore } = collection.pageAfter(start, request.pageSize, matches);
  return { items, request, nextToken: hasMore ? tokenFor(lastOrdinal - overlap) : null };
}

/** One page of a list that is computed rather than kept. */
export function pageOf<T>(context: RestContext, all: readonly T[]): Page<T> {
  const request = readPageRequest(context, 50);
  const start = request.after || request.page * request.pageSize;
  const end = start + request.pageSize;
  return { items: all.slice(start, end), request, nextToken: end < all.length ? tokenFor(end) : null };
}

function readPageRequest(context: RestContext, defaultPageSize: number): PageRequest {
  const { query } = context.request;
  const pageSize = Number(query.get("PageSize") ?? defaultPageSize);
  const page = Number(query.get("Page") ?? 0);
  const isValid = Number.isInteger(pageSize) && pageSize > 0 && Number.isInteger(page) && page >= 0;
  if (!isValid) throw invalidParameter("PageSize and Page must be positive integers");
  return { page, pageSize: Math.min(pageSize, MAX_PAGE_SIZE), after: ordinalIn(query.get("PageToken")) };
}

const tokenFor = (ordinal: number): string => `PA${ordinal.toString(16).padStart(32, "0")}`;

function ordinalIn(token: string | null): number {
  if (token === null) return 0;
  const ordinal = Number.parseInt(token.replace(/^PA/, ""), 16);
  if (Number.isNaN(ordinal)) throw invalidParameter("PageToken is not valid");
  return ordinal;
}

/** The 2010 API's envelope: relative URIs, the list under its own key beside them. */
export function legacyEnvelope<T>(
  context: RestContext,
  key: string,
  page: Page<T>,
  show: (item: T) => unknown,
) {
  const { request, nextToken, items } = page;
  const start = request.page * request.pageSize;
  return {
    first_page_uri: pageAddress(context, request, 0, null),
    next_page_uri: nextToken ? pageAddress(context, request, request.page + 1, nextToken) : null,
    previous_page_uri: request.page > 0 ? pageAddress(context, request, request.page - 1, null) : null,
    uri: pageAddress(context, request, request.page, null),
    page: request.page,
    page_size: request.pageSize,
    start,
    end: Math.max(start, start + items.length - 1),
    [key]: items.map(show),
  };
}

/** The product APIs' envelope: absolute URLs in `meta`, which also names the list's key. */
export function metaEnvelope<T>(
  context: RestContext,
  key: string,
  page: Page<T>,
  show: (item: T) => unknown,
) {
  const { request, nextToken, items } = page;
  const address = (number: number, token: string | null) =>
    context.instance.origin + pageAddress(context, request, number, token);
  return {
    meta: {
      page: request.page,
      page_size: request.pageSize,
      first_page_url: address(0, null),
      previous_page_url: request.page > 0 ? address(request.page - 1, null) : null,
      url: address(request.page, null),
      next_page_url: nextToken ? address(request.page + 1, nextToken) : null,
      key,
    },
    [key]: items.map(show),
  };
}

function pageAddress(context: RestContext, request: PageRequest, page: number, token: string | null): string {
  const query = new URLSearchParams(context.request.query);
  query.set("PageSize", String(request.pageSize));
  query.set("Page", String(page));
  query.delete("PageToken");
  if (token) query.set("PageToken", token);
  return `${context.request.path}?${query.toString()}`;
}
