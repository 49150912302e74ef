// What is wrong with a request, member by member, in the words of its schema.

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of the name of a member, whose own message is but that it is invalid. */
  readonly issues?: readonly { readonly message: string }[];
}

export interface Fault {
  /** `voice.url`, `rates.0.amount`; empty for the request as a whole. */
  readonly path: string;
  readonly message: string;
}

export function faultsFrom(issues: readonly Issue[]): Fault[] {
  return issues.map(({ path, message, issues: [within] = [] }) => ({
    path: path.map(String).join("."),
    message: within?.message ?? message,
  }));
}
