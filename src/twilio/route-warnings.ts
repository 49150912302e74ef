// Pure: what may make it otherwise than a verdict says. Where Twilio's documentation leaves the effect open, or
// contradicts itself, the verdict says what is set, and the warning what could be in the way.
import type { RouteFacts } from "./observed.ts";
import type { RouteWarning } from "./verdict.ts";
import type { Channel } from "./webhook-config.ts";

/** The region whose configuration we read. A number that has no region of its own is in it. */
const OUR_REGION = "us1";

export function warningsOf(channel: Channel, facts: RouteFacts): readonly RouteWarning[] {
  return channel === "voice" ? voiceWarnings(facts) : conversationWarnings(channel, facts);
}

function voiceWarnings({ number, voiceRegion }: RouteFacts): readonly RouteWarning[] {
  const warnings: RouteWarning[] = [];
  if (voiceRegion.known && voiceRegion.value !== "" && voiceRegion.value !== OUR_REGION) {
    const reason = `Calls are processed in the region ${voiceRegion.value}, by what is configured there: it is not read.`;
    warnings.push({ kind: "processing_region", reason });
  }
  if (number.fields.voiceReceiveMode === "fax")
    warnings.push({
      kind: "fax_mode",
      reason: "What becomes of a call to a number for faxes is not documented.",
    });
  return warnings;
}

function conversationWarnings(
  channel: Exclude<Channel, "voice">,
  { startsConversations }: RouteFacts,
): readonly RouteWarning[] {
  const starts = startsConversations[channel];
  if (!starts.known || !starts.value) return [];
  const reason =
    "An address configuration starts a Conversation for every message, which may keep it to itself.";
  return [{ kind: "conversations", reason }];
}
