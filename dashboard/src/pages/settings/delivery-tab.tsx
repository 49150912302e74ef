import { AdminsOnly } from "../../components/admins-only.tsx";
import { AlertWebhook } from "./alert-webhook.tsx";
import { UsageSink } from "./usage-sink.tsx";

/** Where what we know goes by itself. */
export function DeliveryTab() {
  return (
    <AdminsOnly may="see and say where alerts and usage are sent">
      <AlertWebhook />
      <UsageSink />
    </AdminsOnly>
  );
}
