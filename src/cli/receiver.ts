// Where an organization's alerts or its usage are sent to, from the command line: whatever is the same for both.
import type { Command } from "commander";
import { type Answer, run } from "./run.ts";

export interface ShownReceiver {
  readonly url: string;
  readonly undelivered: number;
  readonly refused: number;
  readonly refusedEvents: readonly { readonly said: string }[];
  readonly lastFailure: string | null;
}

interface ReceiverCommands<Shown> {
  readonly path: string;
  /** What is sent: “alerts” or “usage”. */
  readonly noun: string;
  readonly receiverIn: (answer: Shown) => ShownReceiver | null;
}

interface ResentEvents extends Answer {
  readonly events: number;
}

interface RemovedReceiver extends Answer {
  readonly undelivered: number;
}

export function addReceiverCommands<Shown extends Answer>(
  receiver: Command,
  { path, noun, receiverIn }: ReceiverCommands<Shown>,
): void {
  receiver
    .command("show", { isDefault: true })
    .description("show the address, and whether what is sent arrives")
    .action(async (_flags: unknown, command: Command) => {
      await run<Shown>(
        command,
        (api) => api.send("GET", path),
        (answer) => tellReceiver(receiverIn(answer)),
      );
    });
  receiver
    .command("resend")
    .description("send what it has refused once more")
    .action(async (_flags: unknown, command: Command) => {
      await run<ResentEvents>(
        command,
        (api) => api.send("POST", `${path}/resend`),
        ({ events }) => `${events} events are sent again.`,
      );
    });
  receiver
    .command("remove")
    .description(`send ${noun} nowhere`)
    .action(async (_flags: unknown, command: Command) => {
      await run<RemovedReceiver>(
        command,
        (api) => api.send("DELETE", path),
        ({ undelivered }) => `Removed. ${undelivered} events were not delivered.`,
      );
    });
}

function tellReceiver(shown: ShownReceiver | null): string {
  if (!shown) return "Nothing is sent anywhere.";
  const { url, undelivered, refused, refusedEvents, lastFailure } = shown;
  const failure = lastFailure === null ? "" : ` Last failure: ${lastFailure}`;
  const [latest] = refusedEvents;
  return `${url}: ${undelivered} undelivered.${failure}${latest ? ` ${refused} refused; the latest: ${latest.said}` : ""}`;
}
