import { iso8601 } from "./formats.ts";
import { type Instance, newSid, randomHex } from "./instance.ts";
import type { EventResource, NumberResource } from "./resources.ts";

/** Who changes something: an API request of an account, or somebody at the Console. */
export type EventActor = { readonly accountSid: string } | "console";

/** Changes a number, and records what Twilio's Monitor would show of that, if anything. */
export function recordingUpdate(
  instance: Instance,
  number: NumberResource,
  actor: EventActor,
  change: () => void,
): void {
  const before = { ...number };
  change();
  const changed = Object.entries(number).filter(
    ([field, value]) => field !== "date_updated" && value !== before[field as keyof NumberResource],
  );
  if (changed.length === 0) return;
  const properties = changed.map(([field, updated]) => [
    field,
    { previous: before[field as keyof NumberResource], updated },
  ]);
  instance.state.events.add({
    sid: newSid(instance, "AE"),
    account_sid: number.account_sid,
    ...actorFields(instance, actor),
    description: null,
    event_data: { resource_properties: Object.fromEntries(properties) },
    event_date: iso8601(instance.options.now()),
    event_type: "phone-number.updated",
    resource_sid: number.sid,
    resource_type: "phone-number",
  });
}

function actorFields(
  instance: Instance,
  actor: EventActor,
): Pick<EventResource, "actor_sid" | "actor_type" | "source" | "source_ip_address"> {
  // An address of the range for documentation.
  const source_ip_address = "203.0.113.7";
  if (actor === "console") {
    return {
      actor_sid: `US${randomHex(instance, 32)}`,
      actor_type: "user",
      source: "web",
      source_ip_address,
    };
  }
  return { actor_sid: actor.accountSid, actor_type: "account", source: "api", source_ip_address };
}
