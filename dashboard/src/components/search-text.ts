/** A word in an address; what is none, or empty, is not there. */
export function searchText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
