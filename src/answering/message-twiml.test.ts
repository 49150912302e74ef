import { expect, test } from "vitest";
import { messageTwiml } from "./message-twiml.ts";
import type { ReplyPart } from "./reply.ts";

const STATUS = "https://s.example.com/status#rc=3&rp=all";
const ACTION = 'action="https://s.example.com/status#rc=3&amp;rp=all"';

test.each<[string, readonly ReplyPart[], string]>([
  ["nothing", [], "<Response/>"],
  [
    "a text",
    [{ text: "a < b & c", mediaUrls: [] }],
    `<Response><Message ${ACTION}><Body>a &lt; b &amp; c</Body></Message></Response>`,
  ],
  [
    "media without a text",
    [{ mediaUrls: ["https://e.example.com/a.png?x=1&y=2"] }],
    `<Response><Message ${ACTION}><Media>https://e.example.com/a.png?x=1&amp;y=2</Media></Message></Response>`,
  ],
  [
    "several messages, in their order",
    [
      { text: "one", mediaUrls: ["https://e.example.com/1", "https://e.example.com/2"] },
      { text: "two\n\u0007", mediaUrls: [] },
    ],
    `<Response><Message ${ACTION}><Body>one</Body><Media>https://e.example.com/1</Media><Media>https://e.example.com/2</Media></Message>` +
      `<Message ${ACTION}><Body>two\n\uFFFD</Body></Message></Response>`,
  ],
])("%s", (_name, parts, response) => {
  expect(messageTwiml(parts, STATUS)).toBe(`<?xml version="1.0" encoding="UTF-8"?>${response}`);
});
