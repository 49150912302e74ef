// A number that may send, and what it sends through: our own parts, and the emulator in Twilio's place.
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { openTestApp, type TestApp } from "../http/app.testing.ts";
import { type RecorderLimits, TrafficRecorder } from "../traffic/traffic-recorder.ts";
import { testClient } from "../twilio/twilio.testing.ts";

export const ACCOUNT_SID = `AC${"a".repeat(32)}`;
const AUTH_TOKEN = "a-made-up-auth-token";
export const OURS = "+14155550100";
export const PERSON = "+14155559999";
export const HOLDER = { orgId: "org_1", phoneNumberId: "phone_1", agentId: "agent_1" };

export interface SendingWorld {
  readonly emulator: Emulator;
  readonly app: TestApp;
  close(): Promise<void>;
}

/** `phone_1` of `org_1`, which `agent_1` answers. */
export async function createSendingWorld(limits?: Partial<RecorderLimits>): Promise<SendingWorld> {
  const emulator = await startEmulator();
  emulator.control.createAccount({ sid: ACCOUNT_SID, authToken: AUTH_TOKEN });
  emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: OURS });
  const app = await openTestApp({
    connectTwilio: (credentials) => testClient(emulator.url, { credentials, attemptTimeoutMs: 300 }),
  });
  const deps = limits
    ? { ...app.deps, recorder: new TrafficRecorder({ ...app.deps, planned: app.database.planned }, limits) }
    : app.deps;
  await connectNumber(app);
  return {
    emulator,
    app: { ...app, deps },
    close: async () => {
      await app.database.close();
      await emulator.close();
    },
  };
}

async function connectNumber(app: TestApp): Promise<void> {
  const credentials = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
  const { id: accountId } = await post(app, "/api/twilio-accounts", credentials);
  await post(app, "/api/phone-numbers/import", { accountId, ids: { [OURS]: HOLDER.phoneNumberId } });
  await post(app, "/api/agents", { id: HOLDER.agentId, name: "An agent" });
  const assignment = { phoneNumberId: HOLDER.phoneNumberId, chatbotId: HOLDER.agentId };
  await post(app, "/api/phone-numbers/assign", assignment);
}

async function post(app: TestApp, path: string, body: object): Promise<{ id: string }> {
  const response = await app.request("POST", path, { body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  // Whoever asks for the id has created something that has one.
  return (await response.json()) as { id: string };
}
