// A PostgreSQL with an organization whose 100 numbers are answered by one agent.
import { startEmulator } from "../../emulator/index.ts";
import { createSwitchhook } from "../../src/index.ts";
import { executeOnce } from "../../test/support/execute-once.ts";
import { startPostgres } from "../../test/support/postgres.ts";
import {
  BENCH_ACCOUNT_SID,
  BENCH_AUTH_TOKEN,
  BENCH_NUMBERS,
  BENCH_PUBLIC_URL,
  benchNumber,
} from "./webhook-requests.ts";

export const BENCH_SECRET = "a made-up secret for the benchmark only";

export interface SeededDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startSeededDatabase(): Promise<SeededDatabase> {
  const postgres = await startPostgres();
  const url = `${postgres.url}/postgres`;
  const emulator = await startEmulator();
  const switchhook = await createSwitchhook({
    databaseUrl: url,
    secret: BENCH_SECRET,
    publicUrl: BENCH_PUBLIC_URL,
    twilioApiBaseUrl: emulator.url,
    logLevel: "silent",
  });
  const { api, defaultOrganizationId: orgId } = switchhook;
  const actor = { orgId, userId: "benchmark", role: "owner" } as const;
  emulator.control.createAccount({ sid: BENCH_ACCOUNT_SID, authToken: BENCH_AUTH_TOKEN });
  const account = await api.accounts.connect(actor, {
    accountSid: BENCH_ACCOUNT_SID,
    authToken: BENCH_AUTH_TOKEN,
  });
  const ids: Record<string, string> = {};
  for (let index = 0; index < BENCH_NUMBERS; index++) {
    emulator.control.createNumber(BENCH_ACCOUNT_SID, { phoneNumber: benchNumber(index) });
    ids[benchNumber(index)] = `phone_${index}`;
  }
  await api.phoneNumbers.import(actor, { accountId: account.id, ids });
  await api.agents.create(actor, { id: "agent", name: "Agent" });
  for (const phoneNumberId of Object.values(ids)) {
    await api.phoneNumbers.assign(actor, { phoneNumberId, agentId: "agent" });
  }
  // The calls of the callbacks began before the numbers had an agent here.
  await executeOnce(url, "update switchhook.number_tenure set since = since - interval '1 day'");
  await switchhook.stop();
  await emulator.close();
  return { url, stop: () => postgres.stop() };
}
