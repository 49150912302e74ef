/** Work that goes on after an answer was given, such as status callbacks. */
export class TaskGroup {
  #running = new Set<Promise<void>>();

  start(work: () => Promise<unknown>): void {
    const task = settle(work).finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Resolves when nothing runs any more, including what running work started. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

async function settle(work: () => Promise<unknown>): Promise<void> {
  // Not in the step that answers: the answer shows the resource before anything happened to it.
  await Promise.resolve();
  // A failed webhook is recorded as an alert where it happens; what arrives here is the emulator closing.
  await work().catch(() => undefined);
}
