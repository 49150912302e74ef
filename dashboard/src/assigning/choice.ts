import type { Schemas } from "../api/client.ts";

/** What somebody has chosen for a number, or for many. */
export interface AssignmentChoice {
  /** Empty until somebody is chosen. */
  readonly agentId: string;
  readonly enableSms: boolean;
  readonly enableWhatsApp: boolean;
  readonly takeover: boolean;
}

export function choiceFor(number?: Schemas["PhoneNumber"]): AssignmentChoice {
  return {
    agentId: number?.chatbotId ?? "",
    enableSms: number?.channels?.sms ?? number?.capabilities.sms ?? true,
    enableWhatsApp: number?.channels?.whatsapp ?? false,
    takeover: false,
  };
}

/** Where a form has what a request has at `path`. */
export function choiceFieldOf(path: string): string {
  return path === "chatbotId" ? "agentId" : path;
}

type Refusal = NonNullable<Schemas["NumberPlan"]["refusal"]>;

/** The refusals that taking over overcomes: what each means, and what else would help. */
const OVERCOME: Readonly<Record<string, string>> = {
  number_shadowed:
    "The number’s own URL would not be called: what is set in the fields below comes first. Change that in Twilio, or take it over; for a Messaging Service that concerns all of its numbers.",
  other_deployment:
    "It belongs to another deployment, as its URL below says. Unassign it there, or take it over.",
  number_assigned: "Another agent answers it. Unassign it first, or take it over.",
};

/** What is said of a refusal where taking over would overcome it; undefined for all others. */
export function overcomeByTakeover(refusal: Refusal): string | undefined {
  // A Messaging Service of the account's operator shadows a number as well, and only the operator can change it.
  if (refusal.code === "number_shadowed" && !("shadowedBy" in refusal)) return undefined;
  return OVERCOME[refusal.code];
}
