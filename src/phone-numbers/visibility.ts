// What the holder of a number may see of its configuration. A number may be lent to another organization; the Messaging
// Services of the operator's account serve other numbers as well, and are not the holder's to see or to change.
import type { EffectiveRoutes } from "../twilio/effective-route.ts";
import type { MessageStatus, StatusCoverage } from "../twilio/message-status.ts";
import type { EffectiveRoute } from "../twilio/verdict.ts";
import type { ResourceKind } from "../twilio/webhook-config.ts";
import type { PhoneNumber } from "./phone-number.ts";

type Parties = Pick<PhoneNumber, "orgId" | "operatorOrgId">;

/** Whether the organization that holds the number is the one whose Twilio account it is in. */
export function isOperatedByHolder({ orgId, operatorOrgId }: Parties): boolean {
  return orgId === operatorOrgId;
}

/** Resources, or changes of them, without those that are the operator's own affair. */
export function visibleToHolder<T extends { readonly resource: ResourceKind }>(
  number: Parties,
  parts: readonly T[],
): readonly T[] {
  return isOperatedByHolder(number) ? parts : parts.filter(({ resource }) => resource !== "service");
}

type Shown = Pick<EffectiveRoute, "url" | "decidedBy" | "fix">;

/** Who answers, without what is the operator's own affair. */
export function routesVisibleToHolder(number: PhoneNumber, routes: EffectiveRoutes): EffectiveRoutes {
  if (isOperatedByHolder(number)) return routes;
  return {
    voice: withoutOperators(number, routes.voice),
    sms: withoutOperators(number, routes.sms),
    whatsapp: withoutOperators(number, routes.whatsapp),
  };
}

/** Who hears of messages, without what is the operator's own affair. */
export function messageStatusVisibleToHolder(number: PhoneNumber, status: MessageStatus): MessageStatus {
  if (isOperatedByHolder(number)) return status;
  const visible = ({ direct, throughService }: StatusCoverage): StatusCoverage => ({
    direct: withoutOperators(number, direct),
    throughService: throughService && withoutOperators(number, throughService),
  });
  return { sms: visible(status.sms), whatsapp: visible(status.whatsapp) };
}

/** Fields of a Messaging Service; and those that name a TwiML App, which may serve other numbers too. */
const SERVICE_FIELDS = ["inboundRequestUrl", "statusCallback"];
const APPLICATION_FIELDS = ["voiceApplicationSid", "smsApplicationSid"];

function withoutOperators<T extends Shown>(number: PhoneNumber, route: T): T {
  const { url, decidedBy, fix } = route;
  const isService = SERVICE_FIELDS.includes(decidedBy?.field ?? "");
  const isApplication = APPLICATION_FIELDS.includes(decidedBy?.field ?? "");
  const mayFix = visibleToHolder(number, fix).length === fix.length;
  return {
    ...route,
    url: isService || isApplication ? "" : url,
    decidedBy: isService ? undefined : decidedBy,
    fix: mayFix ? fix : [],
  };
}
