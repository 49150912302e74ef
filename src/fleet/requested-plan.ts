// Pure: what a request for a plan asks for.
import type { z } from "zod";
import { assertNever } from "../base/errors.ts";
import type { planSchema } from "./plan-request.ts";
import type { PlanBatch } from "./plan-service.ts";

export function planFrom(request: z.infer<typeof planSchema>): PlanBatch {
  const { all: _all, chatbotId, agentId = chatbotId, ...selection } = request.selection;
  return { intent: intentFrom(request), selection: { ...selection, agentId } };
}

function intentFrom(request: z.infer<typeof planSchema>): PlanBatch["intent"] {
  const { chatbotId, agentId = chatbotId ?? "", enableSms, enableWhatsApp } = request;
  switch (request.action) {
    case "configure":
      return { action: "configure" };
    case "assign": {
      const channels = { sms: enableSms ?? false, whatsapp: enableWhatsApp ?? false };
      return { action: "assign", agentId, channels, takeover: request.takeover ?? false };
    }
    case "unassign":
      return { action: "unassign", restore: request.restore ?? false };
    default:
      return assertNever(request.action);
  }
}
