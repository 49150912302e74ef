// Whether the server can be reached. TanStack Query holds it: while it is lost, queries wait and what is on the screen
// stays; when it is back, they go on by themselves.
import { onlineManager } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

const RETRY_MS = 1_500;
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

async function untilBack(): Promise<void> {
  const response = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
  if (!response?.ok) {
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
