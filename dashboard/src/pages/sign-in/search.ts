export interface SignInSearch {
  /** Where to go afterwards: an address of ours. */
  readonly from?: string | undefined;
  /** Whether a session has ended, in which case that is said. */
  readonly expired?: boolean | undefined;
}

// What is left out here stays in the address as it was given, so what is not good is replaced.
export function signInSearch({ from, expired }: Record<string, unknown>): SignInSearch {
  return {
    // Nobody else's address may come after signing in here.
    from: typeof from === "string" && /^\/(?![/\\])/.test(from) ? from : undefined,
    expired: expired === true || expired === "true" ? true : undefined,
  };
}

export function invitationSearch({ id }: Record<string, unknown>): { readonly id: string } {
  return { id: typeof id === "string" ? id : "" };
}
