/**
 * Resources in the order of their creation. An item's ordinal is never given to another one, so a page cursor stays
 * valid while somebody removes items from the list that is being paged, and finds its place at once.
 */
export class Collection<T extends { sid: string }> {
  /** The item with ordinal n is at n - 1; removed ones leave a hole. */
  readonly #slots: (T | null)[] = [];
  readonly #ordinals = new Map<string, number>();
  readonly #groups = new Map<string, Set<T>>();
  readonly #groupOf: (item: T) => string | null;

  /** `groupOf` names what items are looked up by beside their SID; it must not change while an item is here. */
  constructor(groupOf: (item: T) => string | null = () => null) {
    this.#groupOf = groupOf;
  }

  add(item: T): T {
    this.delete(item.sid);
    this.#ordinals.set(item.sid, this.#slots.push(item));
    const key = this.#groupOf(item);
    if (key === null) return item;
    const group = this.#groups.get(key) ?? new Set();
    this.#groups.set(key, group.add(item));
    return item;
  }

  /** The items of a group, oldest first. */
  group(key: string): Iterable<T> {
    return this.#groups.get(key) ?? [];
  }

  get(sid: string): T | undefined {
    const ordinal = this.#ordinals.get(sid);
    return ordinal === undefined ? undefined : (this.#slots[ordinal - 1] ?? undefined);
  }

  delete(sid: string): boolean {
    const ordinal = this.#ordinals.get(sid);
    const item = this.get(sid);
    if (ordinal === undefined || !item) return false;
    this.#slots[ordinal - 1] = null;
    this.#groups.get(this.#groupOf(item) ?? "")?.delete(item);
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
