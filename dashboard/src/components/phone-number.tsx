import { useSyncExternalStore } from "react";

type Format = (text: string) => string;

let format: Format = (text) => text;
let isLoading = false;
const listeners = new Set<() => void>();

/** Formatted as its country does. The rules are large, so they come after the page; until then it is as it is dialled. */
export function PhoneNumber({ e164 }: { readonly e164: string }) {
  return <span className="number">{usePhoneNumberFormat()(e164)}</span>;
}

/** The same where there is place for text alone. */
export function usePhoneNumberFormat(): Format {
  return useSyncExternalStore(listenForRules, () => format);
}

function listenForRules(listener: () => void): () => void {
  if (!isLoading) void loadRules();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function loadRules(): Promise<void> {
  isLoading = true;
  try {
    ({ formatPhoneNumber: format } = await import("./phone-number-format.ts"));
  } catch {
    // Without them the numbers stay as they are dialled; the next page tries again.
    isLoading = false;
  }
  for (const listener of listeners) listener();
}
