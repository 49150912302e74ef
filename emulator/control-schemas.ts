import { z } from "zod";
import type { ApplicationFields } from "./applications.ts";
import { type ControlCall, type ControlMethods, method } from "./control-method.ts";
import type { NumberFields } from "./numbers.ts";
import type { ServiceFields } from "./services.ts";
import { TRAFFIC_METHODS } from "./traffic-schemas.ts";

const sid = z.string();
const block = z.record(z.string(), z.unknown());
const capabilities = z
  .object({ voice: z.boolean(), sms: z.boolean(), mms: z.boolean(), fax: z.boolean() })
  .partial();

// The caller of the control API writes resource fields as Twilio names them; unknown ones are ignored on writing.
const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null;
const numberFields = z.custom<NumberFields>(isRecord);
const newNumber = z.object({
  phoneNumber: z.string(),
  sid: sid.optional(),
  capabilities: capabilities.optional(),
});
const applicationFields = z.custom<ApplicationFields & { sid?: string }>(isRecord);
const serviceFields = z.custom<ServiceFields & { sid?: string }>(isRecord);

const senderStatus = z.enum([
  "CREATING",
  "ONLINE",
  "OFFLINE",
  "PENDING_VERIFICATION",
  "VERIFYING",
  "ONLINE:UPDATING",
  "TWILIO_REVIEW",
  "DRAFT",
  "STUBBED",
]);

const effect = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("error"),
    status: z.int(),
    code: z.int().optional(),
    message: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
  }),
  z.object({ kind: z.literal("latency"), ms: z.number() }),
  z.object({ kind: z.enum(["hang", "applyThenHang", "hangThenApply", "reset", "applyThenReset"]) }),
]);

const fault = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
  params: z.record(z.string(), z.string()).optional(),
  skip: z.int().optional(),
  times: z.int().optional(),
  effect,
});

const account = z
  .object({ sid: z.string(), authToken: z.string(), parentSid: z.string(), friendlyName: z.string() })
  .partial();

const apiKey = z.object({
  sid: sid.optional(),
  secret: z.string().optional(),
  kind: z.enum(["standard", "main"]).optional(),
  deny: z
    .array(z.object({ pathPrefix: z.string(), status: z.union([z.literal(403), z.literal(404)]).optional() }))
    .optional(),
});

const address = z.object({
  address: z.string(),
  type: z.string().optional(),
  autoCreation: block.optional(),
});

const sender = z.object({
  phoneNumber: z.string(),
  sid: sid.optional(),
  status: senderStatus.optional(),
  webhook: block.optional(),
  profile: block.optional(),
  configuration: block.optional(),
});

const alert = z.object({
  resourceSid: sid,
  errorCode: z.int().optional(),
  level: z.enum(["error", "warning", "notice", "debug"]).optional(),
  url: z.string().optional(),
  text: z.string().optional(),
  generatedAtMs: z.number().optional(),
});

const requestFilter = z
  .object({ method: z.string(), path: z.string(), status: z.int(), applied: z.boolean() })
  .partial();

const limits = z.object({ latencyMs: z.number().min(0), concurrencyLimit: z.int().min(1) }).partial();

const METHODS: ControlMethods = {
  createAccount: method(z.tuple([account.optional()]), (control, args) => control.createAccount(...args)),
  createTrialAccount: method(z.tuple([]), (control) => control.createTrialAccount()),
  createApiKey: method(z.tuple([sid, apiKey.optional()]), (control, args) => control.createApiKey(...args)),
  revokeCredentials: method(z.tuple([sid]), (control, args) => control.revokeCredentials(...args)),
  rotateAuthToken: method(z.tuple([sid, z.string().optional()]), (control, args) =>
    control.rotateAuthToken(...args),
  ),
  createNumber: method(z.tuple([sid, newNumber.and(numberFields)]), (control, args) =>
    control.createNumber(...args),
  ),
  updateNumber: method(z.tuple([sid, numberFields]), (control, args) => control.updateNumber(...args)),
  releaseNumber: method(z.tuple([sid]), (control, args) => control.releaseNumber(...args)),
  setRegion: method(z.tuple([z.string(), z.string()]), (control, args) => control.setRegion(...args)),
  setAddressConfiguration: method(z.tuple([sid, address]), (control, args) =>
    control.setAddressConfiguration(...args),
  ),
  removeAddressConfiguration: method(z.tuple([sid, z.string()]), (control, args) =>
    control.removeAddressConfiguration(...args),
  ),
  setTrunk: method(z.tuple([sid, z.string()]), (control, args) => control.setTrunk(...args)),
  createApplication: method(z.tuple([sid, applicationFields.optional()]), (control, args) =>
    control.createApplication(...args),
  ),
  createService: method(z.tuple([sid, serviceFields.optional()]), (control, args) =>
    control.createService(...args),
  ),
  updateService: method(z.tuple([sid, serviceFields]), (control, args) => control.updateService(...args)),
  addToService: method(z.tuple([sid, sid]), (control, args) => control.addToService(...args)),
  removeFromService: method(z.tuple([sid]), (control, args) => control.removeFromService(...args)),
  createSender: method(z.tuple([sid, sender]), (control, args) => control.createSender(...args)),
  updateSender: method(z.tuple([sid, block]), (control, args) => control.updateSender(...args)),
  setSenderStatus: method(z.tuple([sid, senderStatus]), (control, args) => control.setSenderStatus(...args)),
  createAlert: method(z.tuple([sid, alert]), (control, args) => control.createAlert(...args)),
  ...TRAFFIC_METHODS,
  snapshot: method(z.tuple([]), (control) => control.snapshot()),
  requests: method(z.tuple([requestFilter.optional()]), (control, args) => control.requests(...args)),
  clearRequests: method(z.tuple([]), (control) => control.clearRequests()),
  setLimits: method(z.tuple([limits]), (control, args) => control.setLimits(...args)),
  addFault: method(z.tuple([fault]), (control, args) => control.addFault(...args)),
  clearFaults: method(z.tuple([]), (control) => control.clearFaults()),
  releaseHeld: method(z.tuple([]), (control) => control.releaseHeld()),
  reset: method(z.tuple([]), (control) => control.reset()),
};

/** The call that `name` and its arguments stand for; null when there is no such method. Throws on bad arguments. */
export function parseControlCall(name: string, args: unknown): ControlCall | null {
  const parse = new Map(Object.entries(METHODS)).get(name);
  return parse ? parse(args) : null;
}
