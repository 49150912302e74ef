import { reportCall } from "../call-progress.ts";
import { addCall, CALL_ENDS, endCall } from "../calls.ts";
import { nationalFormat } from "../formats.ts";
import { runPlan, runThroughCall } from "../outbound-call.ts";
import type { CallResource } from "../resources.ts";
import { type CallPlan, numberByPhone } from "../state.ts";
import { talkOf } from "../talk.ts";
import { TwilioError } from "../twilio-error.ts";
import { checkUrl } from "../url-policy.ts";
import { created, missing, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { dateFilter } from "./date-filter.ts";
import { legacyEnvelope, pageOf, readPage } from "./paging.ts";

const BASE = "/2010-04-01/Accounts/:accountSid/Calls";

export const callRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listCalls },
  { method: "POST", pattern: BASE, handler: createCall },
  { method: "GET", pattern: `${BASE}/:sid`, handler: (context) => ok(present(callIn(context))) },
  { method: "POST", pattern: `${BASE}/:sid`, handler: updateCall },
];

function present(call: CallResource) {
  const uri = `/2010-04-01/Accounts/${call.account_sid}/Calls/${call.sid}`;
  return {
    ...call,
    from_formatted: nationalFormat(call.from),
    to_formatted: nationalFormat(call.to),
    subresource_uris: { recordings: `${uri}/Recordings.json`, events: `${uri}/Events.json` },
    uri: `${uri}.json`,
  };
}

function callIn(context: RestContext): CallResource {
  const call = context.instance.state.calls.get(pathParam(context, "sid"));
  if (call?.account_sid !== context.account.sid) throw missing(context);
  return call;
}

function listCalls(context: RestContext) {
  const { calls } = context.instance.state;
  const matches = callFilter(context);
  const parentSid = context.request.query.get("ParentCallSid");
  const page =
    parentSid === null
      ? readPage(context, calls, matches, { isMoving: true })
      : pageOf(context, [...calls.group(parentSid)].filter(matches));
  return ok(legacyEnvelope(context, "calls", page, present));
}

function callFilter({ account, request: { query } }: RestContext): (call: CallResource) => boolean {
  const hasStarted = dateFilter(query, "StartTime");
  const hasEnded = dateFilter(query, "EndTime");
  const equals: readonly (readonly [string | null, keyof CallResource])[] = [
    [query.get("To"), "to"],
    [query.get("From"), "from"],
    [query.get("Status"), "status"],
  ];
  return (call) =>
    call.account_sid === account.sid &&
    equals.every(([wanted, field]) => wanted === null || call[field] === wanted) &&
    hasStarted(call.start_time) &&
    hasEnded(call.end_time);
}

function createCall(context: RestContext) {
  const { instance, request, account } = context;
  const to = request.form.get("To") ?? "";
  if (to === "") throw new TwilioError(400, 21201, "No 'To' number is specified");
  const from = request.form.get("From") ?? "";
  const number = numberByPhone(instance.state, from);
  // 21210 for a caller id that is not the account's is from memory.
  if (number?.account_sid !== account.sid)
    throw new TwilioError(400, 21210, `'From' ${from} is not verified`);
  const plan = planIn(context);
  const seed = { accountSid: account.sid, from, to, phoneNumberSid: number.sid } as const;
  const call = addCall(instance, { ...seed, direction: "outbound-api", status: "queued" });
  instance.state.callPlans.set(call.sid, plan);
  const reply = created(present(call));
  if (instance.options.autoAdvance) instance.tasks.start(() => runThroughCall(instance, call));
  return reply;
}

function planIn(context: RestContext): CallPlan {
  const { form } = context.request;
  const application = context.instance.state.applications.get(form.get("ApplicationSid") ?? "");
  const url = application?.voice_url ?? checked(context, "Url", 21205);
  const twiml = form.get("Twiml");
  if (url === null && twiml === null)
    throw new TwilioError(400, 21205, "Url, Twiml or ApplicationSid is required");
  const events = form.getAll("StatusCallbackEvent").flatMap((value) => value.split(/[ ,]+/));
  return {
    url,
    twiml: url === null ? twiml : null,
    method: application?.voice_method ?? form.get("Method") ?? "POST",
    // With an application, its own callback and fallback count, and those of the request are ignored.
    fallbackUrl: application ? application.voice_fallback_url : checked(context, "FallbackUrl", 21205),
    fallbackMethod: application?.voice_fallback_method ?? form.get("FallbackMethod") ?? "POST",
    statusCallback: application ? application.status_callback : checked(context, "StatusCallback", 21502),
    statusCallbackMethod: application?.status_callback_method ?? form.get("StatusCallbackMethod") ?? "POST",
    detectsMachines: form.get("MachineDetection") !== null,
    events: events.length > 0 ? events : ["completed"],
    callbacksSent: 0,
  };
}

function checked(context: RestContext, param: string, code: number): string | null {
  const url = context.request.form.get(param);
  if (!url) return null;
  checkUrl(context.instance.options, url, param, code);
  return url;
}

function updateCall(context: RestContext) {
  const call = callIn(context);
  // 21220 for a call that is over is from memory.
  if (CALL_ENDS.has(call.status))
    throw new TwilioError(400, 21220, "Call is not in-progress. Cannot redirect.");
  const status = context.request.form.get("Status");
  if (status === null) return redirectCall(context, call);
  if (status !== "completed" && status !== "canceled")
    throw new TwilioError(400, 21218, `Invalid Status ${status}`);
  return hangUp(context, call, status);
}

function hangUp({ instance }: RestContext, call: CallResource, status: string) {
  const isSilent = call.status === "queued";
  const startedMs = call.start_time === null ? instance.options.now() : Date.parse(call.start_time);
  endCall(instance, call, status, Math.max(0, (instance.options.now() - startedMs) / 1000));
  if (!isSilent) instance.tasks.start(() => reportCall(instance, call, call.status));
  return ok(present(call));
}

function redirectCall(context: RestContext, call: CallResource) {
  const { instance, request } = context;
  const plan = instance.state.callPlans.get(call.sid);
  const url = checked(context, "Url", 21205);
  const twiml = request.form.get("Twiml");
  if (plan && (url !== null || twiml !== null)) {
    const method = request.form.get("Method") ?? "POST";
    instance.state.callPlans.set(call.sid, { ...plan, url, twiml: url === null ? twiml : null, method });
    instance.tasks.start(() => runPlan(instance, call, talkOf(0)));
  }
  return ok(present(call));
}
