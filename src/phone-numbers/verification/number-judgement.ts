// Pure: what of a number is not as we want it, and what health comes of it. The same for a single verification and for the
// sweep of a whole account.
import { desiredConfig } from "../../twilio/desired-config.ts";
import { judgeChannel } from "../../twilio/effective-route.ts";
import { type RouteFacts, resourcesOf } from "../../twilio/observed.ts";
import { warningsOf } from "../../twilio/route-warnings.ts";
import type { Judgement, Verdict } from "../../twilio/verdict.ts";
import { type Change, type Channel, planWebhooks, type ResourceConfig } from "../../twilio/webhook-config.ts";
import type { OurUrls } from "../../twilio/webhook-urls.ts";
import { type FieldClass, fieldClassesOf } from "../field-class.ts";
import type { Assignment, Health, PhoneNumber } from "../phone-number.ts";
import { visibleToHolder } from "../visibility.ts";

type Judged = Pick<PhoneNumber, "orgId" | "operatorOrgId" | "assignment">;

/** A class of fields that is not as we want it. */
export interface ClassDifference {
  readonly fieldClass: FieldClass;
  /** Who answers instead; undefined where the agent is reached all the same. */
  readonly verdict: Verdict | undefined;
  readonly reason: string;
  /** What would have to be written, as far as the holder may see it; may be empty where no write would do. */
  readonly changes: readonly Change[];
}

export interface NumberJudgement {
  readonly desired: readonly ResourceConfig[];
  /** All that would have to be written, shown to nobody but the operator. */
  readonly changes: readonly Change[];
  readonly differences: readonly ClassDifference[];
  /** The classes of which nothing can be said, because what decides may not be read. */
  readonly unknown: readonly FieldClass[];
  /** Whether it is known that the agent answers on every managed channel, and nothing warns. */
  readonly isSure: boolean;
}

const NOTHING: NumberJudgement = { desired: [], changes: [], differences: [], unknown: [], isSure: true };

/** @param ours with the number's own agent */
export function judgeNumber(number: Judged, facts: RouteFacts, ours: OurUrls): NumberJudgement {
  const { assignment } = number;
  if (!assignment) return NOTHING;
  const desired = desiredConfig({ ...assignment, observed: facts, ours });
  const changes = planWebhooks(desired, resourcesOf(facts));
  const visible = visibleToHolder(number, changes);
  const changesOf = (fieldClass: FieldClass) =>
    visible.filter((change) => fieldClassesOf(change, assignment.channels, facts).includes(fieldClass));
  const routes = managedChannels(assignment).map((channel) => ({
    channel,
    ...judgeChannel(channel, facts, ours),
  }));
  return {
    desired,
    changes,
    differences: [
      ...routes.flatMap((route) => channelDifference(route, changesOf(route.channel))),
      ...statusDifference(changesOf("status")),
    ],
    unknown: unknownClasses(routes, assignment, facts),
    isSure: routes.every(
      ({ channel, verdict }) => verdict === "ours" && warningsOf(channel, facts).length === 0,
    ),
  };
}

function channelDifference(
  route: Judgement & { readonly channel: Channel },
  changes: readonly Change[],
): readonly ClassDifference[] {
  const { channel: fieldClass, verdict, reason } = route;
  if (!isReached(route)) return [{ fieldClass, verdict, reason, changes }];
  if (changes.length === 0) return [];
  return [{ fieldClass, verdict: undefined, reason: FIELDS_DIFFER, changes }];
}

function unknownClasses(
  routes: readonly (Judgement & { readonly channel: Channel })[],
  { channels }: Assignment,
  { sender }: RouteFacts,
): readonly FieldClass[] {
  const unknown = routes.filter(({ verdict }) => verdict === "unknown").map(({ channel }) => channel);
  // A sender tells what becomes of its messages as well.
  return channels.whatsapp && !sender.known ? [...unknown, "status"] : unknown;
}

function isReached({ verdict }: Pick<Judgement, "verdict">): boolean {
  return verdict === "ours" || verdict === "unknown";
}

const FIELDS_DIFFER = "The agent answers, but not every field is as it should be.";

function statusDifference(changes: readonly Change[]): readonly ClassDifference[] {
  if (changes.length === 0) return [];
  const reason = "Somebody else hears what becomes of calls or messages, or nobody does.";
  return [{ fieldClass: "status", verdict: undefined, reason, changes }];
}

/** @param ignored the classes whose differences are not held against the number */
export function healthOf(
  { assignment }: Pick<Judged, "assignment">,
  { differences, isSure }: Pick<NumberJudgement, "differences" | "isSure">,
  ignored: ReadonlySet<FieldClass>,
): Health {
  if (!assignment) return "unassigned";
  const held = differences.filter(({ fieldClass }) => !ignored.has(fieldClass));
  if (held.length > 0) return "drifted";
  // What is ignored is not looked into any further.
  return isSure || differences.length > 0 ? "ok" : "unverified";
}

function managedChannels({ channels }: Assignment): readonly Channel[] {
  return [
    "voice",
    ...(channels.sms ? ["sms" as const] : []),
    ...(channels.whatsapp ? ["whatsapp" as const] : []),
  ];
}
