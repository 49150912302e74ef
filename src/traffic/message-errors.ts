// Pure: what Twilio's error codes of messages mean, for whoever wonders why one did not arrive.
// https://www.twilio.com/docs/api/errors

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [21610, "The recipient has sent STOP to this number. Only they can undo it, by sending START."],
  [21611, "Too many messages of this number are waiting to be sent. Send more slowly."],
  [21612, "Twilio has no way from this number to this recipient."],
  [21614, "The recipient's number is not a mobile number."],
  [30001, "Too many messages were waiting when this one came up. Send more slowly."],
  [30002, "The Twilio account was suspended before the message was sent."],
  [30003, "The phone could not be reached: it is off, without a network, or no longer in use."],
  [30004, "The recipient or their carrier does not accept this message."],
  [30005, "The recipient's number is unknown, or no longer in use."],
  [30006, "The recipient's number is a landline, or its carrier cannot be reached."],
  [30007, "A carrier or Twilio took the message for unwanted and filtered it out."],
  [30008, "The carrier did not deliver the message and gave no reason."],
  [30011, "The recipient's number takes no pictures or other media. Send text alone."],
  [30017, "The recipient's carrier is overloaded. Try again later."],
  [30019, "The media is larger than the recipient's carrier takes."],
  [30034, "The number is not registered for business messages in the USA (A2P 10DLC)."],
  [30036, "The message was still waiting when its time to be delivered ran out."],
  [30410, "A carrier did not answer Twilio in time."],
  [30450, "Twilio took the message for a part of SMS pumping fraud and held it back."],
  [63001, "WhatsApp did not accept the sender's credentials. Reconnect the sender in Twilio."],
  [63002, "WhatsApp does not know the sender."],
  [63003, "WhatsApp does not know the recipient."],
  [63005, "WhatsApp does not accept this content."],
  [63007, "The number has no WhatsApp sender in this Twilio account."],
  [63012, "WhatsApp failed. Try again later."],
  [63015, "The recipient has not joined the WhatsApp sandbox."],
  [
    63016,
    "The recipient has not written within 24 hours; outside of that WhatsApp takes approved templates only.",
  ],
  [63018, "The WhatsApp sender sends faster than it may."],
  [63019, "WhatsApp could not download the media."],
  [63024, "The recipient cannot get WhatsApp messages."],
  [63032, "WhatsApp does not let this message through to this recipient."],
  [63034, "The media is larger than WhatsApp takes."],
  [63038, "The Twilio account has sent as many messages today as it may."],
]);

/** A sentence or two; for a code that is not in the table, where to read about it. */
export function messageErrorMeaning(code: number): string {
  const known = MEANINGS.get(code);
  return (
    known ?? `The message was not delivered. https://www.twilio.com/docs/api/errors/${code} explains why.`
  );
}
