import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "../base/durations.ts";
import { newWebhookSecret, signWebhook } from "./webhook-signature.ts";

const SECRETS = [newWebhookSecret(), newWebhookSecret()] as const;
const BODY = JSON.stringify({ text: "¿Qué tal? 👋", media: [] });
const NOW = new Date();

const sign = (change: Partial<Parameters<typeof signWebhook>[0]> = {}) =>
  signWebhook({ id: "msg_1", timestamp: NOW, body: BODY, secrets: SECRETS, ...change });

const timeOf = (timestamp: Date) => ({ "webhook-timestamp": sign({ timestamp })["webhook-timestamp"] });

describe("a receiver with the convention's own library", () => {
  test.each(SECRETS)("accepts what is signed with several secrets by whichever it has", (secret) => {
    expect(new Webhook(secret).verify(BODY, sign())).toEqual(JSON.parse(BODY));
  });

  const UNSIGNED = "No matching signature found";
  const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE_MS);

  test.each([
    ["a changed body", BODY.replace("tal", "mal"), sign(), UNSIGNED],
    ["a body with a space more", `${BODY} `, sign(), UNSIGNED],
    ["another id", BODY, { ...sign(), "webhook-id": "msg_2" }, UNSIGNED],
    ["another time", BODY, { ...sign(), ...timeOf(minutesAgo(1)) }, UNSIGNED],
    ["an old one sent again", BODY, sign({ timestamp: minutesAgo(10) }), "Message timestamp too old"],
    ["somebody else's secret", BODY, sign({ secrets: [newWebhookSecret()] }), UNSIGNED],
  ])("refuses %s", (_name, body, headers, why) => {
    for (const secret of SECRETS) expect(() => new Webhook(secret).verify(body, headers)).toThrow(why);
  });
});

test("the headers are those of the convention, one signature a secret", () => {
  const timestamp = new Date("2026-01-01T00:00:00.999Z");
  const [first, second] = SECRETS.map((secret) => {
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    return `v1,${createHmac("sha256", key).update(`msg_1.1767225600.${BODY}`).digest("base64")}`;
  });
  expect(sign({ timestamp })).toEqual({
    "webhook-id": "msg_1",
    "webhook-timestamp": "1767225600",
    "webhook-signature": `${first} ${second}`,
  });
});

test.each([
  ["no secret", [], "without a secret"],
  ["an empty secret", ["whsec_"], "can't be empty"],
  ["a secret that is not base64", ["whsec_not base64!"], "incorrect characters"],
  ["one bad secret among good ones", [...SECRETS, ""], "can't be empty"],
])("with %s nothing is signed", (_name, secrets, why) => {
  expect(() => sign({ secrets })).toThrow(why);
});

test("a new secret has the form of the convention, and is never the same", () => {
  const secrets = Array.from({ length: 100 }, newWebhookSecret);
  for (const secret of secrets) {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  }
  expect(new Set(secrets).size).toBe(secrets.length);
});
