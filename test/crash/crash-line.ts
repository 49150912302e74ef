// A line of processes on one database: each finishes what its predecessor left behind, then makes changes of its own and
// is killed in the middle of them.
import assert from "node:assert/strict";
import { type Emulator, type Snapshot, startEmulator } from "../../emulator/index.ts";
import type { ResourceConfig } from "../../src/twilio/webhook-config.ts";
import { createTestDatabase, type DatabaseKind, type TestDatabase } from "../support/databases.ts";
import { untilSo } from "../support/look-again.ts";
import { LEASE_MS, startLineProcess, WINDOW_MS } from "./line-process.ts";
import type { Answered, NumberRecord } from "./protocol.ts";
import { type Names, namesOf, type Scenario, setUp } from "./scenarios.ts";
import { hasEnded, type SwitchhookProcess } from "./switchhook-process.ts";
import { fieldsInTwilio } from "./twilio-fields.ts";

const MAX_PASSES = 4;

/** When the process is killed: at a step, or while Twilio does not answer a write; both counted from 1. */
export type Moment =
  | { readonly at: "step"; readonly ordinal: number }
  | { readonly at: "hang" | "applyThenHang" | "hangThenApply"; readonly ordinal: number };

/** One number's change, and how things were before it. */
interface Run {
  readonly names: Names;
  readonly moment: Moment;
  readonly before: NumberRecord;
  readonly twilioBefore: unknown;
}

/** A change that nobody disturbed: what has to come out where recovery goes forward. */
export interface Reference {
  readonly steps: readonly string[];
  readonly writeCount: number;
  readonly twilio: unknown;
  readonly record: NumberRecord;
}

export type End = "as before" | "changed whole";

export class CrashLine {
  readonly #emulator: Emulator;
  readonly #database: TestDatabase;
  #process: SwitchhookProcess | undefined;
  #skewMs = 0;
  #runCount = 0;

  private constructor(emulator: Emulator, database: TestDatabase) {
    this.#emulator = emulator;
    this.#database = database;
  }

  static async begin(kind: DatabaseKind): Promise<CrashLine> {
    // Twilio's own time stands still, so that equal resources look equal.
    const emulator = await startEmulator({ now: () => Date.UTC(2026, 0, 1) });
    const line = new CrashLine(emulator, await createTestDatabase(kind));
    const process = await line.#alive();
    for (const id of ["agent_1", "agent_2"]) {
      await process.ask("call", { method: "POST", path: "/api/agents", body: { id, name: id } });
    }
    return line;
  }

  async end(): Promise<void> {
    await this.#process?.stop();
    await this.#emulator.close();
    await this.#database.drop();
  }

  /** Makes the change once and lets it end. */
  async undisturbed(scenario: Scenario): Promise<Reference> {
    const { control } = this.#emulator;
    const process = await this.#alive();
    const run = await this.#setUp(scenario, { at: "step", ordinal: 0 });
    const ran = await this.#change(scenario, run);
    if (hasEnded(ran)) throw new Error("The process ended, though nobody killed it");
    assert.equal(ran.status, scenario.status, JSON.stringify(ran.body));
    const { tag, phoneNumberId } = run.names;
    const twilio = this.#held(run);
    if (scenario.outcome === "rolled_back") assert.deepEqual(twilio, run.twilioBefore);
    else assert.notDeepEqual(twilio, run.twilioBefore);
    return {
      twilio,
      steps: ran.steps,
      writeCount: control.requests({ method: "POST", path: tag }).length,
      record: await process.ask("record", { phoneNumberId }),
    };
  }

