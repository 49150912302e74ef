import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses, timestamp } from "../api/api.ts";
import type { Account } from "./account.ts";
import {
  type AccountDeps,
  connectAccount,
  connectEmulatedAccount,
  connectSubaccount,
  disconnectAccount,
  type EmulatorDeps,
  listOwnAccounts,
  listSubaccounts,
} from "./account-service.ts";
import { accountSidSchema, connectSchema } from "./connect-request.ts";

const accountSchema = z
  .object({
    id: z.string(),
    sid: z.string(),
    parentSid: z.string().nullable(),
    friendlyName: z.string(),
    status: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "TwilioAccount" });

const subaccountSchema = z
  .object({ sid: z.string(), friendlyName: z.string(), status: z.string(), connected: z.boolean() })
  .meta({ id: "Subaccount" });

const params = z.object({ id: z.string().max(200) });
const tags = ["Twilio accounts"];

const list = createRoute({
  method: "get",
  path: "/api/twilio-accounts",
  tags,
  summary: "List connected Twilio accounts",
  responses: responses(200, z.object({ accounts: z.array(accountSchema) }), "The accounts"),
});
const connect = createRoute({
  method: "post",
  path: "/api/twilio-accounts",
  tags,
  summary: "Connect a Twilio account, or give a connected one new credentials",
  request: jsonBody(connectSchema),
  responses: responses(201, accountSchema, "Connected"),
});
const connectEmulated = createRoute({
  method: "post",
  path: "/api/twilio-accounts/emulated",
  tags,
  summary: "Connect a new account of the emulator, where one stands in for Twilio",
  description: "It has three numbers. Answered 404 by a deployment that uses Twilio itself.",
  responses: responses(201, accountSchema, "Connected"),
});
const disconnect = createRoute({
  method: "delete",
  path: "/api/twilio-accounts/{id}",
  tags,
  summary: "Forget a Twilio account and its numbers",
  description: "Refused while one of its numbers is assigned or allocated. Nothing changes in Twilio.",
  request: { params },
  responses: responses(200, z.object({ success: z.literal(true) }), "Forgotten"),
});
const subaccounts = createRoute({
  method: "get",
  path: "/api/twilio-accounts/{id}/subaccounts",
  tags,
  summary: "List an account's subaccounts, as Twilio has them now",
  request: { params },
  responses: responses(200, z.object({ subaccounts: z.array(subaccountSchema) }), "The subaccounts"),
});
const connectSub = createRoute({
  method: "post",
  path: "/api/twilio-accounts/{id}/subaccounts",
  tags,
  summary: "Connect a subaccount with its own token",
  request: { params, ...jsonBody(z.strictObject({ accountSid: accountSidSchema })) },
  responses: responses(201, accountSchema, "Connected"),
});

export function accountRoutes(deps: AccountDeps & EmulatorDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(list, async (c) => {
      const accounts = await listOwnAccounts(deps, c.var.actor);
      return c.json({ accounts: accounts.map(accountView) }, 200);
    })
    .openapi(connect, async (c) => {
      return c.json(accountView(await connectAccount(deps, c.var.actor, c.req.valid("json"))), 201);
    })
    .openapi(connectEmulated, async (c) =>
      c.json(accountView(await connectEmulatedAccount(deps, c.var.actor)), 201),
    )
    .openapi(disconnect, async (c) => {
      await disconnectAccount(deps, c.var.actor, c.req.valid("param").id);
      return c.json({ success: true as const }, 200);
    })
    .openapi(subaccounts, async (c) => {
      const found = await listSubaccounts(deps, c.var.actor, c.req.valid("param").id);
      return c.json({ subaccounts: [...found] }, 200);
    })
    .openapi(connectSub, async (c) => {
      const input = { accountId: c.req.valid("param").id, subaccountSid: c.req.valid("json").accountSid };
      return c.json(accountView(await connectSubaccount(deps, c.var.actor, input)), 201);
    });
}

function accountView({ id, sid, parentSid, friendlyName, status, createdAt }: Account) {
  return { id, sid, parentSid: parentSid ?? null, friendlyName, status, createdAt: createdAt.toISOString() };
}
