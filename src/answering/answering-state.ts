import type { Clock } from "../base/clock.ts";
import { AnswerMemory } from "./answer-memory.ts";
import type { Answered } from "./answered.ts";
import type { AnsweringLimits } from "./answering-limits.ts";
import { CutLoops } from "./cut-loops.ts";
import { FailingAgents } from "./failing-agents.ts";
import { LateWork } from "./late-work.ts";
import { ReplyLoops } from "./reply-loops.ts";
import { extendRun } from "./reply-run-store.ts";
import { StaleUrls } from "./stale-urls.ts";
import { TwimlMemory } from "./twiml-memory.ts";

/** What a node keeps in memory between one webhook and the next. */
export interface AnsweringState {
  readonly memory: AnswerMemory<Answered>;
  readonly replyLoops: ReplyLoops;
  readonly cutLoops: CutLoops;
  readonly failingAgents: FailingAgents;
  readonly lateWork: LateWork;
  readonly staleUrls: StaleUrls;
  readonly twimls: TwimlMemory;
}

/** At the most. */
const CHARACTER_BYTES = 2;

export function createAnsweringState(
  deps: ConstructorParameters<typeof StaleUrls>[0] &
    ConstructorParameters<typeof CutLoops>[0] &
    ConstructorParameters<typeof FailingAgents>[0] & { readonly clock: Clock },
  { maxLateReplies, stopGraceMs }: AnsweringLimits,
): AnsweringState {
  return {
    memory: new AnswerMemory(deps.clock, ({ twiml }) => CHARACTER_BYTES * twiml.length),
    replyLoops: new ReplyLoops({ ...deps, extendRun: (extension) => extendRun(deps.db, extension) }),
    cutLoops: new CutLoops(deps),
    failingAgents: new FailingAgents(deps),
    lateWork: new LateWork(deps.clock, { maxAtOnce: maxLateReplies, graceMs: stopGraceMs }),
    staleUrls: new StaleUrls(deps),
    twimls: new TwimlMemory(),
  };
}
