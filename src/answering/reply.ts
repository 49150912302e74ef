/** One message of a reply. It has a text, or media, or both. */
export interface ReplyPart {
  readonly text?: string | undefined;
  /** Twilio fetches them. */
  readonly mediaUrls: readonly string[];
  /** Where an agent's own TwiML says it; else whoever has written, and the number that was written to. */
  readonly to?: string | undefined;
  readonly from?: string | undefined;
}

/** What is to be said to a message. */
export interface Reply {
  /** Nothing, when there are none. */
  readonly parts: readonly ReplyPart[];
  /** The document that the agent wrote itself; `parts` are its messages. */
  readonly twiml?: string | undefined;
}

export const NO_REPLY: Reply = { parts: [] };

export function textReply(text: string): Reply {
  return { parts: [{ text, mediaUrls: [] }] };
}
