// Pure: what is refused before anything is written, because it would be a lie (the number would look configured and
// somebody else would answer) or a theft (somebody else's callers would reach us).
import { AppError } from "../../base/errors.ts";
import { isOnline, type Observed } from "../../twilio/observed.ts";
import type { Change } from "../../twilio/webhook-config.ts";
import { baseOf, type OurUrls, ownerOf } from "../../twilio/webhook-urls.ts";
import type { AssignPhoneNumber, PhoneNumber } from "../phone-number.ts";
import { isOperatedByHolder } from "../visibility.ts";
import type { Intent } from "./operation.ts";

/** What can be said before Twilio is asked. */
export function refuseAssignment(number: PhoneNumber, input: AssignPhoneNumber): AppError | undefined {
  if (number.status === "released") return released();
  if (!number.capabilities.voice)
    return capabilityMissing("calls", "Calls are always part of an assignment, so choose another number.");
  if (input.enableSms && !number.capabilities.sms)
    return capabilityMissing("SMS", "Leave SMS out, or choose another number.");
  const current = number.assignment?.agentId;
  if (current === undefined || current === input.agentId || input.takeover) return undefined;
  return new AppError("number_assigned", {
    detail: `The agent ${current} answers it. Unassign it first, or send takeover: true to change it over.`,
    extensions: { agentId: current },
  });
}

export function released(): AppError {
  return new AppError("number_released", {
    detail: "It was gone when the account's numbers were last imported. Import them again if it is back.",
  });
}

function capabilityMissing(what: string, advice: string): AppError {
  return new AppError("capability_missing", {
    detail: `In Twilio this number is not capable of ${what}. ${advice}`,
  });
}

/** Fields that overrule a number's own URLs, and who takes the calls or messages through them. */
const SHADOWING: Readonly<Record<string, string>> = {
  "number.trunkSid": "a SIP trunk takes its calls",
  "number.voiceApplicationSid": "a TwiML App takes its calls",
  "number.voiceReceiveMode": "it is set to receive faxes",
  "number.smsApplicationSid": "a TwiML App takes its messages",
  "service.useInboundWebhookOnNumber": "its Messaging Service takes its messages",
  "service.inboundRequestUrl": "the Messaging Service of its WhatsApp sender takes its messages",
};

export interface RefusalInput {
  readonly number: PhoneNumber;
  readonly intent: Intent;
  readonly observed: Observed;
  readonly changes: readonly Change[];
  /** With those of classes of fields that are left out. */
  readonly wanted: readonly Change[];
  readonly ours: OurUrls;
}

/** What Twilio's state forbids. `takeover` permits what is possible, not what is not. */
export function refuseChanges(input: RefusalInput): AppError | undefined {
  const { number, intent, observed, changes, wanted, ours } = input;
  const isUnassignment = intent.agentId === undefined;
  // What an undo puts back stood there before us, whatever it is.
  if (isUnassignment || intent.undoes !== undefined) return undefined;
  const senderRefusal = needsSender(input) ? refuseSender(observed) : undefined;
  if (!isOperatedByHolder(number) && changes.some(({ resource }) => resource === "service")) {
    return senderRefusal ?? servedByOperator();
  }
  if (senderRefusal || intent.takeover) return senderRefusal;
  const theft = wanted.find(({ before }) => ownerOf(before, ours) === "other_deployment");
  if (theft) return otherDeployment(theft);
  const shadows = changes.filter((change) => isShadow(change, ours));
  return shadows.length > 0 ? shadowed(shadows) : undefined;
}

/** What of the changes takeover is needed for: somebody else's fields, and those that overrule the number's own. */
export function takenByTakeover(changes: readonly Change[], ours: OurUrls): readonly Change[] {
  return changes.filter(
    (change) => ownerOf(change.before, ours) === "other_deployment" || isShadow(change, ours),
  );
}

/** A Messaging Service serves other numbers of the operator's; whoever holds one of them neither changes nor sees it. */
function servedByOperator(): AppError {
  return new AppError("number_shadowed", {
    detail:
      "A Messaging Service of the account's operator takes its messages, and only the operator can change that. Ask " +
      "them to let the service defer to its numbers, or leave the channel out.",
  });
}

/** What is healed of another class needs none; nor does what spares the sender, if there is anything else to write. */
function needsSender({ intent: { channels, scope }, changes }: RefusalInput): boolean {
  if (!channels.whatsapp) return false;
  if (scope?.spared) return changes.length === 0;
  return (
    scope === undefined ||
    scope.classes.includes("whatsapp") ||
    changes.some(({ resource }) => resource === "sender")
  );
}

function refuseSender({ sender }: Observed): AppError | undefined {
  if (!sender.known) return new AppError("twilio_not_permitted", { detail: sender.reason });
  if (!sender.value) {
    return new AppError("whatsapp_sender_missing", {
      detail: "Register the number as a WhatsApp sender in Twilio, or leave WhatsApp out.",
    });
  }
  if (isOnline(sender.value)) return undefined;
  const { status, config } = sender.value;
  return new AppError("whatsapp_sender_offline", {
    detail: `Twilio says ${status}. Bring the sender online, or leave WhatsApp out.`,
    extensions: { senderSid: config.sid, senderStatus: status },
  });
}

function otherDeployment(change: Change): AppError {
  const base = baseOf(change.before) ?? "";
  return new AppError("other_deployment", {
    detail:
      `Its ${change.field} belongs to the deployment at ${base}. Unassign it there, ` +
      "or send takeover: true to take it over; what is taken is recorded and can be restored.",
    extensions: { deployment: base, field: change.field },
  });
}

function isShadow({ resource, field, before }: Change, ours: OurUrls): boolean {
  return `${resource}.${field}` in SHADOWING && !["ours", "ours_stale"].includes(ownerOf(before, ours));
}

function shadowed(shadows: readonly Change[]): AppError {
  const reasons = shadows.map(({ resource, field }) => SHADOWING[`${resource}.${field}`]);
  return new AppError("number_shadowed", {
    detail:
      `The number's own URL would not be called: ${[...new Set(reasons)].join("; ")}. Change that in Twilio, ` +
      "or send takeover: true to have it changed; for a Messaging Service that concerns all of its numbers.",
    extensions: {
      shadowedBy: shadows.map(({ resource, sid, field, before }) => ({
        resource,
        sid,
        field,
        value: before,
      })),
    },
  });
}
