// Pure: the one request to this API that puts a number right.
import { type RefusalInput, refuseChanges } from "../operations/assignment-rules.ts";
import { scopeIntent, withinScope } from "../operations/intent-scope.ts";
import type { Intent } from "../operations/operation.ts";

export interface FixRequest {
  readonly method: "POST";
  readonly path: string;
  readonly body: Readonly<Record<string, string | boolean>>;
}

/**
 * Configures the number again where that will be carried out; else assigns it to the same agent with `takeover`, which an
 * admin may do. Undefined where the number has no agent, or neither will do: its WhatsApp sender is offline, for example,
 * and nothing else is wrong.
 */
export function fixRequest(input: Omit<RefusalInput, "intent" | "wanted">): FixRequest | undefined {
  const { id, assignment } = input.number;
  if (!assignment) return undefined;
  const asAssigned = { ...assignment, restore: false };
  if (!isRefused(input, { ...asAssigned, takeover: false, maySpareSender: true })) {
    return { method: "POST", path: "/api/phone-numbers/webhooks", body: { phoneNumberId: id } };
  }
  if (isRefused(input, { ...asAssigned, takeover: true })) return undefined;
  const { sms, whatsapp } = assignment.channels;
  const body = {
    phoneNumberId: id,
    chatbotId: assignment.agentId,
    enableSms: sms,
    enableWhatsApp: whatsapp,
    takeover: true,
  };
  return { method: "POST", path: "/api/phone-numbers/assign", body };
}

function isRefused(input: Omit<RefusalInput, "intent" | "wanted">, asked: Intent): boolean {
  const intent = scopeIntent(asked, input.observed);
  const changes = withinScope(input.changes, intent, input.observed);
  return refuseChanges({ ...input, intent, changes, wanted: input.changes }) !== undefined;
}
