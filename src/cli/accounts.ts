// Twilio accounts from the command line: lists, connects and forgets them.
import type { Command } from "commander";
import { AppError } from "../base/errors.ts";
import type { ApiClient } from "./api-client.ts";
import { addGroup } from "./group.ts";
import { runList } from "./list.ts";
import { ACCOUNT, accountIdOf } from "./references.ts";
import { type Answer, run } from "./run.ts";
import { readSecret } from "./secret-input.ts";

interface Account extends Answer {
  readonly id: string;
  readonly sid: string;
  readonly friendlyName: string;
  readonly status: string;
}

interface Subaccount {
  readonly sid: string;
  readonly friendlyName: string;
  readonly status: string;
  readonly connected: boolean;
}

const PATH = "/api/twilio-accounts";

const WHERE_SECRETS_ARE = `
The auth token is read from TWILIO_AUTH_TOKEN, or else from standard input, and is asked for on a terminal. It is no
argument, because everybody on this machine can read those while the command runs, and the shell keeps them in its
history. Where TWILIO_ACCOUNT_SID names another account, what the environment has is that one's, and is not used.

With TWILIO_API_KEY and TWILIO_API_SECRET requests are sent with that key; the token is needed all the same, because it
signs webhooks.`;

export function addAccountCommands(program: Command): void {
  const accounts = addGroup(program, "accounts", "list, connect and forget Twilio accounts");
  addList(accounts);
  addConnect(accounts);
  accounts
    .command("subaccounts")
    .description("list an account's subaccounts, as Twilio has them now")
    .argument(...ACCOUNT)
    .action(async (account: string, _flags: unknown, command: Command) => {
      await runList(command, {
        path: async (api) => `${await pathOf(api, account)}/subaccounts`,
        rows: ({ subaccounts }: Answer & { readonly subaccounts: readonly Subaccount[] }) => subaccounts,
        noun: "subaccounts",
        tell: ({ sid, status, connected, friendlyName }) =>
          `${sid} ${status.padEnd(10)} ${(connected ? "connected" : "").padEnd(10)} ${friendlyName}`,
      });
    });
  accounts
    .command("disconnect")
    .description(
      "forget an account and its numbers, none of which may be assigned; nothing changes in Twilio",
    )
    .argument(...ACCOUNT)
    .action(async (account: string, _flags: unknown, command: Command) => {
      await run<Answer>(
        command,
        async (api) => api.send("DELETE", await pathOf(api, account)),
        () => "Disconnected. Its numbers are forgotten.",
      );
    });
}

function addList(accounts: Command): void {
  accounts
    .command("list", { isDefault: true })
    .description("list the connected accounts")
    .action(async (_flags: unknown, command: Command) => {
      await runList(command, {
        path: PATH,
        rows: (answer: Answer & { readonly accounts: readonly Account[] }) => answer.accounts,
        noun: "Twilio accounts",
        tell: ({ id, sid, status, friendlyName }) => [sid, status.padEnd(10), id, friendlyName].join(" "),
        whenNone: "Connect one: switchhook accounts connect",
      });
    });
}

function addConnect(accounts: Command): void {
  accounts
    .command("connect")
    .description("connect an account, or give a connected one new credentials")
    .argument("[accountSid]", "AC and 32 hexadecimal digits; TWILIO_ACCOUNT_SID without it")
    .option("--parent <account>", "of a subaccount: its connected account, which knows its auth token")
    .addHelpText("after", WHERE_SECRETS_ARE)
    .action(async (given: string | undefined, { parent }: { parent?: string }, command: Command) => {
      const accountSid = given ?? process.env.TWILIO_ACCOUNT_SID ?? "";
      if (accountSid === "") command.error("error: give the account's SID, or set TWILIO_ACCOUNT_SID");
      await run<Account>(
        command,
        async (api) =>
          parent === undefined
            ? api.send("POST", PATH, { accountSid, ...(await readCredentials(accountSid)) })
            : api.send("POST", `${await pathOf(api, parent)}/subaccounts`, { accountSid }),
        ({ id, sid, friendlyName }) => `Connected "${friendlyName}" (${sid}) as ${id}.`,
        () => "Next, its numbers: switchhook numbers import",
      );
    });
}

interface Credentials {
  readonly authToken: string;
  readonly apiKey?: { readonly sid: string; readonly secret: string };
}

/** @throws AppError `invalid_configuration` without a token */
async function readCredentials(accountSid: string): Promise<Credentials> {
  const { TWILIO_ACCOUNT_SID: configured = "", ...env } = process.env;
  const isThisAccount = configured === "" || configured === accountSid;
  const { TWILIO_AUTH_TOKEN, TWILIO_API_KEY: sid, TWILIO_API_SECRET: secret } = isThisAccount ? env : {};
  const authToken = TWILIO_AUTH_TOKEN || (await readSecret(`Auth token of ${accountSid}: `));
  if (authToken === "") {
    throw new AppError("invalid_configuration", {
      detail: "There is no auth token. Set TWILIO_AUTH_TOKEN, or write the token to standard input.",
    });
  }
  return { authToken, ...(sid && secret ? { apiKey: { sid, secret } } : {}) };
}

async function pathOf(api: ApiClient, account: string): Promise<string> {
  return `${PATH}/${encodeURIComponent(await accountIdOf(api, account))}`;
}
