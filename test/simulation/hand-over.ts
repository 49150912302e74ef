// Numbers change hands in the middle of the traffic, and whose a call or a message is stays what it was when it began.
import type { CallResource, MessageResource } from "../../emulator/index.ts";
import { exportedEntries } from "../support/ledger.ts";
import { untilSo } from "../support/look-again.ts";
import type { TestNumber } from "../support/numbers.ts";
import type { World } from "../support/world.ts";

/** Who had a number before it changed hands, and who after: an organization and an agent. */
export interface HandOver {
  readonly number: TestNumber;
  readonly before: string;
  readonly after: string;
}

/** Does it in a second of its own: Twilio's times are whole seconds. @returns which */
export async function inAnotherSecond(change: () => Promise<void>): Promise<number> {
  const second = Math.floor(Date.now() / 1_000) * 1_000 + 1_000;
  await untilSo(() => Date.now() >= second);
  await change();
  return second;
}

/**
 * The number, the organization and the agent, by SID, by the emulator's own record of when each began. A leg that was
 * dialled is whose the call is that dialled it.
 */
export function trueHolders(
  world: World,
  handOvers: readonly HandOver[],
  second: number,
): Readonly<Record<string, string>> {
  const snapshot = world.emulator.control.snapshot();
  // A snapshot's calls and messages are the resources themselves.
  const [calls, messages] = [snapshot.calls as CallResource[], snapshot.messages as MessageResource[]];
  const callOf = new Map(calls.map((call) => [call.sid, call]));
  const holderOf = (begun: CallResource | MessageResource) => {
    const address = (begun.direction === "inbound" ? begun.to : begun.from)?.replace("whatsapp:", "");
    const handOver = handOvers.find(({ number }) => number.e164 === address);
    const holder = Date.parse(begun.date_created) < second ? handOver?.before : handOver?.after;
    return `${handOver?.number.id} ${holder}`;
  };
  return Object.fromEntries([
    ...calls.map((call) => [call.sid, holderOf(callOf.get(call.parent_call_sid ?? "") ?? call)]),
    ...messages.map((message) => [message.sid, holderOf(message)]),
  ]);
}

/** The same of every entry in an organization's ledger: one text for each SID, if its entries agree. */
export async function holdersInLedger(
  world: World,
  organization: string,
  headers?: Record<string, string>,
): Promise<readonly string[]> {
  const entries = await exportedEntries(world, headers);
  const holders = entries.map(
    ({ sid, phoneNumberId, chatbotId }) => `${sid} ${phoneNumberId} ${organization} ${chatbotId}`,
  );
  return [...new Set(holders)];
}
