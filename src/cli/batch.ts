// A change of many numbers from the command line: plan it, look at it, apply it, follow it, take it back.
import type { Command } from "commander";
import { count } from "./count.ts";
import { runList, withPaging } from "./list.ts";
import { ACCOUNT, accountIdOf, NUMBER, numberIdsOf } from "./references.ts";
import { type Answer, run, runFollowing } from "./run.ts";
import { inWordsOf } from "./wording.ts";

interface Batch extends Answer {
  readonly id: string;
  readonly state: string;
  readonly action: string;
  readonly enableSms: boolean;
  readonly enableWhatsApp: boolean;
  readonly createdAt: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly stopped: { readonly detail: string } | null;
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
}

interface BatchPage extends Answer {
  readonly batches: readonly Batch[];
  readonly nextCursor: string | null;
}

interface ItemPage extends Answer {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

interface Item {
  readonly phoneNumberId: string;
  /** Null of a number that there is no more. */
  readonly phoneNumber: string | null;
  readonly state: string;
  readonly changes: readonly {
    readonly field: string;
    readonly before: string;
    readonly after: string;
  }[];
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

const BATCHES = "/api/batches";

export function addBatchCommands(program: Command): void {
  const batch = program.command("batch").description("change many numbers: plan, apply, follow, undo");
  addPlan(batch);
  addApply(batch);
  addLists(batch);
  addDecision(batch, "pause", "begin nothing more until it is resumed");
  addDecision(batch, "resume", "go on with a paused batch");
  addDecision(batch, "cancel", "give a plan or a batch up; what is changed stays changed");
  addDecision(batch, "undo", "take back what a batch has changed, with a batch of its own");
  batch
    .command("follow <id>")
    .description("tell what a batch does until it ends; exits with 1 when it stopped or a number failed")
    .action((id: string, _flags: unknown, command: Command) => follow(command, id));
}

interface PlanFlags {
  readonly all?: true;
  readonly number?: readonly string[];
  readonly agent?: string;
  readonly account?: string;
  readonly health?: string;
  readonly verdict?: string;
  readonly search?: string;
  readonly to?: string;
  readonly sms?: true;
  readonly whatsapp?: true;
  readonly takeover?: true;
  readonly restore?: true;
}

function addPlan(batch: Command): void {
  batch
    .command("plan <action>")
    .description("say what configure, assign or unassign would do with the selected numbers; changes nothing")
    .option("--all", "all numbers")
    .option("--number <number...>", `these numbers, each ${NUMBER[1]}`)
    .option("--agent <agentId>", "the numbers of an agent")
    .option("--account <account>", `the numbers of a Twilio account: ${ACCOUNT[1]}`)
    .option("--health <health>", "the numbers of a health, such as drifted")
    .option("--verdict <verdict>", "the numbers that, say, nobody answers; see docs/who-answers.md")
    .option("--search <text>", "part of the number or its name")
    .option("--to <agentId>", "assign: the agent")
    .option("--sms", "assign: answer SMS as well")
    .option("--whatsapp", "assign: answer WhatsApp as well")
    .option("--takeover", "assign: take over what shadows a number, or what others hold")
    .option("--restore", "unassign: put back what stood in Twilio before")
    .action(async (action: string, flags: PlanFlags, command: Command) => {
      const { all, number: numbers, agent, account, health, verdict, search } = flags;
      const { to: chatbotId, sms: enableSms, whatsapp: enableWhatsApp, takeover, restore } = flags;
      if (action === "assign" && chatbotId === undefined) command.error("error: assign needs --to <agentId>");
      await run<Batch>(
        command,
        async (api) => {
          const phoneNumberIds = numbers && (await numberIdsOf(api, numbers));
          const accountId = account === undefined ? undefined : await accountIdOf(api, account);
          const selection = { all, phoneNumberIds, chatbotId: agent, accountId, health, verdict, search };
          const body = { action, chatbotId, enableSms, enableWhatsApp, takeover, restore, selection };
          return api.send("POST", BATCHES, body);
        },
        tellPlan,
      );
    });
}

function addApply(batch: Command): void {
  batch
    .command("apply <id>")
    .description("apply a plan: a few numbers first, and when these are verified all others")
    .option("--canary-size <count>", "how many go first; 0 for none", count)
    .option("--failure-budget <count>", "how many may fail before it stops", count)
    .option("--follow", "tell what it does until it ends")
    .action(async (id: string, flags: Readonly<Record<string, number | boolean>>, command: Command) => {
      const { canarySize, failureBudget } = flags;
      const body = { canarySize, failureBudget };
      await run<Batch>(command, (api) => api.send("POST", `${pathOf(id)}/apply`, body), tellBatch);
      if (flags.follow) await follow(command, id);
    });
}

function addLists(batch: Command): void {
  withPaging(batch.command("list").description("list plans and batches, newest first")).action(
    async (_flags: unknown, command: Command) => {
      await runList(command, {
        path: BATCHES,
        rows: ({ batches }: BatchPage) => batches,
        noun: "plans or batches",
        tell: tellBatch,
        whenNone: "Plan one, which changes nothing: switchhook batch plan",
      });
    },
  );
  batch
    .command("show <id>")
    .description("show a plan or a batch")
    .action(async (id: string, _flags: unknown, command: Command) => {
      await run<Batch>(command, (api) => api.send("GET", pathOf(id)), tellBatch);
    });
  withPaging(
    batch
      .command("items <id>")
      .description("list a batch's numbers: what is planned, and what has become of it")
      .option("--state <state>", "such as pending, skipped or failed"),
  ).action(async (id: string, _flags: unknown, command: Command) => {
    await runList(command, {
      path: `${pathOf(id)}/items`,
      rows: ({ items }: ItemPage) => items,
      noun: "numbers",
      tell: (item) => tellItem(command, item),
    });
  });
}

function addDecision(batch: Command, action: string, description: string): void {
  batch
    .command(`${action} <id>`)
    .description(description)
    .action(async (id: string, _flags: unknown, command: Command) => {
      await run<Batch>(command, (api) => api.send("POST", `${pathOf(id)}/${action}`), tellBatch);
    });
}

async function follow(command: Command, id: string): Promise<void> {
  const last = await runFollowing<Batch>(command, `${pathOf(id)}/events`, tellBatch);
  if (last?.state === "stopped" || (last?.counts.failed ?? 0) > 0) process.exitCode = 1;
}

function tellPlan(batch: Batch): string {
  const { id, action, enableSms, enableWhatsApp } = batch;
  const channels = [
    { name: "SMS", isOn: enableSms },
    { name: "WhatsApp", isOn: enableWhatsApp },
  ];
  const answered = ["calls", ...channels.filter(({ isOn }) => isOn).map(({ name }) => name)];
  const others = channels.filter(({ isOn }) => !isOn).map(({ name }) => `no ${name}`);
  const without = others.length === 0 ? "" : `, and ${others.join(" and ")}, also of numbers that had it`;
  return [
    tellBatch(batch),
    ...(action === "assign" ? [`  The agent answers ${answered.join(" and ")}${without}.`] : []),
    `  switchhook batch items ${id} lists what is written, number by number.`,
  ].join("\n");
}

function tellBatch(batch: Batch): string {
  const { id, state, action, counts, perSecond, secondsLeft, stopped } = batch;
  const numbers = Object.entries(counts).flatMap(([name, number]) =>
    number === 0 ? [] : [`${number} ${name}`],
  );
  const rate = perSecond === null ? [] : [`${perSecond.toFixed(1)}/s`];
  const left = secondsLeft === null ? [] : [`${secondsLeft} s left`];
  const why = stopped === null ? [] : [stopped.detail];
  const told = [...numbers, ...rate, ...left, ...why].join(", ");
  return [id, action.padEnd(9), state.padEnd(9), told].join(" ").trimEnd();
}

function tellItem(command: Command, { phoneNumberId, phoneNumber, state, changes, problem }: Item): string {
  const why = problem === null ? [] : [`  ${problem.code}: ${inWordsOf(command, problem.detail)}`];
  const fields = changes.map(({ field, before, after }) => `  ${field}: ${before || "-"} > ${after || "-"}`);
  return [`${state.padEnd(9)} ${(phoneNumber ?? "").padEnd(16)} ${phoneNumberId}`, ...fields, ...why].join(
    "\n",
  );
}

function pathOf(id: string): string {
  return `${BATCHES}/${encodeURIComponent(id)}`;
}
