import { utcDay } from "./formats.ts";
import type { CallResource, MessageResource } from "./resources.ts";

/** What began on one day. */
export interface DayTraffic {
  readonly calls: CallResource[];
  readonly messages: MessageResource[];
}

const NO_TRAFFIC: DayTraffic = { calls: [], messages: [] };

/**
 * Answered calls and all messages by account and UTC day of their start, so that the usage of a day does not need a
 * look at everything there ever was. A message that is deleted later was still billed, and stays.
 */
export class DayBook {
  readonly #accounts = new Map<string, Map<string, DayTraffic>>();

  addCall(call: CallResource, startMs: number): void {
    this.#page(call.account_sid, utcDay(startMs)).calls.push(call);
  }

  addMessage(message: MessageResource, startMs: number): void {
    this.#page(message.account_sid, utcDay(startMs)).messages.push(message);
  }

  on(accountSid: string, day: string): DayTraffic {
    return this.#accounts.get(accountSid)?.get(day) ?? NO_TRAFFIC;
  }

  /** The days on which anything began, in no order. */
  days(accountSid: string): string[] {
    return [...(this.#accounts.get(accountSid)?.keys() ?? [])];
  }

  #page(accountSid: string, day: string): DayTraffic {
    const days = this.#accounts.get(accountSid) ?? new Map<string, DayTraffic>();
    this.#accounts.set(accountSid, days);
    const page = days.get(day) ?? { calls: [], messages: [] };
    days.set(day, page);
    return page;
  }
}
