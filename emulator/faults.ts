/** What goes wrong, once a request matches. */
export type FaultEffect =
  /** Answered with an error, not applied. `body` replaces Twilio's JSON, e.g. by a proxy's HTML page. */
  | {
      kind: "error";
      status: number;
      code?: number | undefined;
      message?: string | undefined;
      headers?: Record<string, string> | undefined;
      body?: string | undefined;
    }
  | { kind: "latency"; ms: number }
  /** Never answered, not applied. */
  | { kind: "hang" }
  /** Applied, never answered. */
  | { kind: "applyThenHang" }
  /** Never answered; applied when `releaseHeld()` is called: a write that lands late. */
  | { kind: "hangThenApply" }
  /** The connection is destroyed, not applied. */
  | { kind: "reset" }
  /** Applied, then the connection is destroyed. */
  | { kind: "applyThenReset" };

export interface Fault {
  method?: string | undefined;
  /** A regular expression's source, matched on the request's path. */
  path?: string | undefined;
  /** Body parameters that must be there with this value; in JSON, nested keys are joined by dots. */
  params?: Record<string, string> | undefined;
  /** Matching requests to let pass first. Default 0. */
  skip?: number | undefined;
  /** Matching requests to hit after that. Default 1. */
  times?: number | undefined;
  effect: FaultEffect;
}

export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly params: Record<string, unknown>;
}

interface ArmedFault {
  readonly fault: Fault;
  skip: number;
  times: number;
}

export class FaultBook {
  #armed: ArmedFault[] = [];
  #held: (() => void)[] = [];

  add(fault: Fault): void {
    this.#armed.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  /** The effect on this request, if any, and uses it up. The fault that was added first wins. */
  take(target: FaultTarget): FaultEffect | null {
    for (const armed of this.#armed) {
      if (armed.times <= 0 || !matches(armed.fault, target)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.times -= 1;
      return armed.fault.effect;
    }
    return null;
  }

  hold(apply: () => void): void {
    this.#held.push(apply);
  }

  /** Applies what was held, in the order of arrival; says how many. */
  releaseHeld(): number {
    const held = this.#held;
    this.#held = [];
    for (const apply of held) apply();
    return held.length;
  }

  clear(): void {
    this.#armed = [];
  }

  dropHeld(): void {
    this.#held = [];
  }
}

function matches(fault: Fault, target: FaultTarget): boolean {
  if (fault.method !== undefined && fault.method !== target.method) return false;
  if (fault.path !== undefined && !new RegExp(fault.path).test(target.path)) return false;
  const wanted = Object.entries(fault.params ?? {});
  if (wanted.length === 0) return true;
  const present = flatten(target.params);
  return wanted.every(([key, value]) => present.get(key) === value);
}

function flatten(params: Record<string, unknown>, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === "object" && value !== null) {
      for (const [path, leaf] of flatten({ ...value }, `${prefix}${key}.`)) flat.set(path, leaf);
      continue;
    }
    flat.set(prefix + key, String(value));
  }
  return flat;
}
