// What is to be done where Twilio holds something else than what is wanted: the words for it, and how it is read and set.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { REFRESH_SLOWLY_MS } from "../api/query-client.ts";

export type Rule = Schemas["DriftPolicy"];
export type SetRule = Schemas["SetDriftPolicy"];
type Policy = Rule["policy"];

const PAGE_SIZE = 200;

export const POLICIES: readonly { readonly value: Policy; readonly label: string }[] = [
  { value: "observe", label: "Observe: it is listed" },
  { value: "alert", label: "Alert: it is listed, and an alert is raised" },
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

/** All rules, or those that may hold for one number. */
export function rulesQuery(phoneNumberId?: string) {
  const query = { limit: PAGE_SIZE, ...(phoneNumberId === undefined ? {} : { phoneNumberId }) };
  return queryOptions({
    queryKey: ["drift", "policies", phoneNumberId],
    queryFn: () => dataOf(api.GET("/api/drift/policies", { params: { query } })),
    refetchInterval: REFRESH_SLOWLY_MS,
  });
}

export function useSetRule(onError?: (error: Error) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: SetRule) => dataOf(api.PUT("/api/drift/policies", { body: { policies: [rule] } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["drift"] }),
    ...(onError === undefined ? {} : { onError }),
  });
}

export function labelOf(policy: Policy): string {
  return POLICIES.find(({ value }) => value === policy)?.label ?? policy;
}
