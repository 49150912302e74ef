// Starts the process under test and speaks with it; knows when, and of what, it died.
import { type ChildProcess, execFile, fork } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { COMPILE_CACHE } from "../support/compile-cache.ts";
import type { Command, Open, Reply } from "./protocol.ts";

/** "ended" when the process ended before it answered, as it does when it kills itself. */
export type Ended = typeof ENDED;
const ENDED = Symbol("ended");

const BUNDLE_SCRIPT = join(import.meta.dirname, "../../scripts/crash-child.mjs");
let bundling: Promise<string> | undefined;

/** Where `child.ts` is, in one file with all that it imports. */
function bundle(): Promise<string> {
  bundling ??= promisify(execFile)(process.execPath, [BUNDLE_SCRIPT]).then(({ stdout }) => stdout.trim());
  return bundling;
}

export class SwitchhookProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply | Ended) => void>();
  /** The signal that ended it, or null for an end of its own accord. */
  readonly ended: Promise<NodeJS.Signals | null>;
  #count = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (reply: Reply) => this.#settle(reply.id, reply));
    this.ended = new Promise((resolve) => {
      child.once("exit", (_code, signal) => {
        for (const id of this.#waiting.keys()) this.#settle(id, ENDED);
        resolve(signal);
      });
    });
  }

  /** A process with its database open. */
  static async start(open: Open): Promise<SwitchhookProcess> {
    const child = fork(await bundle(), {
      execPath: process.execPath,
      // What V8 takes its time to optimize of PGlite would not pay in a process that is soon killed.
      execArgv: ["--liftoff-only"],
      serialization: "advanced",
      env: { ...process.env, ...COMPILE_CACHE },
    });
    const started = new SwitchhookProcess(child);
    await started.ask("open", open);
    return started;
  }

  /** @throws what the command threw, and when the process ended instead */
  async ask<C extends keyof Command>(command: C, args: Command[C]["args"]): Promise<Command[C]["answer"]> {
    const answer = await this.tell(command, args);
    if (answer === ENDED) throw new Error(`The process ended while it was asked to ${command}`);
    return answer;
  }

  /** The same, where the process may end instead of answering. */
  async tell<C extends keyof Command>(
    command: C,
    args: Command[C]["args"],
  ): Promise<Command[C]["answer"] | Ended> {
    const id = ++this.#count;
    const answering = new Promise<Reply | Ended>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send({ id, command, args });
    const reply = await answering;
    if (reply === ENDED) return ENDED;
    if (reply.error !== undefined) throw new Error(`${command}: ${reply.error}`);
    // Typed by trust: the process answers each command from the same table of types.
    return reply.value;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.tell("stop", undefined);
    await this.ended;
  }

  #settle(id: number, reply: Reply | Ended): void {
    this.#waiting.get(id)?.(reply);
    this.#waiting.delete(id);
  }
}

export function hasEnded(answer: unknown): answer is Ended {
  return answer === ENDED;
}
