import type { Snapshot } from "../../emulator/index.ts";

/** The fields of a resource by their names in our code, in one form for what Twilio shows in several. */
export function fieldsInTwilio(snapshot: Snapshot, sid: string): (field: string) => string {
  const { numbers, services, senders } = snapshot;
  const found = [...numbers, ...services, ...senders].find((item) => "sid" in item && item.sid === sid);
  const webhook = found && "webhook" in found ? found.webhook : {};
  const fields = new Map<string, unknown>(Object.entries({ ...found, ...Object(webhook) }));
  return (field) => {
    const value = fields.get(field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    const text = typeof value === "string" || typeof value === "boolean" ? String(value) : "";
    // A method that is not set is POST, as Twilio's documentation has it.
    return text === "" && /method$/i.test(field) ? "POST" : text;
  };
}
