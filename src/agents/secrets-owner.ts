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
