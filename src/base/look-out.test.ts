import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { createLogger } from "./log.ts";
import { LookOuts } from "./look-out.ts";

const deps = {
  clock: { sleep: (_ms: number, end?: AbortSignal) => systemClock.sleep(1, end) },
  log: createLogger("silent"),
};
const running = () => new AbortController().signal;

test("however many listen, one looks, until nobody listens any more", async () => {
  let begun = 0;
  const lookOuts = new LookOuts(deps, async (lookOut) => lookOut.tell());
  const join = () => lookOuts.join("key", running(), () => ++begun);
  const first = join();
  expect(join()).toBe(first);
  lookOuts.leave(first);
  await first.news;
  expect(first.isOver).toBe(false);
  lookOuts.leave(first);
  expect(first.isOver).toBe(true);
  const next = join();
  expect(next.subject).toBe(2);
  lookOuts.leave(next);
});

test("a look that fails is tried again", async () => {
  let looks = 0;
  const lookOuts = new LookOuts(deps, async (lookOut) => {
    if (++looks < 3) throw new Error("The database is away");
    lookOut.tell();
  });
  const lookOut = lookOuts.join("key", running(), () => undefined);
  await lookOut.news;
  expect(looks).toBe(3);
  lookOuts.leave(lookOut);
});

test("whoever waits for news hears of the end of the node", async () => {
  const node = new AbortController();
  const lookOut = new LookOuts(deps, async () => {}).join("key", node.signal, () => undefined);
  const { news } = lookOut;
  node.abort();
  await news;
  expect(lookOut.isOver).toBe(true);
});
