import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiClient } from "./api-client.ts";

const proxy = createServer((_request, response) => {
  response.writeHead(502, { "content-type": "text/html" }).end("<html>Bad Gateway</html>");
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  url = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
});
afterAll(() => void proxy.close());

test("a proxy's page in place of an answer is told by its status", async () => {
  const told = { name: "ApiError", status: 502, message: "HTTP 502." };
  const api = createApiClient(url, {});
  await expect(api.send("GET", "/api/agents")).rejects.toMatchObject(told);
  await expect(api.follow("/api/batches/batch_1/events").next()).rejects.toMatchObject(told);
});
