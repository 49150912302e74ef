import { AppError } from "../base/errors.ts";
import { clientForNumber } from "../phone-numbers/operations/operation-plan.ts";
import { findPhoneNumber } from "../phone-numbers/phone-number-store.ts";
import type { LateReply, SendReply } from "../traffic/send-reply.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { sentStatusUrl } from "../twilio/webhook-urls.ts";
import { recordSent } from "./record-sent.ts";
import type { SendingDeps } from "./sending-deps.ts";
import { createMessage } from "./twilio-messages.ts";

/**
 * How replies go out that are too late for the answer to their webhook. Where Twilio does not answer, nothing is tried
 * again: a missing reply is better than two.
 */
export function createReplySender(deps: SendingDeps): SendReply {
  return async (reply) => {
    try {
      await send(deps, reply);
      return "sent";
    } catch (error) {
      const { accountSid, holder } = reply;
      const mayHaveBeenSent = error instanceof TwilioError && error.isAmbiguous;
      deps.log.error({ accountSid, ...holder, mayHaveBeenSent, err: error }, "reply.not_sent");
      return "failed";
    }
  };
}

async function send(deps: SendingDeps, reply: LateReply): Promise<void> {
  const { accountSid, from, to, text, mediaUrls = [], holder } = reply;
  const beganAt = deps.clock.now();
  const number = await findPhoneNumber(deps.db, holder.orgId, holder.phoneNumberId);
  // Whoever has the number by now has not been written to.
  if (number?.accountSid !== accountSid) throw new AppError("phone_number_not_found");
  const client = await clientForNumber(deps, number);
  const statusUrl = sentStatusUrl(deps.publicUrl, beganAt);
  const report = await createMessage(client, { holder, from, to, text, mediaUrls }, statusUrl);
  await recordSent(deps, report, { outcome: "answered", beganAt });
}
