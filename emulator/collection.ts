/**
 * Resources in the order of their creation. An item's ordinal is never given to another one, so a page cursor stays
 * valid while somebody removes items from the list that is being paged, and finds its place at once.
 */
export class Collection<T extends { sid: string }> {
  /** The item with ordinal n is at n - 1; removed ones leave a hole. */
  readonly #slots: (T | null)[] = [];
  readonly #ordinals = new Map<string, number>();

  add(item: T): T {
    this.delete(item.sid);
    this.#ordinals.set(item.sid, this.#slots.push(item));
    return item;
  }

  get(sid: string): T | undefined {
    const ordinal = this.#ordinals.get(sid);
    return ordinal === undefined ? undefined : (this.#slots[ordinal - 1] ?? undefined);
  }

  delete(sid: string): boolean {
    const ordinal = this.#ordinals.get(sid);
    if (ordinal === undefined) return false;
    this.#slots[ordinal - 1] = null;
    return this.#ordinals.delete(sid);
  }

  all(): T[] {
    return this.#slots.filter((item) => item !== null);
  }

  find(matches: (item: T) => boolean): T | undefined {
    return this.#slots.find((item) => item !== null && matches(item)) ?? undefined;
  }

  filter(matches: (item: T) => boolean): T[] {
    return this.all().filter(matches);
  }

  /** Up to `limit` matching items after the ordinal `after`, and whether more follow. */
  pageAfter(after: number, limit: number, matches: (item: T) => boolean) {
    const items: T[] = [];
    let lastOrdinal = after;
    for (let index = after; index < this.#slots.length; index++) {
      const item = this.#slots[index];
      if (!item || !matches(item)) continue;
      if (items.length === limit) return { items, lastOrdinal, hasMore: true };
      items.push(item);
      lastOrdinal = index + 1;
    }
    return { items, lastOrdinal, hasMore: false };
  }
}
