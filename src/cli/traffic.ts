// Calls and messages from the command line: sends, places, lists.
import type { Command } from "commander";
import { type Answer, pick, query, run, runOnce, tellPage } from "./run.ts";

interface Money {
  readonly amount: string;
  readonly currency: string;
}

interface Traffic {
  readonly sid: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly startedAt: string;
  readonly cost: Money | null;
}

interface Page extends Answer {
  readonly nextCursor: string | null;
}

interface CallPage extends Page {
  readonly calls: readonly (Traffic & { readonly durationSeconds: number | null })[];
}

interface MessagePage extends Page {
  readonly messages: readonly (Traffic & { readonly channel: string })[];
}

const FILTERS = ["phoneNumberId", "chatbotId", "direction", "status", "from", "to", "cursor"];

const IDEMPOTENCY_KEY = [
  "--idempotency-key <key>",
  "of an earlier attempt, so as not to do it twice",
] as const;

export function addTrafficCommands(program: Command): void {
  addSend(program);
  addCall(program);
  addMessages(program);
  addCalls(program);
}

function addSend(program: Command): void {
  program
    .command("send <phoneNumberId> <to> <text>")
    .description("send a message as an agent's number")
    .option("--whatsapp", "over WhatsApp rather than as an SMS")
    .option(...IDEMPOTENCY_KEY)
    .action(
      async (
        phoneNumberId: string,
        to: string,
        text: string,
        { whatsapp = false }: { whatsapp?: boolean },
        command: Command,
      ) => {
        const body = { phoneNumberId, to, text, channel: whatsapp ? "whatsapp" : "sms" };
        await runOnce(command, "/api/messages", body);
      },
    );
}

function addCall(program: Command): void {
  program
    .command("call <phoneNumberId> <to>")
    .description("place a call from an agent's number; the agent answers it")
    .option("--machine-detection <mode>", "find out who picks up: Enable or DetectMessageEnd")
    .option(...IDEMPOTENCY_KEY)
    .action(
      async (
        phoneNumberId: string,
        to: string,
        { machineDetection }: { machineDetection?: string },
        command: Command,
      ) => {
        await runOnce(command, "/api/calls", { phoneNumberId, to, machineDetection });
      },
    );
}

function addMessages(program: Command): void {
  list(program, "messages")
    .option("--channel <channel>", "sms, mms or whatsapp")
    .action(async (filter: Record<string, string>, command: Command) => {
      await run<MessagePage>(
        command,
        (api) => api.send("GET", `/api/messages?${query(pick(filter, [...FILTERS, "channel"]))}`),
        ({ messages, nextCursor }) =>
          tellPage(
            messages.map((message) => line(message, message.channel)),
            nextCursor,
          ),
      );
    });
}

function addCalls(program: Command): void {
  list(program, "calls").action(async (filter: Record<string, string>, command: Command) => {
    await run<CallPage>(
      command,
      (api) => api.send("GET", `/api/calls?${query(pick(filter, FILTERS))}`),
      ({ calls, nextCursor }) =>
        tellPage(
          calls.map((call) => line(call, call.durationSeconds === null ? "" : `${call.durationSeconds} s`)),
          nextCursor,
        ),
    );
  });
}

function list(program: Command, what: string): Command {
  return program
    .command(what)
    .description(`list the organization's ${what}, newest first`)
    .option("--phone-number-id <id>", "of this number")
    .option("--chatbot-id <id>", "of this agent")
    .option("--direction <direction>", "inbound or outbound")
    .option("--status <status>", "in Twilio's words, such as completed or delivered")
    .option("--from <time>", "began then or later, such as 2026-01-31T00:00:00Z")
    .option("--to <time>", "began before")
    .option("--cursor <cursor>", "the next page");
}

function line({ startedAt, direction, from, to, status, cost, sid }: Traffic, detail: string): string {
  const route = `${from} > ${to}`;
  const price = cost === null ? "" : `${cost.amount} ${cost.currency}`;
  return [
    startedAt,
    direction.padEnd(8),
    route.padEnd(44),
    status.padEnd(12),
    detail.padEnd(8),
    price.padEnd(12),
    sid,
  ].join(" ");
}
