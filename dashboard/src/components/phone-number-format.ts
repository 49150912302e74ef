import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** International notation; what is no number (a SIP address, a client) as it is. */
export function formatPhoneNumber(text: string): string {
  const address = text.replace(/^whatsapp:/, "");
  return parsePhoneNumberFromString(address)?.formatInternational() ?? address;
}
