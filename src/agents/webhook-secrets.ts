// What signs the webhooks that an agent's own endpoints are sent, sealed in the agent's row.
import type { Vault } from "../base/vault.ts";
import { newWebhookSecret } from "../outbound/webhook-signature.ts";

export interface WebhookSecrets {
  /** As `newWebhookSecret` makes it. */
  readonly current: string;
  /** The one before: it signs along for a while, so that an endpoint can change over without missing anything. */
  readonly previous?: { readonly secret: string; readonly replacedAt: string } | undefined;
}

/** Names the row that secrets belong to. */
export interface SecretsOwner {
  readonly orgId: string;
  readonly id: string;
}

const PREVIOUS_SIGNS_MS = 24 * 3_600_000;

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

export function sealWebhookSecrets(vault: Vault, owner: SecretsOwner, secrets: WebhookSecrets): string {
  return vault.seal(JSON.stringify(secrets), nameOf(owner));
}

/** @throws AppError `credentials_unreadable` */
export function openWebhookSecrets(vault: Vault, owner: SecretsOwner, sealed: string): WebhookSecrets {
  // Only ever written by sealWebhookSecrets, and authenticated by the cipher.
  return JSON.parse(vault.open(sealed, nameOf(owner))) as WebhookSecrets;
}

function nameOf({ orgId, id }: SecretsOwner): string {
  // Both may contain a colon.
  return `agent:${JSON.stringify([orgId, id])}`;
}
