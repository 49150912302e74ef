import type { Db } from "../db/connect.ts";
import type { FieldClass } from "./field-class.ts";
import type { Operation } from "./operations/operation.ts";
import type { Health, PhoneNumber } from "./phone-number.ts";

/** What stands above has to say about a number's health, and hears of it. See src/drift. */
export interface NumberWatch {
  /** The classes whose differences are not held against the number. */
  ignoredClasses(db: Db, number: PhoneNumber): Promise<ReadonlySet<FieldClass>>;
  /** In the transaction that commits an operation: nothing more is known to be wrong with the classes. */
  changed(tx: Db, number: PhoneNumber, operation: Operation, classes: readonly FieldClass[]): Promise<void>;
  /** A read of Twilio has found the classes as they should be. */
  found(db: Db, number: PhoneNumber, classes: readonly FieldClass[]): Promise<void>;
}

/**
 * Whether something may be known to differ that is over when nothing differs. Of one that is `unverified` as well: what
 * differed may not be readable any more.
 */
export function mayHaveDrifted(health: Health): boolean {
  return health === "drifted" || health === "needs_attention" || health === "unverified";
}
