// Pure: what one message holds.

/** Twilio refuses longer ones: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
export const MAX_TEXT_CHARACTERS = 1_600;

/** A text in pieces of at most so many characters, cut where a line or a word ends if that does not make a piece short. */
export function cutText(text: string, maxCharacters = MAX_TEXT_CHARACTERS): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxCharacters) {
    const end = endOfPiece(rest, maxCharacters);
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, rest].filter((piece) => piece.trim() !== "");
}

function endOfPiece(text: string, maxCharacters: number): number {
  const piece = text.slice(0, maxCharacters + 1);
  const ends = ["\n", " "].map((space) => piece.lastIndexOf(space));
  const end = ends.find((at) => at > maxCharacters / 2);
  if (end !== undefined) return end;
  // Not between the two halves of a character.
  return piece.slice(0, maxCharacters).isWellFormed() ? maxCharacters : maxCharacters - 1;
}
