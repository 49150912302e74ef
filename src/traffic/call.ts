import type { Money } from "./money.ts";
import type { CallReport, Direction, Holder } from "./traffic-report.ts";

/** A call leg, with what is known of it so far. */
export interface Call {
  readonly accountSid: string;
  /** CA… */
  readonly sid: string;
  readonly phoneNumberId: string;
  /** The agent that answered the number when the call began. */
  readonly agentId: string | undefined;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly startedAt: Date;
  readonly answeredAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly durationSeconds: number | undefined;
  readonly sipCode: number | undefined;
  readonly answeredBy: string | undefined;
  /** The leg that this one was dialled from. */
  readonly parentSid: string | undefined;
  /** At the organization's rates; undefined where nothing is charged or no rate is set. */
  readonly cost: Money | undefined;
  readonly twilioPrice: Money | undefined;
}

/** A call of which nothing but its report is known. */
export function callFromReport(report: CallReport, { phoneNumberId, agentId }: Holder): Call {
  const { accountSid, sid, direction, from, to, status, startedAt } = report;
  const { answeredAt, endedAt, durationSeconds, sipCode, answeredBy, parentSid } = report;
  return {
    accountSid,
    sid,
    phoneNumberId,
    agentId,
    direction,
    from,
    to,
    status,
    startedAt,
    answeredAt,
    endedAt,
    durationSeconds,
    sipCode,
    answeredBy,
    parentSid,
    cost: undefined,
    twilioPrice: undefined,
  };
}
