import { iso8601 } from "./formats.ts";
import { type Instance, newSid } from "./instance.ts";
import type { AlertResource } from "./resources.ts";

export interface AlertSeed {
  readonly accountSid: string;
  readonly resourceSid: string;
  readonly errorCode: number;
  readonly method: string;
  readonly url: string;
  readonly text: string;
  /** Default "error". */
  readonly level?: AlertLevel | undefined;
  /** Default now. Twilio buffers, so an alert may be listed some time after it was generated. */
  readonly generatedAtMs?: number | undefined;
}

export type AlertLevel = "error" | "warning" | "notice" | "debug";

/** Records what Twilio's Debugger would show about a webhook that failed. */
export function raiseAlert(instance: Instance, seed: AlertSeed): AlertResource {
  const date = iso8601(instance.options.now());
  return instance.state.alerts.add({
    sid: newSid(instance, "NO"),
    account_sid: seed.accountSid,
    resource_sid: seed.resourceSid,
    service_sid: null,
    error_code: String(seed.errorCode),
    log_level: seed.level ?? "error",
    alert_text: seed.text,
    api_version: "2010-04-01",
    more_info: `https://www.twilio.com/docs/errors/${seed.errorCode}`,
    request_method: seed.method === "GET" ? "GET" : "POST",
    request_url: seed.url,
    date_created: date,
    date_generated: iso8601(seed.generatedAtMs ?? instance.options.now()),
    date_updated: date,
  });
}
