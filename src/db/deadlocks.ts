import { isDeadlock } from "./sql-errors.ts";

const MAX_REPETITIONS = 3;

/**
 * Runs a statement or transaction again that PostgreSQL has given up in favour of another. Safe to repeat: what was given
 * up has changed nothing.
 */
export async function repeatOnDeadlock<T>(run: () => Promise<T>): Promise<T> {
  for (let repetitions = 0; ; repetitions++) {
    try {
      return await run();
    } catch (error) {
      if (!isDeadlock(error) || repetitions >= MAX_REPETITIONS) throw error;
    }
  }
}
