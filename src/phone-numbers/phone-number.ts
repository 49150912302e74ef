import { callerChosenIdSchema } from "../base/caller-chosen-id.ts";
import type { ManagedChannels, ResourceConfig } from "../twilio/webhook-config.ts";

export interface Capabilities {
  readonly voice: boolean;
  readonly sms: boolean;
  readonly mms: boolean;
}

/** Which agent answers a number, and on which channels besides voice. */
export interface Assignment {
  readonly agentId: string;
  readonly channels: ManagedChannels;
  readonly assignedAt: Date;
}

/**
 * - `unassigned`: nobody of ours answers
 * - `ok`: Twilio held what we want when last read
 * - `unverified`: it did as far as the account's credentials may read, and something they may not read could overrule it
 * - `drifted`: it held something else
 * - `needs_attention`: a change could neither be finished nor taken back whole
 */
export type Health = (typeof HEALTHS)[number];
export const HEALTHS = ["unassigned", "ok", "unverified", "drifted", "needs_attention"] as const;

/** A phone number in Twilio that we manage. */
export interface PhoneNumber {
  readonly uid: string;
  /** The organization that holds it and may assign it. */
  readonly orgId: string;
  readonly id: string;
  /** The organization in whose Twilio account it is. */
  readonly operatorOrgId: string;
  readonly accountId: string;
  readonly accountSid: string;
  /** PN… */
  readonly sid: string;
  readonly e164: string;
  readonly friendlyName: string;
  readonly capabilities: Capabilities;
  readonly status: "active" | "released";
  readonly assignment: Assignment | undefined;
  readonly desired: readonly ResourceConfig[] | undefined;
  readonly observed: readonly ResourceConfig[] | undefined;
  readonly observedAt: Date | undefined;
  /** When a change of it last ended without being kept; what Twilio showed before may be half of that. */
  readonly settledAt: Date | undefined;
  readonly original: readonly ResourceConfig[] | undefined;
  readonly health: Health;
  readonly openOperationId: string | undefined;
  readonly createdAt: Date;
}

export const phoneNumberIdSchema = callerChosenIdSchema;

export interface AssignPhoneNumber {
  readonly phoneNumberId: string;
  readonly agentId: string;
  readonly enableSms?: boolean | undefined;
  readonly enableWhatsApp?: boolean | undefined;
  /** Take over what shadows the number, another deployment's webhooks, or another agent's assignment; recorded. */
  readonly takeover?: boolean | undefined;
}

export interface UnassignPhoneNumber {
  readonly phoneNumberId: string;
  /** Put back what stood in Twilio before the first assignment, rather than clear our URLs. */
  readonly restore?: boolean | undefined;
}
