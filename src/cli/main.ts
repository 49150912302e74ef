#!/usr/bin/env node
// The command line: reads the environment and an .env file, and hands over to one file a command.
import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { AppError, messageOf } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import type { ServerOptions } from "../options.ts";
import { addAccountCommands } from "./accounts.ts";
import { addAgentCommands } from "./agents.ts";
import { addAlertCommands } from "./alerts.ts";
import { ApiError } from "./api-client.ts";
import { addBatchCommands } from "./batch.ts";
import { addDriftCommands } from "./drift.ts";
import { addManagementCommands } from "./manage.ts";
import { addNumberCommands } from "./numbers.ts";
import { DEFAULT_URL } from "./run.ts";
import { addTrafficCommands } from "./traffic.ts";
import { addUsageCommands } from "./usage.ts";
import { tellProblem } from "./wording.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

const program = new Command("switchhook")
  .description("Connects Twilio phone numbers to AI agents and keeps them connected.")
  .addOption(new Option("--url <url>", "the server to speak to").env("SWITCHHOOK_URL").default(DEFAULT_URL))
  .addOption(
    new Option(
      "--api-key <key>",
      "who is asking; rather in the environment, because everybody on this machine can read arguments",
    ).env("SWITCHHOOK_API_KEY"),
  )
  .option("--json", "print the API's answer as it is")
  .version(VERSION)
  .showHelpAfterError("(--help says more)");

program.commandsGroup("Serve:");
program
  .command("start")
  .description("serve for real when there are Twilio credentials, else run the demo")
  .option("--once", "in the demo: tell the story and exit")
  .action(async ({ once = false }: { once?: boolean }) => {
    const options = await readOptions();
    if (options.twilioAccount !== undefined) return serve(options);
    const { demoCommand } = await import("./demo/demo.ts");
    await demoCommand(options, { once });
  });

program
  .command("serve")
  .description("serve for real, also without Twilio credentials; see: switchhook accounts connect")
  .action(async () => serve(await readOptions()));

program.commandsGroup("Numbers and who answers them:");
addAccountCommands(program);
addNumberCommands(program);
addAgentCommands(program);
addManagementCommands(program);
addBatchCommands(program);
program.commandsGroup("Calls and messages:");
addTrafficCommands(program);
program.commandsGroup("Keep watch:");
addDriftCommands(program);
addAlertCommands(program);
addUsageCommands(program);

// The server is loaded only by the commands that run it, so that the others start at once.
async function readOptions(): Promise<ServerOptions> {
  const { optionsFromEnvironment } = await import("../options.ts");
  return optionsFromEnvironment(process.env);
}

async function serve(options: ServerOptions): Promise<void> {
  const { serveCommand } = await import("./serve.ts");
  await serveCommand(options);
}

// Whoever reads only the beginning, as head does, wants no more.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

let running: Command = program;
program.hook("preAction", (_program, command) => {
  running = command;
});

program.parseAsync().catch((error: unknown) => {
  console.error(tellFailure(error));
  process.exitCode = 1;
});

function tellFailure(error: unknown): string {
  if (error instanceof ApiError) return tellProblem(running, error);
  return error instanceof AppError ? `${error.code}: ${error.message}` : messageOf(error);
}