  /**
   * Makes the change on a number for each moment, kills the process when every one has come to its moment, has the next
   * process recover, and checks each number.
   */
  async kill(scenario: Scenario, moments: readonly Moment[], reference: Reference): Promise<readonly End[]> {
    const { control } = this.#emulator;
    const bystanders = control.snapshot();
    const runs: Run[] = [];
    for (const moment of moments) runs.push(await this.#setUp(scenario, moment));
    await this.#killAtTheirMoments(scenario, runs);

    await this.#firstLook(scenario);
    // A write that lands now is one that recovery could not see.
    const lateCount = moments.filter(({ at }) => at === "hangThenApply").length;
    assert.equal(control.releaseHeld(), lateCount, "Writes that land late");
    await this.#recover(runs);

    const records = await this.#records(runs);
    const check = (run: Run, index: number) =>
      naming(run, reference, () => this.#expectWhole(scenario, run, records[index], reference));
    const ends = runs.map(check);
    assert.deepEqual(without(control.snapshot(), runs), without(bystanders, runs));
    // It is over: whatever time passes, nothing changes any more.
    await this.#pass(WINDOW_MS);
    assert.deepEqual(await this.#records(runs), records);
    assert.deepEqual(runs.map(check), ends);
    const verdict = await this.#ask("GET", "/api/audit/verify");
    assert.equal(verdict.body.valid, true, JSON.stringify(verdict.body));
    return ends;
  }

  /** The process that lives; a new one where the last has died. */
  async #alive(): Promise<SwitchhookProcess> {
    this.#process ??= await startLineProcess(this.#database, this.#emulator, this.#skewMs);
    return this.#process;
  }

  async #ask(method: string, path: string): Promise<Answered> {
    return (await this.#alive()).ask("call", { method, path });
  }

  async #setUp(scenario: Scenario, moment: Moment): Promise<Run> {
    const { control } = this.#emulator;
    const process = await this.#alive();
    const names = namesOf(this.#runCount++);
    await setUp(process, control, scenario, names);
    control.clearRequests();
    if (moment.at !== "step") {
      const effect = { kind: moment.at };
      control.addFault({ method: "POST", path: names.tag, skip: moment.ordinal - 1, effect });
    }
    const before = await process.ask("record", { phoneNumberId: names.phoneNumberId });
    return { names, moment, before, twilioBefore: ownOf(control.snapshot(), names) };
  }

  async #change(scenario: Scenario, { names, moment, before }: Run) {
    const process = await this.#alive();
    const holdAt = moment.at === "step" ? moment.ordinal : 0;
    return process.tell("run", { ...scenario.change(names), uid: before.number.uid, holdAt });
  }

  async #killAtTheirMoments(scenario: Scenario, runs: readonly Run[]): Promise<void> {
    const { control } = this.#emulator;
    const process = await this.#alive();
    const changes = runs.map((run) => this.#change(scenario, run));
    await process.ask("untilHeld", { count: runs.filter(({ moment }) => moment.at === "step").length });
    const isWaiting = ({ names, moment }: Run) =>
      moment.at === "step" || control.requests({ method: "POST", path: names.tag }).length === moment.ordinal;
    await untilSo(() => runs.every(isWaiting));
    process.kill();
    assert.ok((await Promise.all(changes)).every(hasEnded), "A change came to an end");
    assert.equal(await process.ended, "SIGKILL");
    this.#process = undefined;
  }

  /** The first look at what the dead process left, as soon as it is the next one's to look at. */
  async #firstLook({ restarts }: Scenario): Promise<void> {
    // Nobody else can have the embedded database open, so there is no lease to wait for.
    if (!(restarts && this.#database.kind === "PGlite")) await this.#letTimePass(LEASE_MS + 1_000);
    const process = await this.#alive();
    await process.ask(restarts ? "start" : "recover", undefined);
  }

  async #letTimePass(ms: number): Promise<void> {
    this.#skewMs += ms;
    await this.#process?.ask("advance", { ms });
  }

  async #pass(ms: number): Promise<void> {
    await this.#letTimePass(ms);
    await (await this.#alive()).ask("recover", undefined);
  }

  /** Recovery until nothing is open, as the schedule would do it. */
  async #recover(runs: readonly Run[]): Promise<void> {
    for (let passes = 0; passes < MAX_PASSES; passes++) {
      const records = await this.#records(runs);
      if (records.every(({ number }) => number.openOperationId === undefined)) return;
      await this.#pass(WINDOW_MS);
    }
    throw new Error(`There are still open operations after ${MAX_PASSES} passes`);
  }

