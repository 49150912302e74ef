// The secrets that sign an agent's webhooks: shown to whoever sets up its endpoint, and replaced when they may have leaked.
import type { AuditAction } from "../audit/audit-entry.ts";
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import { resealAll } from "../base/resealing.ts";
import { openJson, readableJson, sealJson } from "../base/sealed-json.ts";
import {
  newWebhookSecrets,
  previousSignsUntil,
  rotatedWebhookSecrets,
  webhookSecretsSchema,
} from "../outbound/webhook-secrets.ts";
import { type AgentDeps, requireAgent } from "./agent-service.ts";
import { lockAgent } from "./agent-store.ts";
import { secretsOwnerName } from "./secrets-owner.ts";
import {
  findSealedSecrets,
  listSealedSecrets,
  replaceSealedSecrets,
  type SealedSecrets,
  saveSealedSecrets,
} from "./webhook-secret-store.ts";

export interface ShownWebhookSecret {
  readonly secret: string;
  /** Until when the one before signs along. */
  readonly previousSignsUntil: Date | undefined;
}

/**
 * Shows the secret that an agent's webhooks are signed with. Who has seen it is on record.
 *
 * @throws AppError `forbidden`, `agent_not_found`, `not_found` for an agent that has none, `credentials_unreadable`
 */
export async function showWebhookSecret(
  deps: AgentDeps,
  actor: Actor,
  id: string,
): Promise<ShownWebhookSecret> {
  requireRole(actor, "admin");
  const owner = { orgId: actor.orgId, id };
  await requireAgent(deps.db, actor.orgId, id);
  const sealed = await findSealedSecrets(deps.db, owner);
  if (sealed === undefined) {
    throw new AppError("not_found", {
      detail:
        "The agent has no webhook, so nothing is signed. Give it one, or rotate its secret to make one beforehand.",
    });
  }
  const secrets = openJson(deps.vault, webhookSecretsSchema, secretsOwnerName(owner), sealed);
  await deps.db
    .transaction()
    .execute((tx) => appendAudit(tx, deps.clock, actor, event("agent.webhook_secret.show", id)));
  return {
    secret: secrets.current,
    previousSignsUntil: previousSignsUntil(secrets, deps.clock.now()),
  };
}

/**
 * Makes a new secret; the one before signs along for a day. The answer does not contain it, because answers to requests
 * with an Idempotency-Key are kept.
 *
 * @throws AppError `forbidden`, `agent_not_found`
 */
export async function rotateWebhookSecret(
  deps: AgentDeps,
  actor: Actor,
  id: string,
): Promise<{ readonly previousSignsUntil: Date | undefined }> {
  requireRole(actor, "admin");
  const owner = { orgId: actor.orgId, id };
  const now = deps.clock.now();
  return deps.db.transaction().execute(async (tx) => {
    if (!(await lockAgent(tx, actor.orgId, id))) throw new AppError("agent_not_found");
    const sealed = await findSealedSecrets(tx, owner);
    const name = secretsOwnerName(owner);
    const known =
      sealed === undefined ? undefined : readableJson(deps.vault, webhookSecretsSchema, name, sealed);
    const secrets = known ? rotatedWebhookSecrets(known, now) : newWebhookSecrets();
    await saveSealedSecrets(tx, { ...owner, sealed: sealJson(deps.vault, name, secrets) });
    await appendAudit(tx, deps.clock, actor, event("agent.webhook_secret.rotate", id));
    return { previousSignsUntil: previousSignsUntil(secrets, now) };
  });
}

function event(action: AuditAction, id: string) {
  const target = { type: "agent", id };
  return { action, target, before: null, after: null, outcome: "committed" } as const;
}

/** @returns how many were sealed again */
export function resealWebhookSecrets({ db, vault }: Pick<AgentDeps, "db" | "vault">): Promise<number> {
  return resealAll<SealedSecrets>(vault, {
    listAfter: (last = { orgId: "", id: "", sealed: "" }, limit) => listSealedSecrets(db, last, limit),
    sealedIn: ({ sealed }) => sealed,
    ownerOf: secretsOwnerName,
    replace: (agent, sealed) => replaceSealedSecrets(db, agent, sealed),
  });
}
