export interface AuditSearch {
  /** The id of what was changed. */
  readonly target?: string | undefined;
  /** The number of the entry that is looked at. */
  readonly entry?: number | undefined;
}

export function auditSearch({ target, entry }: Record<string, unknown>): AuditSearch {
  const seq = Number(entry);
  return {
    target: typeof target === "string" && target !== "" ? target : undefined,
    entry: Number.isSafeInteger(seq) && seq > 0 ? seq : undefined,
  };
}
