// Reads, configures, verifies and restores the webhooks of one number in Twilio. Knows no tables and takes no decisions:
// what to write is computed in webhook-config.ts and desired-config.ts.
import { AppError } from "../base/errors.ts";
import type { TwilioClient } from "./client.ts";
import { holdsNumber, holdsSender, listServices, serviceConfig, serviceOf } from "./messaging-services.ts";
import { numberConfig } from "./number-config.ts";
import {
  type Known,
  type Observed,
  type ObservedSender,
  type ObservedService,
  type ReadScope,
  resourcesOf,
} from "./observed.ts";
import { orUnknown } from "./or-unknown.ts";
import { findSender, readSender, updateSender } from "./senders.ts";
import { TwilioError } from "./twilio-error.ts";
import {
  areInPlace,
  type Change,
  type Fields,
  groupByResource,
  type ResourceChanges,
  type ResourceConfig,
} from "./webhook-config.ts";

export interface NumberTarget {
  /** PN… */
  readonly sid: string;
  readonly e164: string;
  /** Messaging Services that it, or its WhatsApp sender, was found in before. */
  readonly likelyServiceSids?: readonly string[];
}

const VERIFY_DELAYS_MS = [200, 500, 1_000];
const SENDER_DELAYS_MS = [0, 250, 500, 1_000, 2_000, 4_000, 4_000];

/**
 * Reads everything that decides who answers the number: one round trip for a number alone, one more where the account
 * has Messaging Services or the number a WhatsApp sender.
 *
 * Services and senders that the credentials may not read come back as unknown; the number itself must be readable.
 * @throws TwilioError
 */
export async function readWebhooks(
  client: TwilioClient,
  target: NumberTarget,
  scope: ReadScope,
): Promise<Observed> {
  const [number, services, sender] = await Promise.all([
    readNumber(client, target.sid),
    scope.sms || scope.whatsapp ? orUnknown("Messaging Services", () => listServices(client)) : NOT_READ,
    scope.whatsapp ? orUnknown("WhatsApp senders", () => findSender(client, target.e164)) : NOT_READ,
  ]);
  const { sid, likelyServiceSids = [] } = target;
  const [service, senderService] = await Promise.all([
    scope.sms ? poolOf(services, likelyServiceSids, (mg) => holdsNumber(client, mg, sid)) : NOT_READ,
    scope.whatsapp ? senderPoolOf(client, services, sender, likelyServiceSids) : NOT_READ,
  ]);
  return { number, service, sender, senderService };
}

const NOT_READ = { known: false, reason: "Not read: the channel is not managed." } as const;

async function readNumber(client: TwilioClient, sid: string): Promise<ResourceConfig> {
  return numberConfig(await client.sdk.incomingPhoneNumbers(sid).fetch());
}

/** The service that holds a member, as far as these credentials may read. */
async function poolOf(
  services: Known<readonly ObservedService[]>,
  likelySids: readonly string[],
  holds: (serviceSid: string) => Promise<boolean>,
): Promise<Known<ObservedService | undefined>> {
  if (!services.known) return services;
  return orUnknown("the members of Messaging Services", () => serviceOf(services.value, likelySids, holds));
}

async function senderPoolOf(
  client: TwilioClient,
  services: Known<readonly ObservedService[]>,
  sender: Known<ObservedSender | undefined>,
  likelySids: readonly string[],
): Promise<Known<ObservedService | undefined>> {
  if (!sender.known) return sender;
  const { value } = sender;
  if (!value) return { known: true, value: undefined };
  return poolOf(services, likelySids, (mg) => holdsSender(client, mg, value.config.sid));
}

/**
 * The same, with the Messaging Services as they are now. One that is gone meanwhile holds nothing any more.
 *
 * @throws TwilioError, also where a service may be listed but not read by itself
 */
export async function readServicesAgain(client: TwilioClient, observed: Observed): Promise<Observed> {
  const services = resourcesOf(observed).filter(({ resource }) => resource === "service");
  const now = (await Promise.all(services.map((service) => readIfThere(client, service)))).flat();
  const again = (known: Observed["service"]): Observed["service"] => {
    if (!known.known || !known.value) return known;
    const { value } = known;
    const config = now.find(({ sid }) => sid === value.config.sid);
    return { known: true, value: config && { ...value, config } };
  };
  return { ...observed, service: again(observed.service), senderService: again(observed.senderService) };
}

/**
 * Reads the resources that changes are about, each by its SID: one that a number has left meanwhile still holds what was
 * written to it. A resource that is gone is left out.
 *
 * @throws TwilioError
 */
