// The base URLs that any node of this deployment has given to Twilio: while nodes are replaced one by one, an old one meets
// what a new one has written, and has to know that it is ours.
import type { Change } from "../db/change.ts";
import type { Db } from "../db/connect.ts";
import type { MemoryCopy } from "../db/memory-copy.ts";
import { listPublicUrls } from "./public-url-store.ts";

export class KnownUrls implements MemoryCopy {
  readonly name = "public_urls";
  readonly #db: Db;
  readonly #urls: string[] = [];

  constructor(db: Db) {
    this.#db = db;
  }

  /** One array, which grows: whoever was given it knows of each URL as soon as this node does. */
  get all(): readonly string[] {
    return this.#urls;
  }

  concerns({ table }: Change): boolean {
    return table === "public_url";
  }

  async reload(): Promise<void> {
    this.#add(await listPublicUrls(this.#db));
  }

  async refresh(changes: readonly Change[]): Promise<void> {
    this.#add(changes.flatMap((change) => (change.table === "public_url" ? [change.url] : [])));
  }

  #add(urls: readonly string[]): void {
    for (const url of urls) if (!this.#urls.includes(url)) this.#urls.push(url);
  }
}
