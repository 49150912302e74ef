import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baseOf, ownerAt, ownerOf, WEBHOOK_PATHS, webhookUrls } from "./webhook-urls.ts";

const OURS = {
  publicUrl: "https://switchhook.example.com",
  earlierPublicUrls: ["https://tunnel.example.com", "https://switchhook.example.com/v1"],
  agentId: "agent_1",
};

describe("the owner of a URL that stands in Twilio", () => {
  test.each([
    ["no URL", "", "unset"],
    ["the agent's own", "https://switchhook.example.com/api/twilio/voice?agentId=agent_1", "ours"],
    ["the same without the delivery's fragment", "https://switchhook.example.com/api/twilio/voice", "ours"],
    ["one with a fragment", "https://switchhook.example.com/api/twilio/webhook#rc=1", "ours"],
    ["the status URL", "https://switchhook.example.com/api/twilio/status#rc=3&rp=all", "ours"],
    ["another agent's", "https://switchhook.example.com/api/twilio/voice?agentId=agent_2#rc=2", "ours_stale"],
    [
      "one under an earlier public URL",
      "https://tunnel.example.com/api/twilio/voice?agentId=agent_1",
      "ours_stale",
    ],
    ["one under an earlier path prefix", "https://switchhook.example.com/v1/api/twilio/voice", "ours_stale"],
    [
      "another deployment's",
      "https://staging.example.com/api/twilio/voice?agentId=agent_1",
      "other_deployment",
    ],
    [
      "another deployment's on our host",
      "https://switchhook.example.com/eu/api/twilio/webhook",
      "other_deployment",
    ],
    [
      "another deployment's on another port",
      "https://switchhook.example.com:8443/api/twilio/status",
      "other_deployment",
    ],
    ["ours without encryption", "http://switchhook.example.com/api/twilio/voice", "other_deployment"],
    ["Twilio's demo", "https://demo.twilio.com/welcome/voice/", "foreign"],
    ["another path of ours", "https://switchhook.example.com/api/twilio/voicemail", "foreign"],
    ["our path with more after it", "https://switchhook.example.com/api/twilio/voice/extra", "foreign"],
    ["our path in a query", "https://crm.example.com/?next=/api/twilio/voice", "foreign"],
    ["our path in a fragment", "https://crm.example.com/#/api/twilio/voice", "foreign"],
    [
      "the path that ends calls, which no number is given",
      "https://switchhook.example.com/api/twilio/voice/ended",
      "foreign",
    ],
    ["a SIP address", "sip:agents@example.com", "foreign"],
  ])("%s: %s is %s", (_name, url, owner) => {
    expect(ownerOf(url, OURS)).toBe(owner);
  });

  test("does not depend on the agent where no agent is asked about", () => {
    const url = "https://switchhook.example.com/api/twilio/voice?agentId=agent_2";
    expect(ownerOf(url, { ...OURS, agentId: undefined })).toBe("ours");
  });

  test("is found behind a path prefix", () => {
    const ours = { ...OURS, publicUrl: "https://example.com/phone", earlierPublicUrls: [] };
    expect(ownerOf("https://example.com/phone/api/twilio/voice", ours)).toBe("ours");
    expect(ownerOf("https://example.com/api/twilio/voice", ours)).toBe("other_deployment");
  });
});

test.each([
  ["ours", WEBHOOK_PATHS.voice, "https://switchhook.example.com/api/twilio/voice?agentId=agent_1"],
  ["ours_stale", WEBHOOK_PATHS.voice, "https://switchhook.example.com/api/twilio/voice/fallback"],
  ["ours_stale", WEBHOOK_PATHS.voice, "https://switchhook.example.com/api/twilio/status"],
  ["ours_stale", WEBHOOK_PATHS.message, "https://switchhook.example.com/api/twilio/voice"],
  ["other_deployment", WEBHOOK_PATHS.message, "https://staging.example.com/api/twilio/voice"],
  ["foreign", WEBHOOK_PATHS.message, "https://crm.example.com/api/messages"],
  ["unset", WEBHOOK_PATHS.message, ""],
])("where a URL should be ours for one purpose, it is %s (%s): %s", (owner, path, url) => {
  expect(ownerAt(path, url, OURS)).toBe(owner);
});

const agentId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
const base = fc.constantFrom("https://example.com", "https://example.com/a/b", "http://127.0.0.1:3000");

test("every URL that we give is recognised as ours, for its agent, and by its base", () => {
  fc.assert(
    fc.property(base, agentId, (publicUrl, id) => {
      for (const url of Object.values(webhookUrls(publicUrl, id))) {
        expect(ownerOf(url, { publicUrl, earlierPublicUrls: [], agentId: id })).toBe("ours");
        expect(
          ownerOf(url, { publicUrl: "https://new.example.com", earlierPublicUrls: [publicUrl], agentId: id }),
        ).toBe("ours_stale");
        expect(baseOf(url)).toBe(publicUrl);
      }
    }),
  );
});

test("the agent in a voice URL is read back as it was written", () => {
  fc.assert(
    fc.property(agentId, (id) => {
      const { voiceUrl, voiceFallbackUrl } = webhookUrls("https://example.com", id);
      expect(new URL(voiceUrl).searchParams.get("agentId")).toBe(id);
      expect(new URL(voiceFallbackUrl).searchParams.get("agentId")).toBe(id);
    }),
  );
});

test("message and status URLs name no agent, because a Messaging Service has one for all of its numbers", () => {
  const { messageUrl, messageFallbackUrl, statusUrl } = webhookUrls("https://example.com", "agent_1");
  for (const url of [messageUrl, messageFallbackUrl, statusUrl]) expect(url).not.toContain("agent");
});

// https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
test("every URL asks for retries that Twilio allows and that fit into its 15 seconds", () => {
  for (const url of Object.values(webhookUrls("https://example.com", "agent_1"))) {
    const overrides = new URLSearchParams(new URL(url).hash.slice(1));
    const connectMs = Number(overrides.get("ct"));
    const readMs = Number(overrides.get("rt"));
    expect(connectMs).toBeGreaterThanOrEqual(100);
    expect(connectMs).toBeLessThanOrEqual(10_000);
    expect(readMs).toBeGreaterThanOrEqual(100);
    expect(connectMs + readMs).toBeLessThan(15_000);
    expect(Number(overrides.get("rc"))).toBeGreaterThan(1);
    expect(Number(overrides.get("rc"))).toBeLessThanOrEqual(5);
    const policies = overrides.get("rp")?.split(",") ?? [];
    expect(["4xx", "5xx", "ct", "rt", "all"]).toEqual(expect.arrayContaining(policies));
    expect(policies).toEqual(expect.arrayContaining(url.includes("/status") ? ["all"] : ["ct", "5xx"]));
  }
});

test("no path of ours can be taken for another", () => {
  const configured = Object.values(WEBHOOK_PATHS).filter((path) => path !== WEBHOOK_PATHS.voiceEnded);
  for (const path of configured) expect(baseOf(`https://example.com${path}`)).toBe("https://example.com");
});
