// What signs the webhooks that an endpoint is sent, and how it is replaced and kept: sealed, in the row of its owner.
import type { Vault } from "../base/vault.ts";
import { newWebhookSecret } from "./webhook-signature.ts";

export interface WebhookSecrets {
  /** As `newWebhookSecret` makes it. */
  readonly current: string;
  /** The one before: it signs along for a while, so that an endpoint can change over without missing anything. */
  readonly previous?: { readonly secret: string; readonly replacedAt: string } | undefined;
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

/** @param owner names the row that they belong to: sealed for one, they open for no other */
export function sealWebhookSecrets(vault: Vault, owner: string, secrets: WebhookSecrets): string {
  return vault.seal(JSON.stringify(secrets), owner);
}

/** @throws AppError `credentials_unreadable` */
export function openWebhookSecrets(vault: Vault, owner: string, sealed: string): WebhookSecrets {
  // Only ever written by sealWebhookSecrets, and authenticated by the cipher.
  return JSON.parse(vault.open(sealed, owner)) as WebhookSecrets;
}

/** Undefined when they were sealed with a secret that is gone: replacing them is the way out. */
export function readableWebhookSecrets(
  vault: Vault,
  owner: string,
  sealed: string,
): WebhookSecrets | undefined {
  try {
    return openWebhookSecrets(vault, owner, sealed);
  } catch {
    return undefined;
  }
}
