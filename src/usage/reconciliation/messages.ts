import { PAGE_SIZE, readPages } from "../../twilio/sdk-pages.ts";
import { readMessageRecord } from "../twilio-records.ts";
import { type Counts, NO_COUNTS, plus } from "./counts.ts";
import { countUnreadable, recordAll, reportsOf } from "./records.ts";
import type { Scope } from "./scope.ts";
import { datesAround } from "./window.ts";

/** The messages of an account that were sent, or came in, in a window. */
export async function reconcileMessages(scope: Scope): Promise<Counts> {
  const { deps, client, window, limits } = scope;
  const { after, before } = datesAround(window);
  const options = { dateSentAfter: after, dateSentBefore: before, pageSize: PAGE_SIZE };
  let counts = NO_COUNTS;
  const isComplete = await readPages(
    () => client.sdk.messages.page(options),
    limits,
    async (records) => {
      const { reports, unreadable } = reportsOf(records, readMessageRecord, scope);
      const recorded = await recordAll(deps, reports);
      counts = plus(plus(counts, recorded), countUnreadable(deps, unreadable));
    },
  );
  return plus(counts, { isComplete });
}
