import type { Clock } from "../base/clock.ts";

/** A page of one of Twilio's lists, as the SDK has it. */
export interface SdkPage<T> {
  readonly instances: readonly T[];
  /** Empty on the last page. */
  readonly nextPageUrl?: string;
  nextPage(): Promise<SdkPage<T>> | undefined;
}

/** How far a list is read. */
export interface PageLimits {
  readonly clock: Pick<Clock, "now">;
  /** No further page is asked for after this. */
  readonly until: Date;
  readonly maxPages?: number;
  /** Whether there is still somebody who wants more of it. */
  readonly isWanted?: () => boolean;
  /** Asks for the next page while one is dealt with: there are two of them in memory then. */
  readonly isAhead?: boolean;
}

/** As many records as Twilio gives at once. */
export const PAGE_SIZE = 1_000;
/** A million records. */
const MAX_PAGES = 1_000;

/**
 * Reads a list page by page: unless `isAhead`, the next one is asked for when the one before it is dealt with, so that
 * there is never more than one of them in memory.
 *
 * @returns whether that was the whole list
 */
export async function readPages<T>(
  first: () => Promise<SdkPage<T>>,
  { clock, until, maxPages = MAX_PAGES, isWanted = () => true, isAhead = false }: PageLimits,
  take: (records: readonly T[]) => Promise<void>,
): Promise<boolean> {
  let page = await first();
  for (let pages = 1; ; pages++) {
    const mayGoOn = () => pages < maxPages && clock.now() < until && isWanted();
    const asked = isAhead && page.nextPageUrl && mayGoOn() ? page.nextPage() : undefined;
    // What fails while nobody waits for it is heard of below.
    asked?.catch(() => {});
    await take(page.instances);
    if (!page.nextPageUrl) return true;
    if (!mayGoOn()) return false;
    const next = asked ?? page.nextPage();
    if (!next) return true;
    page = await next;
  }
}
