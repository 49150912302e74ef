// Says what is really in Twilio, now. Writes nothing there; keeps what it saw.
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import { desiredConfig } from "../twilio/desired-config.ts";
import { type EffectiveRoute, effectiveRoutes } from "../twilio/effective-route.ts";
import { type Observed, resourcesOf } from "../twilio/observed.ts";
import { problemFromTwilio } from "../twilio/twilio-error.ts";
import { type Change, type Channel, planWebhooks } from "../twilio/webhook-config.ts";
import { readWebhooks } from "../twilio/webhook-manager.ts";
import { released } from "./assignment-rules.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { clientForNumber, ourUrls, targetOf } from "./operation-plan.ts";
import type { Health, PhoneNumber } from "./phone-number.ts";
import { findPhoneNumber, saveObservation } from "./phone-number-store.ts";
import { routesVisibleToHolder, visibleToHolder } from "./visibility.ts";

type VerificationDeps = Pick<
  OperationDeps,
  "db" | "vault" | "connectTwilio" | "publicUrl" | "earlierPublicUrls" | "clock"
>;

export interface Verification {
  readonly phoneNumber: PhoneNumber;
  /** Whether the number is assigned, and it is known that Twilio reaches its agent on every managed channel. */
  readonly configured: boolean;
  readonly observed: Observed;
  readonly effective: Record<Channel, EffectiveRoute>;
  /** Fields that are not as we want them; empty for a number that is not assigned. */
  readonly differences: readonly Change[];
  /** What could not be read, and why. */
  readonly errors: readonly string[];
}

/**
 * Reads a number's whole configuration from Twilio and compares it with what we want.
 *
 * @throws AppError `phone_number_not_found`, `number_released`, `twilio_…` when the number itself cannot be read
 */
export async function verifyPhoneNumber(
  deps: VerificationDeps,
  actor: Actor,
  phoneNumberId: string,
): Promise<Verification> {
  const number = await findPhoneNumber(deps.db, actor.orgId, phoneNumberId);
  if (!number) throw new AppError("phone_number_not_found");
  if (number.status === "released") throw released();
  const client = await clientForNumber(deps, number);
  const ours = ourUrls(deps, number.assignment?.agentId);
  const observed = await readWebhooks(client, targetOf(number), { sms: true, whatsapp: true }).catch(
    (error: unknown) => Promise.reject(problemFromTwilio(error)),
  );
  const { assignment } = number;
  const desired = assignment ? desiredConfig({ ...assignment, observed, ours }) : [];
  const differences = visibleToHolder(number, planWebhooks(desired, resourcesOf(observed)));
  const effective = effectiveRoutes(observed, ours);
  const health = healthOf(number, effective, differences);
  await saveObservation(deps.db, number, {
    observed: visibleToHolder(number, resourcesOf(observed)),
    health,
    observedAt: deps.clock.now(),
  });
  return {
    phoneNumber: number,
    configured: health === "ok",
    observed,
    effective: routesVisibleToHolder(number, effective),
    differences,
    errors: unreadParts(observed),
  };
}

function healthOf(
  number: PhoneNumber,
  effective: Readonly<Record<Channel, EffectiveRoute>>,
  differences: readonly Change[],
): Health {
  if (!number.assignment) return "unassigned";
  const verdicts = managedChannels(number).map((channel) => effective[channel].verdict);
  const isReached = verdicts.every((verdict) => verdict === "ours" || verdict === "unknown");
  if (!isReached || differences.length > 0) return "drifted";
  return verdicts.includes("unknown") ? "unverified" : "ok";
}

function managedChannels({ assignment }: PhoneNumber): readonly Channel[] {
  if (!assignment) return [];
  return [
    "voice",
    ...(assignment.channels.sms ? ["sms" as const] : []),
    ...(assignment.channels.whatsapp ? ["whatsapp" as const] : []),
  ];
}

function unreadParts({ service, sender, senderService }: Observed): readonly string[] {
  const reasons = [service, sender, senderService].flatMap((part) => (part.known ? [] : [part.reason]));
  return [...new Set(reasons)];
}
