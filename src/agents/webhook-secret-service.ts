// The secrets that sign an agent's webhooks: shown to whoever sets up its endpoint, and replaced when they may have leaked.
import type { AuditAction } from "../audit/audit-entry.ts";
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import {
  newWebhookSecrets,
  openWebhookSecrets,
  previousSignsUntil,
  readableWebhookSecrets,
  rotatedWebhookSecrets,
  sealWebhookSecrets,
} from "../outbound/webhook-secrets.ts";
import { type AgentDeps, requireAgent } from "./agent-service.ts";
import { lockAgent } from "./agent-store.ts";
import { type SecretsOwner, secretsOwnerName } from "./secrets-owner.ts";
import {
  findSealedSecrets,
  listSealedSecrets,
  replaceSealedSecrets,
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
        "The agent has no webhook, so nothing is signed. Give it one, or POST here to make a secret beforehand.",
    });
  }
  const secrets = openWebhookSecrets(deps.vault, secretsOwnerName(owner), sealed);
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
    const known = sealed === undefined ? undefined : readableWebhookSecrets(deps.vault, name, sealed);
    const secrets = known ? rotatedWebhookSecrets(known, now) : newWebhookSecrets();
    await saveSealedSecrets(tx, { ...owner, sealed: sealWebhookSecrets(deps.vault, name, secrets) });
    await appendAudit(tx, deps.clock, actor, event("agent.webhook_secret.rotate", id));
    return { previousSignsUntil: previousSignsUntil(secrets, now) };
  });
}

function event(action: AuditAction, id: string) {
  const target = { type: "agent", id };
  return { action, target, before: null, after: null, outcome: "committed" } as const;
}

const RESEAL_PAGE = 500;

/** Encrypts with the current secret what an earlier one had encrypted, so that the earlier one can be dropped. */
export async function resealWebhookSecrets({ db, vault }: Pick<AgentDeps, "db" | "vault">): Promise<number> {
  let resealed = 0;
  let after: SecretsOwner = { orgId: "", id: "" };
  for (;;) {
    const page = await listSealedSecrets(db, after, RESEAL_PAGE);
    for (const sealed of page.filter((agent) => vault.needsResealing(agent.sealed))) {
      const name = secretsOwnerName(sealed);
      const secrets = readableWebhookSecrets(vault, name, sealed.sealed);
      if (!secrets) continue;
      await replaceSealedSecrets(db, sealed, sealWebhookSecrets(vault, name, secrets));
      resealed++;
    }
    const last = page.at(-1);
    if (!last) return resealed;
    after = last;
  }
}
