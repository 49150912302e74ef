// The organization's numbers from the command line: lists them, and brings in those of a Twilio account.
import { type Command, InvalidArgumentError } from "commander";
import { addGroup } from "./group.ts";
import { runList, withPaging } from "./list.ts";
import { ACCOUNT, accountIdOf, onlyAccountId } from "./references.ts";
import { type Answer, run } from "./run.ts";

interface NumberPage extends Answer {
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly nextCursor: string | null;
}

interface PhoneNumber {
  readonly id: string;
  readonly phoneNumber: string;
  readonly chatbotId: string | null;
  readonly health: string;
  readonly verdicts: { readonly voice: string } | null;
}

interface Imported extends Answer {
  readonly imported: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly moved: number;
  readonly released: number;
  readonly unusedIds: readonly string[];
}

export function addNumberCommands(program: Command): void {
  const numbers = addGroup(program, "numbers", "list the organization's numbers, and import them");
  addList(numbers);
  addImport(numbers);
}

function addList(numbers: Command): void {
  withPaging(
    numbers
      .command("list", { isDefault: true })
      .description("list the organization's numbers: health, who answers calls, the agent, the id")
      .option("--search <text>", "part of the number or its name")
      .option("--agent <agentId>", "those of an agent")
      .option("--account <account>", ACCOUNT[1])
      .option("--health <health>", "those of a health, such as drifted")
      .option(
        "--verdict <verdict>",
        "those that, say, nobody answers on some channel; see docs/who-answers.md",
      ),
  ).action(async (_flags: unknown, command: Command) => {
    await runList(command, {
      path: "/api/phone-numbers",
      rows: ({ phoneNumbers }: NumberPage) => phoneNumbers,
      noun: "numbers",
      tell: tellNumber,
      whenNone: "Bring in those of a Twilio account: switchhook numbers import",
    });
  });
}

function tellNumber({ id, phoneNumber, chatbotId, health, verdicts }: PhoneNumber): string {
  const calls = (verdicts?.voice ?? "").padEnd(16);
  return [phoneNumber.padEnd(16), health.padEnd(16), calls, (chatbotId ?? "").padEnd(24), id].join(" ");
}

function addImport(numbers: Command): void {
  numbers
    .command("import")
    .description("import a Twilio account's numbers, or bring them up to date; nothing changes in Twilio")
    .argument("[account]", `${ACCOUNT[1]}; not needed where one account is connected`)
    .option("--id <number=id>", "an id of your choice for a new number; once for each", addId)
    .action(
      async (account: string | undefined, { id: ids }: { id?: Record<string, string> }, command: Command) => {
        await run<Imported>(
          command,
          async (api) => {
            const accountId =
              account === undefined ? await onlyAccountId(api) : await accountIdOf(api, account);
            return api.send("POST", "/api/phone-numbers/import", { accountId, ids });
          },
          tellImported,
        );
      },
    );
}

function addId(text: string, ids: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [number = "", id = "", ...others] = text.split("=");
  if (number !== "" && id !== "" && others.length === 0) return { ...ids, [number]: id };
  throw new InvalidArgumentError("A number and its id, such as +14155550123=phone_123.");
}

function tellImported({ unusedIds, message: _message, ...counts }: Imported): string {
  const told = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  const unused = unusedIds.map(
    (number) => `  ${number} did not get its id: it is not in the account, or had another id before`,
  );
  return [`${told.join(", ")}.`, ...unused].join("\n");
}
