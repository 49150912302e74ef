import { recordingUpdate } from "../events.ts";
import { readPatch } from "../fields.ts";
import { addNumber, NUMBER_PARAMS, patchNumber } from "../numbers.ts";
import type { NumberResource } from "../resources.ts";
import { numberByPhone, removeNumber } from "../state.ts";
import { TwilioError } from "../twilio-error.ts";
import { accountInReach } from "./accounts.ts";
import { created, missing, noContent, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { legacyEnvelope, readPage } from "./paging.ts";

const BASE = "/2010-04-01/Accounts/:accountSid/IncomingPhoneNumbers";

export const incomingPhoneNumberRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listNumbers },
  { method: "POST", pattern: BASE, handler: buyNumber },
  { method: "GET", pattern: `${BASE}/:sid`, handler: (context) => ok(present(numberIn(context))) },
  { method: "POST", pattern: `${BASE}/:sid`, handler: updateNumber },
  { method: "DELETE", pattern: `${BASE}/:sid`, handler: releaseNumber },
];

function present(number: NumberResource) {
  return {
    ...number,
    uri: `/2010-04-01/Accounts/${number.account_sid}/IncomingPhoneNumbers/${number.sid}.json`,
  };
}

function numberIn(context: RestContext): NumberResource {
  const number = context.instance.state.numbers.get(pathParam(context, "sid"));
  if (number?.account_sid !== context.account.sid) throw missing(context);
  return number;
}

function listNumbers(context: RestContext) {
  const { query } = context.request;
  const pattern = phonePattern(query.get("PhoneNumber"));
  const friendlyName = query.get("FriendlyName");
  const page = readPage(
    context,
    context.instance.state.numbers,
    (number) =>
      number.account_sid === context.account.sid &&
      pattern.test(number.phone_number) &&
      (friendlyName === null || number.friendly_name === friendlyName),
  );
  return ok(legacyEnvelope(context, "incoming_phone_numbers", page, present));
}

// A partial match anywhere in the number, with * for any one digit.
function phonePattern(filter: string | null): RegExp {
  const digits = (filter ?? "").replaceAll(/[^\d*+]/g, "");
  return new RegExp(digits.replaceAll("+", "\\+").replaceAll("*", "[0-9]"));
}

function buyNumber(context: RestContext) {
  const { instance, request } = context;
  const phoneNumber = request.form.get("PhoneNumber") ?? numberInAreaCode(context);
  // 21422 for a number that somebody else has is from memory.
  if (numberByPhone(instance.state, phoneNumber)) {
    throw new TwilioError(400, 21422, `${phoneNumber} is not available.`);
  }
  const patch = readPatch(NUMBER_PARAMS, request.form, instance.options);
  return created(present(addNumber(instance, context.account.sid, { phoneNumber }, patch)));
}

function numberInAreaCode(context: RestContext): string {
  const areaCode = context.request.form.get("AreaCode");
  if (!areaCode) throw new TwilioError(400, 21452, "PhoneNumber or AreaCode is required");
  const { state } = context.instance;
  const candidates = Array.from(
    { length: 10_000 },
    (_, index) => `+1${areaCode}555${String(index).padStart(4, "0")}`,
  );
  const free = candidates.find((candidate) => !numberByPhone(state, candidate));
  if (!free) throw new TwilioError(400, 21452, `No phone numbers found in area code ${areaCode}`);
  return free;
}

function updateNumber(context: RestContext) {
  const { instance, request } = context;
  const number = numberIn(context);
  const patch = readPatch(NUMBER_PARAMS, request.form, instance.options);
  const newOwner = request.form.get("AccountSid");
  if (newOwner !== null) moveNumber(context, number, newOwner);
  recordingUpdate(instance, number, { accountSid: context.caller.sid }, () =>
    patchNumber(instance, number, patch),
  );
  return ok(present(number));
}

function moveNumber(context: RestContext, number: NumberResource, accountSid: string): void {
  const account = accountInReach(context.instance.state, context.caller, accountSid);
  if (!account) throw missing(context);
  if (account.sid === number.account_sid) return;
  number.account_sid = account.sid;
  context.instance.state.members.delete(number.sid);
}

function releaseNumber(context: RestContext) {
  removeNumber(context.instance.state, numberIn(context));
  return noContent();
}
