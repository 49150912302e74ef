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

/** The refusals that taking over overcomes, and with it whoever may do that. */
const OVERCOME: readonly string[] = ["number_shadowed", "other_deployment", "number_assigned"];

export function isOvercomeByTakeover(code: string): boolean {
  return OVERCOME.includes(code);
}
