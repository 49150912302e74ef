// Reads everything that says who answers a number, also what no change of ours is about.
import type { TwilioClient } from "./client.ts";
import { fieldValue } from "./field-value.ts";
import type { Known, ObservedApplication, RouteFacts } from "./observed.ts";
import { orUnknown } from "./or-unknown.ts";
import { TwilioError } from "./twilio-error.ts";
import { type NumberTarget, readWebhooks } from "./webhook-manager.ts";

/**
 * As `readWebhooks` for every channel, and in the same round trips what only warns; one more where the number names a
 * TwiML App.
 *
 * @throws TwilioError when the number itself cannot be read, or a Messaging Service, sender or App for another reason
 * than that it may not be
 */
export async function readRouteFacts(client: TwilioClient, target: NumberTarget): Promise<RouteFacts> {
  const { e164 } = target;
  const [observed, voiceRegion, sms, whatsapp] = await Promise.all([
    readWebhooks(client, target, { sms: true, whatsapp: true }),
    readVoiceRegion(client, e164),
    readAddress(client, e164),
    readAddress(client, `whatsapp:${e164}`),
  ]);
  const { voiceApplicationSid = "", smsApplicationSid = "" } = observed.number.fields;
  const [voiceApplication, smsApplication] = await Promise.all([
    readApplication(client, "the TwiML App for its calls", voiceApplicationSid),
    readApplication(client, "the TwiML App for its messages", smsApplicationSid),
  ]);
  return {
    ...observed,
    voiceApplication,
    smsApplication,
    voiceRegion,
    startsConversations: { sms, whatsapp },
  };
}

/** One that is gone may look like one that these credentials may not read, so it is unknown too. */
async function readApplication(
  client: TwilioClient,
  what: string,
  sid: string,
): Promise<Known<ObservedApplication | undefined>> {
  if (sid === "") return { known: true, value: undefined };
  return orUnknown(what, async () => {
    const { voiceUrl, smsUrl } = await client.sdk.applications(sid).fetch();
    return { voiceUrl: fieldValue("voiceUrl", voiceUrl), smsUrl: fieldValue("smsUrl", smsUrl) };
  });
}

function readVoiceRegion(client: TwilioClient, e164: string): Promise<Known<string>> {
  return readWarning("the region of its calls", "", async () => {
    const { voiceRegion } = await client.sdk.routes.v2.phoneNumbers(e164).fetch();
    return fieldValue("voiceRegion", voiceRegion);
  });
}

function readAddress(client: TwilioClient, address: string): Promise<Known<boolean>> {
  return readWarning("the Conversations of its addresses", false, async () => {
    // An address stands for its configuration's SID.
    const { autoCreation } = await client.sdk.conversations.v1.addressConfigurations(address).fetch();
    return isEnabled(autoCreation);
  });
}

export function isEnabled(autoCreation: unknown): boolean {
  if (typeof autoCreation !== "object" || autoCreation === null || !("enabled" in autoCreation)) return false;
  return autoCreation.enabled === true;
}

/** Whatever Twilio answers to a question about a warning, the rest is told; 404 is that there is nothing to warn of. */
async function readWarning<T>(what: string, nothing: T, read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    if (!(error instanceof TwilioError)) throw error;
    if (error.isNotFound) return { known: true, value: nothing };
    return { known: false, reason: `Twilio does not say ${what} (HTTP ${error.status}: ${error.message}).` };
  }
}
