import { Collection } from "./collection.ts";
import { DayBook } from "./day-book.ts";
import type {
  AccountResource,
  AddressConfiguration,
  AlertResource,
  ApplicationResource,
  CallResource,
  EventResource,
  MemberRecord,
  MessageResource,
  NumberResource,
  SenderRecord,
  ServiceResource,
} from "./resources.ts";

export interface ApiKeyRecord {
  sid: string;
  secret: string;
  accountSid: string;
  /** Standard keys may not touch /Accounts; main keys may. */
  kind: "standard" | "main";
  deny: readonly { pathPrefix: string; status: 403 | 404 }[];
}

/** How an outbound call was asked for; Twilio never shows it again, but the callbacks follow it. */
export interface CallPlan {
  url: string | null;
  method: string;
  twiml: string | null;
  fallbackUrl: string | null;
  fallbackMethod: string;
  statusCallback: string | null;
  statusCallbackMethod: string;
  /** Whether it is found out who picks up. */
  detectsMachines: boolean;
  events: readonly string[];
  callbacksSent: number;
}

export interface State {
  accounts: Collection<AccountResource>;
  secondaryTokens: Map<string, string>;
  apiKeys: Collection<ApiKeyRecord>;
  numbers: Collection<NumberResource>;
  /** E.164 to the number's SID: inbound traffic looks up by this on every call. */
  sidsByPhoneNumber: Map<string, string>;
  applications: Collection<ApplicationResource>;
  services: Collection<ServiceResource>;
  /** Keyed by the member's SID: a number or sender is in one Messaging Service at a time. Grouped by service. */
  members: Collection<MemberRecord>;
  /** Grouped by the sender's id. */
  senders: Collection<SenderRecord>;
  messages: Collection<MessageResource>;
  /** StatusCallback given with the send, by message SID. */
  messageCallbacks: Map<string, string>;
  /** "number recipient", by which that recipient takes no SMS from that number any more. */
  optOuts: Set<string>;
  /** Grouped by parent: the legs of a <Dial>. */
  calls: Collection<CallResource>;
  callPlans: Map<string, CallPlan>;
  days: DayBook;
  alerts: Collection<AlertResource>;
  events: Collection<EventResource>;
  addresses: Collection<AddressConfiguration>;
  regions: Map<string, string>;
  /** Where an Elastic SIP trunk sends its calls, by trunk SID. */
  trunks: Map<string, string>;
}

export function createState(): State {
  return {
    accounts: new Collection(),
    secondaryTokens: new Map(),
    apiKeys: new Collection(),
    numbers: new Collection(),
    sidsByPhoneNumber: new Map(),
    applications: new Collection(),
    services: new Collection(),
    members: new Collection((member) => member.serviceSid),
    senders: new Collection((sender) => sender.senderId),
    messages: new Collection(),
    messageCallbacks: new Map(),
    optOuts: new Set(),
    calls: new Collection((call) => call.parent_call_sid),
    callPlans: new Map(),
    days: new DayBook(),
    alerts: new Collection(),
    events: new Collection(),
    addresses: new Collection(),
    regions: new Map(),
    trunks: new Map(),
  };
}

export function numberByPhone(state: State, phoneNumber: string): NumberResource | undefined {
  return state.numbers.get(state.sidsByPhoneNumber.get(phoneNumber) ?? "");
}

export function removeNumber(state: State, number: NumberResource): void {
  state.numbers.delete(number.sid);
  state.sidsByPhoneNumber.delete(number.phone_number);
  state.members.delete(number.sid);
}

export function serviceOf(state: State, memberSid: string): ServiceResource | undefined {
  return state.services.get(state.members.get(memberSid)?.serviceSid ?? "");
}

export function addressConfiguration(
  state: State,
  accountSid: string,
  address: string,
): AddressConfiguration | undefined {
  return state.addresses.find(
    (candidate) => candidate.account_sid === accountSid && candidate.address === address,
  );
}
