import { AppError } from "../base/errors.ts";
import { clientForNumber } from "../phone-numbers/operations/operation-plan.ts";
import { findPhoneNumber } from "../phone-numbers/phone-number-store.ts";
import { saveReplyError } from "../traffic/message-store.ts";
import type { LateReply, SendReply } from "../traffic/send-reply.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { sentStatusUrl } from "../twilio/webhook-urls.ts";
import { recordSent } from "./record-sent.ts";
import { sendProblem } from "./send-problem.ts";
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
      return notSent(deps, reply, error);
    }
  };
}

async function notSent(
  deps: SendingDeps,
  reply: LateReply,
  error: unknown,
): Promise<Exclude<Awaited<ReturnType<SendReply>>, "sent">> {
  const { accountSid, inReplyTo, holder } = reply;
  const facts = { accountSid, ...holder, inReplyTo };
  const mayHaveBeenSent = error instanceof TwilioError && error.isAmbiguous;
  if (error instanceof TwilioError && !mayHaveBeenSent) await keepRefusal(deps, reply, error);
  const problem = sendProblem(error);
  if (problem instanceof AppError && problem.code === "recipient_opted_out") {
    deps.log.info(facts, "reply.opted_out");
    return "opted_out";
  }
  deps.log.error({ ...facts, mayHaveBeenSent, err: error }, "reply.not_sent");
  return "failed";
}

/** A message that was refused has no SID, so it is told with the one that it replies to. */
async function keepRefusal(
  { db, clock, log }: SendingDeps,
  { accountSid, inReplyTo: sid }: LateReply,
  { twilioCode: code }: TwilioError,
): Promise<void> {
  if (code === undefined) return;
  await saveReplyError(db, { accountSid, sid, code, now: clock.now() }).catch((error: unknown) =>
    log.error({ accountSid, sid, err: error }, "reply.refusal_not_kept"),
  );
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
