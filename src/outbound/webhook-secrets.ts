// What signs the webhooks that an endpoint is sent, and how it is replaced. It is kept as sealed JSON (base/sealed-json.ts).
import { z } from "zod";
import { DAY_MS } from "../base/durations.ts";
import { newWebhookSecret } from "./webhook-signature.ts";

export const webhookSecretsSchema = z.object({
  /** As `newWebhookSecret` makes it. */
  current: z.string(),
  /** The one before: it signs along for a while, so that an endpoint can change over without missing anything. */
  previous: z.object({ secret: z.string(), replacedAt: z.string() }).readonly().optional(),
});

export type WebhookSecrets = Readonly<z.infer<typeof webhookSecretsSchema>>;

const PREVIOUS_SIGNS_MS = DAY_MS;

export function newWebhookSecrets(): WebhookSecrets {
  return { current: newWebhookSecret() };
}

/** A new secret; the one that was current signs along. */
export function rotatedWebhookSecrets({ current }: WebhookSecrets, now: Date): WebhookSecrets {
  return { current: newWebhookSecret(), previous: { secret: current, replacedAt: now.toISOString() } };
}

/** Until when the previous secret signs along; undefined when it does no longer. */
export function previousSignsUntil({ previous }: WebhookSecrets, now: Date): Date | undefined {
  if (!previous) return undefined;
  const until = new Date(Date.parse(previous.replacedAt) + PREVIOUS_SIGNS_MS);
  return until > now ? until : undefined;
}

/** The secrets that sign now, the current one first. */
export function signingSecrets(secrets: WebhookSecrets, now: Date): readonly string[] {
  const { current, previous } = secrets;
  return previous && previousSignsUntil(secrets, now) ? [current, previous.secret] : [current];
}
