// Compares what is said of who answers with who does, in every state of a table.
import { desiredConfig } from "./desired-config.ts";
import { effectiveRoutes } from "./effective-route.ts";
import { type RouteFacts, resourcesOf } from "./observed.ts";
import type { Placed, RouteWorld } from "./route-world.testing.ts";
import type { EffectiveRoute, Verdict } from "./verdict.ts";
import { type Change, type Channel, planWebhooks, type ResourceConfig } from "./webhook-config.ts";

/** The states of one channel, `S` being plain data. */
export interface RouteTable<S extends object> {
  readonly channel: Channel;
  readonly states: readonly S[];
  /** Brings a state about in the emulator. */
  readonly arrange: (state: S) => void;
  /** Calls or writes, as things are. */
  readonly place: () => Promise<Placed>;
  /** What can be read of a state, each time with other parts withheld. */
  readonly views: readonly ((state: S) => RouteFacts)[];
  /** The state without what has just answered; undefined when that was the number's or the sender's own URL. */
  readonly without: (state: S, placed: Placed) => S | undefined;
  /** The state without what there are warnings about. */
  readonly undisturbed: (state: S) => S;
}

/** What really is: the emulator's word, and no rule of ours. */
interface Truth {
  readonly placed: Placed;
  /** `shadowed` where the agent would be reached if what answers were away. */
  readonly verdict: Verdict;
  /** Whether it comes otherwise through what there should be a warning about. */
  readonly isDisturbed: boolean;
}

const MAX_SHOWN = 10;

/** Where what is said is wrong, a line each: the first few. */
export async function disagreements<S extends object>(
  world: RouteWorld,
  table: RouteTable<S>,
): Promise<readonly string[]> {
  const truthOf = truths(table);
  const isOursAfter = outcomes(world, table);
  const found: string[] = [];
  for (const view of table.views) {
    for (const { facts, states } of alike(table.states, view)) {
      const desired = desiredOf(world, facts);
      const said = effectiveRoutes({ facts, ours: world.ours, desired })[table.channel];
      const truth: Truth[] = [];
      for (const state of states) truth.push(await truthOf(state));
      const wrong = [
        ...wrongVerdict(said, truth),
        ...wrongDecider(said, truth),
        ...wrongWarning(said, truth),
        ...(await wrongFix(isOursAfter, said, states, planWebhooks(desired, resourcesOf(facts)))),
      ];
      found.push(...wrong.map((what) => `${what}: ${JSON.stringify({ state: states[0], said, truth })}`));
    }
  }
  return found.slice(0, MAX_SHOWN);
}

function desiredOf({ ours }: RouteWorld, observed: RouteFacts): readonly ResourceConfig[] {
  const channels = { sms: true, whatsapp: true };
  return desiredConfig({ agentId: ours.agentId ?? "", channels, observed, ours });
}

/** The states by what can be read of them: those that look alike have to be told alike. */
function alike<S>(states: readonly S[], view: (state: S) => RouteFacts) {
  const groups = new Map<string, { facts: RouteFacts; states: S[] }>();
  for (const state of states) {
    const facts = view(state);
    const key = JSON.stringify(facts);
    const group = groups.get(key) ?? { facts, states: [] };
    group.states.push(state);
    groups.set(key, group);
  }
  return groups.values();
}

/** Each call and message is placed once. */
function truths<S extends object>(table: RouteTable<S>): (state: S) => Promise<Truth> {
  const known = new Map<string, Promise<Placed>>();
  const placedIn = (state: S): Promise<Placed> => {
    const key = JSON.stringify(state);
    const before = known.get(key);
    if (before) return before;
    table.arrange(state);
    const placed = table.place();
    known.set(key, placed);
    return placed;
  };
  const isShadowed = async (state: S, placed: Placed): Promise<boolean> => {
    const rest = table.without(state, placed);
    if (!rest) return false;
    const next = await placedIn(rest);
    return next.verdict === "ours" || isShadowed(rest, next);
  };
  return async (state) => {
    const calm = table.undisturbed(state);
    const placed = await placedIn(calm);
    const isOurs = placed.verdict === "ours" || placed.verdict === "ours_stale";
    const verdict = !isOurs && (await isShadowed(calm, placed)) ? "shadowed" : placed.verdict;
    const isDisturbed = JSON.stringify(await placedIn(state)) !== JSON.stringify(placed);
    return { placed, verdict, isDisturbed };
  };
}

