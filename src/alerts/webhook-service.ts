// Where an organization's alerts go as they open and are resolved: a receiver that knows by a signature who sends. See
// alert-delivery.ts for how they get there.
import type { Actor } from "../auth/actor.ts";
import {
  newWebhookSecrets,
  previousSignsUntil,
  rotatedWebhookSecrets,
  type WebhookSecrets,
  webhookSecretsSchema,
} from "../outbound/webhook-secrets.ts";
import type { ReceiverState } from "../receivers/receiver.ts";
import {
  putReceiver,
  type ReceiverDeps,
  readableSecrets,
  removeReceiver,
  resendRefused,
  showReceiver,
} from "../receivers/receiver-service.ts";
import type { PutWebhook } from "./webhook-request.ts";

export interface AlertWebhookState extends ReceiverState {
  readonly previousSignsUntil: Date | undefined;
}

/** @throws AppError `forbidden` */
export async function showAlertWebhook(
  deps: Pick<ReceiverDeps, "db" | "clock" | "vault">,
  actor: Actor,
): Promise<AlertWebhookState | undefined> {
  const webhook = await showReceiver(deps, actor, "alert_webhook", webhookSecretsSchema);
  if (!webhook) return undefined;
  const { state, secrets } = webhook;
  return { ...state, previousSignsUntil: secrets && previousSignsUntil(secrets, deps.clock.now()) };
}

/**
 * From now on every alert that opens or is resolved is sent to this address, and what an earlier one has not taken.
 *
 * @returns the secret that signs, if it is a new one: it is shown this once
 * @throws AppError `forbidden`, `invalid_input` for an address that may not be reached
 */
export async function putAlertWebhook(
  deps: ReceiverDeps,
  actor: Actor,
  { url, rotateSecret = false }: PutWebhook,
): Promise<string | undefined> {
  const kept = await putReceiver(deps, actor, { kind: "alert_webhook", url }, (earlier) => {
    const known = earlier && readableSecrets(deps.vault, webhookSecretsSchema, earlier);
    const secrets = nextSecrets(known, rotateSecret, deps.clock.now());
    const before = earlier ? { url: earlier.url } : null;
    return { secrets, before, after: { url, isSecretNew: secrets !== known } };
  });
  return kept.after.isSecretNew ? kept.secrets.current : undefined;
}

/** What cannot be read any more is replaced: nobody could be sent anything that is signed with it. */
function nextSecrets(known: WebhookSecrets | undefined, isRotated: boolean, now: Date): WebhookSecrets {
  if (!known) return newWebhookSecrets();
  return isRotated ? rotatedWebhookSecrets(known, now) : known;
}

/**
 * Has what the webhook refused for good sent again.
 *
 * @returns how many events that are
 * @throws AppError `forbidden`
 */
export function resendToWebhook(deps: Pick<ReceiverDeps, "db" | "clock">, actor: Actor): Promise<number> {
  return resendRefused(deps, actor, "alert_webhook");
}

/**
 * Alerts are sent nowhere from now on; they are still listed.
 *
 * @returns how many events the webhook had not taken: nobody gets them any more
 * @throws AppError `forbidden`
 */
export function removeAlertWebhook(deps: Pick<ReceiverDeps, "db" | "clock">, actor: Actor): Promise<number> {
  return removeReceiver(deps, actor, "alert_webhook", ({ url }) => ({ url }));
}
