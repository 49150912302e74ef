import type { Schemas } from "../../api/client.ts";
import { isolated } from "../../components/isolated.ts";

/** What acts that no person has made: parts of the server, and the key that it was started with. */
export const SYSTEM: Readonly<Record<string, string>> = {
  "key:environment": "API key of the settings",
  "system:drift": "Switchhook: healing",
  "system:environment": "Switchhook: settings at start",
  "system:public_url": "Switchhook: public URL",
  "system:recovery": "Switchhook: recovery",
};

/** Who did something, for people; by the id where whoever it was has no name. */
export function actorLabel({ actor, names }: Pick<Schemas["AuditEntry"], "actor" | "names">): string {
  const { userId } = actor;
  const system = SYSTEM[userId];
  if (system !== undefined) return system;
  if (!userId.startsWith("key:")) return names.actor ?? userId;
  return names.actor === null ? "An API key" : `API key ${isolated(names.actor)}`;
}
