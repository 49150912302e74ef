import { newUuid } from "../base/ids.ts";

const KIND = "echo";

/**
 * Announces something to itself. Announcements are heard in the order of their commits, so once the echo is back, all
 * that was committed before it was sent has been heard.
 */
export class Echo {
  readonly #announce: (payload: string) => Promise<unknown>;
  readonly #waiting = new Map<string, () => void>();
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(announce: (payload: string) => Promise<unknown>) {
    this.#announce = announce;
  }

  /** Resolves when an echo is back that was sent after the call. On a connection that breaks it never is. */
  send(): Promise<void> {
    // One at a time; all who ask meanwhile share the next.
    this.#next ??= this.#current.then(() => this.#sendNext());
    return this.#next;
  }

  #sendNext(): Promise<void> {
    const sent = this.#sendOne();
    this.#next = undefined;
    this.#current = sent.catch(() => {});
    return sent;
  }

  async #sendOne(): Promise<void> {
    const payload = JSON.stringify([KIND, newUuid()]);
    const back = new Promise<void>((resolve) => this.#waiting.set(payload, resolve));
    try {
      await this.#announce(payload);
      await back;
    } finally {
      this.#waiting.delete(payload);
    }
  }

  /** Whether a payload is an echo, this one's or another node's, and so nobody else's business. */
  take(payload: string): boolean {
    this.#waiting.get(payload)?.();
    return payload.startsWith(`["${KIND}"`);
  }
}
