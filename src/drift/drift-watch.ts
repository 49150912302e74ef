// What a number's health asks of the policies, and what ends drift other than a sweep: a change of the number, or somebody
// who has looked.
import type { Clock } from "../base/clock.ts";
import { joinTransaction } from "../db/join-transaction.ts";
import { FIELD_CLASSES } from "../phone-numbers/field-class.ts";
import type { NumberWatch } from "../phone-numbers/number-watch.ts";
import type { Operation } from "../phone-numbers/operations/operation.ts";
import type { EndReason } from "./drift.ts";
import { recordEnded } from "./drift-record.ts";
import { listOpenDrifts } from "./drift-store.ts";
import { ignoredClasses, policyTarget } from "./policy.ts";
import { listPoliciesFor } from "./policy-store.ts";

export function createDriftWatch(clock: Clock): NumberWatch {
  return {
    ignoredClasses: async (db, number) => {
      const target = policyTarget(number);
      return ignoredClasses(await listPoliciesFor(db, number.accountId, [target]), target, FIELD_CLASSES);
    },
    changed: (tx, number, operation, classes) => end(tx, number, classes, reasonOf(operation)),
    found: (db, number, classes) => end(db, number, classes, "gone"),
  };

  async function end(
    db: Parameters<NumberWatch["found"]>[0],
    number: Parameters<NumberWatch["found"]>[1],
    classes: Parameters<NumberWatch["found"]>[2],
    reason: EndReason,
  ): Promise<void> {
    await joinTransaction(db, async (tx) => {
      const open = await listOpenDrifts(tx, [number.uid]);
      const over = open.filter(({ fieldClass }) => classes.includes(fieldClass));
      await recordEnded({ tx, clock }, number, over, reason);
    });
  }
}

function reasonOf({ kind, intent, changes = [] }: Operation): EndReason {
  if (kind === "heal") return changes.length > 0 ? "healed" : "gone";
  return intent.agentId === undefined ? "unassigned" : "changed";
}
