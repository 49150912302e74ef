// Calls and messages as they change, for whoever looks on. They are looked for in the database: whatever records traffic
// must not wait for this.
import { IDLE_MS } from "../api/event-stream.ts";
import { addMs, type Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import type { Logger } from "../base/log.ts";
import { type LookOut, LookOuts } from "../base/look-out.ts";
import type { Db } from "../db/connect.ts";
import { type Activity, type ActivityVersion, listChangedVersions, loadActivity } from "./activity-store.ts";

interface FeedDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly log: Logger;
}

/**
 * How long a change may take from when it says it was made until it can be read: its transaction waits its turn, and another
 * node's clock is not ours.
 */
const LATE_MS = 10_000;
/** Calls and messages each. Of more that change while one is late, the last are told. */
const MAX_CHANGED = 2_000;
/** A listener that is further behind is sent away, comes back and reads the lists. */
const MAX_WAITING = 2_000;

export class ActivityFeed {
  readonly #deps: FeedDeps;
  readonly #lookOuts: LookOuts<OrganizationTraffic>;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#lookOuts = new LookOuts(deps, (lookOut) => this.#look(lookOut));
  }

  /**
   * "open" once whatever changes from then on will be told, and then each change; undefined when nothing has happened for
   * a while. Ends when the node stops or the listener is too slow.
   */
  async *watch(orgId: string, end: AbortSignal): AsyncGenerator<Activity | "open" | undefined, void, void> {
    const lookOut = this.#lookOuts.join(orgId, end, () => new OrganizationTraffic());
    const traffic = lookOut.subject;
    const listener = new Listener();
    traffic.listeners.add(listener);
    try {
      while (!traffic.isKnown && !lookOut.isOver) await lookOut.news;
      yield "open";
      while (!lookOut.isOver && !listener.isLost) {
        const next = listener.take();
        if (next) yield next;
        else if (!(await within(this.#deps.clock, IDLE_MS, lookOut.news))) yield undefined;
      }
    } finally {
      traffic.listeners.delete(listener);
      this.#lookOuts.leave(lookOut);
    }
  }

  async #look(lookOut: LookOut<OrganizationTraffic>): Promise<void> {
    const { db, clock } = this.#deps;
    const { key: orgId, subject: traffic } = lookOut;
    const now = clock.now();
    const since = addMs(traffic.askedAt ?? now, -LATE_MS);
    const versions = await listChangedVersions(db, orgId, since, MAX_CHANGED);
    const activities = await loadActivity(db, orgId, traffic.changedIn(versions));
    const isOpening = !traffic.isKnown;
    traffic.remember(versions, now);
    for (const listener of traffic.listeners) listener.push(activities);
    if (isOpening || activities.length > 0) lookOut.tell();
  }
}

/** An organization's calls and messages as they were when they were last looked at. */
class OrganizationTraffic {
  readonly listeners = new Set<Listener>();
  #known: ReadonlyMap<string, string> | undefined;
  /** When what is known was asked for. */
  askedAt: Date | undefined;

  /** Whether it is known how everything was before. */
  get isKnown(): boolean {
    return this.#known !== undefined;
  }

  changedIn(versions: readonly ActivityVersion[]): readonly ActivityVersion[] {
    const known = this.#known;
    return known ? versions.filter(({ sid, version }) => known.get(sid) !== version) : [];
  }

  remember(versions: readonly ActivityVersion[], askedAt: Date): void {
    this.askedAt = askedAt;
    this.#known = new Map(versions.map(({ sid, version }) => [sid, version]));
  }
}

/** What one listener has not taken yet. */
class Listener {
  readonly #waiting: Activity[] = [];
  isLost = false;

  push(activities: readonly Activity[]): void {
    // For good, though there may be room for the next: what was left out is missing.
    this.isLost ||= this.#waiting.length + activities.length > MAX_WAITING;
    if (!this.isLost) this.#waiting.push(...activities);
  }

  take(): Activity | undefined {
    return this.#waiting.shift();
  }
}
