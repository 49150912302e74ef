// The basic set of GSM 03.38, without the escape, and what costs two septets through it.
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "\f^{}\\[~]|€";

const SEPTETS = new Map([
  ...Array.from(BASIC).map((char) => [char, 1] as const),
  ...Array.from(EXTENDED).map((char) => [char, 2] as const),
]);

/** In how many segments Twilio sends a text, before any smart encoding. */
export function countSegments(body: string): number {
  const characters = Array.from(body);
  if (characters.every((character) => SEPTETS.has(character))) {
    return split(
      characters.map((character) => SEPTETS.get(character) ?? 1),
      160,
      153,
    );
  }
  return split(
    characters.map((character) => character.length),
    70,
    67,
  );
}

// A character is never torn apart, so a two-unit one at the end of a segment moves to the next.
function split(sizes: readonly number[], single: number, concatenated: number): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= single) return 1;
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > concatenated) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return segments;
}
