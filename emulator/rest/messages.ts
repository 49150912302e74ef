import { senderById } from "../messages.ts";
import { hasOptedOut, OPTED_OUT } from "../opt-outs.ts";
import { sendMessage } from "../outbound-message.ts";
import type { MessageResource } from "../resources.ts";
import { numberByPhone } from "../state.ts";
import { TwilioError } from "../twilio-error.ts";
import { checkUrl } from "../url-policy.ts";
import { created, missing, noContent, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { dateFilter } from "./date-filter.ts";
import { legacyEnvelope, readPage } from "./paging.ts";

const BASE = "/2010-04-01/Accounts/:accountSid/Messages";

export const messageRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listMessages },
  { method: "POST", pattern: BASE, handler: createMessage },
  { method: "GET", pattern: `${BASE}/:sid`, handler: (context) => ok(present(messageIn(context))) },
  { method: "POST", pattern: `${BASE}/:sid`, handler: updateMessage },
  { method: "DELETE", pattern: `${BASE}/:sid`, handler: deleteMessage },
];

function present(message: MessageResource) {
  const uri = `/2010-04-01/Accounts/${message.account_sid}/Messages/${message.sid}`;
  return { ...message, subresource_uris: { media: `${uri}/Media.json` }, uri: `${uri}.json` };
}

function messageIn(context: RestContext): MessageResource {
  const message = context.instance.state.messages.get(pathParam(context, "sid"));
  if (message?.account_sid !== context.account.sid) throw missing(context);
  return message;
}

function listMessages(context: RestContext) {
  const { query } = context.request;
  const wasSent = dateFilter(query, "DateSent");
  const [to, from] = [query.get("To"), query.get("From")];
  const page = readPage(
    context,
    context.instance.state.messages,
    (message) =>
      message.account_sid === context.account.sid &&
      (to === null || message.to === to) &&
      (from === null || message.from === from) &&
      wasSent(message.date_sent),
    { isMoving: true },
  );
  return ok(legacyEnvelope(context, "messages", page, present));
}

function createMessage(context: RestContext) {
  const { instance, request, account } = context;
  const { form } = request;
  const to = recipientIn(form);
  const from = form.get("From");
  const serviceSid = form.get("MessagingServiceSid");
  checkOrigin(context, from, serviceSid);
  const mediaCount = form.getAll("MediaUrl").length;
  const body = form.get("Body") ?? "";
  if (body === "" && mediaCount === 0 && !form.get("ContentSid")) {
    throw new TwilioError(400, 21602, "Message body is required.");
  }
  if (hasOptedOut(instance.state, from, to)) {
    throw new TwilioError(400, OPTED_OUT, `${to} has opted out of messages from ${from}`);
  }
  const status = initialStatus(form, serviceSid);
  const direction = "outbound-api";
  const seed = {
    accountSid: account.sid,
    from,
    to,
    body,
    direction,
    status,
    serviceSid,
    mediaCount,
  } as const;
  return created(present(sendMessage(instance, seed, callbackIn(context))));
}

// 21604 is from memory.
function recipientIn(form: URLSearchParams): string {
  const to = form.get("To") ?? "";
  if (to === "") throw new TwilioError(400, 21604, "A 'To' phone number is required.");
  const isNumber = /^(whatsapp:)?\+[1-9]\d{5,14}$/.test(to);
  if (!isNumber) throw new TwilioError(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  return to;
}

// 21603, 21606, 21701 and 63007 are from memory.
function checkOrigin(context: RestContext, from: string | null, serviceSid: string | null): void {
  const { state } = context.instance;
  if (serviceSid !== null) {
    if (state.services.get(serviceSid)?.account_sid === context.account.sid) return;
    throw new TwilioError(404, 21701, "The Messaging Service does not exist");
  }
  if (from === null) throw new TwilioError(400, 21603, "A 'From' phone number is required.");
  if (from.startsWith("whatsapp:")) {
    if (senderById(state, from)?.accountSid === context.account.sid) return;
    throw new TwilioError(400, 63007, "Twilio could not find a Channel with the specified From address");
  }
  const number = numberByPhone(state, from);
  if (number?.account_sid === context.account.sid && number.capabilities.sms) return;
  throw new TwilioError(400, 21606, `The 'From' phone number ${from} is not a valid, message-capable number`);
}

function initialStatus(form: URLSearchParams, serviceSid: string | null): string {
  if (serviceSid === null) return "queued";
  return form.get("ScheduleType") === "fixed" ? "scheduled" : "accepted";
}

function callbackIn(context: RestContext): string | null {
  const { form } = context.request;
  const url = form.get("StatusCallback");
  if (url) {
    checkUrl(context.instance.options, url, "StatusCallback", 21609);
    return url;
  }
  const application = context.instance.state.applications.get(form.get("ApplicationSid") ?? "");
  return application?.message_status_callback ?? null;
}

function updateMessage(context: RestContext) {
  const message = messageIn(context);
  const { form } = context.request;
  if (form.get("Body") === "") message.body = "";
  // 30409 for a message that is past canceling is from memory.
  if (form.get("Status") === "canceled") {
    if (message.status !== "scheduled") throw new TwilioError(409, 30409, "The message can't be canceled");
    message.status = "canceled";
  }
  return ok(present(message));
}

function deleteMessage(context: RestContext) {
  context.instance.state.messages.delete(messageIn(context).sid);
  return noContent();
}
