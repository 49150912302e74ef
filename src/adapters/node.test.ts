import { expect, test } from "vitest";
import { serve } from "./node.ts";

test("a client that does not read its answer to the end keeps no server from closing", async () => {
  const endless = () => new ReadableStream({ pull: (answer) => answer.enqueue(new Uint8Array(65_536)) });
  const server = await serve(
    { fetch: () => new Response(endless()) },
    { port: 0, host: "127.0.0.1", graceMs: 20 },
  );
  const answer = await fetch(server.url);
  await server.close();
  await expect(answer.arrayBuffer()).rejects.toThrow("terminated");
});
