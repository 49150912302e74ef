// Pure: what Twilio should hold for a number that an agent answers, and for one that it answers no longer.
import { type Known, type Observed, type ObservedService, resourcesOf } from "./observed.ts";
import type { Fields, ManagedChannels, ResourceConfig } from "./webhook-config.ts";
import { type OurUrls, ownerOf, type WebhookUrls, webhookUrls } from "./webhook-urls.ts";

export interface DesiredInput {
  readonly agentId: string;
  readonly channels: ManagedChannels;
  readonly observed: Observed;
  readonly ours: OurUrls;
}

/**
 * The fields that make the agent the one who answers. Everything of higher precedence is named as unset on purpose:
 * a trunk or TwiML App overrules a number's voice URL, an SMS application its SMS URL, and a Messaging Service the SMS
 * URL unless it defers to the number.
 */
export function desiredConfig(input: DesiredInput): readonly ResourceConfig[] {
  const { agentId, channels, observed, ours } = input;
  const urls = webhookUrls(ours.publicUrl, agentId);
  const voice: Fields = {
    voiceUrl: urls.voiceUrl,
    voiceMethod: "POST",
    voiceFallbackUrl: urls.voiceFallbackUrl,
    voiceFallbackMethod: "POST",
    statusCallback: urls.statusUrl,
    statusCallbackMethod: "POST",
    voiceApplicationSid: "",
    trunkSid: "",
    // Reading shows "voice" or nothing for a number that takes calls; only "fax" has to be changed.
    ...(observed.number.fields.voiceReceiveMode === "fax" ? { voiceReceiveMode: "voice" } : {}),
  };
  const sms: Fields = {
    smsUrl: urls.messageUrl,
    smsMethod: "POST",
    smsFallbackUrl: urls.messageFallbackUrl,
    smsFallbackMethod: "POST",
    smsApplicationSid: "",
  };
  const number = { ...observed.number, fields: { ...voice, ...(channels.sms ? sms : {}) } };
  return [...desiredMessaging(input, urls), number];
}

function desiredMessaging(
  { channels, observed, ours }: DesiredInput,
  urls: WebhookUrls,
): readonly ResourceConfig[] {
  const sender = channels.whatsapp ? knownValue(observed.sender) : undefined;
  const senderService = channels.whatsapp ? knownValue(observed.senderService) : undefined;
  const service = channels.sms ? knownValue(observed.service) : undefined;
  const configs: ResourceConfig[] = [];
  if (sender) {
    configs.push({
      ...sender.config,
      fields: {
        callbackUrl: urls.messageUrl,
        callbackMethod: "POST",
        fallbackUrl: urls.messageFallbackUrl,
        fallbackMethod: "POST",
        statusCallbackUrl: urls.statusUrl,
        statusCallbackMethod: "POST",
      },
    });
  }
  // A channel sender's messages go to the service's own URL, whether or not the service defers to its numbers.
  if (senderService) configs.push(serviceToUs(senderService, urls));
  if (service && service.config.sid !== senderService?.config.sid)
    configs.push(desiredService(service, urls, ours));
  return configs;
}

/** A service whose URL is ours already keeps its mode, for it may serve channel senders too; any other has to defer. */
function desiredService(service: ObservedService, urls: WebhookUrls, ours: OurUrls): ResourceConfig {
  const owner = ownerOf(service.config.fields.inboundRequestUrl ?? "", ours);
  if (owner === "ours" || owner === "ours_stale") return serviceToUs(service, urls);
  return { ...service.config, fields: { useInboundWebhookOnNumber: "true" } };
}

function serviceToUs({ config }: ObservedService, urls: WebhookUrls): ResourceConfig {
  const fields = {
    inboundRequestUrl: urls.messageUrl,
    inboundMethod: "POST",
    fallbackUrl: urls.messageFallbackUrl,
    fallbackMethod: "POST",
  };
  return { ...config, fields };
}

function knownValue<T>(known: Known<T | undefined>): T | undefined {
  return known.known ? known.value : undefined;
}

/** A channel's URLs in Twilio, each with the fields that go when it goes. */
const RELEASED_TOGETHER = {
  voice: [
    ["voiceUrl", "voiceMethod", "voiceApplicationSid", "trunkSid", "voiceReceiveMode"],
    ["voiceFallbackUrl", "voiceFallbackMethod"],
    ["statusCallback", "statusCallbackMethod"],
  ],
  sms: [
    ["smsUrl", "smsMethod", "smsApplicationSid"],
    ["smsFallbackUrl", "smsFallbackMethod"],
  ],
  whatsapp: [
    ["callbackUrl", "callbackMethod"],
    ["fallbackUrl", "fallbackMethod"],
    ["statusCallbackUrl", "statusCallbackMethod"],
  ],
} as const;
const SMS_FIELDS = RELEASED_TOGETHER.sms.flat();

