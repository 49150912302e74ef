import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Recorder, TrafficReport } from "../traffic/traffic-report.ts";

interface Deps {
  readonly recorder: Recorder;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "unrecorded">;
}

/**
 * Tells of a call or message that has begun. Nobody waits for it: a caller must be answered when nothing can be stored,
 * and reconciliation finds what was not.
 */
export function reportTraffic(deps: Deps, report: TrafficReport): void {
  void record(deps, report);
}

async function record({ recorder, log, metrics }: Deps, report: TrafficReport): Promise<void> {
  try {
    await recorder.record({ report });
  } catch (error) {
    metrics.unrecorded.inc({ kind: report.kind });
    // Without its stack: when too much waits there are thousands of these, and the recorder has logged what it met.
    log.error({ reason: messageOf(error), sid: report.sid }, `${report.kind}.not_recorded`);
  }
}
