import { countryOf, iso8601 } from "../formats.ts";
import type { MemberRecord, NumberResource, SenderRecord, ServiceResource } from "../resources.ts";
import { TwilioError } from "../twilio-error.ts";
import { created, missing, noContent, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { metaEnvelope, readPage } from "./paging.ts";
import { serviceIn } from "./services.ts";

/** Which of the two kinds of member a route is about; they share everything but their looks. */
interface Kind {
  readonly folder: string;
  readonly key: string;
  readonly sidPrefix: string;
  readonly sidParam: string;
  readonly present: (context: RestContext, member: MemberRecord) => object;
}

const PHONE_NUMBERS: Kind = {
  folder: "PhoneNumbers",
  key: "phone_numbers",
  sidPrefix: "PN",
  sidParam: "PhoneNumberSid",
  present: presentNumber,
};

const CHANNEL_SENDERS: Kind = {
  folder: "ChannelSenders",
  key: "senders",
  sidPrefix: "XE",
  sidParam: "Sid",
  present: presentSender,
};

export const serviceMemberRoutes: readonly Route[] = [PHONE_NUMBERS, CHANNEL_SENDERS].flatMap((kind) => {
  const base = `/v1/Services/:serviceSid/${kind.folder}`;
  return [
    { method: "GET", pattern: base, handler: (context) => listMembers(context, kind) },
    { method: "POST", pattern: base, handler: (context) => addMember(context, kind) },
    {
      method: "GET",
      pattern: `${base}/:sid`,
      handler: (context) => ok(kind.present(context, memberIn(context))),
    },
    { method: "DELETE", pattern: `${base}/:sid`, handler: removeMember },
  ] satisfies Route[];
});

function listMembers(context: RestContext, kind: Kind) {
  const service = serviceIn(context);
  const page = readPage(
    context,
    context.instance.state.members,
    (member) => member.serviceSid === service.sid && member.sid.startsWith(kind.sidPrefix),
  );
  return ok(metaEnvelope(context, kind.key, page, (member) => kind.present(context, member)));
}

function addMember(context: RestContext, kind: Kind) {
  const service = serviceIn(context);
  const sid = context.request.form.get(kind.sidParam) ?? "";
  if (!sid.startsWith(kind.sidPrefix) || !isOwn(context, sid)) throw missing(context);
  refuseSecondMembership(context, service, sid);
  const dateCreated = iso8601(context.instance.options.now());
  const member = context.instance.state.members.add({ sid, serviceSid: service.sid, dateCreated });
  return created(kind.present(context, member));
}

function isOwn(context: RestContext, sid: string): boolean {
  const { numbers, senders } = context.instance.state;
  const owner = numbers.get(sid)?.account_sid ?? senders.get(sid)?.accountSid;
  return owner === context.account.sid;
}

// 21710 for the same service and 21712 for another one are from memory.
function refuseSecondMembership(context: RestContext, service: ServiceResource, sid: string): void {
  const member = context.instance.state.members.get(sid);
  if (!member) return;
  const code = member.serviceSid === service.sid ? 21710 : 21712;
  throw new TwilioError(409, code, `${sid} is already in the Messaging Service ${member.serviceSid}`);
}

function memberIn(context: RestContext): MemberRecord {
  const service = serviceIn(context);
  const member = context.instance.state.members.get(pathParam(context, "sid"));
  if (member?.serviceSid !== service.sid) throw missing(context);
  return member;
}

function removeMember(context: RestContext) {
  context.instance.state.members.delete(memberIn(context).sid);
  return noContent();
}

function presentNumber(context: RestContext, member: MemberRecord) {
  const number = context.instance.state.numbers.get(member.sid);
  return {
    sid: member.sid,
    account_sid: context.account.sid,
    service_sid: member.serviceSid,
    phone_number: number?.phone_number ?? null,
    country_code: countryOf(number?.phone_number ?? ""),
    capabilities: number ? capabilityNames(number) : [],
    date_created: member.dateCreated,
    date_updated: member.dateCreated,
    url: memberUrl(context, member, PHONE_NUMBERS),
  };
}

function capabilityNames({ capabilities }: NumberResource): string[] {
  const names: readonly [string, boolean][] = [
    ["MMS", capabilities.mms],
    ["SMS", capabilities.sms],
    ["Voice", capabilities.voice],
  ];
  return names.filter(([, isCapable]) => isCapable).map(([name]) => name);
}

function presentSender(context: RestContext, member: MemberRecord) {
  const sender: SenderRecord | undefined = context.instance.state.senders.get(member.sid);
  return {
    account_sid: context.account.sid,
    messaging_service_sid: member.serviceSid,
    sid: member.sid,
    sender: sender?.senderId ?? null,
    sender_type: sender?.senderId.startsWith("rcs:") ? "RCS" : "WhatsApp",
    country_code: countryOf(sender?.senderId ?? ""),
    date_created: member.dateCreated,
    date_updated: member.dateCreated,
    url: memberUrl(context, member, CHANNEL_SENDERS),
  };
}

function memberUrl(context: RestContext, member: MemberRecord, kind: Kind): string {
  return `${context.instance.origin}/v1/Services/${member.serviceSid}/${kind.folder}/${member.sid}`;
}
