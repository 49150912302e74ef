// Pure: which reports one statement can take. What two reports of one call or message add up to depends on their order
// and on what is stored already, and the store knows how (traffic-statement.ts). It takes one of each at a time; so of
// those that come together, each has a statement of its own, and the outcome is as if they had come one by one.
import type { TrafficReport } from "./traffic-report.ts";

/**
 * To be recorded one after the other: a report comes in a later round than any before it about the same call or message,
 * or about the call that it was dialled from; where that comes after the leg, as in Twilio's lists, they go together, and
 * the leg belongs to whom its parent belongs. Nearly always there is one round.
 */
export function roundsOf(reports: Iterable<TrafficReport>): readonly (readonly TrafficReport[])[] {
  const rounds: TrafficReport[][] = [];
  const roundAfter = new Map<string, number>();
  for (const report of reports) {
    const key = keyOf(report, report.sid);
    const parentSid = report.kind === "call" ? report.parentSid : undefined;
    const parentKey = parentSid === undefined ? undefined : keyOf(report, parentSid);
    const afterParent = parentKey === undefined ? undefined : roundAfter.get(parentKey);
    const index = Math.max(roundAfter.get(key) ?? 0, afterParent ?? 0);
    roundAfter.set(key, index + 1);
    // What is said of the parent after that was not known yet.
    if (parentKey !== undefined && afterParent !== undefined) roundAfter.set(parentKey, index + 1);
    const round = rounds[index];
    if (round) round.push(report);
    else rounds.push([report]);
  }
  return rounds;
}

function keyOf({ accountSid }: TrafficReport, sid: string): string {
  return `${accountSid}/${sid}`;
}
