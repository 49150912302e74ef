import type { Schemas } from "../../api/client.ts";
import { isolated } from "../../components/isolated.ts";

/** The parts of the server that act by themselves. */
export const SYSTEM: Readonly<Record<string, string>> = {
  "system:drift": "Switchhook: healing",
  "system:environment": "Switchhook: settings at start",
  "system:public_url": "Switchhook: public URL",
  "system:recovery": "Switchhook: recovery",
};

/** Who did something, for people; by the id where whoever it was has no name. */
export function actorLabel({ actor, names }: Pick<Schemas["AuditEntry"], "actor" | "names">): string {
  const { userId } = actor;
  if (!userId.startsWith("key:")) return SYSTEM[userId] ?? names.actor ?? userId;
  return names.actor === null ? "An API key" : `API key ${isolated(names.actor)}`;
}
