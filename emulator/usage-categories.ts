import type { Charge, ChargeKind } from "./charges.ts";

type Charged = Pick<Charge, "kind" | "isInbound">;

export interface UsageCategory {
  readonly name: string;
  readonly description: string;
  readonly countUnit: string;
  readonly usageUnit: string;
  readonly covers: (charge: Charged) => boolean;
}

interface Family extends Pick<UsageCategory, "countUnit" | "usageUnit"> {
  readonly kind: ChargeKind;
  readonly name: string;
  readonly label: string;
}

const FAMILIES: readonly Family[] = [
  { kind: "voice", name: "calls", label: "Voice calls", countUnit: "calls", usageUnit: "minutes" },
  // Twilio's example of an SMS category counts messages in both units; a bill counts segments.
  { kind: "sms", name: "sms", label: "SMS", countUnit: "messages", usageUnit: "segments" },
  { kind: "mms", name: "mms", label: "MMS", countUnit: "messages", usageUnit: "messages" },
  // https://www.twilio.com/docs/usage/api/usage-record#usage-whatsapp
  {
    kind: "whatsapp",
    name: "channels-whatsapp",
    label: "WhatsApp messages",
    countUnit: "messages",
    usageUnit: "messages",
  },
];

/** The total of all the others; Twilio leaves its count empty, and gives the price as its usage. */
export const TOTAL_PRICE = "totalprice";

/** In the order of the list: each kind as a whole and by direction, and at last the total. */
export const USAGE_CATEGORIES: readonly UsageCategory[] = [
  ...FAMILIES.flatMap(({ kind, name, label, countUnit, usageUnit }) => [
    { name, description: label, countUnit, usageUnit, covers: (charge: Charged) => charge.kind === kind },
    {
      name: `${name}-inbound`,
      description: `${label}, inbound`,
      countUnit,
      usageUnit,
      covers: (charge: Charged) => charge.kind === kind && charge.isInbound,
    },
    {
      name: `${name}-outbound`,
      description: `${label}, outbound`,
      countUnit,
      usageUnit,
      covers: (charge: Charged) => charge.kind === kind && !charge.isInbound,
    },
  ]),
  { name: TOTAL_PRICE, description: "Total Price", countUnit: "", usageUnit: "usd", covers: () => true },
];
