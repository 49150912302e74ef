import { expect, test } from "vitest";
import { type PreviewContext, previewMessaging, previewVoice } from "./preview.ts";

const CONTEXT: PreviewContext = {
  publicUrl: "https://switchhook.example.com",
  agentId: "agent_1",
  phoneNumberId: "phone_1",
};

test("what an agent says is shown as Twilio would get it, and cannot fail", () => {
  const { twiml, fallbackTwiml } = previewVoice(CONTEXT, {
    kind: "say",
    text: "Hi & bye",
    language: "de-DE",
  });
  expect(twiml).toContain('<Say language="de-DE">Hi &amp; bye</Say>');
  expect(fallbackTwiml).toBeUndefined();
});

test("of an agent's own endpoint only the fallback is known", () => {
  const { twiml, fallbackTwiml } = previewVoice(CONTEXT, {
    kind: "webhook",
    url: "https://agent.example.com",
    timeoutMs: 5_000,
    fallback: { kind: "say", text: "Call later", language: "en-US" },
  });
  expect(twiml).toBeUndefined();
  expect(fallbackTwiml).toContain("Call later");
});

test("a session gets the agent's id and leads back to us when it has ended", () => {
  const { twiml, fallbackTwiml } = previewVoice(CONTEXT, { kind: "stream", url: "wss://agent.example.com" });
  expect(twiml).toContain('<Parameter name="agentId" value="agent_1"/>');
  expect(twiml).toContain('action="https://switchhook.example.com/api/twilio/');
  expect(fallbackTwiml).toContain("sorry");
});

const reply = (text: string) => expect.stringContaining(`<Body>${text}</Body>`);
const nothing = expect.stringContaining("<Response/>");

test.each([
  [{ kind: "reply", text: "Thanks" } as const, reply("Thanks"), undefined],
  [{ kind: "none" } as const, nothing, undefined],
  [{ kind: "webhook", url: "https://agent.example.com" } as const, undefined, nothing],
  [
    { kind: "webhook", url: "https://agent.example.com", fallbackText: "Later" } as const,
    undefined,
    reply("Later"),
  ],
])("a message is answered as %j says", (messaging, twiml, fallbackTwiml) => {
  expect(previewMessaging(CONTEXT, messaging)).toEqual({ twiml, fallbackTwiml });
});
