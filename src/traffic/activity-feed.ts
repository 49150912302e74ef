// Calls and messages as they change, for whoever looks on. However many listeners an organization has on a node, the
// database is asked once a second, and not at all without one: whatever records traffic must not wait for this.
import { addMs, type Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import { type Activity, type ActivityVersion, listChangedVersions, loadActivity } from "./activity-store.ts";

interface FeedDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly log: Logger;
}

const POLL_MS = 1_000;
const IDLE_MS = 15_000;
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
  readonly #organizations = new Map<string, WatchedOrganization>();

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /**
   * "open" once whatever changes from then on will be told, and then each change; undefined when nothing has happened for
   * a while. Ends when the node stops or the listener is too slow.
   */
  async *watch(orgId: string, end: AbortSignal): AsyncGenerator<Activity | "open" | undefined, void, void> {
    const listener = new Listener();
    const organization = this.#join(orgId, listener, end);
    try {
      await organization.ready;
      yield "open";
      while (!end.aborted && !listener.isLost) {
        const next = listener.take();
        if (next) yield next;
        else if (!(await within(this.#deps.clock, IDLE_MS, listener.news))) yield undefined;
      }
    } finally {
      organization.listeners.delete(listener);
    }
  }

  #join(orgId: string, listener: Listener, end: AbortSignal): WatchedOrganization {
    const known = this.#organizations.get(orgId);
    const organization = known ?? new WatchedOrganization(orgId);
    organization.listeners.add(listener);
    if (known) return known;
    this.#organizations.set(orgId, organization);
    void this.#poll(organization, end);
    return organization;
  }

  async #poll(organization: WatchedOrganization, end: AbortSignal): Promise<void> {
    const { orgId, listeners } = organization;
    while (listeners.size > 0 && !end.aborted) {
      try {
        organization.tell(await this.#changesFor(organization));
      } catch (error) {
        this.#deps.log.warn({ orgId, reason: messageOf(error) }, "activity.unknown");
      }
      await this.#deps.clock.sleep(POLL_MS, end).catch(() => undefined);
    }
    this.#organizations.delete(orgId);
    for (const listener of listeners) listener.wake();
    organization.markReady();
  }

  async #changesFor(organization: WatchedOrganization): Promise<readonly Activity[]> {
    const { db, clock } = this.#deps;
    const now = clock.now();
    const since = addMs(organization.askedAt ?? now, -LATE_MS);
    const versions = await listChangedVersions(db, organization.orgId, since, MAX_CHANGED);
    const changed = organization.changedIn(versions);
    const activities = await loadActivity(db, organization.orgId, changed);
    organization.remember(versions, now);
    return activities;
  }
}

class WatchedOrganization {
  readonly orgId: string;
  readonly listeners = new Set<Listener>();
  readonly #ready = Promise.withResolvers<void>();
  #known: ReadonlyMap<string, string> | undefined;
  /** When what is known was asked for. */
  askedAt: Date | undefined;

  constructor(orgId: string) {
    this.orgId = orgId;
  }

  /** Resolves when it is known how everything was before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  changedIn(versions: readonly ActivityVersion[]): readonly ActivityVersion[] {
    const known = this.#known;
    return known ? versions.filter(({ sid, version }) => known.get(sid) !== version) : [];
  }

  remember(versions: readonly ActivityVersion[], askedAt: Date): void {
    this.askedAt = askedAt;
    this.#known = new Map(versions.map(({ sid, version }) => [sid, version]));
    this.markReady();
  }

  markReady(): void {
    this.#ready.resolve();
  }

  tell(activities: readonly Activity[]): void {
    for (const listener of this.listeners) listener.push(activities);
  }
}

class Listener {
  readonly #waiting: Activity[] = [];
  #next = Promise.withResolvers<true>();
  isLost = false;

  get news(): Promise<true> {
    return this.#next.promise;
  }

  push(activities: readonly Activity[]): void {
    if (activities.length === 0) return;
    // For good, though there may be room for the next: what was left out is missing.
    this.isLost ||= this.#waiting.length + activities.length > MAX_WAITING;
    if (!this.isLost) this.#waiting.push(...activities);
    this.wake();
  }

  take(): Activity | undefined {
    return this.#waiting.shift();
  }

  wake(): void {
    this.#next.resolve(true);
    this.#next = Promise.withResolvers();
  }
}
