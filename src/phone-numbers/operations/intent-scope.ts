// Pure: how much of what an agent's number should have an intent writes.
import { isOnline, type Observed, type ObservedSender } from "../../twilio/observed.ts";
import type { Change } from "../../twilio/webhook-config.ts";
import { fieldClassesOf } from "../field-class.ts";
import type { Intent, WriteScope } from "./operation.ts";

/**
 * Where an assignment is written again, a WhatsApp sender that takes no messages keeps calls and SMS from nothing: it is
 * spared, together with all that decides about WhatsApp, and what is left is said. An assignment that asks for WhatsApp is
 * refused instead.
 */
export function scopeIntent(intent: Intent, { sender }: Pick<Observed, "sender">): Intent {
  const { channels, maySpareSender, scope } = intent;
  if (!maySpareSender || scope || !channels.whatsapp || !sender.known) return intent;
  const spared = whySpared(sender.value);
  return spared ? { ...intent, scope: { ...ALL_BUT_WHATSAPP, spared } } : intent;
}

const ALL_BUT_WHATSAPP = { classes: ["voice", "sms", "status"], leavesDrift: true } as const;

function whySpared(sender: ObservedSender | undefined): WriteScope["spared"] {
  if (!sender) {
    return {
      code: "whatsapp_sender_missing",
      detail:
        "The number has no WhatsApp sender any more. Register one in Twilio and configure the number again, or assign " +
        "it without WhatsApp.",
    };
  }
  if (isOnline(sender)) return undefined;
  return {
    code: "whatsapp_sender_offline",
    detail:
      `Its WhatsApp sender is left as it is: Twilio says ${sender.status}. Configure the number again once the sender ` +
      "is online.",
  };
}

/** Of what is wanted, what is written. */
export function withinScope(
  wanted: readonly Change[],
  { scope, channels }: Pick<Intent, "scope" | "channels">,
  observed: Observed,
): readonly Change[] {
  if (scope === undefined) return wanted;
  return wanted
    .filter((change) => !scope.spared || change.resource !== "sender")
    .filter((change) =>
      fieldClassesOf(change, channels, observed).some((fieldClass) => scope.classes.includes(fieldClass)),
    );
}
