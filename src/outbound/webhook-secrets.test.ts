import { describe, expect, test } from "vitest";
import { DAY_MS } from "../base/durations.ts";
import {
  newWebhookSecrets,
  previousSignsUntil,
  rotatedWebhookSecrets,
  signingSecrets,
} from "./webhook-secrets.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const later = (ms: number) => new Date(NOW.getTime() + ms);

test("a new endpoint's webhooks are signed with one secret", () => {
  const secrets = newWebhookSecrets();
  expect(secrets.current).toMatch(/^whsec_/);
  expect(signingSecrets(secrets, NOW)).toEqual([secrets.current]);
  expect(previousSignsUntil(secrets, NOW)).toBeUndefined();
});

describe("when it is replaced", () => {
  const first = newWebhookSecrets();
  const second = rotatedWebhookSecrets(first, NOW);

  test("the one before signs along for a day and no longer", () => {
    expect(second.current).not.toBe(first.current);
    expect(signingSecrets(second, NOW)).toEqual([second.current, first.current]);
    expect(signingSecrets(second, later(DAY_MS - 1))).toEqual([second.current, first.current]);
    expect(signingSecrets(second, later(DAY_MS))).toEqual([second.current]);
    expect(previousSignsUntil(second, NOW)).toEqual(later(DAY_MS));
    expect(previousSignsUntil(second, later(DAY_MS))).toBeUndefined();
  });

  test("twice, only the latest two sign", () => {
    const third = rotatedWebhookSecrets(second, later(1));
    expect(signingSecrets(third, later(2))).toEqual([third.current, second.current]);
  });
});
