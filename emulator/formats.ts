/** RFC 2822, as the 2010 API writes it. */
export const rfc2822 = (ms: number): string => new Date(ms).toUTCString().replace("GMT", "+0000");

/** ISO 8601 to the second, as the product APIs write it. */
export const iso8601 = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** The UTC day, YYYY-MM-DD. */
export const utcDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const COUNTRIES: readonly (readonly [prefix: string, country: string])[] = [
  ["+1", "US"],
  ["+31", "NL"],
  ["+33", "FR"],
  ["+34", "ES"],
  ["+44", "GB"],
  ["+49", "DE"],
  ["+61", "AU"],
  ["+91", "IN"],
];

/** The ISO country of an E.164 number, "" where it is not one of the few known here. */
export function countryOf(address: string): string {
  const phoneNumber = address.replace(/^whatsapp:/, "");
  return COUNTRIES.find(([prefix]) => phoneNumber.startsWith(prefix))?.[1] ?? "";
}

/** (415) 555-0100 for a number of the North American plan, else the number itself. */
export function nationalFormat(phoneNumber: string): string {
  return phoneNumber.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");
}
