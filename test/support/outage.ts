// What can happen to a node's connections to PostgreSQL.
import { connect, createServer, type Socket } from "node:net";
import { Client } from "pg";

export interface Outage {
  end(): Promise<void>;
}

/** Lets nobody connect to a database any more, and closes the connections by which nodes hear of changes. */
export async function refuseListeners(databaseUrl: string): Promise<Outage> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = "/postgres";
  const client = new Client(url.href);
  await client.connect();
  await client.query(`alter database ${name} allow_connections false`);
  await client.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where datname = $1 and application_name = 'switchhook changes'`,
    [name],
  );
  return {
    end: async () => {
      await client.query(`alter database ${name} allow_connections true`);
      await client.end();
    },
  };
}

export interface CuttableLine {
  readonly url: string;
  /** From now on nothing comes through on the connections that are open, and neither end is told. New ones work. */
  cut(): void;
  close(): Promise<void>;
}

/** A way to the database that can fall silent. */
export async function cuttableLine(databaseUrl: string): Promise<CuttableLine> {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(target);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => socket.destroy());
    sockets.push(near, far);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  url.port = String(address.port);
  return {
    url: url.href,
    cut: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
