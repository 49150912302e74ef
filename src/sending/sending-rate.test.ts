import { expect, test } from "vitest";
import { testClock } from "../base/clock.testing.ts";
import { HOUR_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import { SendingRate } from "./sending-rate.ts";

const LIMITED = expect.objectContaining({ code: "sending_rate_limited" });
const sender = (phoneNumberId: string, orgId = "org_1") => ({ orgId, phoneNumberId, agentId: "agent_1" });

function newRate(numberPerMinute: number, organizationPerMinute: number) {
  const clock = testClock();
  const rate = new SendingRate(clock, { numberPerMinute, organizationPerMinute });
  const take = (from = sender("phone_1")) => rate.take(from);
  /** How many go through at once. */
  const burst = (from?: ReturnType<typeof sender>) => {
    for (let count = 0; ; count++) {
      try {
        take(from);
      } catch (error) {
        if (error instanceof AppError && error.code === "sending_rate_limited") return count;
        throw error;
      }
    }
  };
  return { clock, take, burst };
}

test("a number sends a minute's worth at once, and then as evenly as the minute gives it", () => {
  const { clock, burst } = newRate(6, 100);
  expect(burst()).toBe(6);
  clock.advance(9_999);
  expect(burst()).toBe(0);
  clock.advance(1);
  expect(burst()).toBe(1);
  clock.advance(25_000);
  expect(burst()).toBe(2);
  clock.advance(HOUR_MS);
  expect(burst()).toBe(6);
});

test("the refusal says after how many seconds it is worth trying again", () => {
  const { clock, take, burst } = newRate(6, 100);
  burst();
  clock.advance(1_500);
  expect(take).toThrow(expect.objectContaining({ retryAfterSeconds: 9 }));
});

test("an organization has a limit over all of its numbers, and no other's", () => {
  const { burst } = newRate(6, 10);
  expect(burst(sender("phone_1"))).toBe(6);
  expect(burst(sender("phone_2"))).toBe(4);
  expect(burst(sender("phone_3"))).toBe(0);
  expect(burst(sender("phone_1", "org_2"))).toBe(6);
});

test("what was refused takes nothing out of the other bucket", () => {
  const { burst, take } = newRate(6, 10);
  expect(burst(sender("phone_1"))).toBe(6);
  for (let again = 0; again < 20; again++) expect(() => take(sender("phone_1"))).toThrow(LIMITED);
  expect(burst(sender("phone_2"))).toBe(4);
});
