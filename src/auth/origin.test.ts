import { expect, test } from "vitest";
import { isAllowedOrigin } from "./origin.ts";

const ALLOWED = ["https://app.example.com", "http://localhost:3000/dashboard"];

test.each<[string, boolean, Record<string, string>]>([
  ["our own page", true, { origin: "https://app.example.com" }],
  ["our own page on a port", true, { origin: "http://localhost:3000" }],
  ["our own page, by its referer", true, { referer: "https://app.example.com/numbers?page=2" }],
  ["our own page, by fetch metadata", true, { "sec-fetch-site": "same-origin" }],
  ["the address bar", true, { "sec-fetch-site": "none" }],
  ["another page", false, { origin: "https://evil.example" }],
  ["another page, by its referer", false, { referer: "https://evil.example/https://app.example.com" }],
  ["another page, by fetch metadata", false, { "sec-fetch-site": "cross-site" }],
  ["a sibling subdomain", false, { "sec-fetch-site": "same-site" }],
  ["a subdomain of ours", false, { origin: "https://app.example.com.evil.example" }],
  ["our host without TLS", false, { origin: "http://app.example.com" }],
  ["our host on another port", false, { origin: "http://localhost:3001" }],
  ["a sandboxed frame", false, { origin: "null", "sec-fetch-site": "same-origin" }],
  ["nonsense", false, { origin: "app.example.com" }],
  [
    "another page with a forged referer",
    false,
    { origin: "https://evil.example", referer: ALLOWED[0] ?? "" },
  ],
  ["nobody who says", false, {}],
  ["our own page as text", true, { origin: "https://app.example.com", "content-type": "text/plain" }],
  ["another page as JSON", false, { origin: "https://evil.example", "content-type": "application/json" }],
])("a POST from %s: %s", (_from, isAllowed, headers) => {
  const request = new Request("https://app.example.com/api/agents", { method: "POST", headers });
  expect(isAllowedOrigin(request, ALLOWED)).toBe(isAllowed);
});

test.each([
  ["GET", true],
  ["HEAD", true],
  ["OPTIONS", true],
  ["PUT", false],
  ["PATCH", false],
  ["DELETE", false],
])("a %s from another page: %s", (method, isAllowed) => {
  const headers = { origin: "https://evil.example" };
  expect(isAllowedOrigin(new Request("https://app.example.com/", { method, headers }), ALLOWED)).toBe(
    isAllowed,
  );
});

test("an allowed origin that has none allows nobody", () => {
  const request = new Request("https://app.example.com/", { method: "POST", headers: { origin: "null" } });
  expect(isAllowedOrigin(request, ["null", "data:text/html,x", ""])).toBe(false);
});
