import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What one node counts. Prometheus adds the nodes up. */
export interface Metrics {
  readonly registry: Registry;
  readonly operations: Counter<"kind" | "outcome">;
  readonly webhooks: Counter<"route" | "verdict">;
  readonly trafficRefused: Counter;
  readonly trafficBatch: Histogram;
  readonly unknownStatuses: Counter<"kind">;
  readonly answers: Counter<"kind" | "outcome">;
  readonly agentFailures: Counter<"kind" | "reason">;
  readonly lateReplies: Counter<"outcome">;
  readonly unrecorded: Counter<"kind">;
  readonly staleUrls: Counter;
  readonly reconciled: Counter<"found">;
  readonly usageEvents: Counter<"outcome">;
  readonly alertEvents: Counter<"outcome">;
  readonly twilioRequests: Counter<"method" | "status">;
  readonly twilioSeconds: Histogram<"method">;
  readonly twilioWaitSeconds: Histogram<"priority">;
  readonly httpSeconds: Histogram<"method" | "route" | "status">;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    operations: new Counter({
      name: "switchhook_operations_total",
      help: "Operations that ended, by kind and outcome",
      labelNames: ["kind", "outcome"],
      registers,
    }),
    webhooks: new Counter({
      name: "switchhook_webhooks_total",
      help: "Webhooks from Twilio, by route and what the signature check said",
      labelNames: ["route", "verdict"],
      registers,
    }),
    trafficRefused: new Counter({
      name: "switchhook_traffic_refused_total",
      help: "Callbacks and other reports of calls and messages that could not be stored",
      registers,
    }),
    trafficBatch: new Histogram({
      name: "switchhook_traffic_batch_records",
      help: "Reports of calls and messages that one transaction made durable",
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000],
      registers,
    }),
    unknownStatuses: new Counter({
      name: "switchhook_unknown_statuses_total",
      help: "Status callbacks with a status that we do not know; stored, but without effect",
      labelNames: ["kind"],
      registers,
    }),
    answers: new Counter({
      name: "switchhook_answers_total",
      help: "Calls and messages that were answered, and by what",
      labelNames: ["kind", "outcome"],
      registers,
    }),
    agentFailures: new Counter({
      name: "switchhook_agent_failures_total",
      help: "Agents that could not be reached, or answered what could not be used",
      labelNames: ["kind", "reason"],
      registers,
    }),
    lateReplies: new Counter({
      name: "switchhook_late_replies_total",
      help: "Replies that came after Twilio had been answered, and whether they were sent",
      labelNames: ["outcome"],
      registers,
    }),
    unrecorded: new Counter({
      name: "switchhook_unrecorded_total",
      help: "Calls and messages whose beginning could not be stored; reconciliation adds them",
      labelNames: ["kind"],
      registers,
    }),
    staleUrls: new Counter({
      name: "switchhook_stale_urls_total",
      help: "Webhooks whose URL named another agent than the one that answered",
      registers,
    }),
    reconciled: new Counter({
      name: "switchhook_reconciled_total",
      help: "What Twilio's own records of calls and messages showed: records by whose they are, and entries of the ledger that were missing or different",
      labelNames: ["found"],
      registers,
    }),
    usageEvents: new Counter({
      name: "switchhook_usage_events_total",
      help: "Events about usage that were sent to sinks, each time, and whether they were taken, refused or failed to arrive",
      labelNames: ["outcome"],
      registers,
    }),
    alertEvents: new Counter({
      name: "switchhook_alert_events_total",
      help: "Events about alerts that were sent to webhooks, each time, and whether they were taken, refused or given up",
      labelNames: ["outcome"],
      registers,
    }),
    twilioRequests: new Counter({
      name: "switchhook_twilio_requests_total",
      help: "Attempts sent to Twilio's REST API, by method and status (0: no answer)",
      labelNames: ["method", "status"],
      registers,
    }),
    twilioSeconds: new Histogram({
      name: "switchhook_twilio_request_seconds",
      help: "How long Twilio's REST API took to answer an attempt",
      labelNames: ["method"],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    twilioWaitSeconds: new Histogram({
      name: "switchhook_twilio_wait_seconds",
      help: "How long attempts waited for their turn before they were sent to Twilio",
      labelNames: ["priority"],
      buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    httpSeconds: new Histogram({
      name: "switchhook_http_request_seconds",
      help: "How long our own answers took",
      labelNames: ["method", "route", "status"],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.25, 1, 2.5, 10],
      registers,
    }),
  };
}

/** A value that is read whenever somebody looks. */
export function addGauge(
  { registry }: Pick<Metrics, "registry">,
  gauge: { readonly name: string; readonly help: string; readonly read: () => number },
): void {
  const { name, help, read } = gauge;
  // Its registry is all that has to know it.
  void new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
