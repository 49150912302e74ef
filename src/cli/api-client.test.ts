import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiClient } from "./api-client.ts";

let asked: string | undefined;
const proxy = createServer((request, response) => {
  asked = request.url;
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

test("a server whose URL ends with a slash is asked for the same", async () => {
  await expect(createApiClient(`${url}/`, {}).send("GET", "/api/agents")).rejects.toThrow("HTTP 502.");
  expect(asked).toBe("/api/agents");
});

test("a page of the dashboard in place of an answer is not taken for one", async () => {
  const page = createServer((_request, response) => void response.end("<!doctype html>"));
  await new Promise<void>((resolve) => void page.listen(0, "127.0.0.1", resolve));
  const address = page.address();
  const pageUrl = typeof address === "object" && address ? `http://127.0.0.1:${address.port}/app` : "";
  const answer = createApiClient(pageUrl, {}).send("GET", "/api/agents");
  await expect(answer).rejects.toThrow(`${pageUrl} answers, but not with JSON`);
  page.close();
});

test("a server that is not there is named, with the reason and what to do", async () => {
  const api = createApiClient("http://localhost:8", {});
  const told = /^http:\/\/localhost:8 does not answer \(.*ECONNREFUSED.*\)\. .*--url/;
  await expect(api.send("GET", "/api/agents")).rejects.toThrow(told);
  await expect(api.follow("/api/batches/batch_1/events").next()).rejects.toThrow(told);
});
