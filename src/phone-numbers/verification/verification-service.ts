// Says what is really in Twilio, now. Writes nothing there; keeps what it saw.
import type { Actor } from "../../auth/actor.ts";
import { type EffectiveRoutes, effectiveRoutes } from "../../twilio/effective-route.ts";
import { type MessageStatus, messageStatus } from "../../twilio/message-status.ts";
import { type RouteFacts, resourcesOf } from "../../twilio/observed.ts";
import { readRouteFacts } from "../../twilio/route-reader.ts";
import { problemFromTwilio } from "../../twilio/twilio-error.ts";
import type { Change, ResourceConfig } from "../../twilio/webhook-config.ts";
import { FIELD_CLASSES, type FieldClass } from "../field-class.ts";
import { mayHaveDrifted } from "../number-watch.ts";
import { released } from "../operations/assignment-rules.ts";
import { clearAttention } from "../operations/attention-alert.ts";
import type { OperationDeps } from "../operations/operation-deps.ts";
import { clientForNumber, numberTarget, ourUrls } from "../operations/operation-plan.ts";
import type { Health, PhoneNumber } from "../phone-number.ts";
import { getPhoneNumber } from "../phone-number-lookup.ts";
import { saveObservation } from "../phone-number-store.ts";
import { messageStatusVisibleToHolder, routesVisibleToHolder, visibleToHolder } from "../visibility.ts";
import { type FixRequest, fixRequest } from "./fix-request.ts";
import { healthOf, judgeNumber, type NumberJudgement } from "./number-judgement.ts";
import { saveVerdicts } from "./route-verdict-store.ts";
import { type RouteVerdicts, routeVerdicts } from "./route-verdicts.ts";

type VerificationDeps = Pick<
  OperationDeps,
  "db" | "vault" | "connectTwilio" | "publicUrl" | "earlierPublicUrls" | "clock" | "watch"
>;

export interface Verification {
  readonly phoneNumber: PhoneNumber;
  /** Whether the number is assigned, and it is known that Twilio reaches its agent on every managed channel. */
  readonly configured: boolean;
  /** As it is kept with the number from now on. */
  readonly health: Health;
  /** The resources that are the holder's own; a Messaging Service may serve others as well. */
  readonly observed: Pick<RouteFacts, "number" | "sender">;
  readonly effective: EffectiveRoutes;
  /** Who hears what becomes of messages that others send as this number. */
  readonly messageStatus: MessageStatus;
  /** What writes the fixes of `effective` and `messageStatus`; undefined where nothing differs or no request would do. */
  readonly fixRequest: FixRequest | undefined;
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
  const number = await getPhoneNumber(deps.db, actor, phoneNumberId);
  if (number.status === "released") throw released();
  const client = await clientForNumber(deps, number);
  const facts = await readRouteFacts(client, numberTarget(number)).catch((error: unknown) =>
    Promise.reject(problemFromTwilio(error)),
  );
  const ours = ourUrls(deps, number.assignment?.agentId);
  const judgement = judgeNumber(number, facts, ours);
  const ignored = await deps.watch.ignoredClasses(deps.db, number);
  const verification = verificationOf(deps, number, facts, judgement, ignored);
  await keepSeen(deps, number, {
    observed: visibleToHolder(number, resourcesOf(facts)),
    health: verification.health,
    asWanted: classesAsWanted(judgement),
    verdicts: routeVerdicts(facts, ours),
  });
  return verification;
}

interface SeenNow {
  readonly observed: readonly ResourceConfig[];
  readonly health: Health;
  readonly asWanted: readonly FieldClass[];
  readonly verdicts: RouteVerdicts;
}

/** All of it or nothing: once the health is another, nobody looks any more for the alert and the drift that came with it. */
async function keepSeen(
  { db, clock, watch }: VerificationDeps,
  number: PhoneNumber,
  { asWanted, verdicts, ...seen }: SeenNow,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Somebody who has changed the number meanwhile knows better.
    const now = clock.now();
    if (!(await saveObservation(tx, number, { ...seen, observedAt: now }))) return;
    await saveVerdicts(tx, number.uid, verdicts, now);
    await clearAttention({ db: tx, clock }, number);
    if (mayHaveDrifted(number.health)) await watch.found(tx, number, asWanted);
  });
}

function classesAsWanted({ differences, unknown }: NumberJudgement): readonly FieldClass[] {
  return FIELD_CLASSES.filter(
    (name) => !unknown.includes(name) && !differences.some(({ fieldClass }) => fieldClass === name),
  );
}

const NONE_IGNORED: ReadonlySet<FieldClass> = new Set();

/** What is said of a number, from what was read of it. */
function verificationOf(
  deps: Pick<VerificationDeps, "publicUrl" | "earlierPublicUrls">,
  number: PhoneNumber,
  facts: RouteFacts,
  judgement: NumberJudgement,
  ignored: ReadonlySet<FieldClass>,
): Verification {
  const { desired, changes } = judgement;
  const ours = ourUrls(deps, number.assignment?.agentId);
  const effective = effectiveRoutes({ facts, ours, desired });
  return {
    phoneNumber: number,
    configured: healthOf(number, judgement, NONE_IGNORED) === "ok",
    health: healthOf(number, judgement, ignored),
    observed: { number: facts.number, sender: facts.sender },
    effective: routesVisibleToHolder(number, effective),
    messageStatus: messageStatusVisibleToHolder(number, messageStatus({ facts, ours, desired })),
    fixRequest: changes.length === 0 ? undefined : fixRequest({ number, observed: facts, changes, ours }),
    differences: visibleToHolder(number, changes),
    errors: unreadParts(facts),
  };
}

function unreadParts(facts: RouteFacts): readonly string[] {
  const { service, sender, senderService, voiceApplication, smsApplication, voiceRegion } = facts;
  const { sms, whatsapp } = facts.startsConversations;
  const parts = [
    service,
    sender,
    senderService,
    voiceApplication,
    smsApplication,
    voiceRegion,
    sms,
    whatsapp,
  ];
  return [...new Set(parts.flatMap((part) => (part.known ? [] : [part.reason])))];
}
