// WhatsApp senders (Channels Senders v2). Requests are built here rather than by the SDK's typed methods: those send
// camelCase keys, which this API ignores, so that an update would change nothing and say so nowhere.
import { z } from "zod";
import type { TwilioClient } from "./client.ts";
import { fieldValue } from "./field-value.ts";
import { requestJson } from "./json-request.ts";
import type { ObservedSender } from "./observed.ts";
import { TwilioError } from "./twilio-error.ts";
import type { Fields } from "./webhook-config.ts";

const SENDERS_URL = "https://messaging.twilio.com/v2/Channels/Senders";
const PREFIX = "whatsapp:";
const WHAT = "a WhatsApp sender";
/** Twilio has no filter by number, so a number's sender is looked for on every page. */
const MAX_PAGES = 1_000;

const WEBHOOK_KEYS = {
  callbackUrl: "callback_url",
  callbackMethod: "callback_method",
  fallbackUrl: "fallback_url",
  fallbackMethod: "fallback_method",
  statusCallbackUrl: "status_callback_url",
  statusCallbackMethod: "status_callback_method",
} as const;

// Every key is optional: real answers leave out what is not set, or say null.
const senderSchema = z.object({
  sid: z.string(),
  sender_id: z.string(),
  status: z.string().nullish(),
  webhook: z.record(z.string(), z.string().nullish()).nullish(),
});
const pageSchema = z.object({
  senders: z.array(senderSchema),
  meta: z.object({ next_page_url: z.string().nullish() }),
});

/** The WhatsApp sender of a phone number. The list has no filter by number, so it is paged through. */
export async function findSender(client: TwilioClient, e164: string): Promise<ObservedSender | undefined> {
  for await (const senders of senderPages(client)) {
    const found = senders.find(({ sender_id }) => sender_id === `${PREFIX}${e164}`);
    // List items may lack parts of the webhook; only the sender itself shows all of it.
    if (found) return readSender(client, found.sid);
  }
  return undefined;
}

/** A sender as the list has it, which may lack parts of its webhook. */
export interface ListedSender extends ObservedSender {
  readonly e164: string;
  /** Whether something is missing that only `readSender` shows. */
  readonly isPartial: boolean;
}

/** An account's WhatsApp senders, page by page. */
export async function* listSenders(
  client: TwilioClient,
): AsyncGenerator<readonly ListedSender[], void, void> {
  for await (const senders of senderPages(client)) {
    yield senders.map((sender) => ({
      ...observedSender(sender),
      e164: sender.sender_id.slice(PREFIX.length),
      isPartial: Object.values(WEBHOOK_KEYS).some((key) => sender.webhook?.[key] === undefined),
    }));
  }
}

type Sender = z.infer<typeof senderSchema>;

async function* senderPages(client: TwilioClient): AsyncGenerator<readonly Sender[], void, void> {
  let url: string | null | undefined = `${SENDERS_URL}?Channel=whatsapp&PageSize=1000`;
  for (let pages = 0; url && pages < MAX_PAGES; pages++) {
    const page: z.infer<typeof pageSchema> = await requestJson(client, pageSchema, WHAT, { uri: url });
    yield page.senders;
    url = page.meta.next_page_url;
  }
}

export async function readSender(client: TwilioClient, sid: string): Promise<ObservedSender> {
  return observedSender(await requestJson(client, senderSchema, WHAT, { uri: `${SENDERS_URL}/${sid}` }));
}

/** Undefined for one that is gone. */
export async function readSenderIfThere(
  client: TwilioClient,
  sid: string,
): Promise<ObservedSender | undefined> {
  return readSender(client, sid).catch((error: unknown) => {
    if (error instanceof TwilioError && error.isNotFound) return undefined;
    throw error;
  });
}

function observedSender(sender: Sender): ObservedSender {
  const fields = Object.entries(WEBHOOK_KEYS).map(([field, key]) => [
    field,
    fieldValue(field, sender.webhook?.[key]),
  ]);
  return {
    status: sender.status ?? "",
    config: { resource: "sender", sid: sender.sid, fields: Object.fromEntries(fields) },
  };
}

/** Asks for a change of the webhook block; only the keys that change are sent. Twilio answers 202 and applies it later. */
export async function updateSender(client: TwilioClient, sid: string, values: Fields): Promise<void> {
  const webhook = Object.entries(WEBHOOK_KEYS).flatMap(([field, key]) =>
    values[field] === undefined ? [] : [[key, values[field]]],
  );
  const data = { webhook: Object.fromEntries(webhook) };
  await requestJson(client, z.looseObject({}), WHAT, { uri: `${SENDERS_URL}/${sid}`, data });
}
