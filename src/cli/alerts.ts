// Alerts from the command line: lists them, says that somebody looks after one, and sets where they are sent.
import type { Command } from "commander";
import { addGroup } from "./group.ts";
import { runList, withPaging } from "./list.ts";
import { addReceiverCommands, type ShownReceiver } from "./receiver.ts";
import { NUMBER } from "./references.ts";
import { type Answer, run } from "./run.ts";
import { inWordsOf } from "./wording.ts";

interface Alert extends Answer {
  readonly id: string;
  readonly severity: string;
  readonly state: string;
  readonly phoneNumber: { readonly phoneNumber: string } | null;
  readonly title: string;
  readonly detail: string;
  readonly count: number;
  readonly lastSeenAt: string;
  readonly acknowledgedBy: string | null;
}

interface AlertPage extends Answer {
  readonly alerts: readonly Alert[];
  readonly nextCursor: string | null;
}

interface ShownWebhook extends Answer {
  readonly webhook: ShownReceiver | null;
}

interface PutWebhook extends Answer {
  readonly secret: string | null;
}

const PATH = "/api/alerts";

export function addAlertCommands(program: Command): void {
  const alerts = addGroup(program, "alerts", "list alerts, and set where they are sent");
  addList(alerts);
  addAcknowledge(alerts);
  addWebhook(addGroup(alerts, "webhook", "where alerts are sent", "show"));
}

function addList(alerts: Command): void {
  withPaging(
    alerts
      .command("list", { isDefault: true })
      .description("list the organization's alerts, newest first")
      .option("--state <state>", "open or resolved")
      .option("--kind <kind>", "such as twilio_alert")
      .option("--number <number>", `about this one: ${NUMBER[1]}`),
  ).action(async (_flags: unknown, command: Command) => {
    await runList(command, {
      path: PATH,
      rows: (answer: AlertPage) => answer.alerts,
      noun: "alerts",
      tell: (alert) => tellAlert(command, alert),
    });
  });
}

function tellAlert(command: Command, alert: Alert): string {
  const { id, severity, state, phoneNumber, title, detail, count, lastSeenAt, acknowledgedBy } = alert;
  const times = count === 1 ? "" : ` (${count} times)`;
  const seenBy = acknowledgedBy === null ? "" : `, acknowledged by ${acknowledgedBy}`;
  return [
    `${lastSeenAt} ${severity.padEnd(8)} ${state.padEnd(9)} ${(phoneNumber?.phoneNumber ?? "").padEnd(16)} ${title}${times}`,
    `  ${inWordsOf(command, detail)}`,
    `  ${id}${seenBy}`,
  ].join("\n");
}

function addAcknowledge(alerts: Command): void {
  alerts
    .command("acknowledge <alertId>")
    .description("say that somebody looks after it")
    .action(async (alertId: string, _flags: unknown, command: Command) => {
      await run<Alert>(
        command,
        (api) => api.send("POST", `${PATH}/${encodeURIComponent(alertId)}/acknowledge`),
        ({ acknowledgedBy }) => `Acknowledged by ${acknowledgedBy}.`,
      );
    });
}

function addWebhook(webhook: Command): void {
  addReceiverCommands<ShownWebhook>(webhook, {
    path: `${PATH}/webhook`,
    noun: "alerts",
    receiverIn: (answer) => answer.webhook,
  });
  webhook
    .command("set <url>")
    .description("send alerts to this address; a new secret is shown this once")
    .option("--rotate-secret", "make a new secret; the one before signs along for a day")
    .action(async (url: string, { rotateSecret }: { rotateSecret?: boolean }, command: Command) => {
      await run<PutWebhook>(
        command,
        (api) => api.send("PUT", `${PATH}/webhook`, { url, rotateSecret }),
        ({ secret }) => (secret === null ? "Set. The secret stays." : `Set. The secret is ${secret}`),
      );
    });
}
