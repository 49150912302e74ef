import type { Handler, Route } from "./rest/context.ts";

interface Compiled {
  readonly method: string;
  readonly shape: RegExp;
  readonly handler: Handler;
}

interface Match {
  readonly handler: Handler;
  readonly pathParams: Record<string, string>;
}

export type Router = (method: string, path: string) => Match | null;

export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes.map(compile);
  return (method, path) => {
    const bare = path.replace(/\.json$/, "");
    for (const route of compiled) {
      const found = route.method === method ? route.shape.exec(bare) : null;
      if (found) return { handler: route.handler, pathParams: decodeAll(found.groups ?? {}) };
    }
    return null;
  };
}

function compile(route: Route): Compiled {
  const source = route.pattern.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)");
  return { method: route.method, shape: new RegExp(`^${source}$`), handler: route.handler };
}

function decodeAll(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]));
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
