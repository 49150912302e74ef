import type { PGlite } from "@electric-sql/pglite";
import { CHANGE_CHANNEL } from "./change.ts";
import type { ChangeChannel, ChannelListener } from "./change-channel.ts";
import { Echo } from "./echo.ts";

/** Within one process nothing gets lost: a commit's announcements are part of its answer. */
export class PgliteChannel implements ChangeChannel {
  readonly #pglite: PGlite;
  readonly #echo: Echo;
  isListening = false;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
    this.#echo = new Echo((payload) => pglite.query("select pg_notify($1, $2)", [CHANGE_CHANNEL, payload]));
  }

  async listen(listener: ChannelListener): Promise<void> {
    await this.#pglite.listen(CHANGE_CHANNEL, (payload) => {
      if (!this.#echo.take(payload)) listener.onPayload(payload);
    });
    this.isListening = true;
  }

  echo(): Promise<void> {
    return this.#echo.send();
  }

  async close(): Promise<void> {
    this.isListening = false;
  }
}
