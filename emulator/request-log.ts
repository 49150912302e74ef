export interface LoggedRequest {
  id: string;
  /** ISO 8601. */
  at: string;
  method: string;
  path: string;
  query: Record<string, string>;
  /** The parsed body: form fields, or the JSON document. */
  params: Record<string, unknown>;
  accountSid: string | null;
  /** Null while, or if for ever, unanswered. */
  status: number | null;
  startedAtMs: number;
  durationMs: number;
  /** Whether the request took effect: a fault may keep it from the resources, and a refusal changes nothing. */
  applied: boolean;
}

export interface RequestFilter {
  method?: string | undefined;
  /** A regular expression's source, matched on the path. */
  path?: string | undefined;
  status?: number | undefined;
  applied?: boolean | undefined;
}

// A long benchmark must not run the process out of memory.
const MAX_ENTRIES = 200_000;

export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES * 1.1) this.#entries = this.#entries.slice(-MAX_ENTRIES);
  }

  /** Oldest first. */
  list(filter: RequestFilter = {}): LoggedRequest[] {
    const path = filter.path === undefined ? null : new RegExp(filter.path);
    const matching = this.#entries.filter(
      (entry) =>
        (filter.method === undefined || entry.method === filter.method) &&
        (path === null || path.test(entry.path)) &&
        (filter.status === undefined || entry.status === filter.status) &&
        (filter.applied === undefined || entry.applied === filter.applied),
    );
    // Copies: an entry goes on changing until its request is answered.
    return matching.map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#entries = [];
  }
}
