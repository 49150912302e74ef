import { Command } from "commander";
import { expect, test } from "vitest";
import { addAgentCommands } from "./agents.ts";
import { ApiError } from "./api-client.ts";
import { addBatchCommands } from "./batch.ts";
import { addManagementCommands } from "./manage.ts";
import { addTrafficCommands } from "./traffic.ts";
import { inWordsOf, tellProblem } from "./wording.ts";

/** A command that was given with these options. */
function commandAt(path: string, given: Readonly<Record<string, string>> = {}): Command {
  const program = new Command("switchhook");
  addManagementCommands(program);
  addBatchCommands(program);
  addTrafficCommands(program);
  addAgentCommands(program);
  let command = program;
  for (const name of path.split(" ")) {
    command = command.commands.find((candidate) => candidate.name() === name) ?? command;
  }
  for (const [name, value] of Object.entries(given)) command.setOptionValueWithSource(name, value, "cli");
  return command;
}

test.each([
  [
    "assign",
    "Unassign it, or send takeover: true to take it.",
    "Unassign it, or give --takeover to take it.",
  ],
  ["unassign", "Send it without restore: true.", "Send it without --restore."],
  ["configure", "or send takeover: true.", 'or give --takeover to "switchhook assign".'],
  ["batch items", "or send takeover: true.", 'or give --takeover to "switchhook batch plan".'],
  ["verify", "Its voiceUrl is not ours; restore it to number 1.", undefined],
])("what %s reads instead of “%s”", (path, said, read = said) => {
  expect(inWordsOf(commandAt(path), said)).toBe(read);
});

test.each([
  ["assign", {}, "phoneNumberId", "Too short", "<number>: Too short"],
  ["assign", {}, "enableWhatsApp", "Not now", "--whatsapp: Not now"],
  ["batch plan", {}, "chatbotId", "Too short", "--to: Too short"],
  ["batch plan", {}, "selection.chatbotId", "Too short", "--agent: Too short"],
  [
    "batch plan",
    {},
    "selection",
    "Give all: true, or phoneNumberIds, or one of chatbotId, accountId, search",
    "Give --all, or --number, or one of --agent, --account, --search",
  ],
  ["agents create", { stream: "x" }, "voice.url", "Wrong", "--stream: Wrong"],
  ["agents create", { webhook: "x" }, "voice.url", "Wrong", "--webhook: Wrong"],
  ["agents create", { voice: "x" }, "voice.kind", "Wrong", "--voice kind: Wrong"],
  ["messages", { to: "x" }, "chatbotId", "Too short", "--agent: Too short"],
  ["verify", {}, "elsewhere.entirely", "Wrong", "elsewhere.entirely: Wrong"],
])("%s %o names what is wrong with %s in words of its own", (path, given, member, message, read) => {
  const error = new ApiError(400, { code: "invalid_input", errors: [{ path: member, message }] });
  expect(tellProblem(commandAt(path, given), error)).toBe(`invalid_input: ${read}`);
});

test("a key that the server does not know is answered with where one goes", () => {
  const error = new ApiError(401, { code: "unauthenticated", title: "No key", detail: "Send x-api-key." });
  expect(tellProblem(commandAt("verify"), error)).toMatch(
    /^unauthenticated: No key\. Set SWITCHHOOK_API_KEY/,
  );
});

test("a request that the API advises is told as the command that sends it", () => {
  const said =
    "GET /api/phone-numbers lists them; POST /api/phone-numbers/import adds more; see GET /api/operations.";
  const read =
    '"switchhook numbers" lists them; "switchhook numbers import" adds more; see GET /api/operations.';
  expect(inWordsOf(commandAt("verify"), said)).toBe(read);
});
