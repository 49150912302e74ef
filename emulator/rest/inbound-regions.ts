import { iso8601 } from "../formats.ts";
import type { NumberResource } from "../resources.ts";
import { numberByPhone } from "../state.ts";
import { invalidParameter } from "../twilio-error.ts";
import { missing, ok, pathParam, type RestContext, type Route } from "./context.ts";

const BASE = "/v2/PhoneNumbers/:phoneNumber";

/** In which region a number's inbound calls are processed. */
export const inboundRegionRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: (context) => ok(present(context, numberIn(context))) },
  { method: "POST", pattern: BASE, handler: updateRegion },
];

function numberIn(context: RestContext): NumberResource {
  const number = numberByPhone(context.instance.state, pathParam(context, "phoneNumber"));
  if (number?.account_sid !== context.account.sid) throw missing(context);
  return number;
}

function present({ instance }: RestContext, number: NumberResource) {
  const { phone_number: phoneNumber, account_sid: accountSid, friendly_name: friendlyName } = number;
  return {
    phone_number: phoneNumber,
    url: `${instance.origin}/v2/PhoneNumbers/${phoneNumber}`,
    sid: number.sid.replace(/^PN/, "QQ"),
    account_sid: accountSid,
    friendly_name: friendlyName,
    voice_region: instance.state.regions.get(phoneNumber) ?? "us1",
    date_created: iso8601(Date.parse(number.date_created)),
    date_updated: iso8601(Date.parse(number.date_updated)),
  };
}

function updateRegion(context: RestContext) {
  const number = numberIn(context);
  const region = context.request.form.get("VoiceRegion");
  if (!region) throw invalidParameter("VoiceRegion is required");
  context.instance.state.regions.set(number.phone_number, region);
  return ok(present(context, number));
}
