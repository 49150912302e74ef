// What the API says of its own members, in words of the command that was given: `--takeover` for `takeover: true`.
import type { Command } from "commander";
import type { ApiError } from "./api-client.ts";

/**
 * Where a flag or an argument is not called what the API's member is: the first of these that was given, or else that there
 * is. With its value where several commands mean different things by it.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  phoneNumberId: ["number"],
  phoneNumberIds: ["number"],
  chatbotId: ["--to <agentId>", "agentId", "agent"],
  "selection.chatbotId": ["agent"],
  accountId: ["account"],
  enableSms: ["sms"],
  enableWhatsApp: ["whatsapp"],
  "voice.text": ["say"],
  "voice.to": ["dial"],
  "voice.url": ["relay", "stream", "webhook"],
  "messaging.text": ["reply"],
  "messaging.url": ["messageWebhook"],
  ids: ["id"],
};

/** `takeover: true`, also as something to send, and names that no English word looks like. */
const IN_PROSE = /\b(?:(send )?([a-z]\w*): true|([a-z]+[A-Z]\w*))\b/g;
/** Of an enumeration of names. */
const IN_LIST = /(?<=\bof |, )([a-z]\w*)(?=,|$)/g;

/** Commands that send a request which the API advises. */
const COMMANDS: Readonly<Record<string, string>> = {
  "GET /api/twilio-accounts": "accounts",
  "GET /api/phone-numbers": "numbers",
  "POST /api/phone-numbers/import": "numbers import",
  "POST /api/phone-numbers/{id}/probe": "probe",
  "PUT /api/phone-numbers/webhooks": "configure",
  "GET /api/agents": "agents",
  "GET /api/batches": "batch list",
  "GET /api/calls": "calls",
  "GET /api/messages": "messages",
  "GET /api/alerts": "alerts",
};
const REQUEST = /\b(?:GET|POST|PUT) \/api\/[\w{}/-]+/g;

export const HOW_TO_GIVE_A_KEY =
  "Set SWITCHHOOK_API_KEY, or give --api-key; admins make keys in the dashboard, in Settings.";

const HOW_TO_GIVE_A_NUMBER = "A number itself is given with + and its country code: +14155550123.";

/** What a person who gave this command reads of a failure of the API. */
export function tellProblem(command: Command, { message, problem }: ApiError): string {
  const { code = "", title, errors } = problem;
  // How else one signs in is no matter here.
  if (code === "unauthenticated") return `${code}: ${title}. ${HOW_TO_GIVE_A_KEY}`;
  const told = errors
    ? errors.map((fault) => tellFault(command, fault.path, fault.message)).join("; ")
    : inWordsOf(command, message);
  const hint = code === "phone_number_not_found" ? ` ${HOW_TO_GIVE_A_NUMBER}` : "";
  return code === "" ? told : `${code}: ${told}${hint}`;
}

function tellFault(command: Command, path: string, message: string): string {
  const told = inWordsOf(command, message, path).replaceAll(
    IN_LIST,
    (name) => wordFor(command, `${path}.${name}`) ?? name,
  );
  // Where it says what to give, it needs no heading.
  return path === "" || told.includes("--")
    ? told
    : `${wordFor(command, path) ?? partOf(command, path)}: ${told}`;
}

/** @param path of the member that it is about, where it is about one */
export function inWordsOf(command: Command, text: string, path = ""): string {
  return text
    .replaceAll(REQUEST, (request) => (COMMANDS[request] ? `"switchhook ${COMMANDS[request]}"` : request))
    .replaceAll(
      IN_PROSE,
      (said, send: string | undefined, flag: string | undefined, member: string | undefined) => {
        if (member !== undefined) return wordFor(command, `${path}.${member}`) ?? said;
        const word = wordFor(command, `${path}.${flag}`) ?? elsewhere(command, flag ?? "");
        if (word === undefined) return said;
        return send === undefined ? word : `give ${word}`;
      },
    );
}

function wordFor(command: Command, path: string): string | undefined {
  const segments = path.split(".");
  const last = segments.at(-1) ?? "";
  const words = [...(NAMES[path] ?? []), ...(NAMES[last] ?? [last])].flatMap(
    (name) => ownWord(command, name) ?? [],
  );
  return (words.find(({ isGiven }) => isGiven) ?? words[0])?.word;
}

/** Of what a flag gives as a whole: `--voice kind`. */
function partOf(command: Command, path: string): string {
  const [whole = "", ...part] = path.split(".");
  const word = wordFor(command, whole);
  return word === undefined ? path : `${word} ${part.join(".")}`;
}

interface Word {
  readonly word: string;
  readonly isGiven: boolean;
}

function ownWord(command: Command, name: string): Word | undefined {
  const option = command.options.find(
    (candidate) => candidate.flags === name || candidate.attributeName() === name,
  );
  if (option?.long) {
    const isGiven = command.getOptionValueSource(option.attributeName()) === "cli";
    return { word: option.long, isGiven };
  }
  const argument = command.registeredArguments.find((candidate) => candidate.name() === name);
  return argument && { word: `<${name}>`, isGiven: true };
}

/** In a command beside this one, as `--takeover` of `assign` is what to give where `configure` is refused. */
function elsewhere({ parent }: Command, name: string): string | undefined {
  const group = parent?.parent ? `${parent.name()} ` : "";
  const [found] = (parent?.commands ?? []).flatMap((sibling) => {
    const own = ownWord(sibling, name);
    return own ? [`${own.word} to "switchhook ${group}${sibling.name()}"`] : [];
  });
  return found;
}
