import { describe, expect, test } from "vitest";
import { readReply } from "./agent-reply.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const URL = "https://media.example.com/a.png";

describe("an agent's answer to a message", () => {
  test.each<[string, string | undefined, string, unknown]>([
    ["nothing", undefined, "", { parts: [] }],
    ["white space, as anything", "text/html", " \n", { parts: [] }],
    ["a reply", JSON_TYPE, '{"reply":"Hello"}', { parts: [{ text: "Hello", mediaUrls: [] }] }],
    [
      "with what we do not know",
      JSON_TYPE,
      '{"reply":"Hello","trace":1}',
      { parts: [{ text: "Hello", mediaUrls: [] }] },
    ],
    [
      "as another kind of JSON",
      "application/vnd.agent+json",
      '{"reply":"a"}',
      { parts: [{ text: "a", mediaUrls: [] }] },
    ],
    ["no messages", JSON_TYPE, '{"messages":[]}', { parts: [] }],
    ["null", JSON_TYPE, "null", { parts: [] }],
    ["an object that says nothing", JSON_TYPE, "{}", { parts: [] }],
    ["an empty reply", JSON_TYPE, '{"reply":""}', { parts: [] }],
    ["a blank reply", JSON_TYPE, '{"reply":" \\n"}', { parts: [] }],
    ["no reply", JSON_TYPE, '{"reply":null}', { parts: [] }],
    [
      "more than a message holds",
      JSON_TYPE,
      JSON.stringify({ messages: [{ text: `${"x".repeat(1_600)} y`, mediaUrls: [URL] }, { text: "z" }] }),
      {
        parts: [
          { text: "x".repeat(1_600), mediaUrls: [URL] },
          { text: "y", mediaUrls: [] },
          { text: "z", mediaUrls: [] },
        ],
      },
    ],
    [
      "messages",
      "APPLICATION/JSON",
      JSON.stringify({
        messages: [{ text: "a" }, { mediaUrls: [URL] }, { text: "b", mediaUrls: [URL, URL] }],
      }),
      { parts: [{ text: "a", mediaUrls: [] }, { mediaUrls: [URL] }, { text: "b", mediaUrls: [URL, URL] }] },
    ],
    [
      "what XML cannot hold",
      JSON_TYPE,
      '{"reply":"a\\u0000b\\ud800"}',
      { parts: [{ text: "a\uFFFDb\uFFFD", mediaUrls: [] }] },
    ],
    [
      "TwiML",
      "text/xml",
      " <Response><Message>Hi</Message></Response>\n",
      { parts: [{ text: "Hi", mediaUrls: [] }], twiml: "<Response><Message>Hi</Message></Response>" },
    ],
  ])("may be %s", (_name, contentType, body, reply) => {
    expect(readReply(contentType, body, "sms")).toEqual({ outcome: "read", reply });
  });

  test("is sent one of its media in each message on WhatsApp, where Twilio ignores the others", () => {
    const text = `${"x".repeat(1_600)} y`;
    const body = JSON.stringify({ messages: [{ text, mediaUrls: [`${URL}?1`, `${URL}?2`, `${URL}?3`] }] });
    const parts = [
      { text: "x".repeat(1_600), mediaUrls: [`${URL}?1`] },
      { text: "y", mediaUrls: [`${URL}?2`] },
      { mediaUrls: [`${URL}?3`] },
    ];
    expect(readReply(JSON_TYPE, body, "whatsapp")).toEqual({ outcome: "read", reply: { parts } });
    const pictures = Array.from({ length: 6 }, () => URL);
    const many = JSON.stringify({ messages: [{ mediaUrls: pictures }, { mediaUrls: pictures }] });
    expect(readReply(JSON_TYPE, many, "sms")).toMatchObject({ outcome: "read" });
    expect(readReply(JSON_TYPE, many, "whatsapp")).toMatchObject({ outcome: "invalid" });
  });

  test.each<[string, string | undefined, string]>([
    ["a text", "text/plain", "Hello"],
    ["of no type", undefined, '{"reply":"Hello"}'],
    ["HTML", "text/html", "<Response/>"],
    ["broken JSON", JSON_TYPE, '{"reply":'],
    ["JSON of another kind", JSON_TYPE, '"Hello"'],
    ["an object of other things", JSON_TYPE, '{"answer":"Hello"}'],
    ["a reply that is no text", JSON_TYPE, '{"reply":42}'],
    ["a reply that is too long", JSON_TYPE, JSON.stringify({ reply: "x".repeat(16_001) })],
    ["a reply and messages", JSON_TYPE, '{"reply":"a","messages":[{"text":"b"}]}'],
    ["an empty message", JSON_TYPE, '{"messages":[{}]}'],
    [
      "too many messages",
      JSON_TYPE,
      JSON.stringify({ messages: Array.from({ length: 11 }, () => ({ text: "a" })) }),
    ],
    ["too much media", JSON_TYPE, JSON.stringify({ messages: [{ mediaUrls: Array(11).fill(URL) }] })],
    ["media that is no web address", JSON_TYPE, '{"messages":[{"mediaUrls":["file:///etc/passwd"]}]}'],
    ["TwiML that is none", "application/xml", "<Message>Hi</Message>"],
  ])("may not be %s", (_name, contentType, body) => {
    expect(readReply(contentType, body, "sms")).toEqual({
      outcome: "invalid",
      detail: expect.stringMatching(/./),
    });
  });
});
