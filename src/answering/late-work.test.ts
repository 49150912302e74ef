import { expect, test } from "vitest";
import type { Clock } from "../base/clock.ts";
import { LateWork } from "./late-work.ts";

/** Sleeps until it is told that the time is up. */
function patientClock() {
  const sleeps: (() => void)[] = [];
  const clock: Pick<Clock, "sleep"> = {
    sleep: () => new Promise((resolve) => void sleeps.push(resolve)),
  };
  return { clock, timeUp: () => sleeps.shift()?.() };
}

const workOf = (orgId: string, abort = new AbortController()) => ({ orgId, abort });

test("stopping waits for what is under way, and takes on nothing more", async () => {
  const { clock } = patientClock();
  const work = new LateWork(clock, { maxAtOnce: 5, graceMs: 1_000 });
  const gate = Promise.withResolvers<void>();
  const abort = new AbortController();
  expect(work.takeOn(() => gate.promise, workOf("org_1", abort))).toBe(true);
  const events: string[] = [];
  const stopping = work.stop().then(() => events.push("stopped"));
  expect(work.takeOn(async () => {}, workOf("org_1"))).toBe(false);
  await Promise.resolve();
  events.push("ended");
  gate.resolve();
  await stopping;
  expect(events).toEqual(["ended", "stopped"]);
  expect(abort.signal.aborted).toBe(false);
});

test("stopping cuts short what takes too long, and gives up what does not even end then", async () => {
  const { clock, timeUp } = patientClock();
  const work = new LateWork(clock, { maxAtOnce: 5, graceMs: 1_000 });
  const obedient = new AbortController();
  const stubborn = new AbortController();
  work.takeOn(
    () => new Promise((resolve) => obedient.signal.addEventListener("abort", () => resolve())),
    workOf("org_1", obedient),
  );
  work.takeOn(() => new Promise(() => {}), workOf("org_1", stubborn));
  const stopping = work.stop();
  timeUp();
  await expect.poll(() => obedient.signal.aborted && stubborn.signal.aborted).toBe(true);
  timeUp();
  await stopping;
});

test("there is a bound to what is under way, and room again when something has ended", async () => {
  const { clock } = patientClock();
  const work = new LateWork(clock, { maxAtOnce: 1, graceMs: 1_000 });
  const gate = Promise.withResolvers<void>();
  let hasStarted = false;
  work.takeOn(() => gate.promise, workOf("org_1"));
  const second = async () => {
    hasStarted = true;
  };
  expect(work.takeOn(second, workOf("org_1"))).toBe(false);
  expect(hasStarted).toBe(false);
  gate.resolve();
  await expect.poll(() => work.takeOn(second, workOf("org_1"))).toBe(true);
});

test("an organization whose agents never answer leaves places for the others' agents", () => {
  const work = new LateWork(patientClock().clock, { maxAtOnce: 500, graceMs: 1_000 });
  const takeAll = (orgId: string) => {
    for (let taken = 0; ; taken++) if (!work.takeOn(() => new Promise(() => {}), workOf(orgId))) return taken;
  };
  expect(takeAll("org_1")).toBe(400);
  expect(takeAll("org_2")).toBe(80);
  expect(takeAll("org_3")).toBe(16);
});
