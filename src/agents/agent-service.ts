// What answers calls and messages. Changing an agent changes nothing in Twilio: its numbers point at us, and we ask the
// agent.
import type { AuditAction } from "../audit/audit-entry.ts";
import { appendAudit } from "../audit/audit-service.ts";
import type { Actor } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import { type Page, pageOf } from "../base/page.ts";
import { sealJson } from "../base/sealed-json.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import { isForeignKeyViolation } from "../db/sql-errors.ts";
import type { AllowedHost } from "../outbound/address-policy.ts";
import { newWebhookSecrets } from "../outbound/webhook-secrets.ts";
import type { Agent, ChangeAgent, CreateAgent } from "./agent.ts";
import { hasEndpoint, requireReachable } from "./agent-endpoints.ts";
import { deleteAgent, findAgent, insertAgent, listAgents, lockAgent, updateAgent } from "./agent-store.ts";
import type { MessageAnswer } from "./message-answer.ts";
import { secretsOwnerName } from "./secrets-owner.ts";
import type { VoiceAnswer } from "./voice-answer.ts";
import { findSealedSecrets, saveSealedSecrets } from "./webhook-secret-store.ts";

export interface AgentDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly vault: Vault;
  /** Hosts in private networks that agents' endpoints may be on. */
  readonly allowedPrivateHosts: readonly AllowedHost[];
}

const DEFAULT_VOICE: VoiceAnswer = {
  kind: "say",
  text: "Hello. This number is connected, but its agent has nothing to say yet.",
  language: "en-US",
};
const DEFAULT_MESSAGING: MessageAnswer = { kind: "none" };

/** @throws AppError `id_taken`, `invalid_input` for an endpoint that could never be reached */
export async function createAgent(deps: AgentDeps, actor: Actor, input: CreateAgent): Promise<Agent> {
  requireReachable(deps.allowedPrivateHosts, input);
  const now = deps.clock.now();
  const agent: Agent = {
    orgId: actor.orgId,
    id: input.id ?? newId("agent"),
    name: input.name,
    voice: input.voice ?? DEFAULT_VOICE,
    messaging: input.messaging ?? DEFAULT_MESSAGING,
    createdAt: now,
    updatedAt: now,
  };
  await deps.db.transaction().execute(async (tx) => {
    if (!(await insertAgent(tx, agent)))
      throw new AppError("id_taken", { detail: `An agent has the id ${agent.id}.` });
    await ensureSecrets(deps, tx, agent);
    await appendAudit(tx, deps.clock, actor, event("agent.create", agent.id, null, agent));
  });
  return agent;
}

/** @throws AppError `agent_not_found` */
export async function requireAgent(db: Db, orgId: string, id: string): Promise<Agent> {
  const agent = await findAgent(db, orgId, id);
  if (!agent) throw new AppError("agent_not_found");
  return agent;
}

/** The organization's agents, in the order of their ids. */
export async function listAgentPage(
  deps: AgentDeps,
  actor: Actor,
  { cursor = "", limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<Agent>> {
  const rows = await listAgents(deps.db, actor.orgId, { afterId: cursor, limit: limit + 1 });
  return pageOf(rows, limit, ({ id }) => id);
}

/** @throws AppError `agent_not_found`, `invalid_input` for an endpoint that could never be reached */
export async function changeAgent(
  deps: AgentDeps,
  actor: Actor,
  id: string,
  input: ChangeAgent,
): Promise<Agent> {
  requireReachable(deps.allowedPrivateHosts, input);
  return deps.db.transaction().execute(async (tx) => {
    const before = await lockAgent(tx, actor.orgId, id);
    if (!before) throw new AppError("agent_not_found");
    const after: Agent = {
      ...before,
      name: input.name ?? before.name,
      voice: input.voice ?? before.voice,
      messaging: input.messaging ?? before.messaging,
      updatedAt: deps.clock.now(),
    };
    await updateAgent(tx, after);
    await ensureSecrets(deps, tx, after);
    await appendAudit(tx, deps.clock, actor, event("agent.change", id, before, after));
    return after;
  });
}

/** @throws AppError `agent_not_found`, `agent_in_use` while a number is assigned to it */
export async function removeAgent(deps: AgentDeps, actor: Actor, id: string): Promise<void> {
  const removal = deps.db.transaction().execute(async (tx) => {
    const before = await requireAgent(tx, actor.orgId, id);
    await deleteAgent(tx, actor.orgId, id);
    await appendAudit(tx, deps.clock, actor, event("agent.delete", id, before, null));
  });
  await removal.catch((error: unknown) => {
    if (!isForeignKeyViolation(error)) throw error;
    throw new AppError("agent_in_use", {
      detail: "Unassign its numbers first, or assign them to another agent; nothing was changed.",
      cause: error,
    });
  });
}

/** What is sent to an agent's endpoint is signed from the first time on. */
async function ensureSecrets({ vault }: Pick<AgentDeps, "vault">, tx: Db, agent: Agent): Promise<void> {
  if (!hasEndpoint(agent) || (await findSealedSecrets(tx, agent)) !== undefined) return;
  const sealed = sealJson(vault, secretsOwnerName(agent), newWebhookSecrets());
  await saveSealedSecrets(tx, { orgId: agent.orgId, id: agent.id, sealed });
}

function event(action: AuditAction, id: string, before: Agent | null, after: Agent | null) {
  const target = { type: "agent", id };
  return {
    action,
    target,
    before: auditView(before),
    after: auditView(after),
    outcome: "committed",
  } as const;
}

function auditView(agent: Agent | null) {
  return agent && { name: agent.name, voice: agent.voice, messaging: agent.messaging };
}
