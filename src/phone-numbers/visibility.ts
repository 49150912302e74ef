// What the holder of a number may see of its configuration. A number may be lent to another organization; the Messaging
// Services of the operator's account serve other numbers as well, and are not the holder's to see or to change.
import type { EffectiveRoute } from "../twilio/effective-route.ts";
import type { Channel, ResourceKind } from "../twilio/webhook-config.ts";
import type { PhoneNumber } from "./phone-number.ts";

/** Whether the organization that holds the number is the one whose Twilio account it is in. */
export function isOperatedByHolder({ orgId, operatorOrgId }: PhoneNumber): boolean {
  return orgId === operatorOrgId;
}

/** Resources, or changes of them, without those that are the operator's own affair. */
export function visibleToHolder<T extends { readonly resource: ResourceKind }>(
  number: PhoneNumber,
  parts: readonly T[],
): readonly T[] {
  return isOperatedByHolder(number) ? parts : parts.filter(({ resource }) => resource !== "service");
}

/** Who answers, without the URL and the SID of an operator's Messaging Service. */
export function routesVisibleToHolder(
  number: PhoneNumber,
  routes: Readonly<Record<Channel, EffectiveRoute>>,
): Record<Channel, EffectiveRoute> {
  const visible = (route: EffectiveRoute): EffectiveRoute =>
    isOperatedByHolder(number) || route.decidedBy?.field !== "inboundRequestUrl"
      ? route
      : { ...route, url: "", decidedBy: undefined };
  return { voice: visible(routes.voice), sms: visible(routes.sms), whatsapp: visible(routes.whatsapp) };
}
