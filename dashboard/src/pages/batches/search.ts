export interface BatchesSearch {
  /** The batch that is looked at. */
  readonly batch?: string | undefined;
}

export function batchesSearch({ batch }: Record<string, unknown>): BatchesSearch {
  return { batch: typeof batch === "string" && batch !== "" ? batch : undefined };
}
