/**
 * A field of a Twilio resource as text. Twilio says "unset" as "" here and as null there, and leaves methods out where
 * they are POST, its default; it takes no empty method, so one must never be written back.
 */
export function fieldValue(name: string, value: unknown): string {
  const text = typeof value === "string" || typeof value === "boolean" ? String(value) : "";
  return text === "" && name.endsWith("Method") ? "POST" : text;
}