export async function readChanged(
  client: TwilioClient,
  changes: readonly Change[],
): Promise<readonly ResourceConfig[]> {
  return (
    await Promise.all(groupByResource(changes).map((resource) => readIfThere(client, resource)))
  ).flat();
}

async function readIfThere(
  client: TwilioClient,
  { resource, sid }: Pick<ResourceConfig, "resource" | "sid">,
): Promise<readonly ResourceConfig[]> {
  return READERS[resource](client, sid).catch((error: unknown) => {
    if (error instanceof TwilioError && error.isNotFound) return [];
    throw error;
  });
}

const READERS: Record<
  ResourceConfig["resource"],
  (client: TwilioClient, sid: string) => Promise<readonly ResourceConfig[]>
> = {
  number: async (client, sid) => [await readNumber(client, sid)],
  service: async (client, sid) => [serviceConfig(await client.sdk.messaging.v1.services(sid).fetch())],
  sender: async (client, sid) => [(await readSender(client, sid)).config],
};

/**
 * Writes changes, one request a resource, and verifies each from Twilio's answer or a read. Senders and services go
 * first and the number last: a call must not change hands before the parts that are likelier to fail are in place.
 *
 * @param beforeEach called before each request, so that the caller can renew its lease or stop
 * @throws TwilioError; AppError `twilio_state_differs` when Twilio holds something else afterwards
 */
export async function writeWebhooks(
  client: TwilioClient,
  changes: readonly Change[],
  beforeEach: () => Promise<void>,
): Promise<void> {
  for (const group of inWriteOrder(groupByResource(changes))) {
    await beforeEach();
    await WRITERS[group.resource](client, group);
  }
}

const WRITE_ORDER = { sender: 0, service: 1, number: 2 } as const;

function inWriteOrder(groups: readonly ResourceChanges[]): readonly ResourceChanges[] {
  return groups.toSorted((a, b) => WRITE_ORDER[a.resource] - WRITE_ORDER[b.resource]);
}

const WRITERS: Record<
  ResourceConfig["resource"],
  (client: TwilioClient, group: ResourceChanges) => Promise<void>
> = {
  number: writeNumber,
  service: writeService,
  sender: writeSender,
};

async function writeNumber(client: TwilioClient, group: ResourceChanges): Promise<void> {
  const number = client.sdk.incomingPhoneNumbers(group.sid);
  const answer = numberConfig(await number.update(valuesToWrite(group)));
  await verify(client, group, answer, VERIFY_DELAYS_MS, async () => numberConfig(await number.fetch()));
}

async function writeService(client: TwilioClient, group: ResourceChanges): Promise<void> {
  const service = client.sdk.messaging.v1.services(group.sid);
  const { useInboundWebhookOnNumber, ...values } = valuesToWrite(group);
  const answer = await service.update({
    ...values,
    ...(useInboundWebhookOnNumber === undefined
      ? {}
      : { useInboundWebhookOnNumber: useInboundWebhookOnNumber === "true" }),
  });
  await verify(client, group, serviceConfig(answer), VERIFY_DELAYS_MS, async () =>
    serviceConfig(await service.fetch()),
  );
}

/** A sender's update is only accepted (202) and takes effect later; nothing but a read tells when. */
async function writeSender(client: TwilioClient, group: ResourceChanges): Promise<void> {
  await updateSender(client, group.sid, valuesToWrite(group));
  await verify(client, group, undefined, SENDER_DELAYS_MS, async () => {
    const sender = await readSender(client, group.sid);
    return sender.status === "ONLINE" ? sender.config : undefined;
  });
}

function valuesToWrite(group: ResourceChanges): Fields {
  return Object.fromEntries(group.changes.map(({ field, after }) => [field, after]));
}

async function verify(
  client: TwilioClient,
  group: ResourceChanges,
  answer: ResourceConfig | undefined,
  delaysMs: readonly number[],
  read: () => Promise<ResourceConfig | undefined>,
): Promise<void> {
  if (answer && areInPlace(group.changes, [answer])) return;
  for (const delayMs of delaysMs) {
    await client.clock.sleep(delayMs);
    const found = await read().catch(afterWrite);
    if (found && areInPlace(group.changes, [found])) return;
  }
  throw new AppError("twilio_state_differs", {
    detail: `Twilio accepted a change of ${group.sid} but does not show it. Try again; if it stays so, look at the resource in Twilio's console.`,
    extensions: { resource: group.sid, fields: group.changes.map(({ field }) => field) },
  });
}

/** The write was accepted, so it may take effect whatever becomes of the read. */
function afterWrite(error: unknown): never {
  throw error instanceof TwilioError ? error.asAmbiguous() : error;
}
