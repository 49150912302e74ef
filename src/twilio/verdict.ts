// Pure: what is said of who answers a channel, and which of the things that can decide it does.
import type { Change } from "./webhook-config.ts";

/**
 * - `ours`: the agent answers
 * - `ours_stale`: this deployment is asked, by an earlier public URL or by one for another agent or purpose
 * - `other_deployment`: another Switchhook answers
 * - `foreign`: somebody else does
 * - `shadowed`: our URL is set, and something of higher precedence answers instead
 * - `nobody`: nobody is asked
 * - `unknown`: what decides may not be read
 */
export type Verdict = (typeof VERDICTS)[number];
export const VERDICTS = [
  "ours",
  "ours_stale",
  "other_deployment",
  "foreign",
  "shadowed",
  "nobody",
  "unknown",
] as const;

/** The field that decides, and the SID of the resource that answers through it. */
export interface Decider {
  readonly field: string;
  readonly sid: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The URL that Twilio will call; empty when it calls none, or none that is known. */
  readonly url: string;
  readonly decidedBy: Decider | undefined;
  /** Why, in sentences that name neither URL nor SID: not everybody who reads them may see those. */
  readonly reason: string;
}

/** Who answers one channel of a number. */
export interface EffectiveRoute extends Judgement {
  /** What has to be written so that the agent answers; empty where it does, and where no write would do. */
  readonly fix: readonly Change[];
  readonly warnings: readonly RouteWarning[];
}

/** Something that may make it otherwise than the verdict says: Twilio's documentation leaves open what it does. */
export interface RouteWarning {
  readonly kind: WarningKind;
  readonly reason: string;
}

export type WarningKind = (typeof WARNING_KINDS)[number];
export const WARNING_KINDS = ["processing_region", "fax_mode", "conversations"] as const;

/** One of the things that can decide a channel, judged as if there were no other. */
export interface Layer extends Judgement {
  readonly verdict: Exclude<Verdict, "shadowed">;
}

export interface Layers {
  /** What overrules the number's or the sender's own URL, from the highest precedence down. */
  readonly above: readonly Layer[];
  readonly own: Layer;
}

/** The highest layer decides. Where it is not ours, but one below it is, that one is shadowed. */
export function judge({ above, own }: Layers): Judgement {
  const [decider, ...below] = [...above, own];
  const mayBeOurs = ["ours", "ours_stale", "unknown"].includes(decider.verdict);
  if (mayBeOurs || !below.some(({ verdict }) => verdict === "ours")) return decider;
  return { ...decider, verdict: "shadowed", reason: `Our URL is set, but not called. ${decider.reason}` };
}
