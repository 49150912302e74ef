// Somebody changes back what is healed. Two programs that correct each other do harm, so ours stops, and says who the other
// one is as far as Twilio tells.
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import { isOperatedByHolder } from "../phone-numbers/visibility.ts";
import { readLastChange } from "../twilio/monitor-events.ts";
import type { Drift } from "./drift.ts";
import { raiseFight } from "./drift-alert.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { markFought } from "./drift-store.ts";
import { OPERATORS, whoOf } from "./fight-who.ts";
import type { SweepRun } from "./sweep-run.ts";

export async function giveUp(
  { db, clock }: DriftDeps,
  { client }: Pick<SweepRun, "client">,
  {
    number,
    drift,
    healed,
  }: { readonly number: PhoneNumber; readonly drift: Drift; readonly healed: readonly Drift[] },
): Promise<void> {
  const resourceSid = drift.fields[0]?.sid ?? number.sid;
  // Twilio's times are whole seconds, so what we wrote last is from before that.
  const since = healed[0]?.endedAt ?? drift.openedAt;
  const change = await readLastChange(client, resourceSid, since);
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    // It may have ended while Twilio was asked, and then nobody would clear the alert.
    if (!(await markFought(tx, drift.id, now))) return;
    await raiseFight({ db: tx, clock }, drift, isOperatedByHolder(number) ? whoOf(change) : OPERATORS);
  });
}
