// Calls in both directions that end in every way, messages that come in and are replied to, and those that are sent; and
// all the time callbacks of what has been so far arrive.
import type { MessageResource } from "../../emulator/index.ts";
import type { TestNumber } from "../support/numbers.ts";
import type { ServedWorld } from "../support/served-world.ts";
import type { Network } from "./network.ts";
import { randomFrom } from "./random.ts";

/** Calls and messages that come in, and that go out. The legs that are dialled and the replies come on top. */
export interface Amount {
  readonly calls: number;
  readonly placed: number;
  readonly messages: number;
  readonly sends: number;
}

/** Of the two numbers one has messages, and the agent of the other one dials somebody. */
export interface Numbers {
  readonly ours: TestNumber;
  readonly frontDesk: TestNumber;
  /** Who may place calls from the front desk; the default organization where nobody is named. */
  readonly frontDeskHeaders?: Record<string, string>;
}

const AT_ONCE = 16;
const OUTCOMES = ["completed", "completed", "completed", "busy", "no-answer", "failed", "canceled"] as const;
type Outcome = (typeof OUTCOMES)[number];
/** What a call that was placed goes through. */
const CALL_WAYS: Record<Outcome, readonly string[]> = {
  completed: ["initiated", "ringing", "in-progress", "completed"],
  busy: ["initiated", "ringing", "busy"],
  "no-answer": ["initiated", "ringing", "no-answer"],
  failed: ["initiated", "failed"],
  canceled: ["canceled"],
};
/** And what a message that goes out does. */
const MESSAGE_WAYS = [
  ["sent", "delivered"],
  ["sent"],
  ["sent", "undelivered"],
  ["failed"],
  ["sent", "delivered", "read"],
];
const CHANNELS = ["sms", "sms", "whatsapp"] as const;
const BODIES = ["Hello?", "x".repeat(161), "ü".repeat(71), "\u{1F44B}".repeat(40), "STOP that, please"];

export class Traffic {
  readonly #world: ServedWorld;
  readonly #network: Network;
  readonly #chance: () => number;
  readonly #placed: string[] = [];
  #people = 0;

  constructor(world: ServedWorld, network: Network, seed: number) {
    this.#world = world;
    this.#network = network;
    this.#chance = randomFrom(seed);
  }

  /** What comes in happens from its beginning to its end; what goes out is only begun. */
  async begin({ calls, placed, messages, sends }: Amount, numbers: Numbers): Promise<void> {
    await this.#inTheNetwork(calls, () => this.#callIn(numbers));
    await this.#inTheNetwork(placed, () => this.#place(numbers));
    await this.#inTheNetwork(messages, () => this.#messageIn(numbers));
    await this.#inTheNetwork(sends, () => this.#send(numbers));
  }

  /** What goes out, and the replies, end in every way that there is. */
  async end(): Promise<void> {
    const { control } = this.#world.emulator;
    await this.#inTheNetwork(this.#placed.length, async (index) => {
      const details = {
        durationSeconds: this.#seconds(),
        dialOutcome: this.#pick(OUTCOMES),
        dialSeconds: this.#seconds(),
      };
      for (const status of CALL_WAYS[this.#pick(OUTCOMES)]) {
        await control.advanceCall(this.#placed[index] ?? "", status, details);
      }
    });
    // A snapshot's messages are the resources themselves.
    const messages = control.snapshot().messages as MessageResource[];
    const outbound = messages.filter(({ direction }) => direction !== "inbound");
    await this.#inTheNetwork(outbound.length, async (index) => {
      for (const status of this.#pick(MESSAGE_WAYS)) {
        await control.advanceMessage(outbound[index]?.sid ?? "", status);
      }
    });
  }

  #callIn({ ours, frontDesk }: Numbers) {
    return this.#world.emulator.control.placeCall({
      from: this.#somebody(),
      to: this.#pick([ours, frontDesk]).e164,
      outcome: this.#pick(OUTCOMES),
      answerSeconds: this.#seconds(),
      dialSeconds: this.#seconds(),
    });
  }

  async #place({ ours, frontDesk, frontDeskHeaders }: Numbers) {
    const number = this.#pick([ours, frontDesk]);
    const headers = number === frontDesk ? frontDeskHeaders : undefined;
    const call = { phoneNumberId: number.id, to: this.#somebody() };
    this.#placed.push(await this.#request("/api/calls", call, headers));
  }

  #messageIn({ ours }: Numbers) {
    return this.#world.emulator.control.receiveMessage({
      from: this.#somebody(),
      to: ours.e164,
      body: this.#pick(BODIES),
      channel: this.#pick(CHANNELS),
    });
  }

  #send({ ours }: Numbers) {
    const message = { phoneNumberId: ours.id, to: this.#somebody(), text: this.#pick(BODIES) };
    return this.#request("/api/messages", message);
  }

  /** @returns the SID of what was sent */
  async #request(path: string, input: object, headers?: Record<string, string>): Promise<string> {
    const { status, body } = await this.#world.request("POST", path, input, headers);
    if (status !== 201) throw new Error(`Not sent: ${status}`);
    return body.sid;
  }

  #inTheNetwork(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
    return inParallel(count, async (index) => {
      await act(index);
      await this.#network.deliverSome();
    });
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#chance() * items.length)] as T;
  }

  #seconds(): number {
    return Math.floor(this.#chance() * 200);
  }

  #somebody(): string {
    this.#people += 1;
    return `+1415557${String(this.#people).padStart(4, "0")}`;
  }
}

async function inParallel(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
