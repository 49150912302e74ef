// Alerts from the command line: lists them, says that somebody looks after one, and sets where they are sent.
import type { Command } from "commander";
import { addReceiverCommands, type ShownReceiver } from "./receiver.ts";
import { type Answer, pick, query, run, tellPage } from "./run.ts";

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
  const alerts = program.command("alerts").description("list alerts, and set where they are sent");
  addList(alerts);
  addAcknowledge(alerts);
  addWebhook(alerts.command("webhook").description("where alerts are sent"));
}

function addList(alerts: Command): void {
  alerts
    .command("list", { isDefault: true })
    .description("list the organization's alerts, newest first")
    .option("--state <state>", "open or resolved")
    .option("--kind <kind>", "such as twilio_alert")
    .option("--phone-number-id <id>", "about this number")
    .option("--cursor <cursor>", "the next page")
    .action(async (filter: Record<string, string>, command: Command) => {
      const names = ["state", "kind", "phoneNumberId", "cursor"];
      await run<AlertPage>(
        command,
        (api) => api.send("GET", `${PATH}?${query(pick(filter, names))}`),
        ({ alerts: page, nextCursor }) => tellPage(page.map(tellAlert), nextCursor),
      );
    });
}

function tellAlert(alert: Alert): string {
  const { id, severity, state, phoneNumber, title, detail, count, lastSeenAt, acknowledgedBy } = alert;
  const times = count === 1 ? "" : ` (${count} times)`;
  const seenBy = acknowledgedBy === null ? "" : `, acknowledged by ${acknowledgedBy}`;
  return [
    `${lastSeenAt} ${severity.padEnd(8)} ${state.padEnd(9)} ${(phoneNumber?.phoneNumber ?? "").padEnd(16)} ${title}${times}`,
    `  ${detail}`,
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
