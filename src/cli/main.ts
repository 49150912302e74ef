#!/usr/bin/env node
// The command line: reads the environment and an .env file, and hands over to one file a command.
import { existsSync } from "node:fs";
import { Command } from "commander";
import { AppError, messageOf } from "../base/errors.ts";
import { optionsFromEnvironment } from "../options.ts";
import { demoCommand } from "./demo/demo.ts";
import { serveCommand } from "./serve.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

const program = new Command("switchhook").description(
  "Connects Twilio phone numbers to AI agents and keeps them connected.",
);

program
  .command("start")
  .description("serve for real when there are Twilio credentials, else run the demo")
  .option("--once", "in the demo: tell the story and exit")
  .action(async ({ once = false }: { once?: boolean }) => {
    const options = optionsFromEnvironment(process.env);
    const isDemo = options.twilioAccount === undefined;
    await (isDemo ? demoCommand(options, { once }) : serveCommand(options));
  });

program
  .command("serve")
  .description("serve for real; accounts are connected through the API")
  .action(() => serveCommand(optionsFromEnvironment(process.env)));

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof AppError ? `${error.code}: ${error.message}` : messageOf(error));
  process.exitCode = 1;
});
