// "Configured" is not "reachable": sends a number's webhooks through the public URL, as Twilio would, and says what became
// of each.
import type { SigningKeys } from "../accounts/signing-keys.ts";
import { whyNotTwiml } from "../answering/agent-twiml.ts";
import type { Actor } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { newUuid } from "../base/ids.ts";
import type { Db } from "../db/connect.ts";
import { traceRequest } from "../outbound/traced-request.ts";
import { notAssigned } from "../phone-numbers/assignment/phone-number-service.ts";
import { released } from "../phone-numbers/operations/assignment-rules.ts";
import type { Assignment, PhoneNumber } from "../phone-numbers/phone-number.ts";
import { getPhoneNumber } from "../phone-numbers/phone-number-lookup.ts";
import { type ProbedWebhook, probeParams, signatureOf } from "../twilio/probe-webhook.ts";
import { webhookUrls } from "../twilio/webhook-urls.ts";
import { judge, type ProbedUrl, TWILIO_WAITS_MS } from "./probe.ts";

export interface ProbeDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly signingKeys: Pick<SigningKeys, "credentialsOf">;
}

export interface Probe {
  readonly phoneNumber: PhoneNumber;
  /** Whether every webhook of the number arrived and was answered as Twilio needs it. */
  readonly reachable: boolean;
  readonly webhooks: readonly ProbedUrl[];
}

/**
 * Sends the number's webhooks to the public URL, signed with its account's token. Changes nothing: what receives them
 * knows them for probes, stores nothing and asks no agent.
 *
 * @throws AppError `phone_number_not_found`, `number_released`, `number_not_assigned`, `credentials_unreadable`
 */
export async function probePhoneNumber(deps: ProbeDeps, actor: Actor, phoneNumberId: string): Promise<Probe> {
  const phoneNumber = await getPhoneNumber(deps.db, actor, phoneNumberId);
  if (phoneNumber.status === "released") throw released();
  if (!phoneNumber.assignment) throw notAssigned();
  const authToken = authTokenOf(deps, phoneNumber);
  const webhooks = await Promise.all(
    urlsOf(deps.publicUrl, phoneNumber.assignment).map((target) =>
      probe(deps, phoneNumber, authToken, target),
    ),
  );
  return { phoneNumber, reachable: webhooks.every(({ problem }) => problem === undefined), webhooks };
}

/** Why one of the number's webhooks does not arrive; undefined when they all do. @throws AppError as `probePhoneNumber` */
export async function whyUnreachable(
  deps: ProbeDeps,
  actor: Actor,
  phoneNumberId: string,
): Promise<string | undefined> {
  const { webhooks } = await probePhoneNumber(deps, actor, phoneNumberId);
  return webhooks.find(({ problem }) => problem !== undefined)?.problem;
}

type Target = Pick<ProbedUrl, "webhook" | "url">;

function urlsOf(publicUrl: string, { agentId, channels }: Assignment): readonly Target[] {
  const { voiceUrl, messageUrl, statusUrl } = webhookUrls(publicUrl, agentId);
  return [
    probeTarget("voice", voiceUrl),
    ...(channels.sms || channels.whatsapp ? [probeTarget("message", messageUrl)] : []),
    probeTarget("status", statusUrl),
  ];
}

/** How Twilio delivers stands in the fragment, which is not sent. */
function probeTarget(webhook: ProbedWebhook, url: string): Target {
  return { webhook, url: url.replace(/#.*$/s, "") };
}

async function probe(
  { clock }: Pick<ProbeDeps, "clock">,
  { accountSid, e164 }: PhoneNumber,
  authToken: string,
  target: Target,
): Promise<ProbedUrl> {
  const nonce = newUuid().replaceAll("-", "");
  const params = probeParams({ webhook: target.webhook, accountSid, number: e164, nonce });
  const trace = await traceRequest(
    { clock },
    {
      url: target.url,
      headers: {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": signatureOf(target.url, params, authToken),
        "user-agent": "Switchhook probe",
      },
      body: new URLSearchParams(params).toString(),
      timeoutMs: TWILIO_WAITS_MS,
    },
  );
  return judge(target, trace, { nonce, whyNotTwiml, now: clock.now() });
}

function authTokenOf({ signingKeys }: ProbeDeps, { operatorOrgId, accountSid }: PhoneNumber): string {
  const credentials = signingKeys.credentialsOf(operatorOrgId, accountSid);
  if (credentials) return credentials.authToken;
  throw new AppError("credentials_unreadable", {
    detail:
      "The account's auth token cannot be opened, so nothing can be signed with it. Connect the account again.",
  });
}
