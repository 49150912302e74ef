// Which Messaging Service has a number, or a WhatsApp sender, in its sender pool. Twilio has no way from the member to
// its service, so services are asked one by one; a member is in one at most.
import { chunksOf } from "../base/chunks.ts";
import type { TwilioClient } from "./client.ts";
import { fieldValue } from "./field-value.ts";
import type { ObservedService } from "./observed.ts";
import { TwilioError } from "./twilio-error.ts";
import type { ResourceConfig } from "./webhook-config.ts";

const ASKED_AT_ONCE = 20;
const MAX_SERVICES = 10_000;

export async function listServices(client: TwilioClient): Promise<readonly ObservedService[]> {
  const services = await client.sdk.messaging.v1.services.list({ pageSize: 1_000, limit: MAX_SERVICES });
  return services.map((service) => ({
    config: serviceConfig(service),
    friendlyName: service.friendlyName,
    statusCallback: fieldValue("statusCallback", service.statusCallback),
  }));
}

/**
 * The service that holds a member.
 *
 * @param likelySids where it was found before: asked first, and mostly the last to be asked
 */
export async function serviceOf(
  services: readonly ObservedService[],
  likelySids: readonly string[],
  holds: (serviceSid: string) => Promise<boolean>,
): Promise<ObservedService | undefined> {
  const likely = services.filter(({ config }) => likelySids.includes(config.sid));
  const others = services.filter((service) => !likely.includes(service));
  for (const asked of [likely, ...chunksOf(others, ASKED_AT_ONCE)]) {
    const answers = await Promise.all(asked.map(({ config }) => holds(config.sid)));
    const found = asked[answers.indexOf(true)];
    if (found) return found;
  }
  return undefined;
}

export function holdsNumber(client: TwilioClient, serviceSid: string, numberSid: string): Promise<boolean> {
  return exists(client.sdk.messaging.v1.services(serviceSid).phoneNumbers(numberSid).fetch());
}

export function holdsSender(client: TwilioClient, serviceSid: string, senderSid: string): Promise<boolean> {
  return exists(client.sdk.messaging.v1.services(serviceSid).channelSenders(senderSid).fetch());
}

async function exists(fetching: Promise<unknown>): Promise<boolean> {
  try {
    await fetching;
    return true;
  } catch (error) {
    if (error instanceof TwilioError && error.isNotFound) return false;
    throw error;
  }
}

const SERVICE_FIELDS = [
  "inboundRequestUrl",
  "inboundMethod",
  "fallbackUrl",
  "fallbackMethod",
  "useInboundWebhookOnNumber",
] as const;

export function serviceConfig(
  instance: { sid: string } & Partial<Record<(typeof SERVICE_FIELDS)[number], unknown>>,
): ResourceConfig {
  const fields = SERVICE_FIELDS.map((name) => [name, fieldValue(name, instance[name])]);
  return { resource: "service", sid: instance.sid, fields: Object.fromEntries(fields) };
}
