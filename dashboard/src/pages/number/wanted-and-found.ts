// Pure: a verification as rows of what is wanted and what was found.
import type { Schemas } from "../../api/client.ts";

type Verification = Schemas["Verification"];
type Channels = Schemas["PhoneNumber"]["channels"];

export interface FieldRow {
  readonly key: string;
  readonly label: string;
  readonly resource: string;
  readonly found: string;
  /** undefined where the field is not ours to decide. */
  readonly wanted: string | undefined;
  readonly differs: boolean;
}

const RESOURCE: Record<Schemas["Change"]["resource"], string> = {
  number: "Number",
  service: "Messaging Service",
  sender: "WhatsApp sender",
};

export function wantedAndFound(
  { webhooks, differences }: Verification,
  channels: Channels,
): readonly FieldRow[] {
  const { whatsApp, ...own } = webhooks;
  const isVoice = channels !== null;
  const isSms = channels?.sms ?? false;
  const shown = [
    field("number", "voiceUrl", "Calls", own.voiceUrl, isVoice),
    field("number", "voiceFallbackUrl", "Calls, when that fails", own.voiceFallbackUrl, isVoice),
    field("number", "statusCallback", "What became of calls", own.statusCallbackUrl, isVoice),
    field("number", "smsUrl", "Messages", own.smsUrl, isSms),
    field("number", "smsFallbackUrl", "Messages, when that fails", own.smsFallbackUrl, isSms),
    ...senderFields(whatsApp, channels?.whatsapp ?? false),
  ];
  const rows = shown.map((row) => {
    const difference = differences.find((each) => keyOf(each) === row.key);
    return difference ? { ...row, found: difference.before, wanted: difference.after, differs: true } : row;
  });
  const others = differences.filter((difference) => !rows.some(({ key }) => key === keyOf(difference)));
  return [...rows, ...others.map(otherRow)];
}

function field(
  resource: Schemas["Change"]["resource"],
  name: string,
  label: string,
  url: string | null,
  isManaged: boolean,
): FieldRow {
  const found = url ?? "";
  const wanted = isManaged ? found : undefined;
  return {
    key: keyOf({ resource, field: name }),
    label,
    resource: RESOURCE[resource],
    found,
    wanted,
    differs: false,
  };
}

function senderFields(sender: Verification["webhooks"]["whatsApp"], isManaged: boolean): readonly FieldRow[] {
  if (!sender) return [];
  return [
    field("sender", "callbackUrl", "WhatsApp messages", sender.callbackUrl, isManaged),
    field("sender", "fallbackUrl", "WhatsApp, when that fails", sender.fallbackUrl, isManaged),
    field(
      "sender",
      "statusCallbackUrl",
      "What became of WhatsApp messages",
      sender.statusCallbackUrl,
      isManaged,
    ),
  ];
}

function otherRow(difference: Schemas["Change"]): FieldRow {
  const { resource, field: name, before, after } = difference;
  return {
    key: keyOf(difference),
    label: name,
    resource: RESOURCE[resource],
    found: before,
    wanted: after,
    differs: true,
  };
}

function keyOf({ resource, field: name }: Pick<Schemas["Change"], "resource" | "field">): string {
  return `${resource} ${name}`;
}
