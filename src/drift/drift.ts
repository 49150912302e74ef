/**
 * Compares whole Twilio accounts with what we want, tells what differs, and mends it where somebody has asked for that.
 * Never changes a number in Twilio by another way than a single change does, and never on its own decision.
 */
import type { FieldClass } from "../phone-numbers/field-class.ts";
import type { Verdict } from "../twilio/verdict.ts";
import type { ResourceKind } from "../twilio/webhook-config.ts";

/** A field that is not as we want it. */
export interface DriftField {
  readonly resource: ResourceKind;
  readonly sid: string;
  readonly field: string;
  readonly wanted: string;
  readonly found: string;
}

/**
 * - `healed`: written again because a policy says so
 * - `changed`: a change of the number wrote what was wanted
 * - `gone`: nothing differs any more that counts; mostly because somebody put it right in Twilio
 * - `unassigned`: nothing is wanted any more
 * - `ignored`: somebody said that it does not matter
 */
export type EndReason = (typeof END_REASONS)[number];
export const END_REASONS = ["healed", "changed", "gone", "unassigned", "ignored"] as const;

/** That a class of a number's fields was not as we want it, from when to when. */
export interface Drift {
  readonly id: string;
  readonly orgId: string;
  readonly phoneNumberUid: string;
  readonly fieldClass: FieldClass;
  /** Who answers instead; undefined where the agent is reached all the same, and for what is no channel. */
  readonly verdict: Verdict | undefined;
  readonly reason: string;
  readonly fields: readonly DriftField[];
  readonly openedAt: Date;
  /** When somebody was last told; undefined while nobody is to know. */
  readonly alertedAt: Date | undefined;
  /** Nobody was told of what is found now: of nothing, or of what was found before. */
  readonly isNews: boolean;
  /** When healing was given up, because somebody changes it back. */
  readonly foughtAt: Date | undefined;
  /** No healing is tried before that, because it was refused. */
  readonly healAfter: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly endReason: EndReason | undefined;
}

export type NewDrift = Pick<
  Drift,
  "id" | "orgId" | "phoneNumberUid" | "fieldClass" | "verdict" | "reason" | "fields"
>;
