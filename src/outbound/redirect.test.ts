import { describe, expect, test } from "vitest";
import { type Hop, redirectedHop } from "./redirect.ts";

const HOP: Hop = {
  url: "https://agent.example/a/hook?x=1",
  method: "POST",
  headers: {
    accept: "text/xml",
    "accept-encoding": "identity",
    authorization: "Bearer s3cret",
    "content-type": "application/json",
    cookie: "session=s3cret",
    "user-agent": "Switchhook",
    "webhook-id": "msg_1",
    "webhook-signature": "v1,s3cret",
    "webhook-timestamp": "1767225600",
    "x-api-key": "s3cret",
  },
  body: "{}",
};

describe("an answer", () => {
  test.each([307, 308])("with %i repeats the request elsewhere", (status) => {
    expect(redirectedHop(HOP, status, "/b")).toEqual({ ...HOP, url: "https://agent.example/b" });
  });

  test.each([301, 302, 303])("with %i fetches something else, without the body", (status) => {
    const { "content-type": _contentType, ...headers } = HOP.headers;
    const next = { url: "https://agent.example/b", method: "GET", headers, body: undefined };
    expect(redirectedHop(HOP, status, "/b")).toEqual(next);
  });

  test.each([200, 201, 204, 300, 304, 305, 306, 309, 400, 404, 500])(
    "with %i leads nowhere, whatever its headers say",
    (status) => {
      expect(redirectedHop(HOP, status, "/b")).toBeUndefined();
    },
  );

  test("that does not say where to leads nowhere", () => {
    expect(redirectedHop(HOP, 302, undefined)).toBeUndefined();
  });
});

test.each([
  ["/b", "https://agent.example/b"],
  ["b", "https://agent.example/a/b"],
  ["?y=2", "https://agent.example/a/hook?y=2"],
  ["", "https://agent.example/a/hook?x=1"],
  ["//10.0.0.1/b", "https://10.0.0.1/b"],
  ["http://other.example", "http://other.example/"],
  ["https://2130706433", "https://127.0.0.1/"],
  ["file:///etc/passwd", "file:///etc/passwd"],
  ["https://[", "https://["],
])("the location %j is read as browsers read it", (location, url) => {
  expect(redirectedHop(HOP, 307, location)?.url).toBe(url);
});

describe("signatures and secrets", () => {
  test.each([
    ["another host", "https://other.example/hook"],
    ["a host under it", "https://a.agent.example/hook"],
    ["another port", "https://agent.example:8443/hook"],
    ["another scheme", "http://agent.example/hook"],
    ["what is no URL", "https://["],
  ])("are not shown to %s", (_name, location) => {
    const headers = redirectedHop(HOP, 308, location)?.headers;
    expect(Object.keys(headers ?? {})).toEqual(["accept", "accept-encoding", "content-type", "user-agent"]);
    expect(JSON.stringify(headers)).not.toContain("s3cret");
  });

  test("stay gone when the way leads back", () => {
    const away = redirectedHop(HOP, 308, "https://other.example");
    const back = away && redirectedHop(away, 308, HOP.url);
    expect(back?.url).toBe(HOP.url);
    expect(JSON.stringify(back)).not.toContain("s3cret");
  });
});
