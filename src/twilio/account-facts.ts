// What says who answers the numbers of an account, from its lists: a hundred requests where reading number by number takes a
// hundred thousand. Reads, and writes nothing.
import pMap from "p-map";
import { AppError } from "../base/errors.ts";
import type { TwilioClient } from "./client.ts";
import { fieldValue } from "./field-value.ts";
import { listServices } from "./messaging-services.ts";
import type { Known, ObservedApplication, ObservedService, ReadScope, RouteFacts } from "./observed.ts";
import { orUnknown } from "./or-unknown.ts";
import { isEnabled } from "./route-reader.ts";
import { PAGE_SIZE, type PageLimits, readPages, type SdkPage } from "./sdk-pages.ts";
import { type ListedSender, listSenders } from "./senders.ts";
import { TwilioError } from "./twilio-error.ts";
import type { ResourceConfig } from "./webhook-config.ts";

/**
 * Everything of an account but its numbers. Grows with what there is of it: an application is some kilobytes (Twilio allows
 * 1,000), a member of a Messaging Service a hundred bytes, a WhatsApp sender less than a kilobyte.
 */
export interface AccountFacts {
  readonly applications: Lookup<ObservedApplication>;
  /** The Messaging Services of numbers, by the numbers' SIDs. */
  readonly services: Lookup<ObservedService>;
  /** WhatsApp senders by E.164 number. */
  readonly senders: Lookup<ListedSender>;
  /** The Messaging Services of WhatsApp senders, by the senders' SIDs. */
  readonly senderServices: Lookup<ObservedService>;
  /** The addresses whose messages start Conversations. */
  readonly conversations: Lookup<true>;
}

type Lookup<T> = Known<ReadonlyMap<string, T>>;

const SERVICES_AT_ONCE = 10;
const NOT_READ = { known: false, reason: "Not read: no number has the channel managed." } as const;

/**
 * Reads the lists of an account that the managed channels of its numbers need. What the credentials may not read is unknown.
 *
 * @throws TwilioError; AppError `twilio_unavailable` when a list does not end in time
 */
export async function readAccountFacts(
  client: TwilioClient,
  scope: ReadScope,
  limits: PageLimits,
): Promise<AccountFacts> {
  const hasMessaging = scope.sms || scope.whatsapp;
  const [applications, members, senders, conversations] = await Promise.all([
    orUnknown("TwiML Apps", () => readApplications(client, limits)),
    hasMessaging ? orUnknown("Messaging Services", () => readMembers(client, scope, limits)) : NOT_READ,
    scope.whatsapp ? orUnknown("WhatsApp senders", () => readSenders(client)) : NOT_READ,
    hasMessaging ? orUnknown("Conversations", () => readConversations(client, limits)) : NOT_READ,
  ]);
  return {
    applications,
    services: members.known ? { known: true, value: members.value.numbers } : members,
    senders,
    senderServices: members.known ? { known: true, value: members.value.senders } : members,
    conversations,
  };
}

/** What an account's lists say of one number. Its processing region is in no list, so nothing is said of that. */
export function factsOf(account: AccountFacts, number: ResourceConfig, e164: string): RouteFacts {
  const { voiceApplicationSid = "", smsApplicationSid = "" } = number.fields;
  const sender = lookUp(account.senders, e164);
  return {
    number,
    service: lookUp(account.services, number.sid),
    sender,
    senderService: senderServiceOf(account, sender),
    voiceApplication: applicationOf(account, voiceApplicationSid),
    smsApplication: applicationOf(account, smsApplicationSid),
    voiceRegion: { known: true, value: "" },
    startsConversations: {
      sms: startsConversation(account, e164),
      whatsapp: startsConversation(account, `whatsapp:${e164}`),
    },
  };
}

function lookUp<T>(lookup: Lookup<T>, key: string): Known<T | undefined> {
  return lookup.known ? { known: true, value: lookup.value.get(key) } : lookup;
}

function senderServiceOf(
  account: AccountFacts,
  sender: Known<ListedSender | undefined>,
): RouteFacts["senderService"] {
  if (!sender.known) return sender;
  return sender.value
    ? lookUp(account.senderServices, sender.value.config.sid)
    : { known: true, value: undefined };
}

/** One that is not in the list may be gone, or another account's; nobody can tell. */
function applicationOf({ applications }: AccountFacts, sid: string): RouteFacts["voiceApplication"] {
  if (sid === "") return { known: true, value: undefined };
  const found = lookUp(applications, sid);
  if (!found.known || found.value) return found;
  return { known: false, reason: "It is not among the account's TwiML Apps." };
}

function startsConversation({ conversations }: AccountFacts, address: string): Known<boolean> {
  return conversations.known ? { known: true, value: conversations.value.has(address) } : conversations;
}

async function readApplications({ sdk }: TwilioClient, limits: PageLimits) {
  const applications = new Map<string, ObservedApplication>();
  await readWhole(
    "TwiML Apps",
    () => sdk.applications.page({ pageSize: PAGE_SIZE }),
    limits,
    ({ sid, voiceUrl, smsUrl }) =>
      applications.set(sid, {
        voiceUrl: fieldValue("voiceUrl", voiceUrl),
        smsUrl: fieldValue("smsUrl", smsUrl),
      }),
  );
  return applications;
}

async function readMembers(client: TwilioClient, scope: ReadScope, limits: PageLimits) {
  const members = {
    numbers: new Map<string, ObservedService>(),
    senders: new Map<string, ObservedService>(),
  };
  const services = await listServices(client);
  await pMap(
    services,
    async (service) => {
      const { phoneNumbers, channelSenders } = client.sdk.messaging.v1.services(service.config.sid);
      const what = "the members of Messaging Services";
      if (scope.sms) {
        const first = () => phoneNumbers.page({ pageSize: PAGE_SIZE });
        await orNone(readWhole(what, first, limits, ({ sid }) => members.numbers.set(sid, service)));
      }
      if (scope.whatsapp) {
        const first = () => channelSenders.page({ pageSize: PAGE_SIZE });
        await orNone(readWhole(what, first, limits, ({ sid }) => members.senders.set(sid, service)));
      }
    },
    { concurrency: SERVICES_AT_ONCE },
  );
  return members;
}

/** A service that has had no such member, or was deleted meanwhile, answers 404. That says nothing of the others. */
async function orNone(reading: Promise<void>): Promise<void> {
  await reading.catch((error: unknown) => {
    if (!(error instanceof TwilioError && error.isNotFound)) throw error;
  });
}

async function readSenders(client: TwilioClient) {
  const senders = new Map<string, ListedSender>();
  for await (const page of listSenders(client)) for (const sender of page) senders.set(sender.e164, sender);
  return senders;
}

async function readConversations({ sdk }: TwilioClient, limits: PageLimits) {
  const addresses = new Map<string, true>();
  await readWhole(
    "Conversations",
    () => sdk.conversations.v1.addressConfigurations.page({ pageSize: PAGE_SIZE }),
    limits,
    ({ address, autoCreation }) => {
      if (isEnabled(autoCreation)) addresses.set(address, true);
    },
  );
  return addresses;
}

/** Every record of a list. @throws AppError when it does not end in time: half of it would say that the rest is gone */
async function readWhole<T>(
  what: string,
  first: () => Promise<SdkPage<T>>,
  limits: PageLimits,
  take: (record: T) => unknown,
): Promise<void> {
  const isWhole = await readPages(first, limits, async (records) => {
    for (const record of records) take(record);
  });
  if (isWhole) return;
  throw new AppError("twilio_unavailable", {
    detail: `The list of ${what} was not read to its end in the time that there was for it.`,
  });
}
