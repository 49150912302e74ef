/** What is at a path such as `voice.fallback.text`; undefined where there is nothing. */
export function valueAt(within: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => membersByName(value).get(name), within);
}

function membersByName(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
