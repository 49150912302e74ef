import type { WebhookDeps } from "../accounts/verified-webhook.ts";
import type { Clock } from "../base/clock.ts";
import type { Db } from "../db/connect.ts";
import type { OutboundClient } from "../outbound/outbound-client.ts";
import type { SendReply } from "../traffic/send-reply.ts";
import type { Recorder } from "../traffic/traffic-report.ts";
import type { AnsweringLimits } from "./answering-limits.ts";
import type { AnsweringState } from "./answering-state.ts";
import type { RoutingTable } from "./routing-table.ts";

export interface AnsweringDeps extends WebhookDeps {
  readonly routingTable: Pick<RoutingTable, "find">;
  readonly db: Db;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly outbound: Pick<OutboundClient, "request">;
  readonly sendReply: SendReply;
  readonly publicUrl: string;
  readonly answeringLimits: AnsweringLimits;
  readonly answering: AnsweringState;
}
