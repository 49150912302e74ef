import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import type { Actor } from "../auth/actor.ts";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import { DAY_MS } from "../base/durations.ts";
import { createVault } from "../base/vault.ts";
import type { Database } from "../db/connect.ts";
import { type AgentDeps, createAgent } from "./agent-service.ts";
import { resealWebhookSecrets, rotateWebhookSecret, showWebhookSecret } from "./webhook-secret-service.ts";

const ADMIN: Actor = { orgId: "org_1", userId: "user_1", role: "admin" };

describeEachDatabase("webhook secrets", (kind) => {
  let database: Database;
  let count = 0;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  function depsWith(...secrets: string[]): AgentDeps & { clock: TestClock } {
    const vault = createVault(secrets.map((secret) => secret.padEnd(32, ".")));
    return { db: database.db, clock: testClock(), vault, allowedPrivateHosts: [] };
  }

  async function newAgent(deps: AgentDeps): Promise<string> {
    count += 1;
    const messaging = { kind: "webhook", url: "https://agent.example.com" } as const;
    const agent = await createAgent(deps, ADMIN, { id: `agent_${count}`, name: "Agent", messaging });
    return agent.id;
  }

  test("that an earlier secret encrypted are encrypted anew, so that it can be dropped", async () => {
    const before = depsWith("earlier");
    const ids = [await newAgent(before), await newAgent(before)];
    const secrets = await Promise.all(ids.map((id) => showWebhookSecret(before, ADMIN, id)));
    expect(await resealWebhookSecrets(depsWith("new", "earlier"))).toBe(2);
    expect(await resealWebhookSecrets(depsWith("new", "earlier"))).toBe(0);
    const after = depsWith("new");
    expect(await Promise.all(ids.map((id) => showWebhookSecret(after, ADMIN, id)))).toEqual(secrets);
  });

  test("whose encryption's secret is lost can be replaced, and only replaced", async () => {
    const id = await newAgent(depsWith("lost"));
    const deps = depsWith("new");
    expect(await resealWebhookSecrets(deps)).toBe(0);
    await expect(showWebhookSecret(deps, ADMIN, id)).rejects.toMatchObject({
      code: "credentials_unreadable",
    });
    expect(await rotateWebhookSecret(deps, ADMIN, id)).toEqual({ previousSignsUntil: undefined });
    expect((await showWebhookSecret(deps, ADMIN, id)).secret).toMatch(/^whsec_/);
  });

  test("that were replaced say for how long the one before signs along", async () => {
    const deps = depsWith("secret");
    const id = await newAgent(deps);
    const { previousSignsUntil } = await rotateWebhookSecret(deps, ADMIN, id);
    expect(previousSignsUntil).toEqual(new Date(deps.clock.now().getTime() + DAY_MS));
    deps.clock.advance(DAY_MS);
    expect((await showWebhookSecret(deps, ADMIN, id)).previousSignsUntil).toBeUndefined();
  });

  test("that are replaced at once by several leave one that signs, and one before", async () => {
    const deps = depsWith("secret");
    const id = await newAgent(deps);
    await Promise.all(Array.from({ length: 5 }, () => rotateWebhookSecret(deps, ADMIN, id)));
    const shown = await showWebhookSecret(deps, ADMIN, id);
    expect(shown.secret).toMatch(/^whsec_/);
    expect(shown.previousSignsUntil).toBeDefined();
  });

  test("of an agent that is not there cannot be made", async () => {
    const deps = depsWith("secret");
    for (const ask of [showWebhookSecret, rotateWebhookSecret])
      await expect(ask(deps, ADMIN, "agent_nobody")).rejects.toMatchObject({ code: "agent_not_found" });
  });
});
