// Which calls and messages are shown: what the API is asked for, and whether one that arrives belongs to it.
import type { Schemas } from "../../api/client.ts";
import { momentsOf } from "../../components/days.ts";
import type { ActivitySearch } from "./search.ts";

export type Traffic = Schemas["Call"] | Schemas["Message"];

export function isFiltered({ tab: _tab, sid: _sid, ...filter }: ActivitySearch): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

export function trafficQuery({ number, agent, direction, status, from, to }: ActivitySearch) {
  return {
    ...(number === undefined ? {} : { phoneNumberId: number }),
    ...(agent === undefined ? {} : { chatbotId: agent }),
    ...(direction === undefined ? {} : { direction }),
    ...(status === undefined ? {} : { status }),
    ...momentsOf({ from, to }),
  };
}

function fits(traffic: Traffic, search: ActivitySearch): boolean {
  const { number, agent, direction, channel, status } = search;
  // Both are ISO 8601 in UTC, which sorts as text.
  const { from = "", to } = momentsOf(search);
  return (
    traffic.startedAt >= from &&
    (to === undefined || traffic.startedAt < to) &&
    (number === undefined || number === traffic.phoneNumberId) &&
    (agent === undefined || agent === traffic.chatbotId) &&
    (direction === undefined || direction === traffic.direction) &&
    (channel === undefined || ("channel" in traffic && traffic.channel === channel)) &&
    (status === undefined || status === traffic.status)
  );
}

/**
 * A list, newest first, as it is by now. What began before the last of its rows is left for a later page.
 *
 * @param live what has begun or changed since the list was read, by SID
 */
export function withLive<T extends Traffic>(
  rows: readonly T[],
  live: ReadonlyMap<string, T>,
  { search, hasMore }: { readonly search: ActivitySearch; readonly hasMore: boolean },
): readonly T[] {
  if (live.size === 0) return rows;
  const oldest = hasMore ? (rows.at(-1)?.startedAt ?? "") : "";
  const changed = [...live.values()].filter((row) => fits(row, search) && row.startedAt >= oldest);
  const unchanged = rows.filter(({ sid }) => !live.has(sid));
  return [...changed, ...unchanged].toSorted((one, other) => other.startedAt.localeCompare(one.startedAt));
}
