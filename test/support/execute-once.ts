import { Client } from "pg";

/** A statement outside of any transaction, on a connection of its own. */
export async function executeOnce(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