export interface ReleaseInput {
  readonly release: { readonly voice: boolean; readonly sms: boolean; readonly whatsapp: boolean };
  readonly observed: Observed;
  readonly ours: OurUrls;
  /** What stood there before us, to be put back; without it our URLs are only cleared. */
  readonly original: readonly ResourceConfig[] | undefined;
}

/**
 * The fields of channels that we manage no longer. Only what is still ours is touched, URL by URL: one that somebody else
 * has set meanwhile stays.
 */
export function releasedConfig({
  release,
  observed,
  ours,
  original,
}: ReleaseInput): readonly ResourceConfig[] {
  const isOurs = (url: string | undefined) => ["ours", "ours_stale"].includes(ownerOf(url ?? "", ours));
  const ourUrls = (channel: keyof typeof RELEASED_TOGETHER, fields: Fields) =>
    release[channel] ? RELEASED_TOGETHER[channel].filter(([url]) => isOurs(fields[url])).flat() : [];
  const releasedFields = ({ resource, fields }: ResourceConfig): readonly string[] => {
    if (resource === "number") return [...ourUrls("voice", fields), ...ourUrls("sms", fields)];
    if (resource === "sender") return ourUrls("whatsapp", fields);
    return release.sms || release.whatsapp ? Object.keys(fields) : [];
  };
  return resourcesOf(observed).flatMap((config) => {
    const before = original?.find(({ sid }) => sid === config.sid)?.fields;
    // Clearing a service's URL would switch off reception for all of its numbers, so a service is only ever restored.
    if (config.resource === "service" && before === undefined) return [];
    const fields = releasedFields(config).flatMap((field) =>
      restoredField(field, config.fields, before, isOurs),
    );
    return fields.length === 0 ? [] : [{ ...config, fields: Object.fromEntries(fields) }];
  });
}

function restoredField(
  field: string,
  now: Fields,
  before: Fields | undefined,
  isOurs: (url: string | undefined) => boolean,
): readonly [string, string][] {
  if (isTheirs(field, now, isOurs)) return [];
  if (before !== undefined) return before[field] === undefined ? [] : [[field, before[field]]];
  return isOurs(now[field]) ? [[field, ""]] : [];
}

/** Whether a field holds what we never write, or belongs to such a field: somebody else has set it after us. */
function isTheirs(field: string, now: Fields, isOurs: (url: string | undefined) => boolean): boolean {
  // Setting one of the two clears the other, so that putting back ours would take away theirs.
  if (field === "voiceApplicationSid" || field === "trunkSid")
    return Boolean(now.voiceApplicationSid || now.trunkSid);
  if (field === "smsApplicationSid") return Boolean(now.smsApplicationSid);
  if (field === "voiceReceiveMode") return now.voiceReceiveMode === "fax";
  if (field === "useInboundWebhookOnNumber") return now.useInboundWebhookOnNumber !== "true";
  const url = now[urlOf(field, now)];
  return Boolean(url) && !isOurs(url);
}

/** The field that holds a method's URL; a URL's own field for itself. */
function urlOf(field: string, fields: Fields): string {
  const stem = field.replace(/Method$/, "");
  return [`${stem}Url`, `${stem}RequestUrl`].find((name) => name in fields) ?? stem;
}

/**
 * What an unassignment may put back one day: the first snapshot, and for a channel or a resource that is managed only
 * now, what stands there now.
 *
 * @param added the channels that are managed only now
 */
export function originalConfig(
  earlier: readonly ResourceConfig[] | undefined,
  snapshot: readonly ResourceConfig[],
  added: ManagedChannels,
): readonly ResourceConfig[] {
  if (earlier === undefined) return snapshot;
  const unknown = snapshot.filter(({ sid }) => !earlier.some((config) => config.sid === sid));
  const known = earlier.map((config) => {
    const now = snapshot.find(({ sid }) => sid === config.sid);
    if (config.resource === "sender") return added.whatsapp ? (now ?? config) : config;
    if (config.resource === "service" || !added.sms || !now) return config;
    const sms = SMS_FIELDS.map((field) => [field, now.fields[field] ?? ""]);
    return { ...config, fields: { ...config.fields, ...Object.fromEntries(sms) } };
  });
  return [...known, ...unknown];
}
