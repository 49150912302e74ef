// One account's client. All traffic to Twilio's REST API leaves through here.
import twilio from "twilio";
import type { Clock } from "../base/clock.ts";
import {
  type ClientUse,
  type HttpClientDeps,
  type HttpClientOptions,
  TwilioHttpClient,
} from "./http-client.ts";

export interface TwilioCredentials {
  readonly accountSid: string;
  /** The auth token is needed even beside an API key: it is what signs webhooks. */
  readonly authToken: string;
  readonly apiKey?: { readonly sid: string; readonly secret: string } | undefined;
}

export interface TwilioClient {
  readonly accountSid: string;
  readonly sdk: twilio.Twilio;
  readonly clock: Clock;
}

export function createTwilioClient(
  deps: HttpClientDeps,
  credentials: TwilioCredentials,
  options: HttpClientOptions,
  use?: ClientUse,
): TwilioClient {
  const [username, password] = credentials.apiKey
    ? [credentials.apiKey.sid, credentials.apiKey.secret]
    : [credentials.accountSid, credentials.authToken];
  const sdk = twilio(username, password, {
    accountSid: credentials.accountSid,
    httpClient: new TwilioHttpClient(deps, options, credentials.accountSid, use),
  });
  return { accountSid: credentials.accountSid, sdk, clock: deps.clock };
}