  async #records(runs: readonly Run[]): Promise<readonly NumberRecord[]> {
    const process = await this.#alive();
    return Promise.all(
      runs.map(({ names }) => process.ask("record", { phoneNumberId: names.phoneNumberId })),
    );
  }

  /** Twilio and the database agree that the change took place whole, or that it did not take place at all. */
  #expectWhole(scenario: Scenario, run: Run, record: NumberRecord | undefined, reference: Reference): End {
    if (!record) throw new Error("The number is gone");
    const state = stateOfTheOneOperation(run, record);
    if (state === "rolled_back") {
      assert.deepEqual(this.#held(run), run.twilioBefore);
      // All but when it was taken back.
      assert.deepEqual({ ...record.number, settledAt: run.before.number.settledAt }, run.before.number);
      return "as before";
    }
    assert.equal(state, "committed");
    assert.equal(scenario.outcome, "committed");
    assert.deepEqual(this.#held(run), reference.twilio);
    assert.deepEqual(assignmentOf(record), assignmentOf(reference.record));
    for (const configs of [record.number.desired, record.number.observed]) this.#expectInTwilio(configs);
    return "changed whole";
  }

  #held({ names }: Run): unknown {
    return ownOf(this.#emulator.control.snapshot(), names);
  }

  /** Twilio holds what the database says that it holds. */
  #expectInTwilio(configs: readonly ResourceConfig[] = []): void {
    const snapshot = this.#emulator.control.snapshot();
    for (const { sid, fields } of configs) {
      const held = fieldsInTwilio(snapshot, sid);
      for (const [field, value] of Object.entries(fields)) {
        assert.equal(held(field), value, `${field} of ${sid}`);
      }
    }
  }
}

/** One operation was begun and has ended; the audit log has one entry more, for that end. */
function stateOfTheOneOperation(run: Run, { operations, audit }: NumberRecord): string {
  const begun = newestOf(operations.operations, run.before.operations.operations);
  const entries = newestOf(audit.entries, run.before.audit.entries);
  assert.equal(begun.length, 1);
  assert.deepEqual(
    entries.map(({ outcome, after }) => ({ id: after?.operationId, state: outcome })),
    begun.map(({ id, state }) => ({ id, state })),
  );
  return begun[0]?.state ?? "";
}

function newestOf<T>(now: readonly T[], before: readonly T[]): readonly T[] {
  return now.slice(0, now.length - before.length);
}

function assignmentOf({ number: { assignment, health } }: NumberRecord): unknown {
  return { agentId: assignment?.agentId, channels: assignment?.channels, health };
}

/** The resources of one run, its own names taken out, so that those of two runs can be compared. */
export function ownOf(snapshot: Snapshot, { tag, e164 }: Names): unknown {
  const isOwn = (resource: object) => JSON.stringify(resource).includes(tag);
  const own = Object.entries(snapshot).map(([kind, resources]) => [
    kind,
    Array.isArray(resources) ? resources.filter(isOwn) : [],
  ]);
  const named = JSON.stringify(Object.fromEntries(own));
  return JSON.parse(named.replaceAll(tag, "(tag)").replaceAll(e164, "(number)"));
}

/** The resources of nobody in particular. */
function without(snapshot: Snapshot, runs: readonly Run[]): unknown {
  const isOthers = (resource: object) => {
    const text = JSON.stringify(resource);
    return !runs.some(({ names }) => text.includes(names.tag));
  };
  return Object.entries(snapshot).map(([kind, resources]) => [
    kind,
    Array.isArray(resources) ? resources.filter(isOthers) : resources,
  ]);
}

function naming<T>({ moment }: Run, { steps }: Reference, check: () => T): T {
  const { at, ordinal } = moment;
  try {
    return check();
  } catch (error) {
    const name = at === "step" ? `step ${ordinal}, ${steps[ordinal - 1]}` : `write ${ordinal}, ${at}`;
    throw new Error(`Killed at ${name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
