import type { DemoNumber, Emulator } from "../../../emulator/index.ts";
import type { ApiClient } from "../api-client.ts";
import type { Narrator } from "./narrator.ts";

export interface StoryDeps {
  readonly api: ApiClient;
  readonly emulator: Emulator;
  readonly account: {
    readonly accountSid: string;
    readonly authToken: string;
    readonly numbers: readonly DemoNumber[];
  };
  readonly tell: Narrator;
}
