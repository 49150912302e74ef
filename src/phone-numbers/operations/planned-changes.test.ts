import { expect, test } from "vitest";
import type { Observed } from "../../twilio/observed.ts";
import type { Change } from "../../twilio/webhook-config.ts";
import { isAsPlanned } from "./planned-changes.ts";

const NUMBER = `PN${"1".repeat(32)}`;
const SERVICE = `MG${"1".repeat(32)}`;
const VOICE: Change = { resource: "number", sid: NUMBER, field: "voiceUrl", before: "theirs", after: "ours" };
const SMS: Change = { resource: "number", sid: NUMBER, field: "smsUrl", before: "theirs", after: "ours" };
const SHARED: Change = {
  resource: "service",
  sid: SERVICE,
  field: "inboundRequestUrl",
  before: "theirs",
  after: "",
};

/** What stands in Twilio now. */
function there(voiceUrl: string, inboundRequestUrl: string): Observed {
  return {
    number: { resource: "number", sid: NUMBER, fields: { voiceUrl } },
    service: {
      known: true,
      value: {
        config: { resource: "service", sid: SERVICE, fields: { inboundRequestUrl } },
        friendlyName: "",
        statusCallback: "",
      },
    },
    sender: { known: true, value: undefined },
    senderService: { known: true, value: undefined },
  };
}
const BEFORE = there("theirs", "theirs");

test.each<[string, Parameters<typeof isAsPlanned>, boolean]>([
  [
    "the same",
    [
      { changes: [VOICE], withheld: [] },
      { observed: BEFORE, changes: [VOICE], withheld: [] },
    ],
    true,
  ],
  [
    "the same over another value",
    [
      { changes: [VOICE], withheld: [] },
      { observed: there("newer", "theirs"), changes: [{ ...VOICE, before: "newer" }], withheld: [] },
    ],
    false,
  ],
  [
    "more",
    [
      { changes: [VOICE], withheld: [] },
      { observed: BEFORE, changes: [VOICE, SMS], withheld: [] },
    ],
    false,
  ],
  [
    "less, because somebody has written something else",
    [
      { changes: [VOICE], withheld: [] },
      { observed: there("newer", "theirs"), changes: [], withheld: [] },
    ],
    false,
  ],
  [
    "less, because another number of the service has made the change",
    [
      { changes: [VOICE, SHARED], withheld: [] },
      { observed: there("theirs", ""), changes: [VOICE], withheld: [] },
    ],
    true,
  ],
  [
    "what was withheld, now that no other number relies on the service",
    [
      { changes: [VOICE], withheld: [SHARED] },
      { observed: BEFORE, changes: [VOICE, SHARED], withheld: [] },
    ],
    true,
  ],
  [
    "what is withheld now",
    [
      { changes: [VOICE, SHARED], withheld: [] },
      { observed: BEFORE, changes: [VOICE], withheld: [SHARED] },
    ],
    true,
  ],
])("what would be written now is %s", (_name, [planned, now], isAgreed) => {
  expect(isAsPlanned(planned, now)).toBe(isAgreed);
});
