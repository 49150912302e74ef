import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * Hono's router, which remembers what the paths without parameters lead to: each webhook asks for one of them, and the
 * routes are too many and too much alike for Hono's faster router.
 */
export class LiteralPathRouter<T> implements Router<T> {
  readonly name = "LiteralPathRouter";
  readonly #routes = new TrieRouter<T>();
  readonly #literals = new Map<string, Result<T> | undefined>();

  add(method: string, path: string, handler: T): void {
    this.#routes.add(method, path, handler);
    if (!/[:*]/.test(path)) this.#literals.set(`${method} ${path}`, undefined);
  }

  match(method: string, path: string): Result<T> {
    const key = `${method} ${path}`;
    // Only what has been added is remembered, whatever strangers ask for.
    if (!this.#literals.has(key)) return this.#routes.match(method, path);
    const found = this.#literals.get(key) ?? this.#routes.match(method, path);
    this.#literals.set(key, found);
    return found;
  }
}
