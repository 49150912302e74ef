// A Switchhook in a process of its own, which does what it is told, and holds operations still at a step so that it can be
// killed there. Imports no more than it needs: it is started many times.
import { flushCompileCache } from "node:module";
import { type Actor, type Clock, createSwitchhook, type Switchhook } from "../../src/index.ts";
import type { Command, NumberRecord, Open, Request as ParentRequest, Ran, Reply } from "./protocol.ts";

let opened: Opened | undefined;
/** The steps of every number's operation so far, by the number's uid, and where each is to be held. */
const steps = new Map<string, string[]>();
const holdAt = new Map<string, number>();
const held = new Set<string>();
let onHeld = () => {};

interface Opened {
  readonly switchhook: Switchhook;
  readonly apiKey: string;
  readonly base: string;
  advance(ms: number): void;
}

const COMMANDS: { [C in keyof Command]: (args: Command[C]["args"]) => Promise<Command[C]["answer"]> } = {
  open,
  call: ({ method, path, body }) => call(method, path, body),
  run,
  untilHeld,
  advance: async ({ ms }) => current().advance(ms),
  start: () => current().switchhook.start(),
  recover: () => current().switchhook.api.operations.recover(),
  runBatches: () => current().switchhook.api.batches.runDue(),
  record: ({ phoneNumberId }) => record(phoneNumberId),
  stop: async () => {
    await current().switchhook.stop();
    process.disconnect();
  },
};

async function open({ options, skewMs, apiKey }: Open): Promise<void> {
  let offsetMs = skewMs;
  const clock: Clock = {
    now: () => new Date(Date.now() + offsetMs),
    sleep: async () => {},
    random: () => 0.5,
  };
  opened = {
    switchhook: await createSwitchhook({ ...options, apiKey, clock, onStep: reach }),
    apiKey,
    base: options.publicUrl ?? "",
    advance: (ms) => {
      offsetMs += ms;
    },
  };
}

/** A boundary between two effects. The operation gets no further than the one at which it is to be held. */
async function reach(
  step: string,
  { phoneNumberUid: uid }: { readonly phoneNumberUid: string },
): Promise<void> {
  const reached = steps.get(uid) ?? [];
  reached.push(step);
  steps.set(uid, reached);
  if (reached.length !== holdAt.get(uid)) return;
  held.add(uid);
  onHeld();
  await new Promise<never>(() => {});
}

async function run({ method, path, body, uid, holdAt: ordinal }: Command["run"]["args"]): Promise<Ran> {
  steps.delete(uid);
  holdAt.set(uid, ordinal);
  const answered = await call(method, path, body);
  return { ...answered, steps: steps.get(uid) ?? [] };
}

async function untilHeld({ count }: { count: number }): Promise<void> {
  while (held.size < count) {
    await new Promise<void>((resolve) => {
      onHeld = resolve;
    });
  }
}

async function call(method: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const { switchhook, apiKey, base } = current();
  const request = new Request(`${base}${path}`, {
    method,
    headers: { "x-api-key": apiKey },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await switchhook.fetch(request);
  return { status: response.status, body: await response.json() };
}

async function record(phoneNumberId: string): Promise<NumberRecord> {
  const { switchhook } = current();
  const actor: Actor = { orgId: switchhook.defaultOrganizationId, userId: "test", role: "owner" };
  const { rows } = await switchhook.api.phoneNumbers.list(actor, { limit: 1_000 });
  const number = rows.find(({ id }) => id === phoneNumberId);
  if (!number) throw new Error(`There is no number ${phoneNumberId}`);
  const [operations, audit] = await Promise.all([
    call("GET", `/api/operations?phoneNumberId=${phoneNumberId}`, undefined),
    call("GET", `/api/audit?targetId=${phoneNumberId}`, undefined),
  ]);
  return { number, operations: operations.body, audit: audit.body } as NumberRecord;
}

function current(): Opened {
  if (!opened) throw new Error("Nothing is open");
  return opened;
}

async function answer({ id, command, args }: ParentRequest): Promise<Reply> {
  try {
    // The parent builds every request from the same table of commands.
    return { id, value: await COMMANDS[command](args as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) };
  }
}

// What was compiled is lost with a process that is killed, so it is written down now.
flushCompileCache();
process.on("message", (request: ParentRequest) => {
  void answer(request).then((reply) => process.connected && process.send?.(reply));
});
