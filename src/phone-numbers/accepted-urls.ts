// Under which base URLs a signature counts: the public URL, and every earlier one for as long as a number still has it, and
// some days more. In memory, because what Twilio sends is answered without the database.
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import { findUrlsInUse } from "./public-url-store.ts";

const HOUR_MS = 3_600_000;
/** A call that began before its number moved may last for a day, and what became of a message may be told days later. */
const GRACE_MS = 7 * 24 * HOUR_MS;

export interface AcceptedUrlsDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

/**
 * Looks again at most once an hour, while Twilio's requests are answered; where nobody calls there is nothing to refuse. A URL
 * that a number was given meanwhile, by a node that still has it as its own, counts again with the next look.
 */
export class AcceptedUrls {
  readonly #deps: AcceptedUrlsDeps;
  readonly #publicUrl: string;
  readonly #earlier: readonly string[];
  /** Since when this process has found no number that has it, by the URL. */
  readonly #idleSince = new Map<string, Date>();
  #accepted: readonly string[];
  #lookedAt: Date | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: AcceptedUrlsDeps, publicUrl: string, earlierPublicUrls: readonly string[]) {
    this.#deps = deps;
    this.#publicUrl = publicUrl;
    this.#earlier = earlierPublicUrls.filter((url) => url !== publicUrl);
    this.#accepted = [publicUrl, ...this.#earlier];
  }

  /** As of the last look; never waits for the database. */
  now(): readonly string[] {
    if (this.#earlier.length > 0 && this.#isDue()) {
      this.#lookedAt = this.#deps.clock.now();
      this.#looking = this.#look();
    }
    return this.#accepted;
  }

  /** Resolves when nothing is read any more. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  #isDue(): boolean {
    const sinceMs =
      this.#deps.clock.now().getTime() - (this.#lookedAt?.getTime() ?? Number.NEGATIVE_INFINITY);
    return sinceMs >= HOUR_MS;
  }

  async #look(): Promise<void> {
    const { db, clock, log } = this.#deps;
    try {
      this.#note(new Set(await findUrlsInUse(db, this.#earlier)), clock.now());
    } catch (error) {
      // What counted goes on counting.
      log.warn({ err: error }, "public_url.not_looked_up");
    }
  }

  #note(inUse: ReadonlySet<string>, now: Date): void {
    for (const url of this.#earlier) {
      if (inUse.has(url)) this.#idleSince.delete(url);
      else if (!this.#idleSince.has(url)) this.#idleSince.set(url, now);
    }
    const accepted = this.#earlier.filter((url) => !this.#isOver(url, now));
    this.#accepted = [this.#publicUrl, ...accepted];
  }

  #isOver(url: string, now: Date): boolean {
    const since = this.#idleSince.get(url);
    return since !== undefined && now.getTime() - since.getTime() >= GRACE_MS;
  }
}
