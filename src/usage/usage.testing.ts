// Usage without a Twilio: reports of calls and messages are recorded as if it had sent them, and read over HTTP.
import { type DatabaseKind, openTestDatabase } from "../../test/support/databases.ts";
import type { Role } from "../auth/actor.ts";
import type { Db } from "../db/connect.ts";
import { openTestApp, type TestApp } from "../http/app.testing.ts";
import type { HttpDeps } from "../http/app.ts";
import { freshSid, call as reportCall, message as reportMessage } from "../traffic/traffic.testing.ts";
import type { Holder, TrafficReport } from "../traffic/traffic-report.ts";
import { recordTraffic } from "../traffic/traffic-store.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the body, member by member
  readonly body: any;
}

export interface UsageApp extends Omit<TestApp, "request"> {
  readonly db: Db;
  /** As an owner of org_1, unless the headers say otherwise. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Each in a statement of its own, as callbacks come. */
  record(...reports: readonly TrafficReport[]): Promise<void>;
  close(): Promise<void>;
}

/** An organization of a test's own. Stands in for what a report says whose it is. */
export interface Tenant {
  readonly orgId: string;
  readonly headers: Record<string, string>;
}

let tenants = 0;

export function newTenant(): Tenant {
  tenants++;
  const orgId = `org_of_test_${tenants}`;
  return { orgId, headers: { "x-test-organization": orgId } };
}

export const OF_ORG_1 = { "x-test-organization": "org_1" };
export const OF_ORG_2 = { "x-test-organization": "org_2" };
export const MEMBER_OF_ORG_1 = { ...OF_ORG_1, "x-test-role": "member" };

const ROLES: Readonly<Record<string, Role>> = { member: "member", admin: "admin" };

export async function openUsageApp(kind: DatabaseKind, changes: Partial<HttpDeps> = {}): Promise<UsageApp> {
  const app = await openTestApp({ authenticate: byHeaders, ...changes }, await openTestDatabase(kind));
  const { db } = app.database;
  return {
    ...app,
    db,
    request: async (method, path, body, headers = OF_ORG_1) => {
      const options = body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
      const response = await app.request(method, path, options);
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      const isLines = response.headers.get("content-type")?.includes("ndjson") === true;
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && !isLines ? JSON.parse(text) : text,
      };
    },
    record: async (...reports) => {
      for (const report of reports) await recordTraffic(app.database, [{ report }], app.clock.now());
    },
    close: () => app.database.close(),
  };
}

const byHeaders: HttpDeps["authenticate"] = async (request) => {
  const orgId = request.headers.get("x-test-organization");
  if (orgId === null) return undefined;
  return { orgId, userId: "user_1", role: ROLES[request.headers.get("x-test-role") ?? ""] ?? "owner" };
};

/** Rates in EUR from a day on, by "kind direction unit". */
export async function setRates(
  app: UsageApp,
  tenant: Tenant,
  effectiveFrom: string,
  amounts: Readonly<Record<string, string>>,
): Promise<void> {
  const rates = Object.entries(amounts).map(([name, amount]) => {
    const [kind, direction, unit] = name.split(" ");
    return { kind, direction, unit, amount };
  });
  const body = { currency: "EUR", effectiveFrom, rates };
  const answer = await app.request("PUT", "/api/usage/rates", body, tenant.headers);
  if (answer.status !== 200) throw new Error(`No rates: ${JSON.stringify(answer.body)}`);
}

/** `GET /api/usage`, which must succeed. */
export async function readReport(app: UsageApp, tenant: Tenant, query: string): Promise<Answer["body"]> {
  const { status, body } = await app.request("GET", `/api/usage?${query}`, undefined, tenant.headers);
  if (status !== 200) throw new Error(`No report: ${JSON.stringify(body)}`);
  return body;
}

export interface Used extends Partial<Holder> {
  /** A day, or the very time. */
  readonly at?: string;
  readonly direction?: "inbound" | "outbound";
  readonly price?: string;
  readonly priceUnit?: string;
  readonly sid?: string;
}

/** The report of a call that has ended. */
export function endedCall(durationSeconds: number, used: Used = {}): TrafficReport {
  const { sid = freshSid("CA"), ...changes } = reportOf(used);
  return reportCall(sid, "completed", { durationSeconds, ...changes });
}

/** The report of a message that has left, or has come in. */
export function sentMessage(
  channel: "sms" | "mms" | "whatsapp",
  segments: number,
  used: Used = {},
): TrafficReport {
  const { sid = freshSid("SM"), ...changes } = reportOf(used);
  return reportMessage(sid, changes.direction === "inbound" ? "received" : "sent", {
    channel,
    segments,
    ...changes,
  });
}

/** As Twilio's own record tells it: that is right where callbacks of the same state are not. */
export function corrected(report: TrafficReport): TrafficReport {
  return { ...report, statusOrder: report.statusOrder + 1 };
}

function reportOf({ at = "2026-03-10", orgId = "org_1", phoneNumberId = "phone_1", ...used }: Used) {
  const { agentId, direction = "inbound", ...rest } = { agentId: "agent_1", ...used };
  return { ...rest, direction, holder: { orgId, phoneNumberId, agentId }, startedAt: new Date(at) };
}
