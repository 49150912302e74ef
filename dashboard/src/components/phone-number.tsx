import { useSyncExternalStore } from "react";

let format: ((text: string) => string) | undefined;
const listeners = new Set<() => void>();

/** Formatted as its country does. The rules are large, so they come after the page; until then it is as it is dialled. */
export function PhoneNumber({ e164 }: { readonly e164: string }) {
  const formatted = useSyncExternalStore(listenForRules, () => format?.(e164) ?? e164);
  return <span className="number">{formatted}</span>;
}

function listenForRules(listener: () => void): () => void {
  if (listeners.size === 0 && !format) void loadRules();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function loadRules(): Promise<void> {
  // Without them the numbers stay as they are dialled.
  const rules = await import("./phone-number-format.ts").catch(() => undefined);
  format = rules?.formatPhoneNumber;
  for (const listener of listeners) listener();
}
