import { openJson } from "../base/sealed-json.ts";
import type { Vault } from "../base/vault.ts";
import { type WebhookSecrets, webhookSecretsSchema } from "../outbound/webhook-secrets.ts";

/** The agent whose endpoints its webhook secrets sign for. */
export interface SecretsOwner {
  readonly orgId: string;
  readonly id: string;
}

/** What an agent's webhook secrets are sealed for. */
export function secretsOwnerName({ orgId, id }: SecretsOwner): string {
  // Both may contain a colon.
  return `agent:${JSON.stringify([orgId, id])}`;
}

/**
 * An agent's webhook secrets as they are stored with it; undefined where it has none.
 *
 * @throws AppError `credentials_unreadable`
 */
export function openAgentSecrets(
  vault: Vault,
  agent: SecretsOwner & { readonly webhookSecrets: string | null },
): WebhookSecrets | undefined {
  if (agent.webhookSecrets === null) return undefined;
  return openJson(vault, webhookSecretsSchema, secretsOwnerName(agent), agent.webhookSecrets);
}
