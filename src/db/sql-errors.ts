// What PostgreSQL says went wrong, by its error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === "23505";
}

export function isForeignKeyViolation(error: unknown): boolean {
  return sqlState(error) === "23503" || sqlState(error) === "23001";
}

/** The other side of the lock went first; the same statement succeeds when it is sent again. */
export function isDeadlock(error: unknown): boolean {
  return sqlState(error) === "40P01" || sqlState(error) === "40001";
}

/** It took longer than it may. */
export function isTimedOut(error: unknown): boolean {
  return sqlState(error) === "57014";
}

/** What was sent is at fault (classes 22, 23 and 54), not the database or the way to it. */
export function isAboutData(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? "");
}

function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
