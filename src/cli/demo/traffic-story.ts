// The story's calls and messages: they are answered, and each of them shows what became of it and what it costs.
import { addMs, systemClock } from "../../base/clock.ts";
import { DAY_MS } from "../../base/durations.ts";
import { dayOf } from "../../usage/day.ts";
import type { Narrator } from "./narrator.ts";
import type { StoryDeps } from "./story-deps.ts";

const CALLER = "+14155550199";

interface Money {
  readonly amount: string;
  readonly currency: string;
}

interface Listed {
  readonly direction: string;
  readonly status: string;
  readonly cost: Money | null;
}
interface ListedCall extends Listed {
  readonly durationSeconds: number | null;
}
interface ListedMessage extends Listed {
  readonly channel: string;
  readonly segments: number | null;
  readonly timeline: readonly { readonly status: string }[];
}

export async function placeCallAndMessages(deps: StoryDeps): Promise<void> {
  const { emulator, account, tell } = deps;
  tell.heading("Place a test call and test messages");
  await setRates(deps);
  const [frontDesk, support] = [account.numbers[6]?.phoneNumber ?? "", account.numbers[3]?.phoneNumber ?? ""];
  await placeCall(deps, frontDesk);
  for (const [channel, to] of [
    ["sms", frontDesk],
    ["whatsapp", support],
  ] as const) {
    const message = await emulator.control.receiveMessage({ from: CALLER, to, body: "Hello?", channel });
    tell.line(`A message by ${channel} to ${to}: ${message.twiml ?? "no TwiML"}`);
    tell.check("its agent replies", message.replies.length, 1);
  }
  await emulator.control.idle();
  await showWhatBecameOfThem(deps);
}

/** What the organization charges its own customers, say. */
async function setRates({ api, tell }: StoryDeps): Promise<void> {
  const rates = [
    { kind: "voice", direction: "inbound", unit: "minute", amount: "0.02" },
    { kind: "sms", direction: "inbound", unit: "segment", amount: "0.01" },
    { kind: "sms", direction: "outbound", unit: "segment", amount: "0.012" },
    { kind: "whatsapp", direction: "inbound", unit: "message", amount: "0.006" },
    { kind: "whatsapp", direction: "outbound", unit: "message", amount: "0.009" },
  ];
  await api.send("PUT", "/api/usage/rates", { currency: "USD", rates });
  tell.line(
    "Rates are set: 0.02 USD a minute, 0.01 a segment that comes in, 0.012 one that goes out, and so on.",
  );
}

async function placeCall({ emulator, tell }: StoryDeps, to: string): Promise<void> {
  const call = await emulator.control.placeCall({ from: CALLER, to, answerSeconds: 61 });
  tell.line(`A call to ${to}: ${call.twiml ?? "no TwiML"}`);
  tell.check("the front desk answers it", call.twiml?.includes("this is the front desk"), true);
  const status = call.webhooks.find(({ kind }) => kind === "status");
  tell.check("the status callback is stored (204)", status?.status, 204);
}

async function showWhatBecameOfThem({ api, tell }: StoryDeps): Promise<void> {
  tell.heading("See what became of them, and what they cost");
  const { calls } = await api.send<{ calls: ListedCall[] }>("GET", "/api/calls");
  for (const call of calls) tellListed(tell, "call", call, `${call.durationSeconds} s`);
  const { messages } = await api.send<{ messages: ListedMessage[] }>("GET", "/api/messages");
  for (const message of messages) {
    const { channel, segments, timeline } = message;
    const steps = timeline.map(({ status }) => status).join(" → ");
    tellListed(tell, channel, message, `${segments ?? "not yet known how many"} segments, ${steps}`);
  }
  const [call] = calls;
  tell.check(
    "the call took 61 s, which are two minutes to pay",
    [calls.length, call?.status, call?.durationSeconds, Number(call?.cost?.amount)],
    [1, "completed", 61, 0.04],
  );
  const replies = messages.filter(({ direction }) => direction === "outbound");
  tell.check(
    "two messages came in, and both replies were delivered",
    [messages.length - replies.length, replies.map(({ status }) => status)],
    [2, ["delivered", "delivered"]],
  );
  tell.check(
    "each message shows what it costs",
    messages.map(({ channel, direction, cost }) => `${channel} ${direction} ${cost?.amount}`).toSorted(),
    ["sms inbound 0.01", "sms outbound 0.012", "whatsapp inbound 0.006", "whatsapp outbound 0.009"],
  );
  const { totals } = await api.send<{ totals: { count: number; cost: Money | null } }>("GET", usageOfToday());
  tell.check("the ledger has each of the five once", totals.count, 5);
  tell.check("together they cost 0.077 USD", totals.cost, { amount: "0.077", currency: "USD" });
}

function tellListed(tell: Narrator, what: string, { direction, status, cost }: Listed, more: string): void {
  const price = cost === null ? "no rate" : `${cost.amount} ${cost.currency}`;
  tell.line([what.padEnd(9), direction.padEnd(9), status.padEnd(10), price.padEnd(12), more].join(" "));
}

/** From yesterday on, in case the story is told around midnight. */
function usageOfToday(): string {
  const [from, to] = [-DAY_MS, 0].map((ms) => dayOf(addMs(systemClock.now(), ms)));
  return `/api/usage?from=${from}&to=${to}`;
}
