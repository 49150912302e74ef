// One connection that listens, from when it is open to when it is lost.
import { Client } from "pg";
import type { Clock } from "../base/clock.ts";
import { isDoneWithin } from "../base/deadline.ts";
import { CHANGE_CHANNEL } from "./change.ts";
import { Echo } from "./echo.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 5_000;
const CHECK_EVERY_MS = 15_000;
const KEEPALIVE_AFTER_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;

export class ListeningConnection {
  readonly #clock: Clock;
  readonly #client: Client;
  readonly #echo: Echo;
  readonly #lost = new AbortController();

  private constructor(clock: Clock, connectionString: string, onPayload: (payload: string) => void) {
    this.#clock = clock;
    this.#client = new Client({
      connectionString,
      application_name: "switchhook changes",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
      // An echo writes nothing, but PostgreSQL would wait for the disk, and for a synchronous standby, all the same.
      options: "-c synchronous_commit=off",
    });
    this.#echo = new Echo((payload) =>
      this.#client.query("select pg_notify($1, $2)", [CHANGE_CHANNEL, payload]),
    );
    this.#client.on("notification", ({ payload = "" }) => {
      if (!this.#echo.take(payload)) onPayload(payload);
    });
    this.#client.on("error", (error) => this.#lost.abort(error));
    this.#client.on("end", () => this.#lost.abort(new Error("The connection was closed")));
  }

  /** Rejects when PostgreSQL cannot be reached, or does not pass on what is announced (as behind some poolers). */
  static async open(
    clock: Clock,
    connectionString: string,
    onPayload: (payload: string) => void,
  ): Promise<ListeningConnection> {
    const connection = new ListeningConnection(clock, connectionString, onPayload);
    try {
      await connection.#client.connect();
      await connection.#client.query(`listen ${CHANGE_CHANNEL}`);
      await connection.#check();
    } catch (error) {
      await connection.close();
      throw error;
    }
    void connection.#checkUntilLost();
    return connection;
  }

  echo(): Promise<void> {
    return this.#echo.send();
  }

  /** Resolves with the reason once the connection is lost or closed. */
  async untilLost(): Promise<unknown> {
    const { signal } = this.#lost;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return signal.reason;
  }

  async close(): Promise<void> {
    this.#lost.abort(new Error("The connection was closed"));
    await isDoneWithin(this.#clock, CLOSE_TIMEOUT_MS, this.#client.end());
  }

  /** Nobody tells us that the other end is gone: without news, no news and no connection look the same. */
  async #checkUntilLost(): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(CHECK_EVERY_MS, this.#lost.signal);
        await this.#check();
      }
    } catch (error) {
      this.#lost.abort(error);
      await this.close();
    }
  }

  async #check(): Promise<void> {
    if (await isDoneWithin(this.#clock, ANSWER_TIMEOUT_MS, this.echo())) return;
    throw new Error(`What was announced was not heard within ${ANSWER_TIMEOUT_MS} ms`);
  }
}
