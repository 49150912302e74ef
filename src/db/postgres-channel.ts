// Listens for as long as the process lives: on one connection after the other.
import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { AppError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { ChangeChannel, ChannelListener } from "./change-channel.ts";
import { ListeningConnection } from "./listening-connection.ts";

const BACKOFF = { firstMs: 100, maxMs: 10_000 };

export interface PostgresChannelDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

export class PostgresChannel implements ChangeChannel {
  readonly #deps: PostgresChannelDeps;
  readonly #connectionString: string;
  readonly #closing = new AbortController();
  #connection: ListeningConnection | undefined;

  constructor(deps: PostgresChannelDeps, connectionString: string) {
    this.#deps = deps;
    this.#connectionString = connectionString;
  }

  get isListening(): boolean {
    return this.#connection !== undefined;
  }

  async listen(listener: ChannelListener): Promise<void> {
    try {
      this.#connection = await this.#connect(listener);
    } catch (cause) {
      throw new AppError("database_unreachable", {
        detail:
          "It must be possible to LISTEN on it: DATABASE_URL must not lead through a pooler in transaction mode. " +
          `It said: ${messageOf(cause)}`,
        cause,
      });
    }
    void this.#keepListening(listener);
  }

  async echo(): Promise<void> {
    if (!this.#connection) throw new Error("The database cannot be reached");
    await this.#connection.echo();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection?.close();
  }

  async #keepListening(listener: ChannelListener): Promise<void> {
    while (this.#connection) {
      const reason = await this.#connection.untilLost();
      this.#connection = undefined;
      if (this.#closing.signal.aborted) return;
      this.#deps.log.warn({ err: reason }, "change_feed.lost");
      this.#connection = await this.#reconnect(listener);
      if (!this.#connection) return;
      this.#deps.log.info("change_feed.listening");
      listener.onGap();
    }
  }

  /** Undefined when the channel is closed meanwhile. Without an end: what is in memory serves until the database is back. */
  async #reconnect(listener: ChannelListener): Promise<ListeningConnection | undefined> {
    const { clock, log } = this.#deps;
    for (let failures = 1; !this.#closing.signal.aborted; failures++) {
      try {
        await clock.sleep(backoffMs(failures, clock.random(), BACKOFF), this.#closing.signal);
        return await this.#connect(listener);
      } catch (error) {
        if (!this.#closing.signal.aborted) log.warn({ err: error, failures }, "change_feed.unreachable");
      }
    }
    return undefined;
  }

  async #connect(listener: ChannelListener): Promise<ListeningConnection> {
    const connection = await ListeningConnection.open(this.#deps.clock, this.#connectionString, (payload) =>
      listener.onPayload(payload),
    );
    if (!this.#closing.signal.aborted) return connection;
    await connection.close();
    throw new Error("Closed while it was connecting");
  }
}
