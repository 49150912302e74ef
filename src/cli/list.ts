// Lists on the command line: a line for each row on standard output, and whatever else is to be said beside it.
import type { Command } from "commander";
import type { ApiClient } from "./api-client.ts";
import { count } from "./count.ts";
import { membersOf } from "./references.ts";
import { type Answer, query, run } from "./run.ts";

interface Page extends Answer {
  /** Missing where the API gives all at once. */
  readonly nextCursor?: string | null;
}

interface List<T extends Page, Row> {
  readonly path: string | ((api: ApiClient) => Promise<string>);
  readonly rows: (answer: T) => readonly Row[];
  /** What they are called. */
  readonly noun: string;
  readonly tell: (row: Row) => string;
  /** How one gets the first, as a sentence. */
  readonly whenNone?: string;
}

export function withPaging(command: Command): Command {
  return command
    .option("--limit <count>", "how many at once: 50 unless said, 200 at most", (text) => String(count(text)))
    .option("--cursor <cursor>", "the next page");
}

/** Lists what the command's options choose. */
export async function runList<T extends Page, Row>(
  command: Command,
  { path, rows, noun, tell, whenNone }: List<T, Row>,
): Promise<void> {
  const flags = command.opts<Record<string, string>>();
  const { cursor, limit: _limit, ...filter } = flags;
  const none = () => {
    if (cursor !== undefined) return `No more ${noun}.`;
    if (Object.keys(filter).length > 0) return `No ${noun} match.`;
    return [`No ${noun} yet.`, ...(whenNone === undefined ? [] : [whenNone])].join(" ");
  };
  await run<T>(
    command,
    async (api) => {
      const members = query(await membersOf(api, flags));
      return api.send("GET", `${typeof path === "string" ? path : await path(api)}?${members}`);
    },
    (answer) => rows(answer).map(tell).join("\n"),
    (answer) => (rows(answer).length === 0 ? none() : tellNextPage(answer)),
  );
}

export function tellNextPage({ nextCursor = null }: Page): string {
  return nextCursor === null ? "" : `more: --cursor ${nextCursor}`;
}
