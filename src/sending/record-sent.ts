import type { TrafficReport } from "../traffic/traffic-report.ts";
import type { SendingDeps } from "./sending-deps.ts";

/**
 * Keeps what was sent, and says so in the log. Never rejects: it has been sent, and whoever is told otherwise sends it
 * again. What cannot be kept now is found by the reconciliation with Twilio.
 */
export async function recordSent(
  { recorder, log, clock }: Pick<SendingDeps, "recorder" | "log" | "clock">,
  report: TrafficReport,
  facts: { readonly outcome: string; readonly beganAt: Date },
): Promise<void> {
  const { kind, accountSid, sid, status, holder } = report;
  const ids = { accountSid, sid, orgId: holder?.orgId, phoneNumberId: holder?.phoneNumberId };
  await recorder
    .record({ report })
    .catch((error: unknown) => log.error({ ...ids, err: error }, `${kind}.not_recorded`));
  const durationMs = clock.now().getTime() - facts.beganAt.getTime();
  log.info({ ...ids, status, outcome: facts.outcome, durationMs }, `${kind}.sent`);
}
