// Pure: which of the desired fields decide a channel, and what is there once they are written.
import { type Known, type RouteFacts, resourcesOf } from "./observed.ts";
import {
  applyChanges,
  type Change,
  type Channel,
  planWebhooks,
  type ResourceConfig,
} from "./webhook-config.ts";

/** The changes towards the desired configuration that concern a channel. */
export function changesFor(
  channel: Channel,
  facts: RouteFacts,
  desired: readonly ResourceConfig[],
): readonly Change[] {
  return planWebhooks(desired, resourcesOf(facts)).filter((change) => concerns(channel, facts, change));
}

function concerns(channel: Channel, facts: RouteFacts, { resource, sid, field }: Change): boolean {
  if (resource === "number") return channel === (field.startsWith("sms") ? "sms" : "voice");
  if (resource === "sender") return channel === "whatsapp";
  const service = { voice: undefined, sms: facts.service, whatsapp: facts.senderService }[channel];
  return service !== undefined && sid === sidOf(service);
}

function sidOf(part: Known<{ readonly config: ResourceConfig } | undefined>): string | undefined {
  return part.known ? part.value?.config.sid : undefined;
}

export function withChanges(facts: RouteFacts, changes: readonly Change[]): RouteFacts {
  const changed = (config: ResourceConfig) => applyChanges([config], changes)[0] ?? config;
  const inside = <T extends { readonly config: ResourceConfig }>(part: Known<T | undefined>) =>
    part.known && part.value
      ? { ...part, value: { ...part.value, config: changed(part.value.config) } }
      : part;
  return {
    ...facts,
    number: changed(facts.number),
    service: inside(facts.service),
    sender: inside(facts.sender),
    senderService: inside(facts.senderService),
  };
}
