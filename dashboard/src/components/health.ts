import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconHelpCircle,
  IconUrgent,
} from "@tabler/icons-react";
import type { Schemas } from "../api/client.ts";

export type Health = Schemas["PhoneNumber"]["health"];

export const HEALTH = {
  ok: {
    label: "OK",
    color: "teal",
    icon: IconCircleCheck,
    meaning: "Twilio held what we want when it was last read.",
  },
  drifted: {
    label: "Drifted",
    color: "orange",
    icon: IconAlertTriangle,
    meaning: "Twilio held something else than what we want.",
  },
  needs_attention: {
    label: "Needs attention",
    color: "red",
    icon: IconUrgent,
    meaning: "A change could neither be finished nor taken back whole.",
  },
  unverified: {
    label: "Unverified",
    color: "yellow",
    icon: IconHelpCircle,
    meaning:
      "As far as the account’s credentials may read, all is well; something they may not read could overrule it.",
  },
  unassigned: {
    label: "Unassigned",
    color: "gray",
    icon: IconCircleDashed,
    meaning: "No agent of ours answers.",
  },
} as const satisfies Record<Health, unknown>;

export function isHealth(value: unknown): value is Health {
  return typeof value === "string" && Object.hasOwn(HEALTH, value);
}
