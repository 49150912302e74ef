/** A word in an address; what is none, or empty, is not there. */
export function searchText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Whether an address says yes. */
export function searchFlag(value: unknown): true | undefined {
  return value === true || value === "true" ? true : undefined;
}