/** Said has to be what is, and nothing exactly where what can be read leaves it open. */
function wrongVerdict({ verdict }: EffectiveRoute, truth: readonly Truth[]): readonly string[] {
  const isOpen = new Set(truth.map(({ placed }) => placed.verdict)).size > 1;
  if (verdict === "unknown") return isOpen ? [] : ["unknown, though it could be known"];
  if (isOpen) return ["said, though it cannot be known"];
  return truth.some((one) => one.verdict === verdict) ? [] : ["wrong verdict"];
}

const KINDS: Readonly<Record<string, readonly string[]>> = {
  trunkSid: ["trunk"],
  voiceApplicationSid: ["application"],
  smsApplicationSid: ["application"],
  voiceUrl: ["number"],
  smsUrl: ["number"],
  inboundRequestUrl: ["service", "disabled"],
  callbackUrl: ["sender"],
};

/** Where the emulator says who took it: the same resource, through the field that leads there, at the same URL. */
function wrongDecider(
  { verdict, url, decidedBy }: EffectiveRoute,
  truth: readonly Truth[],
): readonly string[] {
  const [placed, ...others] = truth.map((one) => one.placed);
  if (!placed || others.length > 0 || verdict === "unknown") return [];
  const isSameUrl = url === (placed.kind === "trunk" ? "" : (placed.url ?? ""));
  const isSameDecider =
    placed.kind === "nobody" ||
    (decidedBy?.sid === placed.sid && KINDS[decidedBy?.field ?? ""]?.includes(placed.kind));
  return isSameUrl && isSameDecider ? [] : ["wrong decider"];
}

function wrongWarning({ warnings }: EffectiveRoute, truth: readonly Truth[]): readonly string[] {
  // What becomes of a call to a number for faxes is in the verdict.
  const isWarned = warnings.some(({ kind }) => kind !== "fax_mode");
  return isWarned === truth.some(({ isDisturbed }) => isDisturbed) ? [] : ["wrong warning"];
}

/** Whether the agent answers in a state, undisturbed, after changes. */
type IsOursAfter<S> = (state: S, changes: readonly Change[]) => Promise<boolean>;

/** Each of them is tried once: states that differ in nothing but what disturbs come to the same. */
function outcomes<S extends object>(world: RouteWorld, table: RouteTable<S>): IsOursAfter<S> {
  const known = new Map<string, boolean>();
  return async (state, changes) => {
    const calm = table.undisturbed(state);
    const key = JSON.stringify([calm, changes]);
    const before = known.get(key);
    if (before !== undefined) return before;
    table.arrange(calm);
    world.write(changes);
    const isOurs = (await table.place()).verdict === "ours";
    known.set(key, isOurs);
    return isOurs;
  };
}

/** A fix makes the agent answer in every state that looks like this; where there is none, writing all that is wanted does not. */
async function wrongFix<S extends object>(
  isOursAfter: IsOursAfter<S>,
  { verdict, fix }: EffectiveRoute,
  states: readonly S[],
  everything: readonly Change[],
): Promise<readonly string[]> {
  if (verdict === "ours" || (verdict === "unknown" && fix.length === 0))
    return fix.length === 0 ? [] : ["a fix of nothing"];
  const after = new Set<boolean>();
  for (const state of states) after.add(await isOursAfter(state, fix.length === 0 ? everything : fix));
  return after.has(fix.length === 0) ? ["wrong fix"] : [];
}
