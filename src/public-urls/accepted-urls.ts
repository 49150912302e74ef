// Under which base URLs a signature counts: the public URL, and every other one for as long as a number still has it, and
// some days more. In memory, because what Twilio sends is answered without the database.
import type { Clock } from "../base/clock.ts";
import { DAY_MS, HOUR_MS } from "../base/durations.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import { noteIdleUrls } from "./public-url-store.ts";

/** A call that began before its number moved may last for a day, and what became of a message may be told days later. */
const GRACE_MS = 7 * DAY_MS;

export interface AcceptedUrlsDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

/**
 * Looks again at most once an hour, while Twilio's requests are answered; where nobody calls there is nothing to refuse. Until the
 * first look every URL counts. One that a number was given meanwhile, by a node that still has it as its own, counts again with
 * the next look.
 */
export class AcceptedUrls {
  readonly #deps: AcceptedUrlsDeps;
  readonly #publicUrl: string;
  readonly #known: readonly string[];
  /** Those that do not count any more. */
  #refused: ReadonlySet<string> = new Set();
  #lookedAt: Date | undefined;
  #looking: Promise<void> = Promise.resolve();

  /** @param known may grow: a newer node's URL counts as soon as this one knows of it */
  constructor(deps: AcceptedUrlsDeps, publicUrl: string, known: readonly string[]) {
    this.#deps = deps;
    this.#publicUrl = publicUrl;
    this.#known = known;
  }

  /** As of the last look; never waits for the database. */
  now(): readonly string[] {
    const others = this.#known.filter((url) => url !== this.#publicUrl);
    if (others.length > 0 && this.#isDue()) {
      this.#lookedAt = this.#deps.clock.now();
      this.#looking = this.#look();
    }
    return [this.#publicUrl, ...others.filter((url) => !this.#refused.has(url))];
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
      const now = clock.now();
      const idle = await noteIdleUrls(db, this.#publicUrl, now);
      const refused = idle.filter(({ since }) => now.getTime() - since.getTime() >= GRACE_MS);
      this.#refused = new Set(refused.map(({ url }) => url));
    } catch (error) {
      // What counted goes on counting.
      log.warn({ err: error }, "public_url.not_looked_up");
    }
  }
}
