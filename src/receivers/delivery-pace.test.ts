import { assert, nat, property, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import type { Delivered } from "./delivery.ts";
import { eventsAtOnce, FULL_PACE, nextPace } from "./delivery-pace.ts";

const BATCH_SIZE = 500;
const DELIVERED: Delivered = { outcome: "delivered" };
const REFUSED: Delivered = { outcome: "refused", said: "", isTooLarge: false };

/** Sends 0, 1, 2 … to a receiver that refuses some, until all are gone. */
function sendAll(count: number, poisoned: ReadonlySet<number>) {
  let waiting = Array.from({ length: count }, (_, index) => index);
  let pace = FULL_PACE;
  const [taken, setAside]: [number[], number[]] = [[], []];
  let requests = 0;
  for (; waiting.length > 0; requests++) {
    const batch = waiting.slice(0, Math.min(eventsAtOnce(pace), BATCH_SIZE));
    const answer = batch.some((event) => poisoned.has(event)) ? REFUSED : DELIVERED;
    if (answer === DELIVERED) taken.push(...batch);
    else if (batch.length === 1) setAside.push(...batch);
    if (answer === DELIVERED || batch.length === 1) waiting = waiting.slice(batch.length);
    pace = nextPace(pace, answer, batch.length);
  }
  return { taken, setAside, requests };
}

test("one event that is refused is found among 500 in few requests, wherever it stands", () => {
  for (let poisoned = 0; poisoned < BATCH_SIZE; poisoned++) {
    const { taken, setAside, requests } = sendAll(BATCH_SIZE, new Set([poisoned]));
    expect(setAside).toEqual([poisoned]);
    expect(taken).toHaveLength(BATCH_SIZE - 1);
    expect(requests).toBeLessThanOrEqual(14);
  }
});

test("whichever are refused, these and no others are set aside, and the others come in order", () => {
  assert(
    property(uniqueArray(nat(999), { maxLength: 60 }), (poisoned) => {
      const { taken, setAside, requests } = sendAll(1_000, new Set(poisoned));
      expect(setAside).toEqual(poisoned.toSorted((a, b) => a - b));
      expect(taken).toEqual(taken.toSorted((a, b) => a - b));
      expect(taken).toHaveLength(1_000 - poisoned.length);
      expect(requests).toBeLessThanOrEqual(2 + 14 * poisoned.length);
    }),
  );
});
