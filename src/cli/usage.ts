// Usage from the command line: where it is sent. It is set through the API, for the key that most sinks need is no argument.
import type { Command } from "commander";
import { addGroup } from "./group.ts";
import { addReceiverCommands, type ShownReceiver } from "./receiver.ts";
import type { Answer } from "./run.ts";

interface ShownSink extends Answer {
  readonly sink: ShownReceiver | null;
}

const PATH = "/api/usage/sink";

export function addUsageCommands(program: Command): void {
  const usage = program.command("usage").description("see whether usage arrives where it is sent");
  const sink = addGroup(usage, "sink", "where usage is sent", "show");
  addReceiverCommands<ShownSink>(sink, { path: PATH, noun: "usage", receiverIn: (answer) => answer.sink });
}
