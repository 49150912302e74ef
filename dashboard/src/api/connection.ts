// Whether the server can be reached. TanStack Query holds it: while it is lost, queries wait and what is on the screen
// stays; when it is back, they go on by themselves.
import { onlineManager, queryOptions } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

const RETRY_MS = 1_500;
const LOOK_MS = 15_000;
let lostAt: Date | undefined;

// The browser knows when it has no network. That it has one again doesn't mean that the server answers.
onlineManager.setEventListener((setOnline) => {
  const onOffline = () => setOnline(false);
  addEventListener("offline", onOffline);
  return () => removeEventListener("offline", onOffline);
});
onlineManager.subscribe((isOnline) => {
  if (isOnline || lostAt) return;
  lostAt = new Date();
  setTimeout(() => void untilBack(), RETRY_MS);
});

export function reportConnectionLost(): void {
  onlineManager.setOnline(false);
}

/** Looks now and then: a page that asks for nothing must not look as if all was well. */
export const connectionQuery = queryOptions({
  queryKey: ["connection"],
  queryFn: look,
  initialData: true,
  staleTime: LOOK_MS,
  refetchInterval: LOOK_MS,
});

/**
 * Loads what the server has once it can be reached: a part of the code that was away with the server must not be away
 * for good. Rejects when the server is there and still doesn't give it, such as after an upgrade.
 */
export async function whenReachable<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    const wasThere = await look();
    if (!wasThere) await untilOnline();
    return wasThere ? load() : whenReachable(load);
  }
}

/** @returns whether the server answers; reports it when it does not */
async function look(): Promise<boolean> {
  const isThere = await answers();
  if (!isThere) reportConnectionLost();
  return isThere;
}

function untilOnline(): Promise<void> {
  return new Promise((resolve) => {
    const stop = onlineManager.subscribe((isOnline) => {
      if (!isOnline) return;
      stop();
      resolve();
    });
  });
}

async function answers(): Promise<boolean> {
  const response = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
  return response?.ok === true;
}

async function untilBack(): Promise<void> {
  if (!(await answers())) {
    setTimeout(() => void untilBack(), RETRY_MS);
    return;
  }
  lostAt = undefined;
  onlineManager.setOnline(true);
}

/** @returns since when, or undefined while all is well */
export function useConnectionLost(): Date | undefined {
  return useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => lostAt,
  );
}
