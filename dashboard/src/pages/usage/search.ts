import { parseDay } from "../../components/days.ts";
import { DIRECTIONS } from "../../components/direction.ts";
import { searchText } from "../../components/search-text.ts";

export const KINDS = ["voice", "sms", "mms", "whatsapp"] as const;
export const MEASURES = ["cost", "count", "minutes", "segments"] as const;
export const VIEWS = ["agent", "number", "kind", "day", "twilio"] as const;

export type Measure = (typeof MEASURES)[number];
export type View = (typeof VIEWS)[number];

export interface UsageSearch {
  /** Days, UTC, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly agent?: string | undefined;
  readonly number?: string | undefined;
  readonly kind?: (typeof KINDS)[number] | undefined;
  readonly direction?: (typeof DIRECTIONS)[number] | undefined;
  readonly measure?: Measure | undefined;
  readonly view?: View | undefined;
  /** The Twilio account whose records are compared. */
  readonly account?: string | undefined;
}

export function usageSearch(search: Record<string, unknown>): UsageSearch {
  const { from, to, agent, number, kind, direction, measure, view, account } = search;
  return {
    from: parseDay(from),
    to: parseDay(to),
    agent: searchText(agent),
    number: searchText(number),
    kind: KINDS.find((name) => name === kind),
    direction: DIRECTIONS.find((name) => name === direction),
    measure: MEASURES.find((name) => name === measure),
    view: VIEWS.find((name) => name === view),
    account: searchText(account),
  };
}
