import type { JsonBlock, SenderRecord } from "../resources.ts";
import {
  addSender,
  beginUpdate,
  checkWebhook,
  mergeBlock,
  SENDER_BLOCK_NAMES,
  type SenderBlockName,
  settled,
} from "../senders.ts";
import { invalidParameter, TwilioError } from "../twilio-error.ts";
import { missing, noContent, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { metaEnvelope, readPage } from "./paging.ts";

const BASE = "/v2/Channels/Senders";
const CHANNELS = new Set(["whatsapp", "rcs"]);

export const channelSenderRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listSenders },
  { method: "POST", pattern: BASE, handler: createSender },
  { method: "GET", pattern: `${BASE}/:sid`, handler: (context) => ok(present(context, senderIn(context))) },
  { method: "POST", pattern: `${BASE}/:sid`, handler: updateSender },
  { method: "DELETE", pattern: `${BASE}/:sid`, handler: deleteSender },
];

function senderIn(context: RestContext): SenderRecord {
  const sender = context.instance.state.senders.get(pathParam(context, "sid"));
  if (sender?.accountSid !== context.account.sid) throw missing(context);
  return sender;
}

function present(context: RestContext, record: SenderRecord) {
  const sender = settled(context.instance, record);
  return {
    sid: sender.sid,
    status: sender.status,
    sender_id: sender.senderId,
    configuration: sender.configuration,
    webhook: sender.webhook,
    profile: Object.keys(sender.profile).length > 0 ? sender.profile : null,
    compliance: null,
    properties: sender.properties,
    offline_reasons: sender.offlineReasons,
    url: senderUrl(context, sender),
  };
}

const senderUrl = (context: RestContext, sender: SenderRecord) =>
  `${context.instance.origin}${BASE}/${sender.sid}`;

function listSenders(context: RestContext) {
  const channel = context.request.query.get("Channel") ?? "";
  if (!CHANNELS.has(channel)) throw invalidParameter("Channel is required: whatsapp or rcs");
  const page = readPage(
    context,
    context.instance.state.senders,
    (sender) => sender.accountSid === context.account.sid && sender.senderId.startsWith(`${channel}:`),
    { defaultPageSize: 20 },
  );
  return ok(metaEnvelope(context, "senders", page, (sender) => present(context, sender)));
}

function createSender(context: RestContext) {
  const { instance, request } = context;
  const senderId = request.json.sender_id;
  if (typeof senderId !== "string") throw new TwilioError(400, 63100, "sender_id is required");
  const webhook = blockIn(request.json, "webhook") ?? {};
  checkWebhook(instance, webhook);
  const sender = addSender(instance, context.account.sid, {
    phoneNumber: senderId,
    status: "CREATING",
    webhook,
  });
  return { status: 202, body: present(context, sender) };
}

function updateSender(context: RestContext) {
  const { instance, request } = context;
  const sender = settled(instance, senderIn(context));
  checkWebhook(instance, blockIn(request.json, "webhook") ?? {});
  const sent = SENDER_BLOCK_NAMES.filter((name) => name in request.json);
  for (const name of sent) applyBlock(sender, name, request.json);
  beginUpdate(instance, sender);
  return { status: 202, body: patchAnswer(context, sender, new Set(sent)) };
}

// A null block clears all of it: the trap that an SDK serialising absent fields as null walks into.
function applyBlock(sender: SenderRecord, name: SenderBlockName, json: JsonBlock): void {
  const block = blockIn(json, name);
  sender[name] = block ? mergeBlock(name, sender[name], block) : {};
}

function blockIn(json: JsonBlock, name: SenderBlockName): JsonBlock | null {
  const block = json[name];
  if (block === null || block === undefined) return null;
  if (typeof block !== "object" || Array.isArray(block))
    throw new TwilioError(400, 63100, `${name} must be an object`);
  return { ...block };
}

// Twilio answers an update with the blocks that were sent, and null for the others, whatever they hold.
function patchAnswer(context: RestContext, sender: SenderRecord, sent: ReadonlySet<SenderBlockName>) {
  return {
    sid: sender.sid,
    status: sender.status,
    sender_id: sender.senderId,
    configuration: sent.has("configuration") ? sender.configuration : null,
    webhook: sent.has("webhook") ? sender.webhook : null,
    profile: sent.has("profile") ? sender.profile : null,
    compliance: null,
    properties: null,
    offline_reasons: null,
    url: senderUrl(context, sender),
  };
}

function deleteSender(context: RestContext) {
  const sender = senderIn(context);
  context.instance.state.senders.delete(sender.sid);
  context.instance.state.members.delete(sender.sid);
  return noContent();
}
