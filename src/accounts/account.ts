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
  /** Since when Twilio has taken this token here; where it is not said, see `tokenSince`. */
  confirmedAt: z.string().optional(),
  /** The token before: it still signs while Twilio's rotation is under way. */
  previous: z.object({ authToken: z.string(), replacedAt: z.string() }).readonly().optional(),
  apiKey: z.object({ sid: z.string(), secret: z.string() }).readonly().optional(),
});

export type StoredCredentials = Readonly<z.infer<typeof storedCredentialsSchema>>;

/** When Twilio was first seen to take a connection's token. */
export function tokenSince({ confirmedAt, previous }: StoredCredentials, createdAt: Date): number {
  const since = confirmedAt ?? previous?.replacedAt;
  return since === undefined ? createdAt.getTime() : Date.parse(since);
}
