// Pure: the one request to this API that puts a number right.
import { type RefusalInput, refuseChanges } from "./operations/assignment-rules.ts";

export interface FixRequest {
  readonly method: "POST";
  readonly path: string;
  readonly body: Readonly<Record<string, string | boolean>>;
}

/**
 * Configures the number again where that will be carried out; else assigns it to the same agent with `takeover`, which an
 * admin may do. Undefined where the number has no agent, or neither will do: its WhatsApp sender is offline, for example.
 */
export function fixRequest(input: Omit<RefusalInput, "intent" | "wanted">): FixRequest | undefined {
  const { id, assignment } = input.number;
  if (!assignment) return undefined;
  const isRefused = (takeover: boolean) =>
    refuseChanges({
      ...input,
      wanted: input.changes,
      intent: { ...assignment, takeover, restore: false },
    }) !== undefined;
  if (!isRefused(false)) {
    return { method: "POST", path: "/api/phone-numbers/webhooks", body: { phoneNumberId: id } };
  }
  if (isRefused(true)) return undefined;
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
