import { AlertWebhook } from "./alert-webhook.tsx";
import { UsageSink } from "./usage-sink.tsx";

/** Where what we know goes by itself. */
export function DeliveryTab() {
  return (
    <>
      <AlertWebhook />
      <UsageSink />
    </>
  );
}
