// A line of processes on one database, each killed at a random moment while it applies a batch or takes one back. The next
// one ends what was begun: every number is changed whole or untouched, as its item says.
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createTestDatabase, type DatabaseKind, type TestDatabase } from "../support/databases.ts";
import { pause, untilSo } from "../support/look-again.ts";
import { ownOf } from "./crash-line.ts";
import { LEASE_MS, startLineProcess, WINDOW_MS } from "./line-process.ts";
import type { Answered } from "./protocol.ts";
import { type Names, namesOf, setUp, takenNumber } from "./scenarios.ts";
import type { SwitchhookProcess } from "./switchhook-process.ts";

const MAX_PASSES = 10;
/** Enough for them to be read from their account's list. */
const NUMBER_COUNT = 6;

/** When the process is killed, and what somebody decides before the next one goes on. */
export interface Kill {
  /** After so many of the batch's requests have come to Twilio. */
  readonly requestCount: number;
  /** And after so many turns of our own event loop, in which the process gets on with what follows. */
  readonly turns: number;
  readonly isCancelled: boolean;
}

/** Whether a number is as it was before the first batch, or as an undisturbed batch leaves it. */
type Held = "untouched" | "changed";

/** What a number is like, by what has become of it in the batch that changes it. */
const HELD: Readonly<Record<string, Held>> = { pending: "untouched", done: "changed", undone: "untouched" };

export class BatchLine {
  readonly #emulator: Emulator;
  readonly #database: TestDatabase;
  readonly #names = Array.from({ length: NUMBER_COUNT }, (_, index) => namesOf(index));
  #process: SwitchhookProcess | undefined;
  #skewMs = 0;
  #untouched: readonly unknown[] = [];
  #changed: readonly unknown[] = [];
  /** How many requests a batch makes that nobody disturbs. */
  requestCount = 0;

  private constructor(emulator: Emulator, database: TestDatabase) {
    this.#emulator = emulator;
    this.#database = database;
  }

  static async begin(kind: DatabaseKind): Promise<BatchLine> {
    // Twilio's own time stands still, so that equal resources look equal.
    const emulator = await startEmulator({ now: () => Date.UTC(2026, 0, 1) });
    const line = new BatchLine(emulator, await createTestDatabase(kind));
    await line.#begin();
    return line;
  }

  async end(): Promise<void> {
    await this.#process?.stop();
    await this.#emulator.close();
    await this.#database.drop();
  }

