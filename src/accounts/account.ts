import { z } from "zod";

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
export const storedCredentialsSchema = z.object({
  authToken: z.string(),
  /** The token before: it still signs while Twilio's rotation is under way. */
  previous: z.object({ authToken: z.string(), replacedAt: z.string() }).readonly().optional(),
  apiKey: z.object({ sid: z.string(), secret: z.string() }).readonly().optional(),
});

export type StoredCredentials = Readonly<z.infer<typeof storedCredentialsSchema>>;
