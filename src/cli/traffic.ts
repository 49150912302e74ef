// Calls and messages from the command line: sends, places, lists.
import type { Command } from "commander";
import { runList, withPaging } from "./list.ts";
import { NUMBER, numberIdOf } from "./references.ts";
import { type Answer, runOnce } from "./run.ts";

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
    .command("send")
    .description("send a message as an agent's number")
    .argument(...NUMBER)
    .argument("<to>", "who gets it, such as +14155550199")
    .argument("<text>")
    .option("--whatsapp", "over WhatsApp rather than as an SMS")
    .option(...IDEMPOTENCY_KEY)
    .action(
      async (
        number: string,
        to: string,
        text: string,
        { whatsapp = false }: { whatsapp?: boolean },
        command: Command,
      ) => {
        await runOnce(command, "/api/messages", async (api) => {
          const phoneNumberId = await numberIdOf(api, number);
          return { phoneNumberId, to, text, channel: whatsapp ? "whatsapp" : "sms" };
        });
      },
    );
}

function addCall(program: Command): void {
  program
    .command("call")
    .description("place a call from an agent's number; the agent answers it")
    .argument(...NUMBER)
    .argument("<to>", "who is called, such as +14155550199 or sip:desk@example.com")
    .option("--machine-detection <mode>", "find out who picks up: Enable or DetectMessageEnd")
    .option(...IDEMPOTENCY_KEY)
    .action(
      async (
        number: string,
        to: string,
        { machineDetection }: { machineDetection?: string },
        command: Command,
      ) => {
        await runOnce(command, "/api/calls", async (api) => {
          const phoneNumberId = await numberIdOf(api, number);
          return { phoneNumberId, to, machineDetection };
        });
      },
    );
}

function addMessages(program: Command): void {
  list(program, "messages")
    .option("--channel <channel>", "sms, mms or whatsapp")
    .action(async (_flags: unknown, command: Command) => {
      await runList(command, {
        path: "/api/messages",
        rows: ({ messages }: MessagePage) => messages,
        noun: "messages",
        tell: (message) => line(message, message.channel),
        whenNone: "Send one: switchhook send",
      });
    });
}

function addCalls(program: Command): void {
  list(program, "calls").action(async (_flags: unknown, command: Command) => {
    await runList(command, {
      path: "/api/calls",
      rows: ({ calls }: CallPage) => calls,
      noun: "calls",
      tell: (call) => line(call, call.durationSeconds === null ? "" : `${call.durationSeconds} s`),
      whenNone: "Place one: switchhook call",
    });
  });
}

function list(program: Command, what: string): Command {
  return withPaging(
    program
      .command(what)
      .description(`list the organization's ${what}, newest first`)
      .option("--number <number>", `of this one: ${NUMBER[1]}`)
      .option("--agent <agentId>", "of this agent")
      .option("--direction <direction>", "inbound or outbound")
      .option("--status <status>", "in Twilio's words, such as completed or delivered")
      .option("--from <time>", "began then or later, such as 2026-01-31T00:00:00Z")
      .option("--to <time>", "began before"),
  );
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
