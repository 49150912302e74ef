import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** Reads all of standard input; on a terminal, one line that is not shown. @returns an empty text where there is none */
export async function readSecret(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).trim();
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  lines.once("SIGINT", () => lines.close());
  try {
    for await (const line of lines) return line.trim();
    return "";
  } finally {
    process.stderr.write("\n");
  }
}
