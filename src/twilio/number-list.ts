// An account's numbers as its list has them. The SDK makes an object of each with parsed dates, which takes longer than
// reading the answer does, and knows the next page only after that; so the answers are read here.
import { z } from "zod";
import type { TwilioClient } from "./client.ts";
import { requestJson } from "./json-request.ts";
import { PAGE_SIZE, type SdkPage } from "./sdk-pages.ts";

const API_URL = "https://api.twilio.com";

/** A number as it stands in the answer; see `listedNumberConfig`. */
export type ListedNumber = Readonly<Record<string, unknown>> & { readonly sid: string };

// By hand, since a schema would copy some thirty members of each of a thousand numbers, with the next page waiting for it.
const numberSchema = z.custom<ListedNumber>(
  (value) => typeof value === "object" && value !== null && "sid" in value && typeof value.sid === "string",
);
const pageSchema = z.object({
  incoming_phone_numbers: z.array(numberSchema),
  next_page_uri: z.string().nullish(),
});

/** The first page of an account's numbers. @throws TwilioError */
export function firstNumberPage(client: TwilioClient): Promise<SdkPage<ListedNumber>> {
  const path = `/2010-04-01/Accounts/${client.accountSid}/IncomingPhoneNumbers.json`;
  return numberPage(client, `${path}?PageSize=${PAGE_SIZE}`);
}

async function numberPage(client: TwilioClient, uri: string): Promise<SdkPage<ListedNumber>> {
  const page = await requestJson(client, pageSchema, "a page of numbers", { uri: `${API_URL}${uri}` });
  const next = page.next_page_uri;
  return {
    instances: page.incoming_phone_numbers,
    ...(next ? { nextPageUrl: next } : {}),
    nextPage: () => (next ? numberPage(client, next) : undefined),
  };
}
