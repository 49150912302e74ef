import type { ManagedChannels, ResourceConfig } from "./webhook-config.ts";

/** Something that Twilio would tell, or would not: a restricted API key may not read every resource. */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly reason: string };

export interface ObservedSender {
  readonly config: ResourceConfig;
  /** As Twilio says it: ONLINE, OFFLINE, PENDING_VERIFICATION, ONLINE:UPDATING … */
  readonly status: string;
}

/** Whether a sender takes messages. While it is being updated, it does. */
export function isOnline({ status }: ObservedSender): boolean {
  return status === "ONLINE" || status === "ONLINE:UPDATING";
}

export interface ObservedService {
  readonly config: ResourceConfig;
  readonly friendlyName: string;
  /** Who hears of messages sent through it; never written by us, and so no part of its config. */
  readonly statusCallback: string;
}

/** A TwiML App's URLs; empty is unset. */
export interface ObservedApplication {
  readonly voiceUrl: string;
  readonly smsUrl: string;
}

/** Everything about who answers a number, from one round of reads. */
export interface Observed {
  readonly number: ResourceConfig;
  /** The Messaging Service that has the number in its sender pool. */
  readonly service: Known<ObservedService | undefined>;
  /** The WhatsApp sender of the same phone number. */
  readonly sender: Known<ObservedSender | undefined>;
  /** The Messaging Service that has the WhatsApp sender in its pool. */
  readonly senderService: Known<ObservedService | undefined>;
}

/** What says who answers a number: what was observed of it, and what may overrule or disturb that. */
export interface RouteFacts extends Observed {
  /** The TwiML App that the number names for calls; undefined where it names none. One that is gone is unknown. */
  readonly voiceApplication: Known<ObservedApplication | undefined>;
  /** The same for SMS. */
  readonly smsApplication: Known<ObservedApplication | undefined>;
  /** Where the number's calls are processed, e.g. us1; empty where Twilio has no region for it. */
  readonly voiceRegion: Known<string>;
  /** Whether a message to the address starts a Conversation. */
  readonly startsConversations: Readonly<Record<"sms" | "whatsapp", Known<boolean>>>;
}

/** What of a number has to be read. Voice always. */
export type ReadScope = ManagedChannels;

/** The resources that could be read, each once. */
export function resourcesOf(observed: Observed): readonly ResourceConfig[] {
  const services = [observed.service, observed.senderService].flatMap((service) =>
    service.known && service.value ? [service.value.config] : [],
  );
  const sender = observed.sender.known && observed.sender.value ? [observed.sender.value.config] : [];
  const bySid = new Map([observed.number, ...services, ...sender].map((config) => [config.sid, config]));
  return [...bySid.values()];
}