  async #begin(): Promise<void> {
    const { control } = this.#emulator;
    const process = await this.#alive();
    await this.#ask("POST", "/api/agents", { id: "agent_1", name: "An agent" });
    for (const names of this.#names) await setUp(process, control, { twilio: takenNumber }, names);
    await process.ask("start", undefined);
    this.#untouched = this.#held();
    control.clearRequests();
    const batch = await this.#apply(await this.#plan());
    const ended = await this.#until(batch, ({ endedAt }) => endedAt !== null);
    assert.equal(ended.counts.done, NUMBER_COUNT);
    this.requestCount = control.requests().length;
    this.#changed = this.#held();
    for (const [index, held] of this.#changed.entries()) assert.notDeepEqual(held, this.#untouched[index]);
    await this.#undo(batch);
  }

  /** Kills one process while it applies a batch, and another one while it takes that back. */
  async applyAndUndo(applying: Kill, undoing: Kill): Promise<readonly Held[]> {
    const batch = await this.#apply(await this.#plan());
    await this.#kill(applying, batch);
    const ended = await this.#untilEnded(batch);
    // It may have come to its end before it was killed, and cannot be cancelled then.
    if (!applying.isCancelled) assert.equal(ended.state, "done");
    const held = await this.#check(batch);
    if (ended.state === "done") assert.deepEqual([...new Set(held)], ["changed"]);
    if (held.includes("changed")) await this.#undo(batch, undoing);
    return held;
  }

  async #undo(batch: string, kill?: Kill): Promise<void> {
    const { control } = this.#emulator;
    control.clearRequests();
    const { id } = await this.#ask("POST", `/api/batches/${batch}/undo`);
    if (kill) await this.#kill(kill, id);
    await this.#untilEnded(id);
    const held = await this.#check(batch);
    // Nothing has moved on, so what is left is taken back by a second one.
    if (kill?.isCancelled && held.includes("changed")) return this.#undo(batch);
    assert.deepEqual(this.#held(), this.#untouched);
  }

  async #plan(): Promise<string> {
    const { id } = await this.#ask("POST", "/api/batches", {
      action: "assign",
      chatbotId: "agent_1",
      enableSms: true,
      enableWhatsApp: true,
      takeover: true,
      selection: { all: true },
    });
    await this.#until(id, ({ state }) => state === "planned");
    this.#emulator.control.clearRequests();
    return id;
  }

  /** Without a canary, whose webhooks would have to arrive somewhere. */
  async #apply(batch: string): Promise<string> {
    await this.#ask("POST", `/api/batches/${batch}/apply`, { canarySize: 0 });
    return batch;
  }

  async #kill({ requestCount, turns, isCancelled }: Kill, batch: string): Promise<void> {
    const { control } = this.#emulator;
    const process = await this.#alive();
    const end = new AbortController();
    const watching = this.#until(batch, ({ endedAt }) => endedAt !== null).then(
      () => end.abort(),
      () => {},
    );
    await untilSo(() => control.requests().length >= requestCount || end.signal.aborted);
    for (let count = 0; count < turns; count++) await turn();
    process.kill();
    assert.equal(await process.ended, "SIGKILL");
    await watching;
    this.#process = undefined;
    // Nobody else can have the embedded database open, so there is no lease to wait for.
    if (this.#database.kind !== "PGlite") this.#skewMs += LEASE_MS + 1_000;
    const next = await this.#alive();
    if (isCancelled) await next.ask("call", { method: "POST", path: `/api/batches/${batch}/cancel` });
    await next.ask("start", undefined);
  }

  async #alive(): Promise<SwitchhookProcess> {
    this.#process ??= await startLineProcess(this.#database, this.#emulator, this.#skewMs);
    return this.#process;
  }

  async #ask(method: string, path: string, body?: object): Promise<Answered["body"]> {
    const answer = await (await this.#alive()).ask("call", { method, path, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async #until(batch: string, isSo: (body: Answered["body"]) => boolean): Promise<Answered["body"]> {
    for (;;) {
      const body = await this.#ask("GET", `/api/batches/${batch}`);
      if (isSo(body)) return body;
      await pause();
    }
  }

  /** As the schedules would do it: what is open is recovered, and what is due goes on. */
  async #untilEnded(batch: string): Promise<Answered["body"]> {
    for (let passes = 0; passes < MAX_PASSES; passes++) {
      const process = await this.#alive();
      await process.ask("recover", undefined);
      await process.ask("runBatches", undefined);
      const body = await this.#ask("GET", `/api/batches/${batch}`);
      if (body.endedAt !== null && body.counts.running === 0) return body;
      // Not every run that is under way is one of those that were due.
      this.#skewMs += WINDOW_MS;
      await process.ask("advance", { ms: WINDOW_MS });
    }
    throw new Error(`The batch has not ended after ${MAX_PASSES} passes`);
  }

  #held(): readonly unknown[] {
    const snapshot = this.#emulator.control.snapshot();
    return this.#names.map((names) => ownOf(snapshot, names));
  }

  /** Twilio, the assignment and the batch agree about every number, and nothing of it is half. */
  async #check(batch: string): Promise<readonly Held[]> {
    const { items } = await this.#ask("GET", `/api/batches/${batch}/items`);
    const { valid } = await this.#ask("GET", "/api/audit/verify");
    assert.equal(valid, true);
    const held = this.#held();
    return Promise.all(
      this.#names.map(async ({ phoneNumberId }: Names, index) => {
        const item = items.find(
          (candidate: { phoneNumberId: string }) => candidate.phoneNumberId === phoneNumberId,
        );
        const expected = HELD[item?.state];
        assert.ok(expected, `${phoneNumberId}: ${JSON.stringify(item)}`);
        const number = await this.#ask("GET", `/api/phone-numbers/${phoneNumberId}`);
        assert.equal(number.chatbotId, expected === "changed" ? "agent_1" : null, phoneNumberId);
        assert.equal(number.openOperationId ?? null, null, phoneNumberId);
        assert.deepEqual(held[index], (expected === "changed" ? this.#changed : this.#untouched)[index]);
        return expected;
      }),
    );
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
