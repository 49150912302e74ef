import type { WebhookDeps } from "../accounts/verified-webhook.ts";
import type { Clock } from "../base/clock.ts";
import type { Db } from "../db/connect.ts";
import type { OutboundClient } from "../outbound/outbound-client.ts";
import type { SendReply } from "../traffic/send-reply.ts";
import type { Recorder } from "../traffic/traffic-report.ts";
import { AnswerMemory } from "./answer-memory.ts";
import { LateWork } from "./late-work.ts";
import { ReplyLoops } from "./reply-loops.ts";
import type { Route } from "./route.ts";
import type { RoutingTable } from "./routing-table.ts";
import { StaleUrls } from "./stale-urls.ts";
import { TwimlMemory } from "./twiml-memory.ts";

export interface AnsweringLimits {
  /** After how long Twilio gets an answer to a message, with the agent's reply or without. */
  readonly replyWithinMs: number;
  /** How long an agent may take over a message altogether. */
  readonly agentTimeoutMs: number;
  /** How many agents may be late at once. */
  readonly maxLateReplies: number;
  /** How long a stop waits for them. */
  readonly stopGraceMs: number;
}

// Twilio waits for 15 s; we tell it to give up after 8 (twilio/webhook-urls.ts), and the way back takes time as well.
export const DEFAULT_LIMITS: AnsweringLimits = {
  replyWithinMs: 4_500,
  agentTimeoutMs: 60_000,
  maxLateReplies: 500,
  stopGraceMs: 10_000,
};

export interface AnsweringDeps extends WebhookDeps {
  readonly routingTable: Pick<RoutingTable, "find">;
  readonly db: Db;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly outbound: Pick<OutboundClient, "request">;
  readonly sendReply: SendReply;
  readonly publicUrl: string;
  readonly answeringLimits: AnsweringLimits;
  readonly answering: AnsweringState;
}

/** What a node keeps in memory between one webhook and the next. */
export interface AnsweringState {
  readonly memory: AnswerMemory<Answered>;
  readonly replyLoops: ReplyLoops;
  readonly lateWork: LateWork;
  readonly staleUrls: StaleUrls;
  readonly twimls: TwimlMemory;
}

export type AnswerOutcome =
  /** As the agent answers. */
  | "agent"
  /** The agent failed, and its fallback took its place. */
  | "fallback"
  /** The agent is still thinking, and will reply by itself. */
  | "later"
  /** Left without a reply, to end a loop. */
  | "cut"
  /** No agent is assigned. */
  | "nobody";

export interface Answered {
  readonly twiml: string;
  readonly outcome: AnswerOutcome;
}

/** At the most. */
const CHARACTER_BYTES = 2;

export function createAnsweringState(
  deps: ConstructorParameters<typeof StaleUrls>[0] & { readonly clock: Clock },
  { maxLateReplies, stopGraceMs }: AnsweringLimits,
): AnsweringState {
  return {
    memory: new AnswerMemory(deps.clock, ({ twiml }) => CHARACTER_BYTES * twiml.length),
    replyLoops: new ReplyLoops(deps.clock),
    lateWork: new LateWork(deps.clock, { maxAtOnce: maxLateReplies, graceMs: stopGraceMs }),
    staleUrls: new StaleUrls(deps),
    twimls: new TwimlMemory(),
  };
}

/** What a log line says of a route: ids, and no whole phone number. */
export function loggedRoute(route: Route | undefined) {
  return { orgId: route?.orgId, phoneNumberId: route?.phoneNumberId, agentId: route?.agentId };
}
