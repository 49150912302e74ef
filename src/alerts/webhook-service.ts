// Where an organization's alerts go: the address of its webhook, and the secret that signs for it. See alert-delivery.ts
// for how they get there.
import { invalidInput } from "../api/api.ts";
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { resealAll } from "../base/resealing.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import { type AllowedHost, whyUrlRefused } from "../outbound/address-policy.ts";
import {
  newWebhookSecrets,
  openWebhookSecrets,
  previousSignsUntil,
  readableWebhookSecrets,
  rotatedWebhookSecrets,
  sealWebhookSecrets,
  type WebhookSecrets,
} from "../outbound/webhook-secrets.ts";
import { countEvents } from "./alert-event-store.ts";
import type { AlertWebhook } from "./webhook.ts";
import type { PutWebhook } from "./webhook-request.ts";
import {
  deleteWebhook,
  findWebhook,
  listWebhooks,
  lockWebhook,
  replaceSecrets,
  upsertWebhook,
} from "./webhook-store.ts";

export interface AlertWebhookDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly allowedPrivateHosts: readonly AllowedHost[];
}

export interface AlertWebhookState extends Omit<AlertWebhook, "secrets"> {
  readonly undelivered: number;
  readonly previousSignsUntil: Date | undefined;
}

/** @throws AppError `forbidden` */
export async function showAlertWebhook(
  deps: Pick<AlertWebhookDeps, "db" | "clock" | "vault">,
  actor: Actor,
): Promise<AlertWebhookState | undefined> {
  requireRole(actor, "admin");
  const webhook = await findWebhook(deps.db, actor.orgId);
  if (!webhook) return undefined;
  const { secrets: _sealed, ...shown } = webhook;
  const secrets = readableSecrets(deps.vault, webhook);
  return {
    ...shown,
    undelivered: await countEvents(deps.db, actor.orgId),
    previousSignsUntil: secrets && previousSignsUntil(secrets, deps.clock.now()),
  };
}

/**
 * From now on every alert that opens or is resolved is sent to this address, and what an earlier one has not taken.
 *
 * @returns the secret that signs, if it is a new one: it is shown this once
 * @throws AppError `forbidden`, `invalid_input` for an address that may not be reached
 */
export async function putAlertWebhook(
  deps: AlertWebhookDeps,
  actor: Actor,
  { url, rotateSecret = false }: PutWebhook,
): Promise<string | undefined> {
  requireRole(actor, "admin");
  const refusal = whyUrlRefused(deps.allowedPrivateHosts, url);
  if (refusal !== undefined) throw invalidInput([{ path: ["url"], message: refusal }]);
  const { orgId } = actor;
  const now = deps.clock.now();
  return deps.db.transaction().execute(async (tx) => {
    const before = await lockWebhook(tx, orgId);
    const known = before && readableSecrets(deps.vault, before);
    const secrets = nextSecrets(known, rotateSecret, now);
    const isNew = secrets !== known;
    const sealed = sealWebhookSecrets(deps.vault, ownerName(orgId), secrets);
    await upsertWebhook(tx, { orgId, url, secrets: sealed, updatedAt: now });
    await appendAudit(tx, deps.clock, actor, {
      ...WEBHOOK_CHANGE,
      action: "alert_webhook.put",
      before: before ? { url: before.url } : null,
      after: { url, isSecretNew: isNew },
    });
    return isNew ? secrets.current : undefined;
  });
}

/** What cannot be read any more is replaced: nobody could be sent anything that is signed with it. */
function nextSecrets(known: WebhookSecrets | undefined, isRotated: boolean, now: Date): WebhookSecrets {
  if (!known) return newWebhookSecrets();
  return isRotated ? rotatedWebhookSecrets(known, now) : known;
}

/**
 * Alerts are sent nowhere from now on; they are still listed.
 *
 * @returns how many events the webhook had not taken: nobody gets them any more
 * @throws AppError `forbidden`
 */
export async function removeAlertWebhook(
  deps: Pick<AlertWebhookDeps, "db" | "clock">,
  actor: Actor,
): Promise<number> {
  requireRole(actor, "admin");
  const { orgId } = actor;
  return deps.db.transaction().execute(async (tx) => {
    const before = await lockWebhook(tx, orgId);
    if (!before) return 0;
    const undelivered = await countEvents(tx, orgId);
    await deleteWebhook(tx, orgId);
    await appendAudit(tx, deps.clock, actor, {
      ...WEBHOOK_CHANGE,
      action: "alert_webhook.delete",
      before: { url: before.url },
      after: null,
    });
    return undelivered;
  });
}

const WEBHOOK_CHANGE = {
  target: { type: "alert_webhook", id: "alert_webhook" },
  outcome: "committed",
} as const;

/** @throws AppError `credentials_unreadable` */
export function openSecrets(vault: Vault, { orgId, secrets }: AlertWebhook): WebhookSecrets {
  return openWebhookSecrets(vault, ownerName(orgId), secrets);
}

function readableSecrets(vault: Vault, { orgId, secrets }: AlertWebhook): WebhookSecrets | undefined {
  return readableWebhookSecrets(vault, ownerName(orgId), secrets);
}

function ownerName(orgId: string): string {
  return `alert_webhook:${orgId}`;
}

/** @returns how many were sealed again */
export function resealAlertWebhooks({ db, vault }: Pick<AlertWebhookDeps, "db" | "vault">): Promise<number> {
  return resealAll<AlertWebhook>(vault, {
    listAfter: (last, limit) => listWebhooks(db, last?.orgId ?? "", limit),
    sealedIn: ({ secrets }) => secrets,
    sealAgain: (webhook) => {
      const secrets = readableSecrets(vault, webhook);
      return secrets && sealWebhookSecrets(vault, ownerName(webhook.orgId), secrets);
    },
    replace: (webhook, sealed) => replaceSecrets(db, webhook, sealed),
  });
}
