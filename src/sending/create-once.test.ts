import { describe, expect, test } from "vitest";
import { testClock } from "../base/clock.testing.ts";
import { addMs } from "../base/clock.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { type Creation, createOnce } from "./create-once.ts";

const NO_ANSWER = new TwilioError("No answer", { status: 0, isAmbiguous: true });
const REFUSED = new TwilioError("Refused", { status: 400, twilioCode: 21211, isAmbiguous: false });
const UNREADABLE = new TwilioError("No answer", { status: 0, isAmbiguous: false });

/** Twilio as it behaves in one test: how it answers the creation, and what each look into its list shows. */
function twilio(answer: string | Error, looks: readonly (readonly string[] | TwilioError)[] = []) {
  const remaining = [...looks];
  const asked: string[] = [];
  const since: Date[] = [];
  const creation: Creation<string> = {
    create: async () => {
      asked.push("create");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    find: async (from) => {
      asked.push("find");
      since.push(from);
      const found = remaining.shift() ?? [];
      if (found instanceof TwilioError) throw found;
      return found;
    },
    unanswered: async (found) => {
      if (found.includes("database gone")) throw new Error("The database does not answer");
      return found.filter((sid) => !sid.startsWith("answered"));
    },
  };
  return { creation, asked, since, clock: testClock() };
}

describe("without an answer", () => {
  test.each<[string, readonly (readonly string[] | TwilioError)[]]>([
    ["at once", [["SM1"]]],
    ["a moment later", [[], [], ["SM1"]]],
    ["when its list can be read again", [UNREADABLE, ["SM1"]]],
    ["beside another request's", [["answered SM0", "SM1"]]],
  ])("what Twilio's list shows %s is the answer", async (_name, looks) => {
    const { clock, creation, asked } = twilio(NO_ANSWER, looks);
    expect(await createOnce(clock, creation, undefined)).toEqual({ report: "SM1", outcome: "found" });
    expect(asked.filter((request) => request === "create")).toHaveLength(1);
  });

  test.each<[string, readonly (readonly string[] | TwilioError)[]]>([
    ["shows nothing", [[], [], []]],
    ["shows it too late", [[], [], [], ["SM1"]]],
    ["shows two that could be it", [["SM1", "SM2"]]],
    ["shows another request's alone", [["answered SM0"], ["answered SM0"], ["answered SM0"]]],
    ["cannot be read", [UNREADABLE, UNREADABLE, UNREADABLE]],
    ["cannot be compared with ours", [["database gone"], ["database gone"], ["database gone"]]],
  ])("and when Twilio's list %s, nobody knows, and nothing is created again", async (_name, looks) => {
    const { clock, creation, asked } = twilio(NO_ANSWER, looks);
    await expect(createOnce(clock, creation, undefined)).rejects.toMatchObject({
      code: "send_outcome_unknown",
      cause: NO_ANSWER,
    });
    expect(asked.filter((request) => request === "create")).toHaveLength(1);
  });

  test("the list is read three times at the most, and from the request's beginning on", async () => {
    const { clock, creation, asked, since } = twilio(NO_ANSWER);
    const began = clock.now();
    await createOnce(clock, creation, undefined).catch(() => undefined);
    expect(asked).toEqual(["create", "find", "find", "find"]);
    expect(clock.slept).toEqual([1_000, 1_000]);
    expect(since).toEqual([began, began, began].map((time) => addMs(time, -2_000)));
  });
});

test("an answer that makes no sense is none", async () => {
  const { clock, creation, asked } = twilio(new SyntaxError("Unexpected token <"), [["SM1"]]);
  expect(await createOnce(clock, creation, undefined)).toEqual({ report: "SM1", outcome: "found" });
  expect(asked).toEqual(["create", "find"]);
});

test("an answer is taken as it is, and the list is not read", async () => {
  const { clock, creation, asked } = twilio("SM1");
  expect(await createOnce(clock, creation, undefined)).toEqual({ report: "SM1", outcome: "answered" });
  expect(asked).toEqual(["create"]);
});

test("a refusal is told, and the list is not read", async () => {
  const { clock, creation, asked } = twilio(REFUSED);
  await expect(createOnce(clock, creation, undefined)).rejects.toMatchObject({ code: "recipient_invalid" });
  expect(asked).toEqual(["create"]);
});

describe("after an attempt that never ended", () => {
  const began = new Date("2026-01-01T00:00:00Z");

  test("what it created is the answer", async () => {
    const { clock, creation, asked, since } = twilio("SM2", [["SM1"]]);
    expect(await createOnce(clock, creation, began)).toEqual({ report: "SM1", outcome: "found" });
    expect(asked).toEqual(["find"]);
    expect(since).toEqual([addMs(began, -2_000)]);
  });

  test("that created nothing, it is created now", async () => {
    const { clock, creation, asked } = twilio("SM2", [[], []]);
    expect(await createOnce(clock, creation, began)).toEqual({ report: "SM2", outcome: "answered" });
    expect(asked).toEqual(["find", "find", "create"]);
  });

  test("nothing is created while what Twilio's clock puts minutes before it could be it", async () => {
    const { clock, creation, asked, since } = twilio("SM2", [[], ["SM1"]]);
    await expect(createOnce(clock, creation, began)).rejects.toMatchObject({ code: "send_outcome_unknown" });
    expect(asked).toEqual(["find", "find"]);
    expect(since).toEqual([addMs(began, -2_000), addMs(began, -300_000)]);
  });

  test.each<[string, readonly string[] | TwilioError]>([
    ["several could be it", ["SM1", "SM2"]],
    ["one of several could be another request's", ["answered SM0", "SM1"]],
    ["the only one that could be it was the answer to a request", ["answered SM1"]],
    ["the list cannot be read", UNREADABLE],
  ])("nothing is created while %s", async (_name, look) => {
    const { clock, creation, asked } = twilio("SM3", [look]);
    await expect(createOnce(clock, creation, began)).rejects.toMatchObject({ code: "send_outcome_unknown" });
    expect(asked).toEqual(["find"]);
  });
});
