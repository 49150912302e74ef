import type { Schemas } from "../../api/client.ts";

type Policy = Schemas["DriftPolicy"]["policy"];

export const POLICIES: readonly { readonly value: Policy; readonly label: string }[] = [
  { value: "observe", label: "Observe: it is listed" },
  { value: "alert", label: "Alert: and an alert is raised" },
  { value: "heal", label: "Heal: what is wanted is written again" },
  { value: "ignore", label: "Ignore: neither listed nor held against its health" },
];
export const CLASSES = [
  { value: "voice", label: "Calls" },
  { value: "sms", label: "SMS" },
  { value: "whatsapp", label: "WhatsApp" },
  { value: "status", label: "Status callbacks" },
  { value: "presence", label: "Whether it is there" },
] as const;
export function labelOf(policy: Policy): string {
  return POLICIES.find(({ value }) => value === policy)?.label ?? policy;
}
