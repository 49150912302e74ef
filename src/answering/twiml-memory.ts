import { LRUCache } from "lru-cache";
import type { Route } from "./route.ts";

interface Written {
  readonly voice: Route["voice"];
  readonly agentId: string;
  readonly phoneNumberId: string;
  readonly twiml: string;
}

const MAX_CHARACTERS = 8 * 1024 * 1024;

/**
 * What a number's agent answers its calls with, as TwiML. It is the same for every call until the number or its agent
 * changes, and writing it takes as long as checking the call's signature.
 */
export class TwimlMemory {
  readonly #written = new LRUCache<string, Written>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ twiml }) => twiml.length,
  });

  of({ phoneNumberUid, phoneNumberId, agentId, voice }: Route, write: () => string): string {
    const known = this.#written.get(phoneNumberUid);
    // An agent that has changed has another answer in memory, even where it is equal.
    const isCurrent =
      known?.voice === voice && known.agentId === agentId && known.phoneNumberId === phoneNumberId;
    if (isCurrent) return known.twiml;
    const twiml = write();
    this.#written.set(phoneNumberUid, { voice, agentId, phoneNumberId, twiml });
    return twiml;
  }
}
