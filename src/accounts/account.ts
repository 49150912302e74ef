/** A Twilio account or subaccount that an organization has connected. Its credentials are never part of it. */
export interface Account {
  readonly id: string;
  readonly orgId: string;
  /** AC… */
  readonly sid: string;
  /** The parent's SID when it is a subaccount. */
  readonly parentSid: string | undefined;
  readonly friendlyName: string;
  /** As Twilio says it: active, suspended or closed. */
  readonly status: string;
  readonly createdAt: Date;
}

/** What is stored encrypted. */
export interface StoredCredentials {
  readonly authToken: string;
  /** The token before: it still signs while Twilio's rotation is under way. */
  readonly previous?: { readonly authToken: string; readonly replacedAt: string } | undefined;
  readonly apiKey?: { readonly sid: string; readonly secret: string } | undefined;
}
