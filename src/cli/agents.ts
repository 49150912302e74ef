// Agents from the command line: what answers, and how. See docs/agents.md.
import { type Command, InvalidArgumentError, Option } from "commander";
import { addGroup } from "./group.ts";
import { runList, withPaging } from "./list.ts";
import { type Answer, run } from "./run.ts";

interface Agent extends Answer {
  readonly id: string;
  readonly name: string;
  readonly voice: Way;
  readonly messaging: Way;
}

/** A way to answer; besides its kind each has one member that says with what. */
interface Way {
  readonly kind: string;
  readonly text?: string;
  readonly to?: string;
  readonly url?: string;
}

interface AgentPage extends Answer {
  readonly agents: readonly Agent[];
  readonly nextCursor: string | null;
}

const PATH = "/api/agents";

export function addAgentCommands(program: Command): void {
  const agents = addGroup(program, "agents", "list, create, change and delete agents");
  withPaging(
    agents
      .command("list", { isDefault: true })
      .description("list agents: the id, the name, how calls and how messages are answered"),
  ).action(async (_flags: unknown, command: Command) => {
    await runList(command, {
      path: PATH,
      rows: (answer: AgentPage) => answer.agents,
      noun: "agents",
      tell: tellAgent,
      whenNone: 'Create one: switchhook agents create "Front desk" --say "Hello!"',
    });
  });
  withAnswers(
    agents
      .command("create <name>")
      .description("create an agent")
      .option("--id <id>", "an id of your choice"),
  ).action(async (name: string, { id, ...answers }: Answers, command: Command) => {
    await run<Agent>(
      command,
      (api) => api.send("POST", PATH, { name, id, ...membersFrom(answers) }),
      tellAgent,
      (agent) => `Next, a number for it: switchhook assign +14155550123 ${agent.id}`,
    );
  });
  withAnswers(
    agents
      .command("change <agentId>")
      .description("change an agent, from the next call or message on; nothing changes in Twilio")
      .option("--name <name>", "a new name"),
  ).action(async (id: string, { name, ...answers }: Answers, command: Command) => {
    const changes = { name, ...membersFrom(answers) };
    await run<Agent>(command, (api) => api.send("PATCH", pathOf(id), changes), tellAgent);
  });
  addSecret(agents);
  agents
    .command("delete <agentId>")
    .description("delete an agent that answers no number")
    .action(async (id: string, _flags: unknown, command: Command) => {
      await run<Answer>(
        command,
        (api) => api.send("DELETE", pathOf(id)),
        () => `Deleted ${id}.`,
      );
    });
}

function addSecret(agents: Command): void {
  agents
    .command("secret <agentId>")
    .description("show the secret that signs what an agent's own URLs receive")
    .option("--rotate", "make a new one first; the one before signs along for a day")
    .action(async (id: string, { rotate }: { rotate?: boolean }, command: Command) => {
      await run<Answer & { readonly secret: string }>(
        command,
        async (api) => {
          const path = `${pathOf(id)}/webhook-secret`;
          if (rotate) await api.send("POST", path);
          return api.send("GET", path);
        },
        ({ secret }) => secret,
      );
    });
}

interface Shorthand {
  /** Of the agent. */
  readonly member: "voice" | "messaging";
  readonly flags: string;
  readonly description: string;
  readonly answerFrom: (text: string) => object;
}

/** Flags for what most agents need, and one for whatever else the API takes. */
const SHORTHANDS: readonly Shorthand[] = [
  {
    member: "voice",
    flags: "--say <text>",
    description: "calls: say this",
    answerFrom: (text) => ({ kind: "say", text }),
  },
  {
    member: "voice",
    flags: "--dial <to>",
    description: "calls: connect them to this number or SIP URI",
    answerFrom: (to) => ({ kind: "dial", to }),
  },
  {
    member: "voice",
    flags: "--relay <url>",
    description: "calls: ConversationRelay with this wss:// URL",
    answerFrom: (url) => ({ kind: "relay", url }),
  },
  {
    member: "voice",
    flags: "--stream <url>",
    description: "calls: stream them to this wss:// URL",
    answerFrom: (url) => ({ kind: "stream", url }),
  },
  {
    member: "voice",
    flags: "--webhook <url>",
    description: "calls: let this URL answer",
    answerFrom: (url) => ({ kind: "webhook", url }),
  },
  {
    member: "voice",
    flags: "--voice <json>",
    description: "calls: any of docs/agents.md",
    answerFrom: objectFrom,
  },
  {
    member: "messaging",
    flags: "--reply <text>",
    description: "messages: reply with this",
    answerFrom: (text) => ({ kind: "reply", text }),
  },
  {
    member: "messaging",
    flags: "--message-webhook <url>",
    description: "messages: let this URL answer",
    answerFrom: (url) => ({ kind: "webhook", url }),
  },
  {
    member: "messaging",
    flags: "--messaging <json>",
    description: 'messages: any of docs/agents.md, such as {"kind":"none"}',
    answerFrom: objectFrom,
  },
];

function objectFrom(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below, like JSON of another kind.
  }
  throw new InvalidArgumentError('A JSON object, such as {"kind":"say","text":"Hello!"}.');
}

function withAnswers(command: Command): Command {
  for (const { member, flags, description, answerFrom } of SHORTHANDS) {
    const others = SHORTHANDS.filter((other) => other.member === member && other.flags !== flags);
    const option = new Option(flags, description).argParser(answerFrom);
    command.addOption(option.conflicts(others.map((other) => nameOf(other))));
  }
  return command;
}

type Answers = Readonly<Record<string, string | object | undefined>>;

function membersFrom(answers: Answers): Partial<Record<Shorthand["member"], object>> {
  return Object.fromEntries(
    SHORTHANDS.flatMap((shorthand) => {
      const answer = answers[nameOf(shorthand)];
      return typeof answer === "object" ? [[shorthand.member, answer]] : [];
    }),
  );
}

/** Under which commander has what was given. */
function nameOf({ flags }: Shorthand): string {
  return new Option(flags).attributeName();
}

function tellAgent({ id, name, voice, messaging }: Agent): string {
  return [id.padEnd(24), name.padEnd(24), `calls: ${tellWay(voice)}`, `messages: ${tellWay(messaging)}`].join(
    "  ",
  );
}

function tellWay({ kind, text, to, url }: Way): string {
  const what = text === undefined ? (to ?? url ?? "") : JSON.stringify(text);
  return `${kind} ${what}`.trim();
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}
