#!/usr/bin/env node
// The command line: reads the environment and an .env file, and hands over to one file a command.
import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { AppError, messageOf } from "../base/errors.ts";
import type { ServerOptions } from "../options.ts";
import { addAlertCommands } from "./alerts.ts";
import { addBatchCommands } from "./batch.ts";
import { addDriftCommands } from "./drift.ts";
import { addManagementCommands } from "./manage.ts";
import { addTrafficCommands } from "./traffic.ts";
import { addUsageCommands } from "./usage.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

const program = new Command("switchhook")
  .description("Connects Twilio phone numbers to AI agents and keeps them connected.")
  .addOption(
    new Option("--url <url>", "the server to speak to")
      .env("SWITCHHOOK_URL")
      .default("http://localhost:3000"),
  )
  .addOption(new Option("--api-key <key>", "who is asking").env("SWITCHHOOK_API_KEY"))
  .option("--json", "print the API's answer as it is");

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
  .description("serve for real; accounts are connected through the API")
  .action(async () => serve(await readOptions()));

addManagementCommands(program);
addTrafficCommands(program);
addAlertCommands(program);
addUsageCommands(program);
addBatchCommands(program);
addDriftCommands(program);

// The server is loaded only by the commands that run it, so that the others start at once.
async function readOptions(): Promise<ServerOptions> {
  const { optionsFromEnvironment } = await import("../options.ts");
  return optionsFromEnvironment(process.env);
}

async function serve(options: ServerOptions): Promise<void> {
  const { serveCommand } = await import("./serve.ts");
  await serveCommand(options);
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof AppError ? `${error.code}: ${error.message}` : messageOf(error));
  process.exitCode = 1;
});
