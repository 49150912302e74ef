// The one file that takes something of src/ along: what the API checks requests with. Large, so that only pages with a
// form load it; test/layers.test.ts holds it to files that run in a browser.
import "./zod-config.ts";
import type { ZodType } from "zod";
import { connectSchema } from "../../../src/accounts/connect-request.ts";
import { changeAgentSchema, createAgentSchema } from "../../../src/agents/agent.ts";
import { putWebhookSchema } from "../../../src/alerts/webhook-request.ts";
import {
  createKeySchema,
  inviteSchema,
  MIN_PASSWORD_LENGTH,
  signUpSchema,
} from "../../../src/auth/person-request.ts";
import { faultsFrom } from "../../../src/base/request-faults.ts";
import { setPoliciesSchema } from "../../../src/drift/policy-request.ts";
import { applySchema } from "../../../src/fleet/apply-request.ts";
import { planSchema } from "../../../src/fleet/plan-request.ts";
import { assignSchema } from "../../../src/phone-numbers/assignment/assign-request.ts";
import { placeCallSchema, sendSchema } from "../../../src/sending/sending-request.ts";
import { replaceRatesSchema } from "../../../src/usage/rate.ts";
import { putSinkSchema } from "../../../src/usage/sink-request.ts";

export { MIN_PASSWORD_LENGTH };

const REQUESTS = {
  applyBatch: applySchema,
  assignNumber: assignSchema,
  changeAgent: changeAgentSchema,
  connectAccount: connectSchema,
  createAgent: createAgentSchema,
  createKey: createKeySchema,
  invite: inviteSchema,
  placeCall: placeCallSchema,
  planBatch: planSchema,
  putAlertWebhook: putWebhookSchema,
  putUsageSink: putSinkSchema,
  replaceRates: replaceRatesSchema,
  sendMessage: sendSchema,
  setDriftPolicies: setPoliciesSchema,
  signUp: signUpSchema,
} as const satisfies Record<string, ZodType>;

export type RequestName = keyof typeof REQUESTS;

/** What the API would say is wrong with a request, by the path of the member; its own rules are left to it. */
export function faultsIn(name: RequestName, body: object): Readonly<Record<string, string>> {
  const { error } = REQUESTS[name].safeParse(body);
  // The first fault of a member is the one to mend first.
  const faults = faultsFrom(error?.issues ?? []).toReversed();
  return Object.fromEntries(faults.map(({ path, message }) => [path, message]));
}
