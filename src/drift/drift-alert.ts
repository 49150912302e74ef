// The alerts about drift: one for each number and class of fields, open for as long as that differs and somebody is to know.
import { type AlertDeps, clearAlert, raiseAlert } from "../alerts/alert-service.ts";
import type { FieldClass } from "../phone-numbers/field-class.ts";
import type { Drift } from "./drift.ts";
import type { Who } from "./fight-who.ts";

type Alerted = Pick<Drift, "orgId" | "phoneNumberUid" | "fieldClass">;

const TITLES: Record<FieldClass, string> = {
  voice: "Calls to the number do not go where they should",
  sms: "SMS to the number do not go where they should",
  whatsapp: "WhatsApp messages to the number do not go where they should",
  status: "What becomes of the number's calls or messages is not reported as it should be",
  presence: "The number is not in the Twilio account any more",
};

const CONFIGURE = "Verify the number to see who answers, and configure it again or change what is wanted.";
const WAY_OUT: Record<FieldClass, string> = {
  voice: CONFIGURE,
  sms: CONFIGURE,
  whatsapp: CONFIGURE,
  status: CONFIGURE,
  presence: "Buy it back, or unassign it.",
};

/** @param refusal why it could not be healed */
export async function raiseDrift(deps: AlertDeps, drift: Drift, refusal?: string): Promise<void> {
  const { id, orgId, phoneNumberUid, fieldClass, verdict, reason, fields } = drift;
  const healing = refusal === undefined ? "" : ` It was not healed: ${refusal}`;
  await raiseAlert(deps, {
    orgId,
    phoneNumberUid,
    kind: "drift",
    key: keyOf("drift", drift),
    severity: fieldClass === "status" ? "warning" : "error",
    title: TITLES[fieldClass],
    detail: `${reason} ${WAY_OUT[fieldClass]}${healing}`,
    facts: {
      driftId: id,
      fieldClass,
      verdict: verdict ?? null,
      fields: fields.map((field) => ({ ...field })),
    },
  });
}

export async function clearDrift(deps: AlertDeps, drift: Alerted): Promise<void> {
  await clearAlert(deps, { orgId: drift.orgId, key: keyOf("drift", drift) });
  await clearAlert(deps, { orgId: drift.orgId, key: keyOf("drift_fight", drift) });
}

function keyOf(kind: "drift" | "drift_fight", { phoneNumberUid, fieldClass }: Alerted): string {
  return `${kind}:${phoneNumberUid}:${fieldClass}`;
}

export async function raiseFight(deps: AlertDeps, drift: Drift, who: Who): Promise<void> {
  const { id, orgId, phoneNumberUid, fieldClass, fields } = drift;
  await raiseAlert(deps, {
    orgId,
    phoneNumberUid,
    kind: "drift_fight",
    key: keyOf("drift_fight", drift),
    severity: "error",
    title: "Somebody changes back what is healed",
    detail:
      `It was written again three times, and is left as it is now. ${who.text} Stop whoever changes it, and set the ` +
      "policy again; or change what is wanted.",
    facts: {
      driftId: id,
      fieldClass,
      changedBy: who.changedBy,
      fields: fields.map((field) => ({ ...field })),
    },
  });
}
