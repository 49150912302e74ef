import { parseDay } from "../../components/days.ts";
import { DIRECTIONS } from "../../components/direction.ts";
import { searchText } from "../../components/search-text.ts";

export const TABS = ["calls", "messages"] as const;
export const CHANNELS = ["sms", "mms", "whatsapp"] as const;

export interface ActivitySearch {
  readonly tab?: (typeof TABS)[number] | undefined;
  readonly number?: string | undefined;
  readonly agent?: string | undefined;
  readonly direction?: (typeof DIRECTIONS)[number] | undefined;
  readonly channel?: (typeof CHANNELS)[number] | undefined;
  readonly status?: string | undefined;
  /** Days in the reader's zone, both included, on which it began. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The call or message that is looked at. */
  readonly sid?: string | undefined;
}

export function activitySearch(search: Record<string, unknown>): ActivitySearch {
  const { tab, number, agent, direction, channel, status, from, to, sid } = search;
  return {
    tab: TABS.find((name) => name === tab),
    number: searchText(number),
    agent: searchText(agent),
    direction: DIRECTIONS.find((name) => name === direction),
    channel: CHANNELS.find((name) => name === channel),
    status: searchText(status),
    from: parseDay(from),
    to: parseDay(to),
    sid: searchText(sid),
  };
}
