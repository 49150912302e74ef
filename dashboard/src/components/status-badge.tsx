import { Badge } from "@mantine/core";

const FAILED: readonly string[] = ["failed", "undelivered", "busy", "no-answer", "canceled"];
const SUCCEEDED: readonly string[] = ["completed", "delivered", "read", "received"];

/** Of a call or a message, in Twilio's words. */
export function StatusBadge({ status }: { readonly status: string }) {
  return <Badge color={statusColor(status)}>{status}</Badge>;
}

export function statusColor(status: string): string {
  if (FAILED.includes(status)) return "red";
  return SUCCEEDED.includes(status) ? "teal" : "blue";
}
