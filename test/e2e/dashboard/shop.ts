// A shop that has numbers in Twilio already, and its owner, who comes to us with the account's credentials.
import type { Emulator } from "../../../emulator/index.ts";
import { type DashboardWorld, openDashboard, type Visitor } from "./dashboard-world.ts";

export const ACCOUNT_SID = `AC${"e".repeat(32)}`;
export const AUTH_TOKEN = "the-token-of-the-shop's-account";

export interface Shop {
  readonly dashboard: DashboardWorld;
  readonly owner: Visitor;
  /** Of its numbers, as they were given. */
  readonly sids: readonly string[];
}

type NewNumber = Parameters<Emulator["control"]["createNumber"]>[1];

export async function openShop(
  numbers: readonly NewNumber[],
  ...world: Parameters<typeof openDashboard>
): Promise<Shop> {
  const dashboard = await openDashboard(...world);
  const { control } = dashboard.world.emulator;
  control.createAccount({ sid: ACCOUNT_SID, authToken: AUTH_TOKEN, friendlyName: "The shop" });
  const sids = numbers.map((number) => control.createNumber(ACCOUNT_SID, number).sid);
  return { dashboard, owner: await dashboard.signUp("Owner"), sids };
}

/** Connects the account and imports its numbers. @returns the account's id */
export async function importNumbers({ request }: Visitor): Promise<string> {
  const account = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
  const { id: accountId } = await request("POST", "/api/twilio-accounts", account);
  await request("POST", "/api/phone-numbers/import", { accountId });
  return accountId;
}

export async function addFrontDesk({ request }: Visitor): Promise<void> {
  await request("POST", "/api/agents", {
    id: "front_desk",
    name: "Front desk",
    voice: { kind: "say", text: "Hello." },
    messaging: { kind: "reply", text: "Thank you." },
  });
}
